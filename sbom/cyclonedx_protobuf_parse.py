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


class _Open:
    """A message that has begun: `field` is the one whose value is read, `position` how often it has been there."""

    __slots__ = ("close", "field", "found", "in_list", "kind", "name", "seen")

    def __init__(self, kind: Message | None, close: str, name: str) -> None:
        self.kind = kind
        self.close = close
        self.name = name
        self.found: list[tuple[Field, Value]] = []
        self.seen: dict[str, int] = {}
        self.field: Field | None = None
        self.in_list = False

    def step(self) -> str:
        """The name of the field that is read, with its position among those of its name."""
        if self.field is None:
            return ""
        return f"{self.field.name}[{self.seen[self.field.name]}]" if self.field.many else self.field.name

    def add(self, value: Value) -> None:
        """Keep a value; that of an unknown field is passed over."""
        if self.field is not None:
            self.found.append((self.field, value))


class Parser:
    """One document on its way to nodes.  Messages in messages are on a list of its own, not on Python's stack."""

    def __init__(self, found: list[Token], findings: Findings) -> None:
        self.tokens = found
        self.at = 0
        self.findings = findings
        self.open = [_Open(message("Bom"), "", "")]

    def document(self) -> Node:
        """The whole text."""
        while True:
            top = self.open[-1]
            if top.in_list:
                if self.take("]"):
                    top.in_list = False
                    self.take(",", ";")
                    continue
            elif self.peek().kind == "end" and not top.close:
                return Node(top.found)
            elif top.close and self.take(top.close):
                self._close()
                continue
            elif not self._begin(top):
                continue
            if self._value(top):
                self._after()

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

    def _place(self, name: str, code: str) -> str:
        """The path of a field of the message that is open, as long as findings of its kind are kept."""
        if self.findings.full(code):
            return ""
        return path([*(level.name for level in self.open[1:]), name])

    def _begin(self, top: _Open) -> bool:
        """Read the name of a field; false where a list of values begins, which are read one by one."""
        name = self._name()
        top.field = top.kind.by_name.get(name) if top.kind is not None else None
        if top.field is None and top.kind is not None:
            self.findings.add("RW1013", NOTE, f"unknown field `{shown(name)}`", self._place(name, "RW1013"))
        colon = self.take(":")
        if self.take("["):
            top.in_list = True
            return False
        token = self.peek()
        if not colon and not (token.kind == "mark" and token.text in _CLOSE):
            raise BrokenError(f"`:` or a message is expected, not `{shown(token.text, 20)}`", token.at)
        return True

    def _value(self, top: _Open) -> bool:
        """Read one value; false where it is a message, which is read until it is closed."""
        field = top.field
        if field is not None:
            top.seen[field.name] = top.seen.get(field.name, -1) + 1
        opened = self.take("{", "<")
        if not opened:
            top.add(self._scalar(field, top))
            return True
        if field is not None and field.kind in {"time", "day"}:
            top.add(self._stamp(_CLOSE[opened]))
            return True
        if len(self.open) > MAX_DEPTH:
            raise TooDeepError
        inner = message(field.type) if field is not None and field.is_message else None
        self.open.append(_Open(inner, _CLOSE[opened], top.step()))
        return False

    def _close(self) -> None:
        """End a message and give it to the one around it."""
        done = self.open.pop()
        top = self.open[-1]
        if done.kind is not None:
            top.add(Node(done.found))
        elif top.field is not None:
            top.add(self._odd(top.field, "a message"))
        self._after()

    def _after(self) -> None:
        """What stands after a value."""
        if not self.open[-1].in_list:
            self.take(",", ";")
        elif not self.take(","):
            token = self.peek()
            if token.kind != "mark" or token.text != "]":
                raise BrokenError("a list goes on without a comma", token.at)

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
                message_ = f"unknown field `{shown(name)}` of a timestamp"
                self.findings.add("RW1013", NOTE, message_, self._place(self.open[-1].step(), "RW1013"))
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

    def _scalar(self, field: Field | None, top: _Open) -> Value:
        """A plain value."""
        if self.peek().kind == "string":
            parts = []
            while self.peek().kind == "string":
                parts.append(string(self.next().text))
            return self._text(field, b"".join(parts), top)
        text = self._joined()
        if field is None:
            return Odd()
        value = _plain(field, text)
        return self._odd(field, f"`{shown(text, 30)}`") if value is None else value

    def _text(self, field: Field | None, raw: bytes, top: _Open) -> Value:
        """A string."""
        if field is None or field.kind:
            return Odd() if field is None else self._odd(field, "a string")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.findings.add("RW1004", WARNING, "the text is not valid UTF-8", self._place(top.step(), "RW1004"))
            return raw.decode("utf-8", "replace")

    def _odd(self, field: Field, given: str) -> Odd:
        """Report a value of the wrong type."""
        wanted = {"": "a string", "message": "a message", "enum": "a word of the enumeration"}.get(
            field.kind, field.kind
        )
        self.findings.add("RW1010", WARNING, f"expected {wanted}, found {given}", self._place(field.name, "RW1010"))
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
