"""Components on a shelf: held as bytes and decoded some hundred at a time, by whoever needs them.

The objects of a large document weigh three times its bytes, and the columns made of them a fraction.  So where there are
many components, they are read once in parts, each of which is let go before the next one is decoded.
Guarantees: only a document in which everything fits the model and each byte is accounted for gets on the shelf, so that
decoding it again finds nothing new; any other is read as a whole (`decoding`).  It does not know columns.
"""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Generic, TypeVar, cast, overload

import msgspec
from msgspec import UNSET, Raw

from rulewright.sbom import accounting, leftovers
from rulewright.sbom.cyclonedx_model import LONG, Bom, Component, Property, Reference, Undecoded
from rulewright.sbom.parts import LINKED, SPOKEN, Part

T = TypeVar("T", bound=msgspec.Struct)

SLICE = 1024
"""Components of a part, some megabytes of objects."""

_components = msgspec.json.Decoder(list[Component]).decode
_component = msgspec.json.Decoder(Component).decode
_references = msgspec.json.Decoder(list[list[Reference]])
_properties = msgspec.json.Decoder(list[list[Property]])


class ShelvedBom(Bom):
    """The document with its components as bytes."""

    components: list[Raw] | None = None  # type: ignore[assignment]  # one field, held otherwise


def release(data: bytes | memoryview) -> None:
    """Give the pages of a mapped file back; they are read again from the file when they are needed."""
    mapped = data.obj if isinstance(data, memoryview) else None
    if isinstance(mapped, mmap.mmap) and hasattr(mapped, "madvise"):
        mapped.madvise(mmap.MADV_DONTNEED)


class Lists(msgspec.Struct, Generic[T], eq=False, dict=True):
    """One list of every component on a shelf: how long each is, and the items when they are asked for."""

    lengths: list[int]
    every: Callable[[], Iterator[list[list[T]]]]
    may_mention: Callable[[bytes], bool]
    pointer: Callable[[int], str]
    """The place of a component."""

    @property
    def lists(self) -> list[list[T]]:
        """The items of each component."""
        return [items for lists in self.every() for items in lists]


class Shelf(Sequence[Component]):
    """The components of a document, the described product first.  Raises `_OddError` where anything is not as it should be."""

    def __init__(self, bom: Bom, raws: list[Raw], data: bytes | memoryview) -> None:
        root = bom.metadata.component if bom.metadata else None
        self.first = [root] if root is not None else []
        self._raws = raws
        self._data = data
        self.census = self._taken()

    def __len__(self) -> int:
        return len(self.first) + len(self._raws)

    @overload
    def __getitem__(self, row: int) -> Component: ...
    @overload
    def __getitem__(self, row: slice) -> list[Component]: ...
    def __getitem__(self, row: int | slice) -> Component | list[Component]:
        """Decode one."""
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        place = row - len(self.first)
        return self.first[row] if place < 0 else _component(self._raws[place])

    def __iter__(self) -> Iterator[Component]:
        for part in self.parts():
            yield from part.items

    def joined(self) -> Iterator[bytes]:
        """The bytes of each part as one list, without the described product."""
        for number, at in enumerate(range(0, len(self._raws), SLICE)):
            yield b"[" + b",".join(self._raws[at : at + SLICE]) + b"]"
            if number % 64 == 0:
                release(self._data)
        release(self._data)

    def parts(self) -> Iterator[Part]:
        """Each part, decoded; the described product is the first one."""
        start = len(self.first)
        if self.first:
            yield _part(0, self.first)
        for joined in self.joined():
            items = _components(joined)
            yield _part(start, items)
            start += len(items)

    def references(self, pointer: Callable[[int], str]) -> Lists[Reference]:
        """External references of the components."""
        every = lambda: (part.references() for part in self.parts())  # noqa: E731 - shown beside its use
        return Lists(self.census.references, every, self.may_mention, pointer)

    def properties(self, pointer: Callable[[int], str]) -> Lists[Property]:
        """Properties of the components."""
        every = lambda: (part.properties() for part in self.parts())  # noqa: E731 - shown beside its use
        return Lists(self.census.properties, every, self.may_mention, pointer)

    def may_mention(self, text: bytes) -> bool:
        """Whether `text` may stand in a component; false is sure."""
        if text in {SPOKEN, LINKED}:
            return text in self.census.mentioned
        return any(text in joined or b"\\u" in joined for joined in self.joined())

    def _taken(self) -> Census:
        """Read everything once."""
        census = Census()
        if self.first:
            census.add(_part(0, self.first))
        start = len(self.first)
        for joined in self.joined():
            items = _components(joined)
            if not accounting.item_balanced(items, joined):
                raise _OddError
            census.add(_part(start, items))
            start += len(items)
        return census


class _OddError(Exception):
    """The document is read as a whole."""


class Census(msgspec.Struct, eq=False):
    """Per component: its reference, its list of licences, and the lengths of its other lists."""

    refs: list[str | None] = msgspec.field(default_factory=list)
    licences: list[bytes | None] = msgspec.field(default_factory=list)
    hashes: list[int] = msgspec.field(default_factory=list)
    references: list[int] = msgspec.field(default_factory=list)
    properties: list[int] = msgspec.field(default_factory=list)
    algorithms: set[str | None] = msgspec.field(default_factory=set)
    unused: Counter[str] = msgspec.field(default_factory=Counter)
    """How many components carry fields that no fact is read from."""
    mentioned: set[bytes] = msgspec.field(default_factory=set)
    """Those of `SPOKEN` and `LINKED` that may stand in a property or a reference."""
    known: dict[bytes, bytes] = msgspec.field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Take in one part; what it holds as bytes is decoded and accounted for."""
        items = part.items
        if any([c.components or c.crypto_properties is not UNSET for c in items]):  # noqa: C419 - a list is faster here
            raise _OddError  # parts of components have no place of their own here; assets are judged as a whole
        self.unused.update(leftovers.carried(items, leftovers.COMPONENT))
        self.refs += map(attrgetter("bom_ref"), items)
        own = self.known.setdefault
        self.licences += [None if (raw := c.licenses) is UNSET else own(bytes(raw), bytes(raw)) for c in items]
        self.hashes += [len(c.hashes) if c.hashes else 0 for c in items]
        self.algorithms.update([h.alg for c in items if c.hashes for h in c.hashes])
        self.references += self._lengths([c.external_references for c in items], _references, LINKED)
        self.properties += self._lengths([c.properties for c in items], _properties, SPOKEN)

    def _lengths(
        self, raws: Sequence[Undecoded], decoder: msgspec.json.Decoder[list[list[T]]], watched: bytes
    ) -> list[int]:
        """How long each list is; every byte is accounted for."""
        joined = _join(raws)
        decoded = decoder.decode(joined)
        if not accounting.item_balanced(decoded, joined):
            raise _OddError
        if watched not in self.mentioned and (watched in joined or b"\\u" in joined):
            self.mentioned.add(watched)
        found = map(len, decoded)
        return [0 if raw is UNSET else next(found) for raw in raws]


def _part(start: int, items: Sequence[Component]) -> Part:
    """A part whose lists are decoded when they are asked for, once for several columns."""
    references = _Once(partial(_lists, items, "external_references", _references))
    properties = _Once(partial(_lists, items, "properties", _properties))
    return Part(start, items, references, properties)


class _Once(msgspec.Struct, Generic[T], eq=False):
    """Lists that are decoded when they are first asked for."""

    make: Callable[[], list[list[T]]]
    made: list[list[T]] | None = None

    def __call__(self) -> list[list[T]]:
        """The lists."""
        if self.made is None:
            self.made = self.make()
        return self.made


def _join(raws: Sequence[Undecoded]) -> bytes:
    """The lists that are there as one list."""
    return b"[" + b",".join([raw for raw in raws if raw is not UNSET]) + b"]"


def _lists(items: Sequence[Component], name: str, decoder: msgspec.json.Decoder[list[list[T]]]) -> list[list[T]]:
    """One list of each component."""
    raws = list(map(cast("Callable[[Component], Undecoded]", attrgetter(name)), items))
    decoded = iter(decoder.decode(_join(raws)))
    nothing: list[T] = []
    return [nothing if raw is UNSET else next(decoded) for raw in raws]


def shelve(data: bytes | memoryview) -> tuple[Bom, Shelf] | None:
    """Put a document's components on a shelf and read the rest; `None` where something asks for a closer look."""
    try:
        root = msgspec.json.Decoder(ShelvedBom).decode(data)
        if not root.components or not accounting.balanced(root, data, LONG):
            return None
        shelf = Shelf(root, root.components, data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _OddError):
        return None
    root.components = cast("list[Raw]", shelf)
    return root, shelf
