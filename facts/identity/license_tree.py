"""SPDX licence expressions: from text to a tree.

Guarantees: `read` never raises; linear time; nesting is at most `MAX_DEPTH`; ids come out in the list's own
spelling whatever their case. An unknown id is no syntax error: its node says `known=False`.
Does not: judge (see `licenses`); NOASSERTION and NONE are not expressions here, readers keep them apart.
Source: SPDX specification 3.0.1, annex "SPDX license expressions" (2.3, annex D); operators in all upper or all
lower case.
"""

from functools import lru_cache
from typing import NamedTuple

import msgspec

from rulewright.facts.identity.data import spdx_ids
from rulewright.facts.identity.text import MAX_LENGTH
from rulewright.facts.lazy import deferred

MAX_DEPTH = 64
"""Deepest nesting of parentheses."""

_TOKEN = deferred(r"[()]|[^\s()]+")
_IDSTRING = deferred(r"[A-Za-z0-9.-]+\Z")
_PREFIXES = {"licenseref-": "LicenseRef-", "additionref-": "AdditionRef-"}
_OPERATORS = {"AND": "AND", "and": "AND", "OR": "OR", "or": "OR", "WITH": "WITH", "with": "WITH"}
_RESERVED = frozenset({"noassertion", "none"})


class License(msgspec.Struct, frozen=True):
    """One licence: its id or reference, `+` (or any later version), exception; `known` if the list has both ids."""

    id: str
    plus: bool = False
    exception: str | None = None
    known: bool = True


class And(msgspec.Struct, frozen=True):
    """All parts apply together; two parts or more, none of them an `And`."""

    parts: tuple["Expression", ...]


class Or(msgspec.Struct, frozen=True):
    """The licensee chooses one part; two parts or more, none of them an `Or`."""

    parts: tuple["Expression", ...]


Expression = License | And | Or


class Fault(NamedTuple):
    """Why a text is no licence expression; `position` counts characters from 0."""

    position: int
    message: str


def read(text: str) -> Expression | Fault:
    """Parse an expression, or say where it stops being one."""
    if len(text) > MAX_LENGTH:
        return Fault(MAX_LENGTH, f"longer than {MAX_LENGTH} characters")
    if text.strip().lower() in _RESERVED:
        return Fault(0, f"`{text.strip()}` is no licence expression")
    try:
        return _Parser(text).whole()
    except _StopError as stop:
        return Fault(stop.position, stop.message)


def license_id(text: str) -> tuple[str, bool]:
    """Give an id or reference in its canonical spelling, and whether it is one."""
    known = _licenses().get(text.lower()) if text.isascii() else None
    if known:
        return known, True
    reference = _reference(text, "licenseref-")
    return (reference, True) if reference else (text, False)


def exception_id(text: str) -> tuple[str, bool]:
    """Give the id of an exception or an AdditionRef in its canonical spelling, and whether it is one."""
    known = _exceptions().get(text.lower()) if text.isascii() else None
    if known:
        return known, True
    reference = _reference(text, "additionref-")
    return (reference, True) if reference else (text, False)


def position(text: str, word: str) -> int:
    """Give where `word` first stands in an expression as an operand, with or without `+`."""
    wanted = {word, f"{word}+"}
    return next((found.start() for found in _TOKEN.finditer(text) if found.group() in wanted), 0)


def is_listed_exception(text: str) -> bool:
    """Whether `text`, in canonical spelling, is an exception of the SPDX list (an AdditionRef is not)."""
    return text.lower() in _exceptions()


@lru_cache(maxsize=1)
def _licenses() -> dict[str, str]:
    return {name.lower(): name for name in spdx_ids.LICENSES.split()}


@lru_cache(maxsize=1)
def _exceptions() -> dict[str, str]:
    return {name.lower(): name for name in spdx_ids.EXCEPTIONS.split()}


def _reference(text: str, kind: str) -> str | None:
    before, colon, name = text.rpartition(":")
    if name[: len(kind)].lower() != kind or not _IDSTRING.match(name, len(kind)):
        return None
    document = before[12:]
    if colon and not (before[:12].lower() == "documentref-" and _IDSTRING.match(document)):
        return None
    return (f"DocumentRef-{document}:" if colon else "") + _PREFIXES[kind] + name[len(kind) :]


class _StopError(Exception):
    """Carries a fault out of the parser; never leaves this module."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


class _Parser:
    """Precedence climbing: `+`, WITH, AND, OR bind in that order."""

    def __init__(self, text: str) -> None:
        self.tokens = [(found.group(), found.start()) for found in _TOKEN.finditer(text)]
        self.tokens.append(("", len(text.rstrip())))
        self.next = 0
        self.depth = 0

    def whole(self) -> Expression:
        tree = self.either()
        lexeme, position = self.tokens[self.next]
        if lexeme == ")":
            raise _StopError(position, "`)` without `(`")
        if lexeme:
            raise _StopError(position, f"expected AND, OR or the end before `{lexeme[:60]}`")
        return tree

    def either(self) -> Expression:
        parts = [self.both()]
        while self.takes("OR"):
            parts.append(self.both())
        flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
        return flat[0] if len(flat) == 1 else Or(tuple(flat))

    def both(self) -> Expression:
        parts = [self.one()]
        while self.takes("AND"):
            parts.append(self.one())
        flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
        return flat[0] if len(flat) == 1 else And(tuple(flat))

    def one(self) -> Expression:
        lexeme, position = self.tokens[self.next]
        if lexeme == "(":
            return self.group(position)
        name = self.word("a licence id")
        base, known = license_id(name)
        plus = not known and name.endswith("+")
        if plus:
            base, known = license_id(name[:-1])
            known = known and "LicenseRef-" not in base
        if not self.takes("WITH"):
            return License(base, plus, None, known)
        exception, also_known = exception_id(self.word("the id of an exception"))
        return License(base, plus, exception, known and also_known)

    def group(self, position: int) -> Expression:
        if self.depth >= MAX_DEPTH:
            raise _StopError(position, f"parentheses nest deeper than {MAX_DEPTH}")
        self.depth += 1
        self.next += 1
        tree = self.either()
        lexeme, where = self.tokens[self.next]
        if lexeme != ")":
            raise _StopError(where, "`)` is missing")
        self.next += 1
        self.depth -= 1
        return tree

    def takes(self, operator: str) -> bool:
        if _OPERATORS.get(self.tokens[self.next][0]) != operator:
            return False
        self.next += 1
        return True

    def word(self, wanted: str) -> str:
        lexeme, position = self.tokens[self.next]
        if not lexeme or lexeme in "()" or lexeme in _OPERATORS:
            raise _StopError(position, f"expected {wanted}" + (f" before `{lexeme}`" if lexeme else ""))
        self.next += 1
        return lexeme
