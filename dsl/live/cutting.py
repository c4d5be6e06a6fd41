"""Cut a text again after an edit, where it changed.

Guarantees: the result is that of `cut`.  Cutting starts anew a few pieces before the edit, and stops where a piece begins,
behind the edit, at which the text before the edit was cut in the same state: from there on both go the same way.
"""

from __future__ import annotations

from typing import NamedTuple

from rulewright.dsl.cut import Cut, ModulePiece, Piece, _Cutter
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.limits import MAX_ITEMS
from rulewright.dsl.live.edits import Edited
from rulewright.dsl.source import At

_BACK = 3
"""What starts a piece is seen in three words at most: so many pieces before the edit nothing of it was looked at."""


class Mark(NamedTuple):
    """The state in which a piece began: where, after which word, in what, and what had been found by then."""

    start: int
    word: str
    kind: str
    opened: bool
    modules: int
    items: int
    end: int
    tests: int
    flaws: int


class _Same(Exception):  # noqa: N818 - it is not an error of the program
    """From here on the text before the edit was cut like this."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class _Marking(_Cutter):
    """A cutter that notes where pieces begin, and stops where an earlier cut can be taken over."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.marks: list[Mark] = []
        self.awaited: dict[int, int] = {}
        self.before: Marked | None = None
        self.edited = Edited(0, 0, 0)

    def _starts(self, word: str, start: int) -> bool:
        """Begin a new piece at this word, if it does; note it."""
        if not super()._starts(word, start):
            return False
        modules = self.cut.modules
        last = modules[-1] if modules else None
        mark = Mark(
            start,
            word,
            self.kind,
            self.opened,
            len(modules),
            len(last.items) if last else 0,
            last.end if last else 0,
            len(self.cut.tests),
            len(self.cut.flaws),
        )
        number = self.awaited.get(start)
        if number is not None and self.before is not None and self._alike(mark, self.before, number):
            raise _Same(number)
        self.marks.append(mark)
        return True

    def _alike(self, mark: Mark, before: Marked, number: int) -> bool:
        """Whether a piece began here, before the edit, in the same state: the same module around or before it."""
        old = before.marks[number]
        if (old.kind, old.opened, old.modules) != (mark.kind, mark.opened, mark.modules):
            return False
        if not mark.modules:
            return True
        head = before.cut.modules[old.modules - 1].head
        moved = self.edited.place(head), self.edited.position(old.end)
        return moved == (self.cut.modules[-1].head, mark.end)

    def resume(self, mark: Mark, cut: Cut) -> None:
        """Take the state of an earlier cut in which a piece began."""
        self.cut = Cut(cut.modules[: mark.modules], cut.tests[: mark.tests], cut.flaws[: mark.flaws])
        if mark.modules:
            last = cut.modules[mark.modules - 1]
            self.cut.modules[-1] = ModulePiece(last.head, mark.end, last.items[: mark.items])
        self.kind, self.opened, self.piece = mark.kind, mark.opened, mark.start
        self.depth = 1 if mark.opened else 0
        self.module = self.cut.modules[-1] if mark.opened else None
        self.last, self.last_end = mark.word, mark.start + len(mark.word)


class Marked(NamedTuple):
    """A text that was cut, with the state at the start of each piece."""

    text: str
    cut: Cut
    marks: list[Mark]


def marked(text: str, before: Marked | None, edited: Edited | None) -> Marked:
    """Cut a text; `edited` tells how it differs from the one that was cut before."""
    if before is None or edited is None or len(before.marks) <= _BACK:
        return _whole(text)
    cutter = _Marking(text)
    cutter.before, cutter.edited = before, edited
    old = before.marks
    first = sum(mark.start <= edited.start for mark in old) - 1 - _BACK
    at = 0
    if first >= 0:
        cutter.marks = old[: first + 1]
        cutter.resume(old[first], before.cut)
        at = cutter.last_end
    cutter.awaited = {m.start + edited.by: n for n, m in enumerate(old) if m.start > edited.end and n > first}
    try:
        found = cutter.run(at)
    except _Same as same:
        return _joined(cutter, before, same.number, edited) or _whole(text)
    return Marked(text, found, cutter.marks if found is cutter.cut else [])


def _whole(text: str) -> Marked:
    """Cut a text from its start; one with too many items has no pieces to go on from."""
    cutter = _Marking(text)
    found = cutter.run()
    return Marked(text, found, cutter.marks if found is cutter.cut else [])


def _joined(cutter: _Marking, before: Marked, number: int, edited: Edited) -> Marked | None:
    """What was cut anew, and after it what was cut before; None where that would say something of the edit itself."""
    mark, old, new = before.marks[number], before.cut, cutter.cut
    by = edited.by
    shift = len(new.tests) - mark.tests, len(new.flaws) - mark.flaws
    items = len(new.modules[-1].items) - mark.items if new.modules else 0
    if mark.modules:
        last = old.modules[mark.modules - 1]
        new.modules[-1].items += [Piece(p.start, _further(p.at, by)) for p in last.items[mark.items :]]
        new.modules[-1].end = edited.position(last.end)
    for module in old.modules[mark.modules :]:
        pieces = [Piece(p.start, _further(p.at, by)) for p in module.items]
        new.modules.append(ModulePiece(_further(module.head, by), module.end + by, pieces))
    new.tests += [Piece(p.start, _further(p.at, by)) for p in old.tests[mark.tests :]]
    flaws = [_moved(flaw, edited) for flaw in old.flaws[mark.flaws :]]
    new.flaws += [flaw for flaw in flaws if flaw is not None]
    for later in before.marks[number:]:
        start, word, kind, opened, modules, count, end, tests, found = later
        count += items if modules == mark.modules else 0
        end = edited.position(end)
        tests, found = tests + shift[0], found + shift[1]
        cutter.marks.append(Mark(start + by, word, kind, opened, modules, count, end, tests, found))
    too_many = len(new.tests) + sum(len(m.items) for m in new.modules) > MAX_ITEMS
    return None if too_many or None in flaws else Marked(cutter.text, new, cutter.marks)


def _further(at: At, by: int) -> At:
    """A place further on."""
    return at[0] + by, at[1] + by


def _moved(flaw: Flaw, edited: Edited) -> Flaw | None:
    """A flaw where its place is now; None when the edit is in it."""
    places = [flaw.at, *(at for at, _ in flaw.labels)]
    if any((at[0] < edited.end and at[1] > edited.start) or at[0] == at[1] for at in places):
        return None
    at, *others = (at if at[1] <= edited.start else _further(at, edited.by) for at in places)
    labels = tuple(zip(others, (words for _, words in flaw.labels), strict=True))
    return Flaw(flaw.code, flaw.message, at, hint=flaw.hint, notes=flaw.notes, labels=labels)
