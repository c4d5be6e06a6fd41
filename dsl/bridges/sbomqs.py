"""A policy of sbomqs (its YAML, already read) as a policy of rules.

Guarantees: every rule of the file becomes a requirement, or a comment and a problem where no fact answers its field or the
language cannot say it; nothing is dropped in silence; a text from the file stands in a quoted text or in a comment of one
line; a pattern is judged by itself before anything is put around it.
Source: the policy guide of sbomqs (types required, whitelist, blacklist; actions fail, warn, pass; exact values, and
patterns that match anywhere).  What it does not do: read YAML, or compile what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rulewright.dsl.literals import LiteralChecks

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
LARGEST = 10_000
_LONGEST = 1_500
"""Characters of values in one pattern; more values make more patterns, since the language bounds each."""
_RE2 = "sbomqs and this language read RE2's syntax"
_NOTES = frozenset({"RW0853", "RW0854"})


class Problem(NamedTuple):
    """What is wrong: the code, the message, the hint, and where (RFC 6901)."""

    code: str
    message: str
    hint: str
    pointer: str

    @property
    def fatal(self) -> bool:
        """Whether there is no output."""
        return self.code not in _NOTES


class Imported(NamedTuple):
    """The text, how many requirements are in it (`taken`), the problems, and for each line of the text its rule (RFC 6901)."""

    text: str
    taken: int
    problems: tuple[Problem, ...]
    places: tuple[str, ...] = ()


def imported(
    data: object,
    policy: str,
    edition: str,
    origin: str,
    checks: LiteralChecks,
    left_out: Mapping[str, str] | None = None,
) -> Imported:
    """Write a policy; `origin` names the file in notes, `left_out` says why a rule at a place cannot be taken over."""
    return _Import(policy, edition, origin, checks, left_out or {}).read(data)


class _Import:
    """Collects requirements and problems."""

    def __init__(
        self, policy: str, edition: str, origin: str, checks: LiteralChecks, left_out: Mapping[str, str]
    ) -> None:
        """Begin with an empty policy."""
        self.policy, self.edition, self.origin = policy, edition, origin
        self.checks, self.left_out = checks, left_out
        self.parts: list[str] = []
        self.places: list[str] = []
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
        return Imported(text, len(self.names), tuple(self.problems), tuple([""] * len(head) + self.places))

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
                self.places += [f"{pointer}/rules/{number}"] * (len(self.parts) - len(self.places))

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
        flaws = [(number, self.checks.regex(pattern)) for number, pattern in enumerate(patterns)]
        for number, flaw in flaws:
            if flaw is not None:
                self.wrong(f"`{patterns[number]}` is no pattern: {flaw}", _RE2, f"{pointer}/patterns/{number}")
        if any(flaw is not None for _, flaw in flaws):
            return
        place = _place(field)
        told = f"{kind} of {name}: {field} {[*values, *patterns] or ''}".rstrip()
        if place is None or (kind != "required" and place in _ONLY_REQUIRED):
            self.not_taken(told, "no fact answers it")
            message, hint = f"no fact answers the field `{field}` of `{name}`", "it stands as a comment in the output"
            self.problems.append(Problem("RW0853", message, hint, pointer))
        elif pointer in self.left_out:
            self.not_taken(told, "it cannot be said")
            message = f"the rule for `{field}` of `{name}` cannot be said: {self.left_out[pointer]}"
            hint = "it stands as a comment in the output; write it by hand, or split it"
            self.problems.append(Problem("RW0854", message, hint, pointer))
        else:
            self.requirement(name, kind, action, field, self.condition(kind, place, values, patterns))

    def not_taken(self, told: str, why: str) -> None:
        """Leave a rule as a comment."""
        self.parts += ["", f"  # not taken over, since {why}: {_line(told)}"]

    def condition(self, kind: str, place: str, values: list[str], patterns: list[str]) -> str:
        """What has to hold."""
        term = place if "." in place else f"c.{place}"
        if kind == "required":
            return f"{term} is known"
        found = [f"{term} matches regex {quoted(f'(?s:.*(?:{pattern}).*)')}" for pattern in patterns]
        if place == "license" and kind == "whitelist":
            ids = [value for value in values if self.checks.license(value) is None]
            values = [value for value in values if value not in ids]
            found = [*([f"{term} allows {{{', '.join(ids)}}}"] if ids else []), *_exact(term, values), *found]
        elif place == "license":
            found = [*(_mention(term, some) for some in _chunks(values)), *found]
        else:
            found = [*_exact(term, values), *found]
        if kind == "whitelist":
            return " or ".join(found)
        return " and ".join(f"not {each}" for each in found)

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


def _exact(term: str, values: list[str]) -> list[str]:
    """That a value is one of these texts."""
    return [f"{term} matches regex {quoted(f'(?:{each})')}" for each in _chunks(values)]


def _mention(term: str, ids: str) -> str:
    """That an expression of licences names one of these anywhere, in a choice or in a combination, in any case."""
    return f"{term} matches regex {quoted(f'(?is:(?:.*[^a-z0-9.-])?(?:{ids})(?:[^a-z0-9.-].*)?)')}"


def _chunks(values: list[str]) -> Iterator[str]:
    """The values as alternatives of patterns, none of which is too long unless one value is."""
    some: list[str] = []
    for value in values:
        literal = re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", value)
        if some and len(literal) + sum(len(each) + 1 for each in some) > _LONGEST:
            yield "|".join(some)
            some = []
        some.append(literal)
    if some:
        yield "|".join(some)


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
