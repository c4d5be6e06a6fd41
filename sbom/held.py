"""Lists of components that stay bytes until a rule asks for them: external references and properties.

Guarantees: how many items there are is known at once and without building any; when they are decoded, each byte is
accounted for as everywhere, and a number that differs from the first count is an error (`RW1001`).
It does not interpret the items.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw

from rulewright.facts.types import State
from rulewright.sbom import accounting
from rulewright.sbom.cyclonedx_model import Component, Undecoded
from rulewright.sbom.decoding import Skipped, no_collector, section
from rulewright.sbom.findings import ERROR
from rulewright.sbom.fitting import Fitter

T = TypeVar("T", bound=msgspec.Struct)
_SLICE = 8192


@dataclass
class Held(Generic[T]):
    """One list of every component; `key` is its name in the document."""

    raws: Sequence[Undecoded]
    owners: Sequence[Component]
    model: type[T]
    key: str
    pointer: Callable[[int], str]
    fitter: Fitter

    def _slices(self) -> list[list[int]]:
        """Rows that have a list, some thousand at a time."""
        rows = [row for row, raw in enumerate(self.raws) if raw is not UNSET]
        return [rows[at : at + _SLICE] for at in range(0, len(rows), _SLICE)]

    def _joined(self, rows: list[int]) -> bytes:
        """The lists of some rows as one JSON list."""
        return b"[" + b",".join([cast("Raw", self.raws[row]) for row in rows]) + b"]"

    def may_mention(self, text: bytes) -> bool:
        """Whether `text` may stand in one of the lists; false is sure, and costs no decoding."""
        return any(text in joined or b"\\u" in joined for joined in map(self._joined, self._slices()))

    @cached_property
    def lengths(self) -> list[int]:
        """How many items each component's list has; none where it is no list."""
        found = [0] * len(self.raws)
        decoder = msgspec.json.Decoder(list[list[Skipped]])
        for rows in self._slices():
            try:
                sizes = list(map(len, decoder.decode(self._joined(rows))))
            except msgspec.ValidationError:
                sizes = [_length(cast("Raw", self.raws[row])) for row in rows]
            for row, size in zip(rows, sizes, strict=True):
                found[row] = size
        return found

    @cached_property
    def lists(self) -> list[list[T]]:
        """The items of each component."""
        nothing: list[T] = []
        found = [nothing] * len(self.raws)
        decoder = msgspec.json.Decoder(list[list[self.model]])  # type: ignore[name-defined]
        with no_collector():
            for rows in self._slices():
                joined = self._joined(rows)
                try:
                    lists = decoder.decode(joined)
                except msgspec.ValidationError:
                    lists = None
                if lists is None or not accounting.item_balanced(lists, joined):
                    lists = [self._one(row) for row in rows]
                for row, items in zip(rows, lists, strict=True):
                    found[row] = items
        self._settle(found)
        return found

    def _settle(self, found: list[list[T]]) -> None:
        """Hold what was decoded against what was counted."""
        counted, kept = sum(self.lengths), sum(map(len, found))
        if counted != kept:
            message = f"{counted} items of `{self.key}` are in the document, {kept} are stored"
            self.fitter.findings.add("RW1001", ERROR, message, "")

    def _one(self, row: int) -> list[T]:
        """One list on its own; what does not fit is marked on its component."""
        raw = cast("Raw", self.raws[row])
        before = self.fitter.findings.count.total()
        value = section(raw, list[self.model], f"{self.pointer(row)}/{self.key}", self.fitter)  # type: ignore[name-defined]
        if self.fitter.findings.count.total() != before and bytes(raw) != b"null":
            self.fitter.mark(self.owners[row], self.key, State.MALFORMED)
        return cast("list[T]", value) if isinstance(value, list) else []


def _length(raw: Raw) -> int:
    """Items of one list; none where it is no list."""
    try:
        return len(msgspec.json.decode(raw, type=list[Raw]))
    except msgspec.ValidationError:
        return 0
