"""Tokens of the text format of protobuf to nodes, by the table.

Guarantees: every field is kept or is a finding with its path; text that is no message raises with its place; depth is
bounded.  It knows nothing of JSON.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.sbom.cyclonedx_protobuf_nodes import MAX_DEPTH, BrokenError, Node, Odd, Stamp, TooDeepError, Value, path
from rulewright.sbom.cyclonedx_protobuf_table import Field, Message, enumeration, letters, message
from rulewright.sbom.cyclonedx_protobuf_tokens import Token, string
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown

_TRUTH = {"true": True, "True": True, "t": True, "1": True, "false": False, "False": False, "f": False, "0": False}
_CLOSE = {"{": "}", "<": ">"}
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_MESSAGES = frozenset({"message", "time", "day"})


class Parser:
    """One document on its way to nodes."""

    def __init__(self, found: list[Token], findings: Findings) -> None:
        self.tokens = found
        self.at = 0
        self.findings = findings
        self.steps: list[str] = []

    def document(self) -> Node:
        """The whole text."""
        return self.message(message("Bom"), "end", 0)

    # --- tokens

    def peek(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def next(self) -> Token:
        """Take the next token."""
        token = self.tokens[self.at]
        if token.kind == "end":
            raise BrokenError("it breaks off", token.at)
        self.at += 1
        return token

    def take(self, *marks: str) -> str:
        """Take the next token if it is one of some marks; the mark, else nothing."""
        token = self.tokens[self.at]
        if token.kind == "mark" and token.text in marks:
            self.at += 1
            return token.text
        return ""

    # --- messages

    def message(self, kind: Message | None, close: str, depth: int) -> Node:
        """The fields up to a closing mark; of an unknown message they are only passed over."""
        if depth > MAX_DEPTH:
            raise TooDeepError
        found: list[tuple[Field, Value]] = []
        seen: dict[str, int] = {}
        while True:
            token = self.peek()
            if close == "end" and token.kind == "end":
                return Node(found)
            if token.kind == "mark" and token.text == close:
                self.at += 1
                return Node(found)
            name = self._name()
            field = kind.by_name.get(name) if kind is not None else None
            if field is None and kind is not None:
                place = path([*self.steps, name])
                self.findings.add("RW1013", NOTE, f"unknown field `{shown(name)}`", place)
            colon = bool(self.take(":"))
            found += self._values(field, depth, seen, colon=colon)
            self.take(",", ";")

    def _name(self) -> str:
        """The name of a field; an extension's stands in brackets, an unknown one may be a number."""
        token = self.next()
        if token.kind in {"name", "number"}:
            return token.text
        if token.text != "[" or token.kind != "mark":
            raise BrokenError(f"a field name is expected, not `{shown(token.text, 20)}`", token.at)
        parts = []
        while not self.take("]"):
            parts.append(self.next().text)
        return f"[{''.join(parts)}]"

    def _values(
        self, field: Field | None, depth: int, seen: dict[str, int], *, colon: bool
    ) -> list[tuple[Field, Value]]:
        """The value of a field, or the values of a list."""
        if not self.take("["):
            value = self._value(field, depth, seen, colon=colon)
            return [] if field is None else [(field, value)]
        found: list[tuple[Field, Value]] = []
        while not self.take("]"):
            value = self._value(field, depth, seen, colon=True)
            if field is not None:
                found.append((field, value))
            if not self.take(","):
                token = self.next()
                if token.text != "]":
                    raise BrokenError("a list goes on without a comma", token.at)
                break
        return found

    def _value(self, field: Field | None, depth: int, seen: dict[str, int], *, colon: bool) -> Value:
        """One value."""
        opened = self.take("{", "<")
        position = -1
        if field is not None:
            position = seen[field.name] = seen.get(field.name, -1) + 1
        if opened:
            return self._inner(field, _CLOSE[opened], depth, position)
        if not colon:
            token = self.peek()
            raise BrokenError(f"`:` or a message is expected, not `{shown(token.text, 20)}`", token.at)
        return self._scalar(field, position)

    def _inner(self, field: Field | None, close: str, depth: int, position: int) -> Value:
        """A message in a message."""
        if field is not None and field.kind in {"time", "day"}:
            return self._stamp(close)
        name = "" if field is None else f"{field.name}[{position}]" if field.many else field.name
        self.steps.append(name)
        known = message(field.type) if field is not None and field.is_message else None
        node = self.message(known, close, depth + 1)
        self.steps.pop()
        return node if known is not None or field is None else self._odd(field, "a message")

    def _stamp(self, close: str) -> Stamp:
        """A timestamp."""
        given = {"seconds": 0, "nanos": 0}
        while not self.take(close):
            name = self._name()
            if not self.take(":"):
                raise BrokenError("`:` is expected", self.peek().at)
            text = self._joined()
            if name in given and (number := _integer(text)) is not None:
                given[name] = number
            else:
                self.findings.add("RW1013", NOTE, f"unknown field `{shown(name)}` of a timestamp", path(self.steps))
            self.take(",", ";")
        return Stamp(given["seconds"], given["nanos"])

    # --- plain values

    def _joined(self) -> str:
        """The text of a value that is no string; a sign may stand apart."""
        sign = self.take("-")
        token = self.next()
        if token.kind not in {"name", "number"}:
            raise BrokenError(f"a value is expected, not `{shown(token.text, 20)}`", token.at)
        return sign + token.text

    def _scalar(self, field: Field | None, position: int) -> Value:
        """A plain value."""
        if self.peek().kind == "string":
            parts = []
            while self.peek().kind == "string":
                parts.append(string(self.next().text))
            return self._text(field, b"".join(parts), position)
        text = self._joined()
        if field is None:
            return Odd()
        value = _plain(field, text)
        return self._odd(field, f"`{shown(text, 30)}`") if value is None else value

    def _text(self, field: Field | None, raw: bytes, position: int) -> Value:
        """A string."""
        if field is None or field.kind:
            return Odd() if field is None else self._odd(field, "a string")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            name = f"{field.name}[{position}]" if field.many else field.name
            self.findings.add("RW1004", WARNING, "the text is not valid UTF-8", path([*self.steps, name]))
            return raw.decode("utf-8", "replace")

    def _odd(self, field: Field, given: str) -> Odd:
        """Report a value of the wrong type."""
        wanted = {"": "a string", "message": "a message", "enum": "a word of the enumeration"}.get(
            field.kind, field.kind
        )
        place = path([*self.steps, field.name])
        self.findings.add("RW1010", WARNING, f"expected {wanted}, found {given}", place)
        return Odd()


def _integer(text: str) -> int | None:
    """An integer in decimal, hexadecimal or octal; `None` for anything else."""
    digits = text.lstrip("+-")
    if not digits[:1].isdigit() or len(digits) > 40:
        return None
    try:
        base = (
            16 if digits[:2].lower() == "0x" else 8 if digits[0] == "0" and digits.isdigit() and len(digits) > 1 else 10
        )
        return int(digits, base) * (-1 if text.startswith("-") else 1)
    except ValueError:
        return None


def _plain(field: Field, text: str) -> Value | None:
    """The value of a field that is no string and no message; `None` where it does not fit."""
    if field.kind == "bool":
        return _TRUTH.get(text)
    if field.kind == "enum":
        number = (
            enumeration(field.type).by_letters.get(letters(text))
            if not text[-1:].isdigit() or text[:1].isalpha()
            else None
        )
        return _integer(text) if number is None else number
    if field.kind == "int":
        return _integer(text)
    if field.kind in {"float", "double"}:
        number_text = text.rstrip("fF").lstrip("+") if text[:2].lower() != "0x" else text
        if _JSON_NUMBER.match(number_text):
            return msgspec.Raw(number_text.encode())
        try:
            return (
                msgspec.Raw(f'"{text}"'.encode()) if text.lstrip("-").isalpha() else msgspec.Raw(_decimal(number_text))
            )
        except ValueError:
            return None
    return None


def _decimal(text: str) -> bytes:
    """A number that JSON writes in another way: `.5`, `5.`, `007`."""
    from decimal import Decimal, InvalidOperation

    try:
        return f"{Decimal(text):f}".encode()
    except InvalidOperation as error:
        raise ValueError(text) from error
