"""Run the LALR(1) tables over the tokens of one piece.

Guarantees: one pass, no recursion; a word is a keyword only where the grammar expects that keyword.  Raises Flaw at the
first token that cannot follow, with what could.  What it does not do: recover (pieces are small and cut beforehand).
"""

from __future__ import annotations

from rulewright.dsl.build import ACTIONS as BUILD
from rulewright.dsl.build_expr import Action, Value
from rulewright.dsl.lex import Token, lex
from rulewright.dsl.source import At
from rulewright.dsl.syntax_flaw import unexpected
from rulewright.dsl.tables import ACTIONS, ENDS, GOTOS, RULES, STARTS, WORDS

_END = "$END"
_SAME = "same"


def _plan(origin: str, action: str, keep: tuple[int, ...]) -> tuple[str, Action | None, tuple[int, ...], int, bool]:
    """A rule made ready: non-terminal, builder (None: a list), what to keep, size, and whether it only renames."""
    build = BUILD[action] if action else None
    return origin, build, keep, len(keep), action == _SAME and keep == (1,)


_PLANS = tuple(_plan(*rule) for rule in RULES)


class _Stack:
    """The parse stack: states, values, and where each value starts and ends."""

    __slots__ = ("ends", "starts", "states", "values")

    def __init__(self, state: int) -> None:
        self.states = [state]
        self.values: list[Value] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def reduce(self, number: int) -> None:
        """Replace the symbols of a rule by its value."""
        origin, build, keep, size, renames = _PLANS[number]
        states = self.states
        if renames:
            del states[-1]
            states.append(GOTOS[states[-1]][origin])
            return
        values, starts, ends = self.values, self.starts, self.ends
        if build is None and keep[0] == 2:  # a list that grows: in place
            children = values[-size]
            rest = zip(values[1 - size :], keep[1:], strict=True) if size > 1 else ()
        else:
            children = []
            rest = zip(values[-size:], keep, strict=True)
        for part, how in rest:
            if how == 1:
                children.append(part)
            elif how == 2:
                children.extend(part)
        at = (starts[-size], ends[-1])
        values[-size:] = (children if build is None else build(children, at),)
        if size > 1:
            del starts[1 - size :]
            ends[-size:] = (at[1],)
        del states[-size:]
        states.append(GOTOS[states[-1]][origin])


def parse(text: str, at: At, start: str) -> Value:
    """Parse a stretch from a start symbol (`head`, `items`, `test`, `rpart` or `expr`).  Raises Flaw."""
    stack = _Stack(STARTS[start])
    states = stack.states
    last: Token | None = None
    for token in lex(text, *at):
        kind = token.type
        word = WORDS.get(token.text) if kind == "NAME" else None
        while True:
            row = ACTIONS[states[-1]]
            kind = token.type if word is None or word not in row else word
            action = row.get(kind)
            if action is None:
                raise unexpected(text, token, last, states)
            if action >= 0:
                break
            stack.reduce(-1 - action)
        states.append(action)
        stack.values.append(token if kind == token.type else Token(kind, token.text, token.start, token.end))
        stack.starts.append(token.start)
        stack.ends.append(token.end)
        last = token
    return _finish(text, at, start, stack, last)


def _finish(text: str, at: At, start: str, stack: _Stack, last: Token | None) -> Value:
    """Feed the end of the piece."""
    goal, states = ENDS[start], stack.states
    while states[-1] != goal:
        action = ACTIONS[states[-1]].get(_END)
        if action is None or action >= 0:
            end = last.end if last else at[0]
            raise unexpected(text, Token(_END, "", end, end), last, states)
        stack.reduce(-1 - action)
    return stack.values[-1]
