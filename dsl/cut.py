"""Cut a file into pieces, so that each is parsed alone and one error cannot spoil its neighbours.

Guarantees: every character that is not white space or a comment is in exactly one piece, or in a flaw; strings and
comments never cut; one pass.  A word at the first column that starts a module or a test always cuts; inside a module, a
word at the start of a line that starts an item cuts between items, and `requirement ID`, `waiver ID for`, `attribute X :`
cut everywhere: so a forgotten brace costs one diagnostic.
What it does not do: understand the pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rulewright.dsl.cut_words import CONTINUES, ITEMS, QUICK, SCAN, STRONG, TOP, WHOLE
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.limits import MAX_DEPTH, MAX_ITEMS
from rulewright.dsl.source import At


@dataclass(slots=True)
class Piece:
    """A stretch to parse, and from which start symbol."""

    start: str
    at: At


@dataclass(slots=True)
class ModulePiece:
    """A module: its head (up to the brace), its items, whether its braces close."""

    head: At
    end: int = 0
    items: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Cut:
    """The pieces of a file."""

    modules: list[ModulePiece] = field(default_factory=list)
    tests: list[Piece] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


class _Cutter:
    """One pass over the text; `depth` counts brackets, `piece` is the start of the open piece."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.cut = Cut()
        self.depth = 0
        self.deepest = 0
        self.signs = ""  # the brackets of the open piece that are open, braces as `{`, others as `(`
        self.kind = ""  # of the open top-level item: "", "module", "test"
        self.module: ModulePiece | None = None
        self.opened = False  # the module's brace has been seen
        self.piece: int | None = None
        self.last = ""
        self.last_end = 0
        self.stray: At | None = None
        self.extra: At | None = None

    def run(self, since: int = 0) -> Cut:
        """Cut the text, or the rest of it in the present state."""
        at: int | None = since
        while at is not None:
            at = self._skim(at) if self._inside() else self._scan(at)
        self._close_top(len(self.text))
        self._flush_stray()
        if len(self.cut.tests) + sum(len(m.items) for m in self.cut.modules) > MAX_ITEMS:
            flaw = Flaw("RW0603", f"the file has more than {MAX_ITEMS} items", (0, 0), hint="split it")
            return Cut(flaws=[flaw])
        return self.cut

    def _inside(self) -> bool:
        """Whether a piece of a module's body, or a test, is open."""
        return self.piece is not None and (self.opened or self.kind == "test")

    def _scan(self, at: int) -> int | None:
        """Look at the next token; return its end, or nothing at the end of the text."""
        found = SCAN.search(self.text, at)
        if found is None:
            return None
        token = found[0]
        if token[0] != "#":
            start = found.start()
            if found["word"] is None or (token not in TOP and token not in ITEMS) or not self._starts(token, start):
                self._step(token, start, found.end())
            self.last, self.last_end = token, found.end()
        return found.end()

    def _skim(self, at: int) -> int | None:
        """Look at brackets and at words that can start something, while a piece is open; return where it closed."""
        at = self._gulp(at)
        if not self._inside():
            return at
        since = at  # the end of the last token that is known
        for found in QUICK.finditer(self.text, at):
            word = found["word"]
            if word is not None:
                start = found.start("word")
                self.last = self._last_word(since, start)
                begun = self._starts(word, start)
                self.last = word
                if begun:
                    self.last_end = found.end()
                    return found.end()
            elif (sign := found[0])[0] in "{([})]":
                self._step(sign, found.start(), found.end())
                self.last = sign
            elif sign[0] == "#":
                continue
            else:
                self.last = '"'
            since = self.last_end = found.end()
            if not self._inside():
                return since
        return None

    def _gulp(self, at: int) -> int:
        """Take the block of a piece that has just begun as a whole, where that is plain; return the end of what was taken."""
        fresh = self.depth == (1 if self.opened else 0) and self.last_end == at
        found = WHOLE.match(self.text, at) if fresh else None
        if found is None:
            return at
        self.last, self.last_end = "}", found.end()
        if self.kind == "test":
            self._close_brace(found.end())
        return found.end()

    def _last_word(self, since: int, before: int) -> str:
        """The last word or sign of a stretch; the one before the stretch when there is none in it."""
        words = [token for found in SCAN.finditer(self.text, since, before) if (token := found[0])[0] != "#"]
        return words[-1] if words else self.last

    def _first_on_line(self, start: int) -> bool:
        """Whether only white space stands before, on the same line."""
        line = self.text.rfind("\n", 0, start) + 1
        return not self.text[line:start].strip()

    def _starts(self, word: str, start: int) -> bool:
        """Begin a new piece at this word, if it does."""
        if word in TOP:
            column_one = start == 0 or self.text[start - 1] == "\n"
            if not self.kind or (column_one and self.last not in CONTINUES):
                self._close_top(start)
                self._flush_stray()
                self.kind = "test" if word == "test" else "module"
                self.piece, self.depth, self.deepest, self.opened, self.signs = start, 0, 0, False, ""
                return True
            return False
        if self.kind == "test" or (self.kind == "module" and not self.opened):
            return False
        if not self._first_on_line(start):
            return False
        strong = STRONG.match(self.text, start) is not None
        if self.last in CONTINUES and not strong:
            return False
        if not self.kind:
            return self._reopen(start)
        if self.depth == 1 or strong:
            self._close_item(start)
            self.piece, self.depth, self.deepest, self.signs = start, 1, 0, ""
            return True
        return False

    def _reopen(self, start: int) -> bool:
        """Go on in the last module after a brace too many."""
        if not self.cut.modules or self.stray is not None:
            return False
        self.module = self.cut.modules[-1]
        self.cut.flaws.append(
            Flaw(
                "RW0107",
                "this `}` closes the module, but more items follow",
                (self.module.end - 1, self.module.end),
                hint="delete the `}` that is too many",
            )
        )
        self.kind, self.opened, self.depth, self.piece, self.deepest, self.signs = "module", True, 1, start, 0, ""
        return True

    def _step(self, sign: str, start: int, end: int) -> None:
        """Count brackets, open and close pieces."""
        if not self.kind:
            self.stray = (self.stray[0] if self.stray else start, end)
            return
        if sign in "{([":
            self.depth += 1
            if self.kind == "module" and not self.opened and sign == "{":
                self._open_module(start)
                return
            self.signs += "{" if sign == "{" else "("
            self._deep(start)
        elif self._closes(sign):
            self._close_brace(end)
            return
        if self.opened and self.piece is None:
            self.piece = start

    def _closes(self, sign: str) -> bool:
        """Whether a sign closes the top-level item.  A `)` closes no brace, and a `}` closes all in it that is still open."""
        if sign in ")]":
            if self.signs.endswith("("):
                self.signs = self.signs[:-1]
                self.depth -= 1
            return False
        if sign != "}":
            return False
        before, brace, _ = self.signs.rpartition("{")
        kept = before if brace else ""
        self.depth = self.depth - len(self.signs) + len(kept) if brace else 0
        self.signs = kept
        return self.depth <= 0

    def _deep(self, start: int) -> None:
        """Remember that a piece is nested too deeply; it will not be parsed."""
        if self.depth > MAX_DEPTH and self.deepest <= MAX_DEPTH:
            self.cut.flaws.append(
                Flaw("RW0602", f"more than {MAX_DEPTH} brackets inside one another", (start, start + 1))
            )
        self.deepest = max(self.deepest, self.depth)

    def _open_module(self, brace: int) -> None:
        """The brace after a module's head."""
        assert self.piece is not None
        self.module = ModulePiece((self.piece, brace))
        self.cut.modules.append(self.module)
        self.opened, self.piece = True, None

    def _close_item(self, end: int) -> None:
        """End the open item of a module."""
        if (
            self.piece is not None
            and self.module is not None
            and self.text[self.piece : end].strip()
            and self.deepest <= MAX_DEPTH
        ):
            self.module.items.append(Piece("items", (self.piece, end)))
        self.piece, self.deepest = None, 0

    def _close_brace(self, end: int) -> None:
        """A brace that ends the top-level item."""
        if self.kind == "test":
            assert self.piece is not None
            if self.deepest <= MAX_DEPTH:
                self.cut.tests.append(Piece("test", (self.piece, end)))
        elif self.module is not None:
            self._close_item(end - 1)
            self.module.end = end
        self.kind, self.module, self.piece, self.depth, self.signs = "", None, None, 0, ""

    def _close_top(self, end: int) -> None:
        """End of the file, or the start of the next top-level item, while one is open."""
        if self.kind == "test" and self.piece is not None:
            self.cut.tests.append(Piece("test", (self.piece, end)))
        elif self.kind == "module" and not self.opened and self.piece is not None:
            at = (self.piece, self.last_end)
            self.cut.flaws.append(
                Flaw("RW0106", "a module needs a body: expected `{`", at, hint=_head_hint(self.text[at[0] : at[1]]))
            )
        elif self.kind == "module" and self.module is not None:
            self._unclosed(end)
        self.kind, self.module, self.piece, self.depth, self.signs = "", None, None, 0, ""

    def _unclosed(self, end: int) -> None:
        """A module without its last brace: an item may have swallowed it."""
        assert self.module is not None
        if self.piece is not None and self.depth > 1:
            self._close_item(end)
        else:
            self._close_item(end)
            self.cut.flaws.append(Flaw("RW0107", "this module is not closed: a `}` is missing", self.module.head))
        self.module.end = end

    def _flush_stray(self) -> None:
        """Text outside all modules."""
        if self.stray is not None:
            at = self.stray
            word = self.text[at[0] : at[1]].split()[0][:40]
            hint = _FOREIGN.get(word, 'a rule file begins with `policy ID edition "1.0.0" { … }`')
            self.cut.flaws.append(
                Flaw(
                    "RW0108",
                    f"expected `standard`, `policy`, `vocabulary` or `test`, found `{word}`",
                    (at[0], at[0] + len(word)),
                    hint=hint,
                )
            )
            self.stray = None


_FOREIGN = {
    "package": 'this looks like Rego; a rule file begins with `policy ID edition "1.0.0" { … }`',
    "import": 'this looks like Rego; what a policy uses stands inside it: `use ID edition "…" as NAME`',
    "{": "this looks like JSON; its form for rules is described in the reference, page JSON form",
}


def _head_hint(head: str) -> str:
    """What to write in place of a head without a body."""
    kind, _, rest = head.partition(" ")
    if kind.endswith(":") or rest.startswith(":") or ":" in head.partition("\n")[0]:
        return 'this looks like YAML; a module is written `policy acme.camera edition "1.0.0" { … }`'
    return f'write `{kind.split()[0]} ID edition "1" {{ … }}`'


def cut(text: str) -> Cut:
    """Cut a file."""
    return _Cutter(text).run()
