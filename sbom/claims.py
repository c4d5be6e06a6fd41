"""What a CycloneDX `licenses` list says.

Each distinct list is decoded once.  The items of a list are joined with AND: the schema calls them "the licences that
apply", and a choice has to be written as an expression with OR.  An item without `acknowledgement` counts as declared,
which is how tools use it.
Guarantees: nothing is corrected, and texts that are no identifiers stay as written.  It does not validate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import words
from rulewright.sbom.cyclonedx_model import LicenseChoice, Undecoded
from rulewright.sbom.decoding import section
from rulewright.sbom.fitting import Fitter


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


def _joined(claims: Sequence[Claim]) -> words.Cell:
    """The expression that a list of claims amounts to."""
    parts = [word for c in claims if (word := c.expression or c.id or c.name)]
    read = [words.text(part) for part in parts]
    known = [part for part in read if isinstance(part, str)]
    if known:
        if len(known) == 1:
            return known[0]
        return " AND ".join(f"({part})" if " or " in part.lower() else part for part in known)
    return next((state for state in read if state is not State.MISSING), None)


def summarise(choices: Sequence[LicenseChoice]) -> Claims:
    """Read one list."""
    items = tuple(map(_claim, choices))
    names = [c.name for c in items if c.name and not c.id and isinstance(words.text(c.name), str)]
    return Claims(
        items,
        _joined([c for c in items if c.role == "declared"]),
        _joined([c for c in items if c.role == "concluded"]),
        "; ".join(names) or None,
    )


NOTHING = Claims()


class ClaimPool(msgspec.Struct, eq=False):
    """The claims of many elements: `rows[i]` is the number of element i's list among the distinct ones, or -1."""

    rows: list[int]
    distinct: list[Claims]
    malformed: dict[int, State]

    def of(self, row: int) -> Claims:
        """The claims of one element."""
        number = self.rows[row]
        return NOTHING if number < 0 else self.distinct[number]

    def lengths(self) -> list[int]:
        """How many claims each element has."""
        sizes = [*(len(claims.items) for claims in self.distinct), 0]  # the last is for -1
        return list(map(sizes.__getitem__, self.rows))


def pool(raws: Sequence[Undecoded], pointer: Callable[[int], str], fitter: Fitter) -> ClaimPool:
    """Decode each distinct list once.  `pointer(row)` names the element that holds it, for findings."""
    unset = msgspec.UNSET
    keys = [None if raw is unset else bytes(raw) for raw in raws]
    index: dict[bytes | None, int] = dict.fromkeys(keys, -1)
    index.pop(None, None)
    first = _first_rows(keys, index)
    distinct: list[Claims] = []
    malformed: dict[int, State] = {}
    for raw in index:
        number = index[raw] = len(distinct)
        claims, state = _decode(cast("bytes", raw), f"{pointer(first[raw])}/licenses", fitter)
        distinct.append(claims)
        if state is not None:
            malformed[number] = state
    index[None] = -1
    return ClaimPool(list(map(index.__getitem__, keys)), distinct, malformed)


def _first_rows(keys: list[bytes | None], index: dict[bytes | None, int]) -> dict[bytes | None, int]:
    """Where each distinct list is first seen."""
    first: dict[bytes | None, int] = {}
    for row, key in enumerate(keys):
        if key is not None and key not in first:
            first[key] = row
            if len(first) == len(index):
                break
    return first


def _decode(raw: bytes, pointer: str, fitter: Fitter) -> tuple[Claims, State | None]:
    """Decode one list, with the state that its columns take where it says nothing that can be read."""
    before = fitter.findings.count.total()
    value = section(raw, list[LicenseChoice], pointer, fitter)
    clean = fitter.findings.count.total() == before
    if not isinstance(value, list):
        return NOTHING, State.MALFORMED
    claims = summarise(value)
    if clean:
        return claims, None
    states = [s for item in value for s in fitter.marks.get(id(item), {}).values()]
    inner = [s for item in value if item.license for s in fitter.marks.get(id(item.license), {}).values()]
    return claims, next(iter([*states, *inner]), State.MALFORMED if raw != b"null" else None)
