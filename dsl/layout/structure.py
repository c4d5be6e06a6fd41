"""What the tokens of a rule file are to one another: where items and parts begin, which brackets and chains of operators there are.

Guarantees: the words of the grammar's tables decide, as they do for the parser; nothing of a tree is built.  One pass, no
recursion.  Raises Flaw at what cannot be parsed.
What it does not do: check values (a date that the calendar does not know is laid out like any other).
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.dsl.cut import Cut, cut
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.layout.comments import gap_of
from rulewright.dsl.layout.model import (
    AND,
    CHAIN,
    FIRM,
    IMPLIES,
    LINES,
    LOOSE,
    OR,
    SPACED,
    TIGHT,
    Block,
    Group,
    Structure,
)
from rulewright.dsl.lex import Token, lex
from rulewright.dsl.limits import MAX_ITEMS
from rulewright.dsl.parser import parse
from rulewright.dsl.source import At
from rulewright.dsl.tables import ACTIONS, ENDS, GOTOS, RULES, STARTS, WORDS

_OPERATORS = {"IMPLIES": IMPLIES, "OR": OR, "AND": AND}
_SETTINGS = frozenset({"title", "publisher", "licence", "force", "jurisdiction", "source", "valid", "scope"})
_PLAIN = frozenset({"applies", "approved", "unknown_fails", "right"})
_PADS = {"requirement": 10, "attribute": 10, "objective_item": 11, "waiver": 9, "test": 0}
_PART = frozenset({"rpart", "opart", "apart", "wpart"})
_SPACED = frozenset({"facts", "fact_rows", "fact_rows_state"})
_AT_ONCE = ("", " ")


def structure_of(text: str) -> Structure:
    """Read the structure of a file.  Raises Flaw."""
    pieces = cut(text)
    if pieces.flaws:
        raise pieces.flaws[0]
    found = Structure()
    for start, end, symbol in _stretches(pieces):
        first = len(found.texts)
        if symbol in {"{", "}"}:
            _push(found, text, Token("LBRACE" if symbol == "{" else "RBRACE", symbol, start, end))
        else:
            _parse(found, text, (start, end), symbol)
        if symbol == "head":
            found.modules.append((first, len(found.texts), 0))
        elif symbol == "}":
            found.modules[-1] = (*found.modules[-1][:2], first)
        elif symbol == "test":
            found.tests.append(first)
    if len(found.items) + len(found.tests) > MAX_ITEMS:
        raise Flaw("RW0603", f"the file has more than {MAX_ITEMS} items", (0, 0), hint="split it")
    last = gap_of(text[found.end :], first=not found.texts)
    if last is not None:
        found.gaps[len(found.texts)] = last
    return found


def _stretches(pieces: Cut) -> Iterator[tuple[int, int, str]]:
    """What to read, in the order of the file: start, end, and from which symbol of the grammar."""
    tops: list[tuple[int, int, str]] = [(*test.at, "test") for test in pieces.tests]
    for module in pieces.modules:
        tops.append((*module.head, "head"))
        tops.append((module.head[1], module.head[1] + 1, "{"))
        tops += [(*item.at, "items") for item in module.items]
        tops.append((module.end - 1, module.end, "}"))
    return iter(sorted(tops))


def _push(found: Structure, text: str, token: Token) -> None:
    """Add a token with the gap before it."""
    number = len(found.texts)
    gap = text[found.end : token.start]
    fresh = 0
    if gap not in _AT_ONCE and ("\n" in gap or "#" in gap):
        fresh = 1
        more = gap_of(gap, first=number == 0)
        if more is not None:
            found.gaps[number] = more
    found.texts.append(token.text)
    found.types.append(token.type)
    found.fresh.append(fresh)
    found.spaces.append(" ")
    found.breaks.append(0)
    found.end = token.end


def _comma(found: Structure, at: int) -> None:
    found.spaces[at] = ""


def _dots(found: Structure, at: int) -> None:
    found.spaces[at] = ""
    found.dots = at


def _open(found: Structure, at: int) -> None:
    found.opened.append(at)


def _close(found: Structure, at: int) -> None:
    found.closed[at] = found.opened.pop()


def _operator(found: Structure, at: int) -> None:
    found.operators.append(at)


def _because(found: Structure, at: int) -> None:
    found.breaks[at] = LOOSE


_SEEN = {
    "COMMA": _comma, "SEMICOLON": _comma, "_DOTS": _dots, "LBRACE": _open, "LPAR": _open, "LSQB": _open, "RBRACE": _close,
    "RPAR": _close, "RSQB": _close, "OR": _operator, "AND": _operator, "IMPLIES": _operator, "BECAUSE": _because,
}  # fmt: skip
"""What a token says by itself."""
_AFTER = {"COMMA": LOOSE, "SEMICOLON": FIRM}


def _parse(found: Structure, text: str, at: At, symbol: str) -> None:
    """Run the tables over a stretch.  Raises Flaw."""
    states, starts = [STARTS[symbol]], [0]
    for token in lex(text, *at):
        kind = token.type
        word = WORDS.get(token.text) if kind == "NAME" else None
        before = found.types[-1] if len(states) > 1 else ""
        action = _reduce(found, states, starts, kind, word)
        if action is None:
            raise _flaw(text, at, symbol, token)
        if word is not None and word in ACTIONS[states[-1]]:
            token.type = word
        number = len(found.texts)
        _push(found, text, token)
        states.append(action)
        starts.append(number)
        if before in _AFTER:
            found.breaks[number] = _AFTER[before]
        seen = _SEEN.get(token.type)
        if seen is not None:
            seen(found, number)
    _reduce(found, states, starts, "$END", None)
    if states[-1] != ENDS[symbol]:
        raise _flaw(text, at, symbol, None)


def _flaw(text: str, at: At, symbol: str, token: Token | None) -> Flaw:
    """What the parser says of the same stretch."""
    try:
        parse(text, at, symbol)
    except Flaw as flaw:
        return flaw
    place = (token.start, token.end) if token else at
    return Flaw("RW0105", "this cannot be read", place)  # not reached: both follow one table


def _reduce(found: Structure, states: list[int], starts: list[int], kind: str, word: str | None) -> int | None:
    """Reduce until a token can follow: the next state, or none."""
    while True:
        row = ACTIONS[states[-1]]
        action = row.get(kind if word is None or word not in row else word)
        if action is None or action >= 0:
            return action
        origin, size, name, hook = _PLANS[-1 - action]
        if hook:
            _note(found, origin, name, starts[-size])
        if size > 1:
            del starts[1 - size :], states[1 - size :]
        states[-1] = GOTOS[states[-2]][origin]


def _note(found: Structure, origin: str, name: str, start: int) -> None:
    """Write down what a rule has found: from its first token to the newest."""
    end = len(found.texts)
    if origin == "item":
        found.items.append(start)
        if name in _SETTINGS:
            found.settings.append(start)
    elif origin == "case" or origin in _PART:
        found.parts.append(start)
        if name in _PLAIN:
            found.plain.add(start)
        if origin == "case":
            found.rows[start] = end
    if name in _PADS:
        _block(found, name, start, end)
    elif name in _CHAINS:
        _chain(found, name, start, end)
    else:
        _spacing(found, name, start, end)


def _spacing(found: Structure, name: str, start: int, end: int) -> None:
    """Write down brackets, and what stands close together."""
    if name in _BRACKETS:
        if name != "check" or found.types[start + 1] == "LBRACE":
            found.groups.append(Group(_BRACKETS[name], found.closed[end - 1], end))
    elif name in _GLUED:
        for place in _GLUED[name]:
            found.spaces[start + place] = ""
    elif name == "bound_range":
        found.spaces[found.dots + 1] = ""
    elif name in _ENCLOSED:
        _bracket(found, name, start, end)


_CHAINS = {"implies": IMPLIES, "or_": OR, "and_": AND}
_BRACKETS = {"wordset": TIGHT, "paren": TIGHT, "all_": LINES, "any_": LINES, "block": LINES, "check": LINES}
_GLUED = {"type_of": (1, 2, 3), "ref_of": (1, 2), "reference": (1, 2)}
_ENCLOSED = frozenset({*_SPACED, "formals", "call", "define"})
_HOOKS = frozenset({*_PADS, *_CHAINS, *_BRACKETS, *_ENCLOSED, *_GLUED, "bound_range"})
_PLANS = tuple(
    (origin, len(keep), name, origin in {"item", "case", *_PART} or name in _HOOKS) for origin, name, keep in RULES
)


def _block(found: Structure, name: str, start: int, end: int) -> None:
    """An item with parts, or without a block."""
    if name == "attribute":
        found.rows[start] = end
    if found.types[end - 1] != "RBRACE":
        return
    parts: list[int] = []
    while found.parts and found.parts[-1] > start:
        parts.append(found.parts.pop())
    found.blocks.append(
        Block(start, found.closed[end - 1], end, tuple(reversed(parts)), _PADS[name], name == "attribute")
    )


def _chain(found: Structure, name: str, start: int, end: int) -> None:
    """Operands and their operators; `a implies b implies c` is one chain."""
    strength = _CHAINS[name]
    operators = found.operators
    first = end
    while operators and operators[-1] >= start:
        first = operators.pop()
        found.breaks[first] = strength
    group = Group(CHAIN + strength, start, end)
    if strength == IMPLIES and found.groups and found.groups[-1] == Group(group.kind, first + 1, end):
        found.groups[-1] = group
    else:
        found.groups.append(group)


def _bracket(found: Structure, name: str, start: int, end: int) -> None:
    """Facts and rows, which have spaces inside; the arguments of a call and of a definition, which stay together."""
    if name == "fact_rows_state":
        end -= 1
    if name in _SPACED:
        found.groups.append(Group(SPACED, start, end))
    elif name == "formals":
        found.breaks[start + 1 : end] = bytes(end - start - 1)
    elif name == "call":
        found.breaks[start + 1 : end] = bytes(end - start - 1)
        _hug(found, start + 1, end - 1)
    else:
        _hug(found, start + 2, next(at for at in range(start + 2, end) if found.types[at] == "RPAR"))


def _hug(found: Structure, open_: int, close: int) -> None:
    """No spaces round the brackets of a call."""
    for place in (open_, open_ + 1, close):
        found.spaces[place] = ""
