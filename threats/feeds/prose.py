"""Versions in plain words: `< 3.2`, `1.0 through 1.4`, `2.0 and earlier`, `5.4.*`, `vers:…`.

Guarantees: `None` for everything that is not certainly understood; linear time.
"""

from __future__ import annotations

import re

from rulewright.facts.identity.versions import Vers
from rulewright.threats.model import Rule

_V = r"[vV]?(\d[\w.+~:-]*)"
_SIGN = re.compile(rf"(<=|>=|=<|=>|<|>|≤|≥|==?)\s*{_V}")
_BELOW = re.compile(
    rf"(?:all )?(?:versions? )?(?:before|prior to|earlier than|below|lower than|older than) (?:version )?{_V}\Z",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    rf"(?:all )?(?:versions? )?(?:through|up to and including|up to|until|thru) (?:version )?{_V}\Z", re.IGNORECASE
)
_AND_EARLIER = re.compile(
    rf"(?:versions? )?{_V},?(?: \(?(?:and|or) (?:all )?(?:earlier|prior|below|older|lower|previous)(?: versions?)?\)?)\Z",
    re.IGNORECASE,
)
_AND_LATER = re.compile(
    rf"(?:versions? )?{_V},?(?: \(?(?:and|or) (?:later|newer|above|higher)(?: versions?)?\)?)\Z", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"(?:versions? )?(?:from )?(?:version )?{_V} (?:to|through|thru|-|–) (?:version )?{_V}\Z", re.IGNORECASE
)
_FROM_BEFORE = re.compile(
    rf"(?:versions? )?(?:from )?{_V} (?:before|prior to|to before) (?:version )?{_V}\Z", re.IGNORECASE
)
_WILD = re.compile(r"[vV]?(\d+(?:\.\d+)*)(?:\.[xX*]|\*)\Z")
_ONE = re.compile(r"(?:versions? )?[vV]?(\d[\w.+~:-]*)\Z", re.IGNORECASE)
NOTHING = frozenset({"", "n/a", "na", "-", "unspecified", "unknown", "not specified", "none", "tbd", "?"})
"""Texts that say nothing on versions."""
ALL = frozenset(
    {"*", "all", "all versions", "any", "all version", "vers:all/*", "all firmware versions", "all software versions"}
)
"""Texts that mean every version."""


def bump(version: str) -> str:
    """The first version after all that begin with these numbers: 5.4 → 5.5."""
    head, dot, last = version.rpartition(".")
    return f"{head}{dot}{int(last) + 1}"


def above(text: str) -> tuple[str, bool] | None:
    """The upper end that `5.4.*` means; `None` where it is no such pattern."""
    found = _WILD.match(text)
    return (bump(found[1]), False) if found else None


def read(text: str, status: str) -> list[Rule] | None:
    """The intervals that a text means."""
    words = " ".join(text.replace("\u00a0", " ").split())
    if words.lower() in ALL:
        return [Rule(status)]
    if len(words) > 400 or words.lower() in NOTHING:
        return None
    if words.startswith("vers:"):
        return of_vers(words, status)
    found = _shaped(words, status)
    pieces = re.split(r"\|\|| or ", words)
    if found is not None or len(pieces) == 1 or not _SIGN.search(words):
        return found
    parts = [_shaped(piece.strip(), status) for piece in pieces]
    return [rule for part in parts if part for rule in part] if all(parts) else None


def _shaped(words: str, status: str) -> list[Rule] | None:
    if found := _WILD.match(words):
        return [Rule(status, found[1], bump(found[1]))]
    if found := _ONE.match(words):
        return [Rule(status, found[1], found[1], high_closed=True)]
    if found := _BELOW.match(words):
        return [Rule(status, "", found[1], fixed=found[1])]
    if found := _UP_TO.match(words) or _AND_EARLIER.match(words):
        return [Rule(status, "", found[1], high_closed=True)]
    if found := _AND_LATER.match(words):
        return [Rule(status, found[1])]
    if found := _FROM_BEFORE.match(words):
        return [Rule(status, found[1], found[2], fixed=found[2])]
    if found := _BETWEEN.match(words):
        return [Rule(status, found[1], found[2], high_closed=True)]
    return _signs(words, status)


def _signs(words: str, status: str) -> list[Rule] | None:
    """`>= 1.0, < 2.0`: all of the comparisons hold together."""
    found = list(_SIGN.finditer(words))
    rest = re.sub(r"(?i)[,;|&\s]|and|versions?", "", _SIGN.sub("", words))
    if not found or rest or len(found) > 2:
        return None
    low, high, low_open, high_closed = "", "", False, False
    for each in found:
        sign, version = each[1], each[2]
        if sign in {"=", "=="}:
            return [Rule(status, version, version, high_closed=True)] if len(found) == 1 else None
        if sign in {"<", "<=", "=<", "≤"}:
            if high:
                return None
            high, high_closed = version, sign != "<"
        else:
            if low:
                return None
            low, low_open = version, sign == ">"
    return [Rule(status, low, high, low_open=low_open, high_closed=high_closed, fixed="" if high_closed else high)]


def of_vers(text: str, status: str) -> list[Rule] | None:
    """The intervals of a VERS range; exclusions become single versions of the other status."""
    vers = Vers.parse(text, strict=False)
    if isinstance(vers, str):
        return None
    if not vers.constraints:
        return [Rule(status)] if vers.scheme != "none" else []
    rules: list[Rule] = []
    low, low_open, begun = "", False, False
    for constraint in vers.constraints:
        version = constraint.version
        match constraint.comparator:
            case "=":
                rules.append(Rule(status, version, version, high_closed=True))
            case "!=":
                rules.append(
                    Rule("unaffected" if status == "affected" else "unknown", version, version, high_closed=True)
                )
            case ">" | ">=":
                low, low_open, begun = version, constraint.comparator == ">", True
            case _:
                closed = constraint.comparator == "<="
                rules.append(Rule(status, low, version, low_open, closed, "" if closed else version))
                low, low_open, begun = "", False, False
    if begun:
        rules.append(Rule(status, low, low_open=low_open))
    return rules if any(rule.status == status for rule in rules) else [Rule(status), *rules]
