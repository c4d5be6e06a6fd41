"""What is known of the pieces of one file, so that after an edit only the piece that changed is looked at again.

Guarantees: what is known of a piece depends on its text and start symbol alone, its places count from its own start, and
it is worked out once; it goes with the piece.  A piece that is in the file no more is kept for a while, so that taking an
edit back costs nothing, as long as all such pieces together are no longer than the file (or `SPARE`, in a short one).
What it does not do: know where a piece stands.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar, cast

T = TypeVar("T")
SPARE = 65_536
"""Characters of former pieces that are kept of a short file."""


class Facts:
    """A piece by its start symbol and its text, with whatever was worked out of it."""

    __slots__ = ("_known", "start", "text")

    def __init__(self, start: str, text: str) -> None:
        self.start = start
        self.text = text
        self._known: dict[object, tuple[Hashable, object]] = {}

    def once(self, make: Callable[[Facts], T]) -> T:
        """What a function makes of the piece."""
        found = self._known.get(make)
        if found is None:
            found = self._known[make] = None, make(self)
        return cast("T", found[1])

    def once_for(self, make: Callable[[Facts, Hashable], T], key: Hashable) -> T:
        """What a function makes of the piece and something else; of the latest such thing alone it is remembered."""
        found = self._known.get(make)
        if found is None or found[0] != key:
            found = self._known[make] = key, make(self, key)
        return cast("T", found[1])


class Pieces:
    """The pieces of one file through its versions."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Facts] = {}

    def __len__(self) -> int:
        return len(self._known)

    @property
    def size(self) -> int:
        """Characters of all pieces that are kept."""
        return sum(len(facts.text) for facts in self._known.values())

    def version(self, pieces: Iterable[tuple[str, str]]) -> list[Facts]:
        """The pieces of the text as it is now; older ones are forgotten where they take too much room."""
        found, now = [], dict[tuple[str, str], Facts]()
        for key in pieces:
            facts = now.get(key) or self._known.pop(key, None) or Facts(*key)
            now[key] = facts
            found.append(facts)
        room = max(SPARE, sum(len(facts.text) for facts in now.values()))
        former = {}
        for key, facts in reversed(self._known.items()):
            room -= len(facts.text)
            if room < 0:
                break
            former[key] = facts
        self._known = {**dict(reversed(former.items())), **now}
        return found
