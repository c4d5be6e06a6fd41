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
    name, words = request.command, request.arguments
    sub = subs.get(words[0])
    if sub is None:
        hint = "; ".join(f"`rulewright {name} {each.usage}`" for each in subs.values())
        return refuse([problem("RW0002", f"`{name} {words[0]}` is not a command", hint)])
    usage = f"`rulewright {name} {sub.usage}`"
    if not sub.least <= len(words) - 1 <= sub.most:
        return refuse([problem("RW0002", f"`{name} {words[0]}` has too few or too many words", usage)])
    given = (set(request.texts) | request.flags | set(request.numbers)) - _ALWAYS - sub.options
    for option in BY_NAME[name].options:
        if option.name in given:
            return refuse([problem("RW0002", f"`{option.flags[0]}` means nothing to `{name} {words[0]}`", usage)])
    form = request.one("format") or "terminal"
    if form not in {"terminal", *sub.formats}:
        listed = ", ".join(f"`{each}`" for each in ("terminal", *sub.formats))
        return refuse([problem("RW0002", f"`{name} {words[0]}` has no format `{form}`", f"there is {listed}")])
    own = msgspec.structs.replace(request, arguments=words[1:])
    lost = replaced(own, own.arguments[:1] if sub.changes else ())
    return refuse([lost]) if lost is not None else sub.run(own)
