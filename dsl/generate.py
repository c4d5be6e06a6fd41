"""Make `tables.py` from `grammar.lark`: the one module that imports lark.

Guarantees: lark builds the LALR(1) tables in strict mode (any conflict is an error), and the text returned depends on the
grammar alone.  Why tables: importing lark and building them costs more than compiling two hundred rules.
Run `python -m rulewright.dsl.generate < dsl/grammar.lark > dsl/tables.py` after a change of the grammar.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark.grammar import Rule
    from lark.lexer import TerminalDef
    from lark.parsers.lalr_analysis import ParseTableBase

START = ("head", "items", "test", "rpart", "expr")
"""What a piece of a file can be (see cut.py)."""


def tables(grammar: str) -> str:
    """The Python text of `tables.py`.  Raises `lark.exceptions.GrammarError` when the grammar is bad or ambiguous."""
    from lark import Lark
    from lark.lexer import Lexer

    class NoLexer(Lexer):
        """Our lexer is lex.py; lark only builds tables."""

        def __init__(self, _conf: object) -> None:
            """Take what lark hands over."""

        def lex(self, lexer_state: object, parser_state: object) -> Iterator[object]:  # type: ignore[override]
            """Give no tokens."""
            del lexer_state, parser_state
            return iter(())

    lark = Lark(grammar, parser="lalr", lexer=NoLexer, strict=True, start=list(START), maybe_placeholders=False)
    table = lark.parser.parser._parse_table  # noqa: SLF001 - lark has no public name for it
    return "\n".join(
        (
            '"""Made by generate.py from grammar.lark: do not edit."""',
            "",
            "# fmt: off",
            *_words(list(lark.terminals)),
            *_rules(list(lark.rules)),
            *_states(table, list(lark.rules)),
            "",
        )
    )


def _words(terminals: list[TerminalDef]) -> Iterator[str]:
    """Keywords and signs: text to terminal."""
    fixed = {t.pattern.value: t.name for t in terminals}
    words = {text: name for text, name in sorted(fixed.items()) if text[0].isalpha()}
    signs = {text: name for text, name in sorted(fixed.items()) if not text[0].isalpha()}
    yield f"WORDS: dict[str, str] = {words!r}"
    yield f"SIGNS: dict[str, str] = {signs!r}"


def _rules(rules: list[Rule]) -> Iterator[str]:
    """Per rule: its non-terminal, its action, and per symbol 0 = dropped, 1 = kept, 2 = spliced."""
    yield "RULES: tuple[tuple[str, str, tuple[int, ...]], ...] = ("
    for rule in rules:
        keep = tuple(
            0 if getattr(s, "filter_out", False) else 2 if s.name.startswith("_") else 1 for s in rule.expansion
        )
        name = str(rule.origin.name)
        action = "" if name.startswith("_") else str(rule.alias or name)
        yield f"    ({name!r}, {action!r}, {keep!r}),"
    yield ")"


def _states(table: ParseTableBase[int], rules: list[Rule]) -> Iterator[str]:
    """Per state: terminal to action (shift to n, or reduce by rule -n-1), and non-terminal to next state."""
    order = _order(table)
    number = {state: n for n, state in enumerate(order)}
    starts = {name: number[table.start_states[name]] for name in START}
    ends = {name: number[table.end_states[name]] for name in START}
    yield f"STARTS: dict[str, int] = {starts!r}"
    yield f"ENDS: dict[str, int] = {ends!r}"
    rows = [sorted(table.states[state].items()) for state in order]
    yield "ACTIONS: tuple[dict[str, int], ...] = ("
    for row in rows:
        actions = {
            str(symbol): number[target] if kind.name == "Shift" else -1 - rules.index(target)
            for symbol, (kind, target) in row
            if kind.name != "Shift" or symbol.isupper()
        }
        yield f"    {actions!r},"
    yield ")"
    yield "GOTOS: tuple[dict[str, int], ...] = ("
    for row in rows:
        gotos = {str(symbol): number[target] for symbol, (_, target) in row if not symbol.isupper()}
        yield f"    {gotos!r},"
    yield ")"


def _order(table: ParseTableBase[int]) -> list[int]:
    """All states in an order that depends on the grammar alone: lark numbers them by hash order."""
    order = [table.start_states[name] for name in START]
    seen = set(order)
    for state in order:
        for _, (kind, target) in sorted(table.states[state].items(), key=lambda item: str(item[0])):
            if kind.name == "Shift" and target not in seen:
                seen.add(target)
                order.append(target)
    return order


if __name__ == "__main__":
    sys.stdout.write(tables(sys.stdin.read()))
