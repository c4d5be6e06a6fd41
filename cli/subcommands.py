"""Commands that consist of others: `keys new`, `trust sign`, `status revoke`.

Guarantees: each takes only the words and options that mean something to it; anything else is refused, never ignored;
what they write never takes the place of what they read (`replacing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from rulewright.cli.options import BY_NAME, Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.replacing import replaced
from rulewright.diagnostics import Diagnostic

_ALWAYS = frozenset({"quiet", "debug"})


class Sub(msgspec.Struct, frozen=True):
    """One of them: what runs it, how it is written, how many words it takes, its options, the formats it has."""

    run: Callable[[Request], int]
    usage: str
    least: int
    most: int
    options: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ()
    changes: bool = False
    """Whether its first word is a file that it may write over: changing that is what it is for."""


def hand_over(request: Request, subs: Mapping[str, Sub]) -> int:
    """Run the one that the first word names, without that word; return the exit code."""
    found = chosen(request, subs, request.arguments[0])
    if isinstance(found, Diagnostic):
        return refuse([found])
    own = msgspec.structs.replace(request, arguments=request.arguments[1:])
    lost = replaced(own, own.arguments[:1] if found.changes else ())
    return refuse([lost]) if lost is not None else found.run(own)


def chosen(request: Request, subs: Mapping[str, Sub], said: str) -> Sub | Diagnostic:
    """The one that the first word names, if words, options and format mean something to it; `said` is how an error calls it."""
    name, words = request.command, request.arguments
    sub = subs.get(words[0])
    if sub is None:
        hint = "; ".join(f"`rulewright {name} {each.usage}`" for each in subs.values())
        return problem("RW0002", f"`{name} {said}` is not a command", hint)
    usage = f"`rulewright {name} {sub.usage}`"
    if not sub.least <= len(words) - 1 <= sub.most:
        return problem("RW0002", f"`{name} {said}` has too few or too many words", usage)
    given = (set(request.texts) | request.flags | set(request.numbers)) - _ALWAYS - sub.options
    for option in BY_NAME[name].options:
        if option.name in given:
            return problem("RW0002", f"`{option.flags[0]}` means nothing to `{name} {words[0]}`", usage)
    form = request.one("format") or "terminal"
    if form not in {"terminal", *sub.formats}:
        listed = ", ".join(f"`{each}`" for each in ("terminal", *sub.formats))
        return problem("RW0002", f"`{name} {words[0]}` has no format `{form}`", f"there is {listed}")
    return sub
