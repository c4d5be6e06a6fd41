"""What a shell script consists of: commands, and how they follow each other.

Guarantees: plain values; `written` says a node about as its author wrote it, for conditions in chains.
"""

from __future__ import annotations

import msgspec

from rulewright.devices.shell_words import Token


class Simple(msgspec.Struct, frozen=True):
    """A command with its words; `assigned` are the variables set before it."""

    line: int
    words: tuple[Token, ...]
    assigned: tuple[tuple[str, Token], ...] = ()


class Pipe(msgspec.Struct, frozen=True):
    """Commands joined by `|`; `negated` with `!` before them."""

    commands: tuple[Node, ...]
    negated: bool = False


class Chain(msgspec.Struct, frozen=True):
    """Commands joined by `&&` and `||`; an operator stands before each but the first."""

    commands: tuple[Node, ...]
    operators: tuple[str, ...]


class Sequence(msgspec.Struct, frozen=True):
    """Commands one after another; those in `background` are followed at once."""

    commands: tuple[Node, ...]
    background: frozenset[int] = frozenset()


class Group(msgspec.Struct, frozen=True):
    """`{ ... }`, or `( ... )` when `own`: changes of variables stay within."""

    body: Sequence
    own: bool


class If(msgspec.Struct, frozen=True):
    """Tests with what follows each; `otherwise` when none holds."""

    arms: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None


class For(msgspec.Struct, frozen=True):
    """A loop over words; without `in`, over the arguments (`words` is none)."""

    name: str
    words: tuple[Token, ...] | None
    body: Sequence


class While(msgspec.Struct, frozen=True):
    """A loop while (`until` when `negated`) a test holds."""

    test: Sequence
    body: Sequence
    negated: bool


class Case(msgspec.Struct, frozen=True):
    """A word compared with patterns."""

    word: Token
    arms: tuple[tuple[tuple[Token, ...], Sequence], ...]


class Function(msgspec.Struct, frozen=True):
    """A function is defined, not run."""

    name: str
    body: Node


Node = Simple | Pipe | Chain | Sequence | Group | If | For | While | Case | Function


def raw(token: Token) -> str:
    """A word about as it was written."""
    forms = {"text": "{}", "variable": "${}", "command": "$({})", "arithmetic": "$(({}))"}
    return "".join(forms[part.kind].format(part.text) for part in token.parts) if token.word else token.text


def written(node: Node) -> str:
    """A command about as it was written, for conditions."""
    match node:
        case Simple():
            return " ".join(raw(word) for word in node.words)[:100]
        case Pipe():
            return ("! " if node.negated else "") + " | ".join(written(one) for one in node.commands)[:100]
        case Sequence() | Chain():
            joint = "; " if isinstance(node, Sequence) else " ... "
            return joint.join(written(one) for one in node.commands)[:100]
        case Group():
            return written(node.body)
        case _:
            return "..."
