"""The words and operators of a shell script: cut out, never expanded.

Guarantees: every character is looked at a bounded number of times; quotes, escapes, comments, line continuations and
here-documents are taken as the shell takes them; what does not end is an error with its line.  What it does not do: tell
what a word means; aliases and `((...))` are not known.
"""

from __future__ import annotations

from typing import Literal

import msgspec

MAX_SCRIPT = 1 << 20
MAX_TOKENS = 40_000
_OPERATORS = ("&&", "||", ";;&", ";;", ";&", "<<-", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "|&")
_SINGLE = ";&|()<>"
_SPACE = " \t\r"
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPECIAL = frozenset("@*#?$!-")


class ShellError(ValueError):
    """A script that ends within a quote or a construct; the first argument says what, the second is the line."""


class Part(msgspec.Struct, frozen=True):
    """A piece of a word: literal text, a variable (`NAME` or `NAME:-...`), or the text of a command or of arithmetic."""

    kind: Literal["text", "variable", "command", "arithmetic"]
    text: str
    quoted: bool = False


class Token(msgspec.Struct, frozen=True):
    """A word (`parts`), an operator (`text`), or the end of a line (operator of a line feed)."""

    line: int
    text: str = ""
    parts: tuple[Part, ...] = ()
    word: bool = False

    @property
    def plain(self) -> str:
        """The text of a word without anything quoted or to be expanded; empty for others."""
        ordinary = self.word and len(self.parts) == 1 and self.parts[0].kind == "text" and not self.parts[0].quoted
        return self.parts[0].text if ordinary else ""


class Cutter:
    """Cuts one text; `tokens()` gives them all."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.text = text[:MAX_SCRIPT]
        self.at = 0
        self.line = line
        self.found: list[Token] = []
        self.pending: list[tuple[str, bool]] = []
        """the ends of the here-documents that begin after this line"""

    def tokens(self) -> list[Token]:
        """All words and operators.  Raises `ShellError`."""
        text = self.text
        while self.at < len(text):
            if len(self.found) > MAX_TOKENS:
                raise ShellError("more words than a boot script has", self.line)
            char = text[self.at]
            if char in _SPACE:
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
                self.line += 1
            elif char == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            elif char == "\n":
                self._end_line()
            elif char in _SINGLE:
                self._operator()
            else:
                self._add_word()
        self.found.append(Token(self.line, "\n"))
        return self.found

    def _end_line(self) -> None:
        self.found.append(Token(self.line, "\n"))
        self.at += 1
        self.line += 1
        for end, tabs in self.pending:
            self._skip_document(end, tabs=tabs)
        self.pending.clear()

    def _skip_document(self, end: str, *, tabs: bool) -> None:
        while self.at < len(self.text):
            stop = self.text.find("\n", self.at)
            stop = len(self.text) if stop < 0 else stop
            line = self.text[self.at : stop]
            self.at = min(stop + 1, len(self.text))
            self.line += 1
            if (line.lstrip("\t") if tabs else line).rstrip("\r") == end:
                return

    def _operator(self) -> None:
        text = next((one for one in _OPERATORS if self.text.startswith(one, self.at)), self.text[self.at])
        self.found.append(Token(self.line, text))
        self.at += len(text)
        if text in {"<<", "<<-"} and not self.text.startswith("<", self.at):
            while self.at < len(self.text) and self.text[self.at] in _SPACE:
                self.at += 1
            self._add_word()
            self.pending.append(("".join(part.text for part in self.found[-1].parts), text == "<<-"))

    def _add_word(self) -> None:
        line = self.line
        parts: list[Part] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in _SPACE or char == "\n" or char in _SINGLE:
                break
            if char == "\\":
                if self.text.startswith("\\\n", self.at):
                    self.line += 1
                else:
                    parts.append(Part("text", self.text[self.at + 1 : self.at + 2], quoted=True))
                self.at += 2
            elif char == "'":
                parts.append(Part("text", self._until("'"), quoted=True))
            elif char == '"':
                parts += self._double()
            elif char == "`":
                parts.append(Part("command", self._until("`")))
            elif char == "$":
                parts.append(self._dollar(quoted=False))
            else:
                parts.append(Part("text", self._plain()))
        self.found.append(Token(line, parts=tuple(_joined(parts)), word=True))

    def _plain(self) -> str:
        start = self.at
        text = self.text
        while self.at < len(text) and text[self.at] not in " \t\r\n;&|()<>\\'\"`$":
            self.at += 1
        return text[start : self.at]

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        while quote == "`" and end > 0 and self.text[end - 1] == "\\":
            end = self.text.find(quote, end + 1)
        if end < 0:
            raise ShellError(f"the quote {quote} does not end", self.line)
        found = self.text[self.at + 1 : end]
        self.line += found.count("\n")
        self.at = end + 1
        return found

    def _double(self) -> list[Part]:
        parts = [Part("text", "", quoted=True)]
        start, self.at = self.line, self.at + 1
        while True:
            if self.at >= len(self.text):
                raise ShellError('the quote " does not end', start)
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return parts
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in {'"', "\\", "$", "`", "\n"}:
                escaped = self.text[self.at + 1]
                self.line += escaped == "\n"
                parts.append(Part("text", "" if escaped == "\n" else escaped, quoted=True))
                self.at += 2
            elif char == "`":
                parts.append(Part("command", self._until("`"), quoted=True))
            elif char == "$":
                parts.append(self._dollar(quoted=True))
            else:
                begin = self.at
                self.at += 1
                while self.at < len(self.text) and self.text[self.at] not in '"\\$`':
                    self.at += 1
                parts.append(Part("text", self.text[begin : self.at], quoted=True))
                self.line += parts[-1].text.count("\n")

    def _dollar(self, *, quoted: bool) -> Part:
        following = self.text[self.at + 1 : self.at + 2]
        if self.text.startswith("$((", self.at):
            return Part("arithmetic", self._balanced("(", ")")[1:-1], quoted)
        if following == "(":
            return Part("command", self._balanced("(", ")"), quoted)
        if following == "{":
            return Part("variable", self._balanced("{", "}"), quoted)
        if following in _SPECIAL or following.isdigit():
            self.at += 2
            return Part("variable", following, quoted)
        start = self.at = self.at + 1
        while self.at < len(self.text) and self.text[self.at] in _NAME:
            self.at += 1
        name = self.text[start : self.at]
        return Part("variable", name, quoted) if name else Part("text", "$", quoted)

    def _balanced(self, opening: str, closing: str) -> str:
        """The text within brackets that begin after the `$`; quotes within are passed over."""
        self.at += 1
        start, line, depth, quote = self.at, self.line, 0, ""
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 2 if char == "\\" and quote != "'" else 1
            self.line += char == "\n"
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"" and not (char == "'" and opening == "{"):
                quote = char
            elif char == opening:
                depth += 1
            elif char == closing:
                depth -= 1
                if not depth:
                    return self.text[start + 1 : self.at - 1]
        raise ShellError(f"the bracket {opening} does not end", line)


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbouring texts of the same quoting as one."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last is not None and last.kind == part.kind == "text" and last.quoted == part.quoted:
            joined[-1] = Part("text", last.text + part.text, part.quoted)
        else:
            joined.append(part)
    return joined


def cut(text: str, line: int = 1) -> list[Token]:
    """The words and operators of a shell text.  Raises `ShellError`."""
    return Cutter(text, line).tokens()
