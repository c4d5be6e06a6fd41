"""Lists of components that are held as bytes where they are many: external references and properties.

Guarantees: every list is decoded and judged when the document is read, and each byte accounted for; where they are many,
only their lengths are kept, and a rule that asks for the items has them decoded again.
It does not interpret the items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Generic, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw

from rulewright.facts.types import State
from rulewright.sbom import accounting
from rulewright.sbom.cyclonedx_model import Component, Undecoded
from rulewright.sbom.decoding import no_collector, section
from rulewright.sbom.fitting import Fitter

T = TypeVar("T", bound=msgspec.Struct)
_SLICE = 8192
_KEPT = 16 * 1024 * 1024
"""Up to so many bytes of lists are kept decoded."""


class Held(msgspec.Struct, Generic[T], eq=False, dict=True):
    """One list of every component; `key` is its name in the document."""

    raws: Sequence[Undecoded]
    owners: Sequence[Component]
    model: type[T]
    key: str
    pointer: Callable[[int], str]
    fitter: Fitter
    _odd: dict[int, list[T]] = msgspec.field(default_factory=dict)

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
        """How many items each component's list has.

        Every list is decoded and judged on the way, so that what is wrong is found whether a rule asks or not; where
        they are many they are let go again.
        """
        if sum(len(raw) for raw in self.raws if raw is not UNSET) <= _KEPT:
            return list(map(len, self.lists))
        found = [0] * len(self.raws)
        for rows, lists in self._decoded():
            for row, items in zip(rows, lists, strict=True):
                found[row] = len(items)
        return found

    @cached_property
    def lists(self) -> list[list[T]]:
        """The items of each component."""
        nothing: list[T] = []
        found = [nothing] * len(self.raws)
        for rows, lists in self._decoded():
            for row, items in zip(rows, lists, strict=True):
                found[row] = items
        return found

    def _decoded(self) -> Iterator[tuple[list[int], list[list[T]]]]:
        """Rows and their lists, a slice at a time; each byte is accounted for."""
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
                yield rows, lists

    def _one(self, row: int) -> list[T]:
        """One list on its own, once; what does not fit is marked on its component."""
        known = self._odd.get(row)
        if known is not None:
            return known
        raw = cast("Raw", self.raws[row])
        before = self.fitter.findings.count.total()
        value = section(raw, list[self.model], f"{self.pointer(row)}/{self.key}", self.fitter)  # type: ignore[name-defined]
        if self.fitter.findings.count.total() != before and bytes(raw) != b"null":
            self.fitter.mark(self.owners[row], self.key, State.MALFORMED)
        found = cast("list[T]", value) if isinstance(value, list) else []
        self._odd[row] = found
        return found
