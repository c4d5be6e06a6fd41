"""One value of declared facts: plain data typed against the vocabulary.

Guarantees: a value that does not fit raises `WrongError` with words for people; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from rulewright.facts.types import MICRO, FieldType, Kind, Level, State, Trust, Value

_HUGE = 10**18
_STATES = {state.word: state for state in State if state is not State.KNOWN}
TRUST = {trust.name.lower(): trust for trust in Trust}
"""Degrees of trust by their words."""
_LEVELS = {level.word: level for level in Level}


class WrongError(Exception):
    """A value that does not fit its type."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def similar(name: str, known: Iterable[str]) -> str | None:
    """A guess at what was meant."""
    from difflib import get_close_matches  # for what is wrong only

    close = get_close_matches(name, list(known), 1, 0.6)
    return f"did you mean `{close[0]}`?" if close else None


def state(word: object, value: object) -> State:
    """The state that a word names; a value without a word is known."""
    if word is None or word == "known":
        return State.MISSING if value is None else State.KNOWN
    if not isinstance(word, str) or word not in _STATES:
        raise WrongError(f"`{word}` is no state of a fact", f"one of known, {', '.join(_STATES)}")
    if value is not None:
        raise WrongError(f"a fact that is {word} has no value")
    return _STATES[word]


def level(word: object, stated: State) -> Level:
    """How far a finding is known to matter."""
    if not isinstance(word, str) or word not in _LEVELS:
        raise WrongError(f"`{word}` is no level of evidence", f"one of {', '.join(_LEVELS)}")
    if stated is not State.KNOWN:
        raise WrongError("only a known fact has a level")
    return _LEVELS[word]


def day(text: object) -> int:
    """The day number of a date."""
    from rulewright.facts.identity.dates import parse_date  # facts files only

    found = parse_date(text) if isinstance(text, str) else None
    if found is None:
        raise WrongError(f"`{text}` is not a date", "write it as 2026-08-01")
    return found


def typed(type_: FieldType, value: object) -> Value:
    """The value in its held form.  Raises `WrongError` when it does not fit."""
    match type_.kind:
        case Kind.BOOL:
            return _bool(value)
        case Kind.INT:
            return _int(value)
        case Kind.DECIMAL:
            return _decimal(value)
        case Kind.DATE:
            return day(value)
        case Kind.ENUM:
            return _word(type_, value)
        case Kind.SET:
            if not isinstance(value, list | tuple):
                raise WrongError("a set is written as a list")
            return tuple(sorted({_word(type_, member) for member in value}))
        case _:
            if not isinstance(value, str):
                raise WrongError(f"a {type_} is text", "put it in quotes")
            return value


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return value == "true"
    raise WrongError(f"`{value}` is neither true nor false")


def _int(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip("-").isdecimal() and value.isascii() and len(value) < 20:
        return int(value)
    raise WrongError(f"`{value}` is not a whole number")


def _decimal(value: object) -> int:
    scaled = Decimal("NaN")
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(InvalidOperation):
            scaled = Decimal(str(value)) * MICRO
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > _HUGE:
        raise WrongError(f"`{value}` is not a number with at most six decimals")
    return int(scaled)


def _word(type_: FieldType, value: object) -> str:
    if not isinstance(value, str):
        raise WrongError(f"`{value}` is not a word")
    if type_.values and not type_.open_values and value not in type_.values:
        raise WrongError(f"`{value}` is not one of {', '.join(type_.values)}", similar(value, type_.values))
    return value
