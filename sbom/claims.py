"""What a CycloneDX `licenses` list says.

Each distinct list is decoded once.  The items of a list are joined with AND: the schema calls them "the licences that
apply", and a choice has to be written as an expression with OR.  An item without `acknowledgement` counts as declared,
which is how tools use it.
Guarantees: nothing is corrected, and texts that are no identifiers stay as written.  An item that cannot be read is never
left out in silence: what the list says of its role is then malformed.  It does not validate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import cast

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import words
from rulewright.sbom.cyclonedx_model import LicenseChoice, Undecoded
from rulewright.sbom.decoding import section
from rulewright.sbom.fitting import WHOLE, Fitter

Faults = Mapping[str, State]


class Claim(msgspec.Struct, frozen=True):
    """One licence statement: role, SPDX id, name or expression, and whether the text is included."""

    role: str
    id: str | None
    name: str | None
    expression: str | None
    text_present: bool


class Claims(msgspec.Struct, frozen=True):
    """What one `licenses` list says, as values or states of the component's columns."""

    items: tuple[Claim, ...] = ()
    declared: words.Cell = None
    concluded: words.Cell = None
    text: words.Cell = None

    @property
    def applies(self) -> words.Cell:
        """The licence as it applies: concluded if stated, else declared."""
        return self.declared if self.concluded is None else self.concluded


def _claim(choice: LicenseChoice) -> Claim:
    """Flatten one item."""
    licence = choice.license
    role = choice.acknowledgement or (licence.acknowledgement if licence else None)
    role = "concluded" if role == "concluded" else "declared"
    if licence is None:
        return Claim(role, None, None, choice.expression or None, text_present=False)
    text = licence.text is not msgspec.UNSET
    return Claim(role, licence.id or None, licence.name or None, choice.expression or None, text)


def _joined(claims: Sequence[Claim], fault: State | None) -> words.Cell:
    """The expression that a list of claims amounts to; `fault` when one of them cannot be read.

    All claims apply together, so one that is declared unknown or withheld leaves the whole unknown.
    """
    if fault is not None:
        return fault
    parts = [word for c in claims if (word := c.expression or c.id or c.name)]
    read = [words.text(part) for part in parts]
    unknown = next((state for state in read if isinstance(state, State) and state is not State.MISSING), None)
    known = [part for part in read if isinstance(part, str)]
    if unknown is not None or not known:
        return unknown
    if len(known) == 1:
        return known[0]
    return " AND ".join(f"({part})" if " or " in part.lower() else part for part in known)


def summarise(choices: Sequence[LicenseChoice], faults: Faults = MappingProxyType({})) -> Claims:
    """Read one list; `faults` has the state of each role of which an item cannot be read."""
    items = tuple(map(_claim, choices))
    names = [c.name for c in items if c.name and not c.id and isinstance(words.text(c.name), str)]
    return Claims(
        items,
        _joined([c for c in items if c.role == "declared"], faults.get("declared")),
        _joined([c for c in items if c.role == "concluded"], faults.get("concluded")),
        "; ".join(names) or next(iter(faults.values()), None),
    )


def _faults(choices: Sequence[LicenseChoice], fitter: Fitter) -> dict[str, State]:
    """Roles with an item that cannot be read; one that does not say its role may have either."""
    found: dict[str, State] = {}
    for choice in choices:
        marks = {**fitter.marks.get(id(choice), {}), **fitter.marks.get(id(choice.license), {})}
        states = [marks[key] for key in (WHOLE, "acknowledgement", "expression", "id", "name") if key in marks]
        claim = _claim(choice)
        if not states and not (claim.expression or claim.id or claim.name):
            states = [marks.get("license", State.MALFORMED)]
        if states:
            either = WHOLE in marks or "acknowledgement" in marks
            either |= "license" in marks and choice.license is None and choice.acknowledgement is None
            for role in ("declared", "concluded") if either else (claim.role,):
                found.setdefault(role, states[0])
    return found


NOTHING = Claims()
UNREADABLE = Claims((), State.MALFORMED, State.MALFORMED, State.MALFORMED)


class ClaimPool(msgspec.Struct, eq=False):
    """The claims of many elements: `rows[i]` is the number of element i's list among the distinct ones, or -1."""

    rows: list[int]
    distinct: list[Claims]

    def of(self, row: int) -> Claims:
        """The claims of one element."""
        number = self.rows[row]
        return NOTHING if number < 0 else self.distinct[number]

    def lengths(self) -> list[int]:
        """How many claims each element has."""
        sizes = [*(len(claims.items) for claims in self.distinct), 0]  # the last is for -1
        return list(map(sizes.__getitem__, self.rows))


def keys_of(raws: Sequence[Undecoded]) -> list[bytes | None]:
    """Lists as bytes, `None` where there is none."""
    unset = msgspec.UNSET
    return [None if raw is unset else bytes(raw) for raw in raws]


def pool(keys: list[bytes | None], pointer: Callable[[int], str], fitter: Fitter) -> ClaimPool:
    """Decode each distinct list once.  `pointer(row)` names the element that holds it, for findings."""
    index: dict[bytes | None, int] = dict.fromkeys(keys, -1)
    index.pop(None, None)
    first = _first_rows(keys, index)
    distinct: list[Claims] = []
    for raw in index:
        index[raw] = len(distinct)
        distinct.append(_decode(cast("bytes", raw), f"{pointer(first[raw])}/licenses", fitter))
    index[None] = -1
    return ClaimPool(list(map(index.__getitem__, keys)), distinct)


def _first_rows(keys: list[bytes | None], index: dict[bytes | None, int]) -> dict[bytes | None, int]:
    """Where each distinct list is first seen."""
    first: dict[bytes | None, int] = {}
    for row, key in enumerate(keys):
        if key is not None and key not in first:
            first[key] = row
            if len(first) == len(index):
                break
    return first


def _decode(raw: bytes, pointer: str, fitter: Fitter) -> Claims:
    """Decode one list; what cannot be read leaves its state in the columns."""
    before = fitter.findings.count.total()
    value = section(raw, list[LicenseChoice], pointer, fitter)
    if not isinstance(value, list):
        return UNREADABLE
    clean = fitter.findings.count.total() == before
    return summarise(value) if clean else summarise(value, _faults(value, fitter))
