"""Run the LALR(1) tables over the tokens of one piece.

Guarantees: one pass, no recursion; a word is a keyword only where the grammar expects that keyword.  Raises Flaw at the
first token that cannot follow, with what could.  What it does not do: recover (pieces are small and cut beforehand).
"""

from __future__ import annotations

from rulewright.dsl.build import ACTIONS as BUILD
from rulewright.dsl.build_expr import Value
from rulewright.dsl.lex import Token, lex
from rulewright.dsl.source import At
from rulewright.dsl.syntax_flaw import unexpected
from rulewright.dsl.tables import ACTIONS, ENDS, GOTOS, RULES, STARTS, WORDS

_END = "$END"


def parse(text: str, at: At, start: str) -> Value:
    """Parse a stretch from a start symbol (`head`, `items`, `test` or `rpart`).  Raises Flaw."""
    states = [STARTS[start]]
    values: list[Value] = []
    spots: list[At] = []
    last: Token | None = None
    for token in lex(text, *at):
        kind = token.type
        row = ACTIONS[states[-1]]
        if kind == "NAME":
            word = WORDS.get(token.text)
            if word is not None and word in row:
                kind = word
        action = row.get(kind)
        while action is not None and action < 0:
            _reduce(-1 - action, states, values, spots)
            row = ACTIONS[states[-1]]
            if token.type == "NAME":
                word = WORDS.get(token.text)
                kind = word if word is not None and word in row else "NAME"
            action = row.get(kind)
        if action is None:
            raise unexpected(text, token, last, states)
        states.append(action)
        values.append(token if kind == token.type else Token(kind, token.text, token.start, token.end))
        spots.append((token.start, token.end))
        last = token
    return _finish(text, at, start, states, values, spots, last)


def _finish(
    text: str, at: At, start: str, states: list[int], values: list[Value], spots: list[At], last: Token | None
) -> Value:
    """Feed the end of the piece."""
    goal = ENDS[start]
    while True:
        action = ACTIONS[states[-1]].get(_END)
        if states[-1] == goal:
            return values[-1]
        if action is None or action >= 0:
            end = last.end if last else at[0]
            raise unexpected(text, Token(_END, "", end, end), last, states)
        _reduce(-1 - action, states, values, spots)


def _reduce(number: int, states: list[int], values: list[Value], spots: list[At]) -> None:
    """Replace the symbols of a rule by its value."""
    origin, action, keep = RULES[number]
    size = len(keep)
    parts = values[-size:]
    at = (spots[-size][0], spots[-1][1])
    del states[-size:], values[-size:], spots[-size:]
    if not action and keep[0] == 2:  # a list that grows: in place
        children = parts[0]
        assert isinstance(children, list)
        rest = zip(parts[1:], keep[1:], strict=True)
    else:
        children = []
        rest = zip(parts, keep, strict=True)
    for part, how in rest:
        if how == 1:
            children.append(part)
        elif how == 2:
            children.extend(part)
    values.append(BUILD[action](children, at) if action else children)
    spots.append(at)
    states.append(GOTOS[states[-1]][origin])
