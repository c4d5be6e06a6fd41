"""The commands of a shell script: a tree of what follows what under which condition.

Guarantees: nothing is evaluated; depth and number of commands are bounded; a text that is no shell script gives what could be
read before the first error, and the error.  What it does not do: judge conditions (`devices.shell_run` does).
"""

from __future__ import annotations

import msgspec

from rulewright.devices.shell_nodes import Case, Chain, For, Function, Group, If, Node, Pipe, Sequence, Simple, While
from rulewright.devices.shell_words import Part, ShellError, Token, cut

MAX_NESTED = 30
_REDIRECTS = frozenset({"<", ">", ">>", "<<", "<<-", "<&", ">&", "<>", ">|", "&>"})
_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "in"})
_ARMS = frozenset({";;", ";&", ";;&"})


class Script(msgspec.Struct, frozen=True):
    """What was read; `error` and `line` say where reading had to stop."""

    body: Sequence
    error: str = ""
    line: int = 0


def parse(text: str, line: int = 1) -> Script:
    """Read a shell text.  Never raises; what stands before an error is there."""
    try:
        tokens = cut(text, line)
    except ShellError as error:
        tokens = _before(text, line, int(error.args[1]))
        return Script(_Parser(tokens).script()[0], str(error.args[0]), int(error.args[1]))
    body, fault = _Parser(tokens).script()
    return Script(body, "", 0) if fault is None else Script(body, str(fault.args[0]), int(fault.args[1]))


def _before(text: str, line: int, stop: int) -> list[Token]:
    """The tokens of the lines before the one at which cutting failed."""
    try:
        return cut("\n".join(text.split("\n")[: max(0, stop - line)]), line)
    except ShellError:
        return [Token(line, "\n")]


class _Parser:
    """Goes through the tokens of one text."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        self.at = 0
        self.depth = 0

    # --- tokens ----------------------------------------------------------------------------------------------------------

    @property
    def here(self) -> Token:
        return self.tokens[self.at] if self.at < self.size else self.tokens[-1]

    @property
    def ended(self) -> bool:
        return self.at >= self.size

    def fail(self, what: str) -> ShellError:
        return ShellError(what, self.here.line)

    def operator(self, *texts: str) -> bool:
        return not self.ended and not self.here.word and self.here.text in texts

    def keyword(self, *texts: str) -> bool:
        return not self.ended and self.here.word and self.here.plain in texts

    def expect(self, text: str) -> None:
        if not (self.keyword(text) or self.operator(text)):
            raise self.fail(f"`{text}` is missing")
        self.at += 1

    def skip_lines(self) -> None:
        while self.operator("\n"):
            self.at += 1

    # --- constructs ------------------------------------------------------------------------------------------------------

    def script(self) -> tuple[Sequence, ShellError | None]:
        """Everything, or what stands before the first error."""
        commands: list[Node] = []
        background: set[int] = set()
        try:
            while True:
                while self.operator("\n", ";"):
                    self.at += 1
                if self.ended:
                    return Sequence(tuple(commands), frozenset(background)), None
                commands.append(self.chain())
                if self.operator("&"):
                    background.add(len(commands) - 1)
                    self.at += 1
                elif not self.operator("\n", ";") and not self.ended:
                    raise self.fail("a command does not end")
        except ShellError as error:
            return Sequence(tuple(commands), frozenset(background)), error

    def sequence(self) -> Sequence:
        """Commands up to a closing word."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            raise self.fail("nested deeper than a boot script is")
        commands: list[Node] = []
        background: set[int] = set()
        while True:
            while self.operator("\n", ";"):
                self.at += 1
            if self.ended or self.operator(")", *_ARMS) or self.keyword(*_CLOSING):
                break
            commands.append(self.chain())
            if self.operator("&"):
                background.add(len(commands) - 1)
                self.at += 1
            elif not self.operator("\n", ";", ")", *_ARMS) and not self.keyword(*_CLOSING):
                raise self.fail("a command does not end")
        self.depth -= 1
        return Sequence(tuple(commands), frozenset(background))

    def chain(self) -> Node:
        commands = [self.pipe()]
        operators: list[str] = []
        while self.operator("&&", "||"):
            operators.append(self.here.text)
            self.at += 1
            self.skip_lines()
            commands.append(self.pipe())
        return Chain(tuple(commands), tuple(operators)) if operators else commands[0]

    def pipe(self) -> Node:
        negated = False
        while self.keyword("!"):
            negated = not negated
            self.at += 1
        commands = [self.command()]
        while self.operator("|", "|&"):
            self.at += 1
            self.skip_lines()
            commands.append(self.command())
        return commands[0] if len(commands) == 1 and not negated else Pipe(tuple(commands), negated)

    def command(self) -> Node:
        readers = {
            "if": self.if_, "for": self.for_, "select": self.for_, "while": self.while_, "until": self.while_,
            "case": self.case, "{": self.group, "function": self.function,
        }  # fmt: skip
        if self.operator("("):
            return self.subshell()
        reader = readers.get(self.here.plain)
        if reader is None:
            return self.simple()
        self.at += 1
        node = reader()
        self.redirections()
        return node

    def redirections(self) -> bool:
        """Pass over redirections (`2>&1 < file`)."""
        start = self.at
        while True:
            number = self.here.plain.isdigit() and self.at + 1 < len(self.tokens)
            ahead = self.tokens[self.at + 1] if number else self.here
            if self.ended or ahead.word or ahead.text not in _REDIRECTS:
                return self.at > start
            self.at += 2 if number else 1
            if self.operator("<", ">"):
                self.at += 1
            if self.operator("("):
                self.subshell()
            elif not self.here.word:
                raise self.fail("a redirection without a name")
            else:
                self.at += 1

    def simple(self) -> Node:
        line, start = self.here.line, self.at
        words: list[Token] = []
        assigned: list[tuple[str, Token]] = []
        while not self.ended:
            if self.redirections():
                continue
            if self.operator("(") and len(words) == 1 and not assigned and words[0].plain:
                return self.definition(words[0].plain)
            if not self.here.word:
                break
            token = self.here
            name = _assigned(token) if not words else ""
            self.at += 1
            if name and self.operator("("):
                self.list_()
            elif name:
                assigned.append((name, _value(token, name)))
            else:
                words.append(token)
                if token.plain == "[[":
                    words += self.double_test()
        if self.at == start:
            raise self.fail(f"`{self.here.text or self.here.plain}` is not expected")
        return Simple(line, tuple(words), tuple(assigned))

    def list_(self) -> None:
        """Pass over the value of `NAME=(...)`, which is no single text."""
        while not self.ended and not self.operator(")"):
            self.at += 1
        self.expect(")")

    def double_test(self) -> list[Token]:
        """The words up to `]]`; operators within are words."""
        words: list[Token] = []
        while not self.ended and not self.operator("\n"):
            token = self.here
            self.at += 1
            words.append(token if token.word else msgspec.structs.replace(token, word=True, parts=_text(token.text)))
            if token.plain == "]]":
                return words
        raise self.fail("`]]` is missing")

    def definition(self, name: str) -> Node:
        self.expect("(")
        self.expect(")")
        self.skip_lines()
        return Function(name, self.command())

    def function(self) -> Node:
        name = self.here.plain
        self.at += 1
        if self.operator("("):
            return self.definition(name)
        self.skip_lines()
        return Function(name, self.command())

    def group(self) -> Node:
        body = self.sequence()
        self.expect("}")
        return Group(body, own=False)

    def subshell(self) -> Node:
        self.at += 1
        body = self.sequence()
        self.expect(")")
        self.redirections()
        return Group(body, own=True)

    def if_(self) -> Node:
        arms: list[tuple[Sequence, Sequence]] = []
        otherwise: Sequence | None = None
        while True:
            test = self.sequence()
            self.expect("then")
            arms.append((test, self.sequence()))
            if self.keyword("elif"):
                self.at += 1
                continue
            if self.keyword("else"):
                self.at += 1
                otherwise = self.sequence()
            self.expect("fi")
            return If(tuple(arms), otherwise)

    def for_(self) -> Node:
        name = self.here.plain
        self.at += 1
        self.skip_lines()
        words: list[Token] | None = None
        if self.keyword("in"):
            self.at += 1
            words = []
            while not self.ended and self.here.word:
                words.append(self.here)
                self.at += 1
        while self.operator("\n", ";"):
            self.at += 1
        self.expect("do")
        body = self.sequence()
        self.expect("done")
        return For(name, None if words is None else tuple(words), body)

    def while_(self) -> Node:
        negated = self.tokens[self.at - 1].plain == "until"
        test = self.sequence()
        self.expect("do")
        body = self.sequence()
        self.expect("done")
        return While(test, body, negated)

    def case(self) -> Node:
        word = self.here
        self.at += 1
        self.skip_lines()
        self.expect("in")
        arms: list[tuple[tuple[Token, ...], Sequence]] = []
        while True:
            self.skip_lines()
            if self.keyword("esac"):
                self.at += 1
                return Case(word, tuple(arms))
            arms.append(self.arm())

    def arm(self) -> tuple[tuple[Token, ...], Sequence]:
        if self.operator("("):
            self.at += 1
        patterns: list[Token] = []
        while not self.operator(")"):
            if self.ended or self.operator("\n", ";"):
                raise self.fail("a pattern does not end")
            if self.here.word:
                patterns.append(self.here)
            self.at += 1
        self.at += 1
        body = self.sequence()
        if self.operator(*_ARMS):
            self.at += 1
        elif not self.keyword("esac"):
            raise self.fail("`;;` is missing")
        return tuple(patterns), body


def _text(text: str) -> tuple[Part, ...]:
    return (Part("text", text),)


def _assigned(token: Token) -> str:
    """The name that a word assigns to (`NAME=...`), or nothing."""
    first = token.parts[0] if token.parts else None
    if first is None or first.kind != "text" or first.quoted:
        return ""
    name, equals, _ = first.text.partition("=")
    name = name.removesuffix("+")
    return name if equals and name.isidentifier() and name.isascii() else ""


def _value(token: Token, name: str) -> Token:
    """The word after `NAME=`; for `NAME+=`, the variable itself before it."""
    first = token.parts[0]
    left, _, right = first.text.partition("=")
    before = (Part("variable", name, quoted=True),) if left.endswith("+") else ()
    return msgspec.structs.replace(token, parts=(*before, Part("text", right), *token.parts[1:]))
