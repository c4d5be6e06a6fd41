"""Which rules `rulewright lint` applies: options, and the table `[lint]` of the configuration.

Guarantees: a word on the command line wins over the configuration; a rule that does not exist, an unknown key or a wrong type
is a diagnostic with what is close, never ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import msgspec

from rulewright.cli import config
from rulewright.cli.options import Request
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.lint.model import CATEGORIES, PERSONAS, Rule
from rulewright.dsl.lint.registry import ALL
from rulewright.dsl.lint.run import chosen

KEYS = ("persona", "select", "ignore", "expiry-days", "deny-warnings")
MOST_DAYS = 3_650


class Choice(msgspec.Struct, frozen=True):
    """What to look for, and how strictly."""

    rules: tuple[Rule, ...]
    persona: str
    expiry_days: int
    deny_warnings: bool


def choice(request: Request) -> Choice | list[Diagnostic]:
    """Join options and configuration."""
    found = config.section("lint")
    if isinstance(found, list):
        return found
    name, table = found
    problems = _judged(table, name)
    if problems:
        return problems
    persona = request.one("persona") or str(table.get("persona", "author"))
    select = request.many("select") or _words(table.get("select"))
    ignore = (*request.many("ignore"), *_words(table.get("ignore")))
    problems = _unknown((*request.many("select"), *request.many("ignore")), None)
    if problems:
        return problems
    days = table.get("expiry-days", 30)
    deny = "deny_warnings" in request.flags or table.get("deny-warnings") is True
    return Choice(chosen(persona, select, ignore), persona, days if isinstance(days, int) else 30, deny)


def _judged(table: Mapping[str, object], source: str) -> list[Diagnostic]:
    """What is wrong with the table."""
    wrong = []
    for key, value in table.items():
        good = {
            "persona": value in PERSONAS,
            "select": _is_words(value),
            "ignore": _is_words(value),
            "expiry-days": isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS,
            "deny-warnings": isinstance(value, bool),
        }.get(key)
        if good is None:
            close = get_close_matches(key, KEYS, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(KEYS)}"
            wrong.append(problem("RW0011", f"`[lint]` has no key `{key}`", hint, source))
        elif not good:
            wrong.append(problem("RW0011", f"the value of `{key}` in `[lint]` has the wrong form", _FORMS[key], source))
        elif key in {"select", "ignore"}:
            wrong += _unknown(_words(value), source)
    return wrong


def _unknown(words: Sequence[str], source: str | None) -> list[Diagnostic]:
    """Words that name no rule, no code and no category."""
    known = {w for rule in ALL for w in (rule.code, rule.name)} | {*CATEGORIES}
    wrong = []
    for word in dict.fromkeys(w for w in words if w not in known):
        close = get_close_matches(word, sorted(known), 1)
        hint = f"did you mean `{close[0]}`?" if close else f"a code, a name, or a category: {', '.join(CATEGORIES)}"
        code = "RW0011" if source is not None else "RW0005"
        wrong.append(problem(code, f"no rule of the linter is called `{word}`", hint, source))
    return wrong


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


_FORMS = {
    "persona": f"one of {', '.join(PERSONAS)}",
    "select": 'a list of rules: `["unused", "RW0707"]`',
    "ignore": 'a list of rules: `["title-long"]`',
    "expiry-days": f"a number of days up to {MOST_DAYS}",
    "deny-warnings": "true or false",
}
