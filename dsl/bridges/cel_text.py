"""Parts of CEL expressions: literals, conjunctions, and guards against what an input may lack.

Guarantees: a guard is false, and no error, for a key that is not there, for null, and for a value of another type; CEL's
`&&` then makes the whole false, whatever stands beside it.  Numbers may be `int`, or `double` with a whole value, as JSON
is read by some hosts.
"""

from __future__ import annotations

from typing import assert_never

from rulewright.dsl import ir
from rulewright.dsl.bridges.conditions import Shape

TRUE, FALSE = "true", "false"
NUMBER = "type(n_) == int || (type(n_) == double && n_ > -1e15 && n_ < 1e15 && double(int(n_)) == n_)"
"""A whole number; up to 1e15 doubles are exact, and `int()` of one is no error."""


def both(parts: list[str]) -> str:
    """Conjunction, without what is true anyway."""
    kept = list(dict.fromkeys(part for part in parts if part != TRUE))
    if FALSE in kept:
        return FALSE
    return kept[0] if len(kept) == 1 else f"({' && '.join(kept)})" if kept else TRUE


def either(parts: list[str]) -> str:
    """Disjunction, without what is false anyway."""
    kept = list(dict.fromkeys(part for part in parts if part != FALSE))
    if TRUE in kept:
        return TRUE
    return kept[0] if len(kept) == 1 else f"({' || '.join(kept)})" if kept else FALSE


def negated(part: str) -> str:
    """Negation."""
    return {TRUE: FALSE, FALSE: TRUE}.get(part) or f"!({part})"


def typed(value: str, shape: Shape) -> str:
    """That a value which is there has the type that the rules give it."""
    match shape:
        case "flag":
            return f"type({value}) == bool"
        case "number":
            return f"[{value}].exists(n_, {NUMBER})"
        case "text":
            return f"type({value}) == string"
        case "set":
            return f"type({value}) == list && {every(value, 'm_', 'type(m_) == string')}"
        case _ as never:
            assert_never(never)


def every(value: str, var: str, test: str) -> str:
    """That all members of a list meet a test; `dyn`, since some checkers take no member of a member for a range."""
    return f"dyn({value}).all({var}, {test})"


def moved(value: str, days: int) -> str:
    """A number, moved: some hosts read it as a `double`, to which no `int` can be added."""
    return f"int({value}) + {days}" if days else value


def text(words: str) -> str:
    """A string literal of CEL: that of JSON, where what lies beyond the first plane is spelled with eight digits."""
    return '"' + "".join(_character(char) for char in words) + '"'


def texts(words: tuple[str, ...]) -> str:
    """A list of string literals."""
    return f"[{', '.join(map(text, words))}]"


def _character(char: str) -> str:
    """One character of a string literal."""
    if char in '"\\':
        return f"\\{char}"
    code = ord(char)
    return char if 0x20 <= code < 0x7F else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def literal(value: ir.Value) -> str:
    """A literal."""
    match value:
        case bool():
            return TRUE if value else FALSE
        case int():
            return str(value)
        case str():
            return text(value)
        case tuple():
            return texts(value)
        case _ as never:
            assert_never(never)
