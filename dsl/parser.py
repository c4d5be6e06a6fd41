"""Run the LALR(1) tables over the tokens of one piece.

Guarantees: one pass, no recursion; a word is a keyword only where the grammar expects that keyword.  Raises Flaw at the
first token that cannot follow, with what could.  What it does not do: recover (pieces are small and cut beforehand).
"""

from __future__ import annotations

from rulewright.dsl.build import ACTIONS as BUILD
from rulewright.dsl.build_expr import Action, Value, listed
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.lex import Token, lex
from rulewright.dsl.source import At
from rulewright.dsl.syntax_flaw import unexpected
from rulewright.dsl.tables import ACTIONS, ENDS, GOTOS, RULES, STARTS, WORDS

_END = "$END"
_SAME = "same"

_RENAMES, _LISTS, _GROWS, _PICKS, _SPLICES = range(5)
Plan = tuple[int, str, Action, tuple[int, ...], tuple[int, ...], int]


def _plan(origin: str, action: str, keep: tuple[int, ...]) -> Plan:
    """A rule made ready: what to do, its non-terminal, its builder, the symbols kept (from the end), all, how many."""
    size = len(keep)
    kept = tuple(place - size for place, how in enumerate(keep) if how)
    shape = _SPLICES if 2 in keep else _PICKS
    if keep == (1,) and action in {_SAME, ""}:
        shape = _RENAMES if action else _LISTS
    elif not action and keep[0] == 2 and keep[1:].count(1) == sum(map(bool, keep[1:])) == 1:
        shape, kept = _GROWS, kept[1:]
    return shape, origin, BUILD[action] if action else listed, kept, keep, size


_PLANS = tuple(_plan(*rule) for rule in RULES)


_RENAMED: dict[tuple[int, int, str, str | None], int] = {}
"""What the tables say of chains of renaming rules, where it was asked for: a part of them, made smaller."""


def _renamed(below: int, state: int, kind: str, word: str | None) -> int:
    """The state after all the rules that only rename the symbol on top, before a terminal (rather as a keyword)."""
    now = state
    while True:
        row = ACTIONS[now]
        action = row.get(kind if word is None or word not in row else word)
        if action is None or action >= 0 or _PLANS[-1 - action][0] != _RENAMES:
            _RENAMED[below, state, kind, word] = now
            return now
        now = GOTOS[below][_PLANS[-1 - action][1]]


class _Stack:
    """The parse stack: states, values, and where each value starts; the last one ends where the last token does."""

    __slots__ = ("end", "starts", "states", "values")

    def __init__(self, state: int) -> None:
        self.states = [state]
        self.values: list[Value] = []
        self.starts: list[int] = []
        self.end = 0

    def settle(self, kind: str, word: str | None) -> tuple[int, str] | None:
        """Reduce until a terminal (rather as a keyword) can be pushed: the next state, and as what; None if it cannot."""
        states, values, starts = self.states, self.values, self.starts
        while True:
            row = ACTIONS[states[-1]]
            key = kind if word is None or word not in row else word
            action = row.get(key)
            if action is None:
                return None
            if action >= 0:
                return action, key
            shape, origin, build, kept, keep, size = _PLANS[-1 - action]
            if shape == _RENAMES:
                step = states[-2], states[-1], kind, word
                states[-1] = _RENAMED.get(step) or _renamed(*step)
                continue
            if shape == _LISTS:
                values[-1] = [values[-1]]
            elif shape == _GROWS:
                values[-size].append(values[kept[0]])
                del values[1 - size :]
            else:
                at = (starts[-size], self.end)
                children = [values[n] for n in kept] if shape == _PICKS else _spliced(values[-size:], keep)
                values[-size:] = (build(children, at),)
            if size > 1:
                del starts[1 - size :], states[1 - size :]
            states[-1] = GOTOS[states[-2]][origin]


def _spliced(parts: list[Value], keep: tuple[int, ...]) -> list[Value]:
    """What a rule keeps of its symbols, some of them lists that are put in."""
    kept: list[Value] = []
    for part, how in zip(parts, keep, strict=True):
        if how == 1:
            kept.append(part)
        elif how == 2:
            kept += part
    return kept


def parse(text: str, at: At, start: str, since: int | None = None) -> Value:
    """Parse a stretch from a start symbol (`head`, `items`, `test`, `rpart` or `expr`) of an item.  Raises Flaw.

    The item begins at `since`, or where the stretch does: what stands before that plays no part in what is said.
    """
    stack = _Stack(STARTS[start])
    settle, states, values, starts = stack.settle, stack.states, stack.values, stack.starts
    last: Token | None = None
    kind = _END
    for token in lex(text, *at):
        before, kind = kind, token.type
        word = WORDS.get(token.text) if kind == "NAME" else None
        row = ACTIONS[states[-1]]
        key = kind if word is None or word not in row else word
        state = row.get(key, -1)
        if state < 0:
            step = settle(kind, word)
            if step is None:
                raise _unexpected(text, token, last, before, states, at[0] if since is None else since)
            state, key = step
        token.type = key
        states.append(state)
        values.append(token)
        starts.append(token.start)
        stack.end = token.end
        last = token
    settle(_END, None)
    if states[-1] != ENDS[start]:
        end = last.end if last else at[0]
        raise _unexpected(text, Token(_END, "", end, end), last, kind, states, at[0] if since is None else since)
    return values[-1]


def _unexpected(text: str, token: Token, last: Token | None, kind: str, states: list[int], since: int) -> Flaw:
    """The flaw for a token that cannot follow; the one before it as it was written, not as the keyword that it became."""
    if last is not None:
        last.type = kind
    return unexpected(text, token, last, states, since)
