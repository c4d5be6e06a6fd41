"""A policy of sbomqs (its YAML, already read) as a policy of rules.

Guarantees: every rule of the file becomes a requirement, or a comment and a problem where no fact answers its field; nothing
is dropped in silence; a text from the file stands in a quoted text or in a comment of one line.
Source: the policy guide of sbomqs (types required, whitelist, blacklist; actions fail, warn, pass; exact values, and
patterns that match anywhere).  What it does not do: read YAML, or compile what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_COMPONENT = {
    "name": "name", "version": "version", "supplier": "supplier", "author": "author", "license": "license",
    "licenses": "license", "purl": "purl", "cpe": "cpe", "type": "type", "copyright": "copyright", "id": "id",
    "description": "description", "checksum": "hash_algorithms", "checksums": "hash_algorithms",
    "download_location": "download_location", "downloadlocation": "download_location", "homepage": "homepage",
}  # fmt: skip
_DOCUMENT = {
    "author": "sbom.author", "authors": "sbom.author", "timestamp": "sbom.timestamp", "tool": "sbom.tool_name",
    "format": "sbom.format", "spec": "sbom.format", "version": "sbom.format_version", "spec_version": "sbom.format_version",
    "id": "sbom.unique_id", "uri": "sbom.unique_id", "namespace": "sbom.unique_id",
}  # fmt: skip
_LEVELS = {"fail": "shall", "warn": "should", "pass": "may"}
_SEVERITIES = {"fail": "high", "warn": "medium", "pass": "low"}
_TYPES = ("required", "whitelist", "blacklist")
_ONLY_REQUIRED = frozenset({"hash_algorithms", "sbom.timestamp"})
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
LARGEST = 10_000


class Problem(NamedTuple):
    """What is wrong: the code, the message, the hint, and where (RFC 6901)."""

    code: str
    message: str
    hint: str
    pointer: str

    @property
    def fatal(self) -> bool:
        """Whether there is no output."""
        return self.code != "RW0853"


class Imported(NamedTuple):
    """The text, how many requirements are in it (`taken`), and the problems."""

    text: str
    taken: int
    problems: tuple[Problem, ...]


def imported(data: object, policy: str, edition: str, origin: str) -> Imported:
    """Write a policy; `origin` names the file in notes."""
    return _Import(policy, edition, origin).read(data)


class _Import:
    """Collects requirements and problems."""

    def __init__(self, policy: str, edition: str, origin: str) -> None:
        """Begin with an empty policy."""
        self.policy, self.edition, self.origin = policy, edition, origin
        self.parts: list[str] = []
        self.tests: list[str] = []
        self.names: set[str] = set()
        self.problems: list[Problem] = []

    def read(self, data: object) -> Imported:
        """Read the whole document."""
        policies = data.get("policy") if isinstance(data, Mapping) else None
        if not isinstance(policies, list) or not policies or len(policies) > LARGEST:
            self.wrong("there is no list `policy`", "a policy of sbomqs begins with `policy:` and a list", "")
            policies = []
        for number, each in enumerate(policies):
            self.one(each, f"/policy/{number}")
        head = [
            f"policy {self.policy} edition {quoted(self.edition)} {{",
            f"  title {quoted(f'Taken over from {self.origin}')}",
        ]
        text = "\n".join([*head, *self.parts, "}", "", *self.tests])
        return Imported(text, len(self.names), tuple(self.problems))

    def wrong(self, message: str, hint: str, pointer: str) -> None:
        """Note a mistake in the file."""
        self.problems.append(Problem("RW0852", message, hint, pointer))

    def one(self, policy: object, pointer: str) -> None:
        """Read one policy with its rules."""
        if not isinstance(policy, Mapping):
            self.wrong("a policy is no table", "it has `name`, `type`, `rules` and `action`", pointer)
            return
        name, kind, action = policy.get("name"), policy.get("type"), policy.get("action", "fail")
        stray = sorted(str(key) for key in set(policy) - {"name", "type", "rules", "action", "description"})
        if stray:
            self.wrong(f"a policy has no `{stray[0]}`", "it has `name`, `type`, `rules` and `action`", pointer)
        elif not isinstance(name, str) or not name:
            self.wrong("a policy has no `name`", "it is a text, each once", pointer)
        elif kind not in _TYPES:
            self.wrong(f"`{kind}` is no type of policy", f"there is {', '.join(_TYPES)}", f"{pointer}/type")
        elif action not in _LEVELS:
            self.wrong(f"`{action}` is no action", f"there is {', '.join(_LEVELS)}", f"{pointer}/action")
        elif not isinstance(rules := policy.get("rules"), list) or not rules or len(rules) > LARGEST:
            self.wrong(f"`{name}` has no rules", "each has a `field`", f"{pointer}/rules")
        else:
            for number, rule in enumerate(rules):
                self.rule(name, str(kind), str(action), rule, f"{pointer}/rules/{number}")

    def rule(self, name: str, kind: str, action: str, rule: object, pointer: str) -> None:
        """Read one rule: a requirement, or a comment and a problem."""
        field = rule.get("field") if isinstance(rule, Mapping) else None
        if not isinstance(rule, Mapping) or not isinstance(field, str) or not field:
            self.wrong(f"a rule of `{name}` has no field", "`field: license`", pointer)
            return
        values, patterns = _texts(rule.get("values")), _texts(rule.get("patterns"))
        if set(rule) - {"field", "values", "patterns"} or values is None or patterns is None:
            self.wrong(f"the rule for `{field}` has a form that is not known", "it has `values` or `patterns`", pointer)
            return
        if kind != "required" and not values and not patterns:
            self.wrong(f"the rule for `{field}` has nothing to compare with", "add `values` or `patterns`", pointer)
            return
        place = _place(field)
        told = f"{kind} of {name}: {field} {[*values, *patterns] or ''}".rstrip()
        if place is None or (kind != "required" and place in _ONLY_REQUIRED):
            self.parts += ["", f"  # not taken over, since no fact answers it: {_line(told)}"]
            self.problems.append(
                Problem(
                    "RW0853",
                    f"no fact answers the field `{field}` of `{name}`",
                    "it stands as a comment in the output",
                    pointer,
                )
            )
            return
        self.requirement(name, kind, action, field, _condition(kind, place, values, patterns))

    def requirement(self, name: str, kind: str, action: str, field: str, condition: str) -> None:
        """Write one requirement and its test."""
        base = re.sub(r"[^a-z0-9]+", "-", f"{name} {field}".lower()).strip("-") or "rule"
        base = base if base[0].isalpha() else f"r-{base}"
        chosen, number = base, 2
        while chosen in self.names:
            chosen, number = f"{base}-{number}", number + 1
        self.names.add(chosen)
        check = condition if condition.startswith(("sbom.", "not sbom.")) else f"every component c {{ {condition} }}"
        said = {"required": "is there", "whitelist": "is an allowed one", "blacklist": "is not a banned one"}[kind]
        self.parts += [
            "",
            f"  requirement {quoted(chosen)} {_LEVELS[action]} {{",
            f"    title {quoted(f'{_short(field)} {said}')}",
            f"    severity {_SEVERITIES[action]}",
            f"    note {quoted(f'{kind} rule of the policy {_short(name)} in {self.origin} (sbomqs), action {action}')}",
            f"    check {check}",
            "  }",
        ]
        silent = "fail" if check.startswith("sbom.") and kind == "required" else "unknown"
        self.tests += [f"test {quoted(chosen)} {{", f"  given {{ }} expect {silent}", "}", ""]


def _place(field: str) -> str | None:
    """The fact that answers a field: an attribute of the document, or a field of each component."""
    plain = field.lower()
    if plain.startswith("sbom_"):
        return _DOCUMENT.get(plain.removeprefix("sbom_"))
    return _COMPONENT.get(plain.removeprefix("comp_"))


def _condition(kind: str, place: str, values: list[str], patterns: list[str]) -> str:
    """What has to hold."""
    term = place if "." in place else f"c.{place}"
    if kind == "required":
        return f"{term} is known"
    licences = place == "license" and all(map(_LICENCE.fullmatch, values))
    found = [f"{term} matches regex {quoted(f'(?s:.*(?:{pattern}).*)')}" for pattern in patterns]
    if licences and values:
        found.insert(0, f"{term} {'allows' if kind == 'whitelist' else 'requires any'} {{{', '.join(values)}}}")
    elif values:
        exact = "|".join(re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", value) for value in values)
        found.insert(0, f"{term} matches regex {quoted(f'(?:{exact})')}")
    if kind == "whitelist":
        return " or ".join(found)
    return " and ".join(f"not {each}" for each in found)


def _texts(value: object) -> list[str] | None:
    """A list of texts; `None` for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > LARGEST:
        return None
    texts = [str(each) for each in value if isinstance(each, str | int) and not isinstance(each, bool)]
    return texts if len(texts) == len(value) and all(texts) else None


def _short(text: str) -> str:
    """A name of the file for a title."""
    return _line(text)[:80].rstrip(".")


def _line(text: str) -> str:
    """One line of printable text."""
    return "".join(char if char.isprintable() else " " for char in text)


def quoted(text: str) -> str:
    """A quoted text of the rule language."""
    return '"' + _line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
