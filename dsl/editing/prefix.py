"""What the grammar knows at a place of a text: the symbols read so far, and what could follow.

Guarantees: the tables of the parser decide, run over the words before the place; a word that cannot stand where it
stands is passed over, so a mistake further up hides nothing below it.
What it does not do: know names or types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rulewright.dsl.flaw import Flaw
from rulewright.dsl.lex import Token, lex
from rulewright.dsl.source import At
from rulewright.dsl.syntax_flaw import expected
from rulewright.dsl.tables import ACTIONS, ENDS, GOTOS, RULES, STARTS, WORDS

_PARTIAL = re.compile(r"(?<![\w.\-])[A-Za-z_][\w.\-]*\Z")
_STRING = re.compile(r'"[^"\n]*\Z')


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of the parse stack: a terminal or a non-terminal, and its stretch of the token list."""

    name: str
    first: int
    end: int


@dataclass(slots=True)
class Prefix:
    """The state before a place.

    `word` is the stretch of the word (or, when `quoted`, the string) that is being written, `closed` the parts that have
    been completed: their non-terminal and their first token, `fresh` whether a new line was begun.
    """

    tokens: list[Token]
    symbols: list[Symbol]
    can: frozenset[str]
    word: At
    quoted: bool = False
    comment: bool = False
    fresh: bool = True
    closed: list[tuple[str, Token]] = field(default_factory=list)

    def text(self, back: int) -> str:
        """The text of the symbol so many places from the end of the stack (1 is the last), one space between words."""
        if back > len(self.symbols):
            return ""
        symbol = self.symbols[-back]
        return " ".join(token.text for token in self.tokens[symbol.first : symbol.end])

    def ends(self, *names: str) -> bool:
        """Whether the stack ends with these symbols."""
        have = [s.name for s in self.symbols[-len(names) :]]
        return have == list(names)

    def last(self, *names: str) -> int | None:
        """How far from the end of the stack (1 is the last) the nearest of some symbols is."""
        for back, symbol in enumerate(reversed(self.symbols), 1):
            if symbol.name in names:
                return back
        return None


def tokens_of(text: str, start: int, end: int) -> Iterator[Token]:
    """All tokens of a stretch; what starts none is passed over."""
    at = start
    while at < end:
        try:
            for token in lex(text, at, end):
                yield token
                at = token.end
        except Flaw as flaw:
            at = max(flaw.at[1], at + 1)
        else:
            return


class Run:
    """The parse stack without values: it reads tokens, and passes over those that cannot follow."""

    def __init__(self, start: str) -> None:
        self.start = start
        self.states = [STARTS[start]]
        self.symbols: list[Symbol] = []
        self.tokens: list[Token] = []
        self.closed: list[tuple[str, Token]] = []

    def read(self, token: Token) -> str:
        """Take a token; return the terminal that it is here, or nothing when it cannot stand here."""
        word = WORDS.get(token.text) if token.type == "NAME" else None
        kind = self._settle(token.type, word)
        if not kind:
            return ""
        token.type = kind
        self.symbols.append(Symbol(kind, len(self.tokens), len(self.tokens) + 1))
        self.tokens.append(token)
        return kind

    def _settle(self, kind: str, word: str | None) -> str:
        """Reduce until the terminal can be pushed; leave everything as it was when it cannot.

        What is reduced is noted beside the stacks: they are long where much is nested.
        """
        states, symbols, closed = self.states, self.symbols, list[tuple[str, Token]]()
        keep, new_states, new_symbols = len(states), list[int](), list[Symbol]()
        while True:
            row = ACTIONS[new_states[-1] if new_states else states[keep - 1]]
            key = kind if word is None or word not in row else word
            action = row.get(key)
            if action is None:
                return ""
            if action >= 0:
                states[keep:] = [*new_states, action]
                symbols[keep - 1 :] = new_symbols
                self.closed += closed
                return key
            origin, _, parts = RULES[-1 - action]
            size = len(parts)
            inner = min(size, len(new_symbols))
            taken = [*symbols[keep - 1 - (size - inner) : keep - 1], *new_symbols[len(new_symbols) - inner :]]
            symbol = Symbol(origin, taken[0].first, taken[-1].end)
            if origin in _PARTS:
                closed.append((origin, self.tokens[symbol.first]))
            del new_states[len(new_states) - inner :], new_symbols[len(new_symbols) - inner :]
            keep -= size - inner
            new_states.append(GOTOS[new_states[-1] if new_states else states[keep - 1]][origin])
            new_symbols.append(symbol)

    @property
    def complete(self) -> bool:
        """Whether what was read is whole."""
        states = list(self.states)
        while (action := ACTIONS[states[-1]].get("$END")) is not None and action < 0:
            origin, _, keep = RULES[-1 - action]
            del states[-len(keep) :]
            states.append(GOTOS[states[-1]][origin])
        return states[-1] == ENDS[self.start] or "$END" in ACTIONS[states[-1]]

    def could_follow(self) -> frozenset[str]:
        """The terminals that can follow."""
        return expected(self.states)


_PARTS = frozenset({"rpart", "opart", "apart", "wpart", "item"})


def word_before(text: str, offset: int, floor: int = 0) -> int:
    """Where the word that ends at a place starts; the place itself where there is none."""
    found = _PARTIAL.search(text, max(floor, text.rfind("\n", 0, offset) + 1), offset)
    return offset if found is None else found.start()


def prefix(text: str, offset: int, start: str, since: int) -> Prefix:
    """The state of a piece, which begins at `since` and is read from the start symbol `start`, before a place."""
    begin = word_before(text, offset, since)
    run = Run(start)
    end = since
    for token in tokens_of(text, since, begin):
        end = token.end
        if token.end <= begin:
            run.read(token)
    rest = text[end:begin]
    line = rest[rest.rfind("\n") + 1 :]
    comment = "#" in line and '"' not in line.partition("#")[0]
    string = None if comment else _STRING.search(line)
    word = (begin, offset) if string is None else (begin - len(line) + string.start(), offset)
    fresh = "\n" in rest or not run.tokens
    return Prefix(run.tokens, run.symbols, run.could_follow(), word, string is not None, comment, fresh, run.closed)


def accepts(text: str, at: At, start: str = "items") -> frozenset[str]:
    """The terminals that could follow a stretch, the word left out that is being written at its end."""
    return prefix(text, at[1], start, at[0]).can
