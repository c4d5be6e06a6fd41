"""Generated rule files: texts over the whole grammar that can be parsed, with comments and white space at any place.

`programs()` is a hypothesis strategy of texts; `RULEWRIGHT_EXAMPLES` says how many of them a test runs, else the hypothesis
profile does.  Each text is derived from the rules of `grammar.lark` as lark reads them, so a rule that is added takes part.
What it does not do: give texts that compile (names are not declared, types do not match).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from rulewright.dsl.generate import START
from rulewright.dsl.lex import lex
from rulewright.dsl.read import ReadFile, read
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source

GRAMMAR = Path(__file__).resolve().parents[2] / "dsl" / "grammar.lark"
EXAMPLES = int(os.environ.get("RULEWRIGHT_EXAMPLES", "0")) or settings().max_examples
examples = settings(max_examples=EXAMPLES)
"""For tests over `programs()`: so many of them."""

PLAIN = ["a", "b.c", "PW-UNIQUE", "x_1", "Apache-2.0", "c.note", "deep.er.path", "component", "v"]
WORDS = [
    "note", "title", "requirement", "waiver", "attribute", "check", "any", "all", "source", "level", "set", "use", "test",
    "policy", "fix", "of", "at", "on", "given", "is", "for", "shall", "right", "in", "not",
]  # fmt: skip
STRINGS = [
    '"a"', '""', '"# no comment"', '"{ ; } ( ["', r'"a \" b"', r'"\\d+"', '"déjà vu"', '"requirement x shall {"',
    '"a long text that takes a good part of a line, as the titles of requirements do"',
]  # fmt: skip
LITERALS = {
    "STRING": STRINGS,
    "VERS": ['vers"pypi/<2.0.7"', 'vers"npm/*"'],
    "INT": ["0", "7", "-5", "365"],
    "DECIMAL": ["1.5", "-0.25", "9.0"],
    "DATE": ["2026-12-31", "2024-02-29"],
    "DURATION": ["30d", "2w", "6m", "5y"],
}
SPACES = [" ", " ", " ", "  ", "\t", "\n", "\n  ", "\n\n\n", "\r\n", " \f"]
COMMENTS = [" # why\n", "\n# { on a line of its own\n", '\n\n  # "quoted\n\n', "#\n", " # requirement x shall {   \r\n"]
SIGNS = frozenset("{}[](),;")


class Rules(NamedTuple):
    """The rules by the symbol that they expand, the shallowest depth of each symbol, the texts of keywords and signs."""

    expansions: dict[str, list[tuple[str, ...]]]
    depths: dict[str, int]
    fixed: dict[str, str]


@cache
def rules() -> Rules:
    """Read the grammar."""
    from lark import Lark

    lark = Lark(GRAMMAR.read_text(), parser="lalr", lexer="basic", start=list(START), maybe_placeholders=False)
    expansions: dict[str, list[tuple[str, ...]]] = {}
    for rule in lark.rules:
        expansions.setdefault(rule.origin.name, []).append(tuple(symbol.name for symbol in rule.expansion))
    fixed = {t.name: t.pattern.value for t in lark.terminals if t.name not in {"NAME", *LITERALS}}
    depths: dict[str, int] = {}
    while len(depths) < len(expansions):
        for name, options in expansions.items():
            found = [_depth(option, depths, expansions) for option in options]
            known = [depth for depth in found if depth is not None]
            if known:
                depths[name] = min(known) + 1
    return Rules(expansions, depths, fixed)


def _depth(option: tuple[str, ...], depths: dict[str, int], known: dict[str, list[tuple[str, ...]]]) -> int | None:
    """How deep an expansion is at least, if that is known."""
    inner = [depths.get(name) if name in known else 0 for name in option]
    return None if None in inner else max(depth for depth in inner if depth is not None)


def derive(random: Random, symbol: str, room: int, odd: float = 0.0) -> list[str]:
    """Derive the tokens of a symbol, about `room` rules deep; `odd` is how often a name is a word of the grammar."""
    grammar = rules()
    tokens: list[str] = []
    stack = [(symbol, room)]
    while stack:
        name, left = stack.pop()
        options = grammar.expansions.get(name)
        if options is None:
            tokens.append(_terminal(random, name, odd))
            continue
        fitting = [o for o in options if (_depth(o, grammar.depths, grammar.expansions) or 0) <= left]
        chosen = random.choice(
            fitting or [min(options, key=lambda o: _depth(o, grammar.depths, grammar.expansions) or 0)]
        )
        if name in {"count", "quantity"} and chosen == ("INT",):
            tokens.append(random.choice(["1", "2", "12"]))  # of how many it is never less than one
            continue
        stack += [(part, left - 1) for part in reversed(chosen)]
    return tokens


def _terminal(random: Random, name: str, odd: float) -> str:
    """The text of a terminal."""
    if name == "NAME":
        return random.choice(WORDS if random.random() < odd else PLAIN)
    if name in LITERALS:
        return random.choice(LITERALS[name])
    return rules().fixed[name]


def spell(random: Random, tokens: list[str], *, comments: float = 0.1) -> Iterator[str]:
    """The tokens with white space and comments between them."""
    for token, after in zip(tokens, [*tokens[1:], "\n"], strict=True):
        yield token
        if token == "Apache-2.0" and after == "," and random.random() < 0.5:
            yield "+"
        elif random.random() < comments:
            yield random.choice(COMMENTS)
        elif (token not in SIGNS and after not in SIGNS) or random.random() < 0.7:
            yield random.choice(SPACES)


def _file(random: Random, room: int, odd: float) -> str:
    """A file of modules and tests; sometimes a byte-order mark comes first."""
    texts = ["\ufeff" if random.random() < 0.1 else "", random.choice(["", "# a file\n\n"])]
    for _ in range(random.randint(0, 3)):
        if random.random() < 0.4:
            tokens = derive(random, "test", room, odd)
        else:
            tokens = derive(random, "head", room, odd)
            tokens += ["{", *(t for _ in range(random.randint(0, 4)) for t in derive(random, "items", room, odd)), "}"]
        texts += [*spell(random, tokens), "\n"]
    return "".join(texts)


def reading(text: str) -> tuple[ReadFile | None, Sink]:
    """Read a text as the compiler does, with its tests."""
    sink = Sink()
    return read(Source("generated.rw", text.encode()), sink, tests=True), sink


def program(seed: int, room: int = 14) -> str:
    """A text that can be parsed; the same for the same seed and room."""
    text = ""
    for odd in (0.15, 0.0):
        text = _file(Random(f"{seed}/{room}"), room, odd)
        if not reading(text)[1].failed:
            return text
    raise AssertionError(f"program({seed}, {room}) cannot be parsed:\n{text}\n{reading(text)[1].result()}")


def expression(seed: int, room: int = 10) -> str:
    """An expression on one line."""
    return " ".join(derive(Random(f"{seed}/{room}"), "expr", room))


def programs(room: int = 14) -> st.SearchStrategy[str]:
    """Texts that can be parsed, up to about `room` rules deep."""
    return st.builds(program, st.integers(0, 1 << 32), st.integers(4, room))


def token_texts(text: str) -> list[str]:
    """All tokens of a text as written, without white space and comments."""
    plain = text.removeprefix("\ufeff")
    return [token.text for token in lex(plain, 0, len(plain))]
