"""Checks 12 to 14: the results and rows are those that were signed, and add up.

Guarantees: without the seed nothing here is `ok`, since only the seed ties the rows to the signature; no row can be left out, added or
changed.  What a row says is looked at in `logic`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from rulewright.attest import disclosure, limits, model
from rulewright.attest.canonical import Json, NotAdmissibleError, canonical
from rulewright.attest.checking.said import Said, fail, ok, skip, unsure, worst
from rulewright.attest.encoding import is_sha256
from rulewright.attest.model import Root, Row
from rulewright.attest.rows import tallies as counted

UNTIED = "RW4069"
"""The code where nothing ties what is shown to the signature."""
_PER_ROW = b'"requirement":'
"""What each row has once in its one form, and no text can imitate: rows are counted before they are read."""


class _Engine(msgspec.Struct, frozen=True):
    version: str


class _Input(msgspec.Struct, frozen=True):
    kind: str
    format: str
    name: str
    sha256: str
    bytes: int


class _Product(msgspec.Struct, frozen=True):
    id: str
    name: str
    version: str


class _Policy(msgspec.Struct, frozen=True):
    kind: str
    id: str
    edition: str
    sha256: str


class _Line(msgspec.Struct, frozen=True):
    verdict: str


class _Waived(msgspec.Struct, frozen=True):
    id: str
    approved_by: str
    until: str


class _Clash(msgspec.Struct, frozen=True):
    id: str
    others: tuple[str, ...]
    facts: tuple[str, ...]


class Told(msgspec.Struct, frozen=True):
    """One result, as far as it is compared."""

    product: str
    requirement: str
    level: str
    severity: str
    verdict: Literal["pass", "fail", "unknown", "error", "not_applicable"]
    waived: _Waived | None
    blocks: bool
    reason: tuple[_Line, ...]
    conflicts: tuple[_Clash, ...]


class _Analysed(msgspec.Struct, frozen=True):
    complete_up_to: int
    left: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    """`results.json`, as far as it is compared."""

    format: Literal["rulewright-result/1"]
    engine: _Engine
    as_of: str
    fail_on: str
    products: tuple[_Product, ...]
    inputs: tuple[_Input, ...]
    policies: tuple[_Policy, ...]
    results: tuple[Told, ...]
    analysed: _Analysed | None


class Held(msgspec.Struct, frozen=True):
    """What the bundle holds of the results: the seed; the rows; the results as plain data and as far as they are compared."""

    seed: bytes | None = None
    rows: tuple[Row, ...] | None = None
    plain: tuple[Json, ...] = ()
    document: Document | None = None


def results(members: Mapping[str, bytes], root: Root) -> tuple[Held, Said]:
    """Check 12."""
    parts = {name: members.get(name) for name in ("seed.json", "rows.json", "results.json")}
    missing = [name for name, data in parts.items() if data is None]
    if len(missing) == len(parts):
        return Held(), skip("the bundle holds the root alone")
    wrong: list[Said] = []
    seed = _seed(parts["seed.json"], wrong)
    rows = _rows(parts["rows.json"], wrong)
    plain, document = _document(parts["results.json"], seed, root, wrong)
    if parts["seed.json"] is None:
        wrong.append(unsure(UNTIED, "without `seed.json` nothing ties rows and results to the signature"))
    text = f"without {' and '.join(missing)}" if missing else "`results.json` is the one that was signed"
    held = Held(seed, rows, plain, document)
    return held, worst(wrong, ok(text) if document is not None else skip(text))


def _seed(data: bytes | None, wrong: list[Said]) -> bytes | None:
    if data is None:
        return None
    try:
        found = model.decode(data, model.Seed, limits.DOCUMENT).seed
    except model.ModelError as error:
        found = str(error)
    if is_sha256(found):
        return bytes.fromhex(found)
    wrong.append(fail(UNTIED, "`seed.json` is not a seed: 32 bytes in hexadecimal"))
    return None


def _rows(data: bytes | None, wrong: list[Said]) -> tuple[Row, ...] | None:
    if data is None:
        return None
    if data.count(_PER_ROW) > limits.ROWS:
        wrong.append(fail("RW4061", f"`rows.json` has more than {limits.ROWS:,} rows"))
        return None
    try:
        return model.decode(data, model.Rows, limits.DOCUMENT).rows
    except model.ModelError as error:
        wrong.append(fail("RW4061", f"`rows.json` does not have its form: {error}"))
        return None


def _document(
    data: bytes | None, seed: bytes | None, root: Root, wrong: list[Said]
) -> tuple[tuple[Json, ...], Document | None]:
    """The results; what does not fit the commitment is not read."""
    if data is None or seed is None:
        return (), None
    if disclosure.blinded(seed, "results", data) != root.results.commitment:
        wrong.append(fail("RW4060", "`results.json` is not the one that was signed"))
        return (), None
    try:
        plain = canonical(data)
        document = msgspec.convert(plain, Document)
    except (NotAdmissibleError, msgspec.ValidationError) as error:
        wrong.append(fail("RW4060", f"`results.json` does not have its form: {error}"))
        return (), None
    listed = plain["results"] if isinstance(plain, dict) else None
    return (tuple(listed) if isinstance(listed, list) else ()), document


def rows(held: Held, root: Root) -> Said:
    """Check 13."""
    if held.rows is None:
        return skip("there are no rows to look at")
    listed = held.rows
    names = [(row.requirement, row.product) for row in listed]
    if any(before >= after for before, after in pairwise(names)):
        return fail("RW4061", "the rows are not in their order, or one stands twice")
    if len(listed) != root.results.leaves:
        return fail("RW4061", f"there are {len(listed):,} rows instead of {root.results.leaves:,}")
    if disclosure.requirements(listed) != root.results.requirements:
        return fail("RW4061", "the rows are not about the requirements that were signed")
    if held.seed is None:
        return unsure(UNTIED, "without the seed nothing ties the rows to the signature")
    if disclosure.Tree(held.seed, listed).root != root.results.tree:
        return fail("RW4061", "the rows are not those that were signed")
    return ok(f"all {len(listed):,} rows are those that were signed, and none is missing")


def tallies(listed: Sequence[Row] | None, root: Root) -> Said:
    """Check 14."""
    if listed is None:
        return skip("there are no rows to count")
    if counted(listed) != root.verdicts:
        return fail("RW4062", "the counts of the root are not those of the rows")
    blocking = sum(row.blocks for row in listed)
    if (root.gate == "fail") != bool(blocking):
        return fail("RW4062", f"the gate is said to be `{root.gate}`, and {blocking:,} rows block")
    return ok("the counts of each standard, and the gate, are those of the rows")
