"""RustSec advisories as their repository stores them: TOML in the head of a Markdown file.

Guarantees: everything below no patched or unaffected requirement is affected (RustSec's own rule); a requirement of Cargo
becomes intervals, and one that cannot be read leaves the versions undecided.  Informational notices are no vulnerabilities,
except `unsound` ones.
Source: RustSec advisory database, README; Cargo book, "Specifying dependencies".
"""

from __future__ import annotations

import re
import tomllib

import msgspec

from rulewright.threats import keys
from rulewright.threats.model import Claim, Fault, Record, Rule
from rulewright.threats.times import day, short

_PART = re.compile(
    r"(>=|<=|>|<|=|\^|~)?\s*v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?((?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?\Z"
)


class _Advisory(msgspec.Struct):
    id: str
    package: str
    aliases: list[str] = []
    date: object = ""
    withdrawn: object = None
    cvss: str = ""
    informational: str = ""
    title: str = ""


class _Versions(msgspec.Struct):
    patched: list[str] = []
    unaffected: list[str] = []


class _Document(msgspec.Struct):
    advisory: _Advisory
    versions: _Versions = msgspec.field(default_factory=_Versions)


def read(text: str, place: str) -> tuple[Record, list[Claim], list[Fault]]:
    """Read one advisory.  Raises `ValueError` (TOML, fields) where it is none."""
    head, title = cut(text)
    document = msgspec.convert(tomllib.loads(head), _Document)
    advisory = document.advisory
    made = day(str(advisory.date))
    record = Record(
        advisory.id, "rustsec", tuple(dict.fromkeys(advisory.aliases)), bool(advisory.withdrawn), made, made,
        str(advisory.date), vectors=(advisory.cvss,) if advisory.cvss else (), summary=short(advisory.title or title),
        place=place,
    )  # fmt: skip
    if advisory.informational and advisory.informational != "unsound":
        return record, [], []
    faults: list[Fault] = []
    rules: list[Rule] = []
    vague = ""
    for requirement in (*document.versions.patched, *document.versions.unaffected):
        found = interval(requirement)
        if found is None:
            vague = f"`{requirement[:60]}` is no version requirement"
            faults.append(Fault("RW1403", vague, place))
        else:
            rules.append(found)
    fixed = tuple(r.low for r in map(interval, document.versions.patched) if r and r.low)
    claim = Claim(
        (keys.package("cargo", "", advisory.package),), "cargo", tuple(rules), default="affected", vague=vague, fixed=fixed,
        pointer=place,
    )  # fmt: skip
    return record, [claim], faults


def cut(text: str) -> tuple[str, str]:
    """The TOML of the head, and the title under it."""
    if not text.lstrip().startswith("```toml"):
        return text, ""
    head, _, rest = text.lstrip().removeprefix("```toml").partition("\n```")
    title = next((line.lstrip("# ") for line in rest.splitlines() if line.startswith("#")), "")
    return head, title


def interval(requirement: str) -> Rule | None:
    """The interval of a requirement such as `>= 1.2, < 2`, with the status *unaffected*; `None` if it cannot be read."""
    low, high, low_open, high_closed = "", "", False, False
    for piece in requirement.split(","):
        found = _PART.match(piece.strip())
        if not found:
            return None
        sign, numbers = found[1] or "^", [n for n in found.group(2, 3, 4) if n is not None]
        version = ".".join([*numbers, *["0"] * (3 - len(numbers))]) + (found[5] or "")
        match sign:
            case ">=" | ">":
                low, low_open = version, sign == ">"
            case "<" | "<=":
                high, high_closed = version, sign == "<="
            case "=":
                low = high = version
                high_closed = True
            case _:
                low, high = version, _next(sign, [int(n) for n in numbers])
    return Rule("unaffected", low, high, low_open=low_open, high_closed=high_closed)


def _next(sign: str, numbers: list[int]) -> str:
    """The version before which `^1.2.3` and `~1.2.3` end."""
    last = len(numbers) - 1
    place = min(1, last) if sign == "~" else next((i for i, n in enumerate(numbers) if n), last)
    bumped = [*numbers[:place], numbers[place] + 1]
    return ".".join(map(str, [*bumped, *[0] * (3 - len(bumped))]))
