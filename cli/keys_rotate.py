"""`rulewright keys rotate`: the next version of a trust policy, in which a new key takes the roles of an old one.

Guarantees: the old key ends the day before the new one begins and, where it was compromised, is revoked; it stays known, so that what
it signed at a proven time before still counts.  Only somebody who signed the version before can sign the next one.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from rulewright.cli import days, exits, signing, trust_command
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import say
from rulewright.diagnostics import Diagnostic

if TYPE_CHECKING:
    from rulewright.attest.model import Revoked, Trust

YEARS = 2
"""For how long a new key is good, unless it is said."""
_PREFIX = 8
"""Digits of an id that name a key."""


def run(request: Request) -> int:
    """Rotate; return the exit code."""
    from rulewright.attest import trust_policy
    from rulewright.attest.signers import SignerError

    path, old, new = request.arguments
    target = request.one("output") or path
    before = trust_command.signed_policy(path)
    if os.path.lexists(target) and not os.path.samefile(target, path):
        return refuse([problem("RW0006", f"`{name_of(target)}` is there already and is not overwritten")])
    today = trust_command.day(request)
    name = _named(before.trust, old)
    start = _stated(request, "start", "--from") or today
    until = _stated(request, "until", "--until") or _years_later(start)
    owner = request.one("owner") or before.trust.keys[name].owner
    entry = trust_policy.entry(signing.public_file(new), owner, start, until)
    expires = _stated(request, "expires", "--expires") or before.trust.expires
    revoked = _revoked(request, today)
    try:
        trust = trust_policy.rotated(before.trust, name, entry, day=today, expires=expires, revoked=revoked)
        made = trust_policy.envelope(trust, signing.opened(request), before)
    except (trust_policy.PolicyError, SignerError) as error:
        flaws = error.flaws if isinstance(error, trust_policy.PolicyError) else ()
        found = [problem(error.code, each.message, source=name_of(path)) for each in flaws]
        return refuse(found or [problem(error.code, str(error), source=name_of(path))])
    code = trust_command.put(request, made, target)
    if code == exits.OK and revoked is not None:
        _stayed(trust.keys[name].revoked, revoked)
    return code


def _stayed(found: Revoked | None, given: Revoked) -> None:
    """Say where the key was revoked for an earlier day already, which stays."""
    since = given.compromised_since
    if found is not None and (found.compromised_since or found.on) != since:
        say(
            f"warning: the key was revoked already, from {found.compromised_since or found.on} on: that stays, not {since}"
        )


def _named(trust: Trust, word: str) -> str:
    """The id of the old key: its file, or the first digits of its id.  Raises `RefusedError`."""
    if os.path.isfile(word):
        found = signing.public_file(word).id
        if found not in trust.keys:
            raise RefusedError(problem("RW4105", f"the key in `{name_of(word)}` is not in the policy"))
        return found
    matching = [key for key in trust.keys if key.startswith(word.lower()) and len(word) >= _PREFIX]
    if len(matching) != 1:
        hint = f"name its .pub file, or at least {_PREFIX} digits of its id as `rulewright trust show` lists them"
        raise RefusedError(problem("RW4105", f"`{name_of(word)}` names no key of the policy", hint))
    return matching[0]


def _revoked(request: Request, today: str) -> Revoked | None:
    """That the old key is revoked, where it was compromised.  Raises `RefusedError`."""
    from rulewright.attest.model import Revoked

    since, reason = _stated(request, "compromised_since", "--compromised-since"), request.one("reason")
    if since is None and reason is None:
        return None
    if since is None or not reason:
        raise RefusedError(problem("RW0002", "`--compromised-since` and `--reason` belong together"))
    return Revoked(on=today, reason=reason, compromised_since=since)


def _stated(request: Request, name: str, flag: str) -> str | None:
    """The day of an option.  Raises `RefusedError`."""
    word = request.one(name)
    if word is None:
        return None
    found = days.parse(word, flag)
    if isinstance(found, Diagnostic):
        raise RefusedError(found)
    return days.text(found)


def _years_later(day: str) -> str:
    """The day before the same day `YEARS` later."""
    first = date.fromisoformat(day)
    later = first.replace(year=min(first.year + YEARS, date.max.year), day=min(first.day, 28))
    return date.fromordinal(later.toordinal() - 1).isoformat()
