"""`rulewright status`: keep the signed list of what became of attestations.

Guarantees: each change gives the next number and is signed anew; a list is only carried on where one of the keys given (or one named
by `--signed-by`) signed it as it is; it is written whole or not at all, and `new` never writes over a file.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from rulewright.cli import exits, signing
from rulewright.cli.check import deliver
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import RefusedError
from rulewright.cli.streams import say, write_file
from rulewright.cli.subcommands import Sub
from rulewright.cli.text import clean, plural
from rulewright.cli.trust_command import day, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from rulewright.attest.model import StatusList
    from rulewright.attest.signers import Signer


def run(request: Request) -> int:
    """Hand over to the subcommand; return the exit code."""
    from rulewright.attest.signers import SignerError
    from rulewright.attest.status_list import StatusError

    try:
        return signing.handed_over(request, _SUBS)
    except (SignerError, StatusError) as error:
        return refuse([problem(error.code, str(error), source=name_of((*request.arguments, "")[1]))])


def _new(request: Request) -> int:
    """Begin a list."""
    from rulewright.attest import status_list

    path, name = request.arguments[0], request.one("id")
    if os.path.lexists(path):
        return refuse([problem("RW0006", f"`{name_of(path)}` is there already and is not overwritten")])
    if not name:
        return refuse(
            [problem("RW0002", "a status list needs a name", "`--id urn:acme:status`, as attestations will name it")]
        )
    made = status_list.new(name, day(request), request.numbers.get("days", status_list.DAYS))
    return _put(request, made, signing.opened(request), path)


def _changed(request: Request, change: Callable[[StatusList], StatusList]) -> int:
    """Carry a list on: read it, renew it, change it, sign it."""
    from rulewright.attest import status_list

    path = request.arguments[0]
    target = request.one("output") or path
    if os.path.lexists(target) and not (os.path.exists(target) and os.path.samefile(target, path)):
        return refuse([problem("RW0006", f"`{name_of(target)}` is there already and is not overwritten")])
    data, opened = whole(path), signing.opened(request)
    known = [each.public for each in opened] + [signing.public_file(word) for word in request.many("signed_by")]
    before = status_list.read(data, known)
    made = change(status_list.renewed(before, day(request), request.numbers.get("days")))
    return _put(request, made, opened, target)


def _put(request: Request, made: StatusList, opened: list[Signer], target: str) -> int:
    """Sign and write; say what was written."""
    from rulewright.attest import status_list

    data = status_list.envelope(made, opened)
    try:
        write_file(target, data + b"\n")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return refuse([problem("RW0006", f"`{name_of(target)}` cannot be written: {why}")])
    if "quiet" not in request.flags:
        count = plural(len(made.entries), "entry", "entries")
        say(
            f"{clean(name_of(target))}: {clean(made.list)}, number {made.number}, {count}, speaks until {made.next_update}"
        )
    return exits.OK


def _marked(state: str) -> Callable[[Request], int]:
    """The subcommand that revokes or suspends."""

    def work(request: Request) -> int:
        from rulewright.attest import status_list

        root, reason = root_of(request.arguments[1]), _reason(request)
        kind: status_list.State = "revoked" if state == "revoked" else "suspended"
        return _changed(request, lambda found: status_list.marked(found, root, kind, reason))

    return work


def _supersede(request: Request) -> int:
    """Name the attestation that takes the place of another."""
    from rulewright.attest import status_list

    old, new = (root_of(word) for word in request.arguments[1:3])
    reason = request.one("reason") or "a newer attestation takes its place"
    return _changed(request, lambda found: status_list.marked(found, old, "superseded", reason, new))


def _restore(request: Request) -> int:
    """End a suspension."""
    from rulewright.attest import status_list

    root = root_of(request.arguments[1])
    return _changed(request, lambda found: status_list.restored(found, root))


def _renew(request: Request) -> int:
    """Say the same again, for longer."""
    return _changed(request, lambda found: found)


def _reason(request: Request) -> str:
    """Why.  Raises `RefusedError`."""
    found = request.one("reason")
    if not found or not found.strip():
        raise RefusedError(problem("RW0002", "it is not said why", "`--reason TEXT`; everybody will read it"))
    return found


def root_of(word: str) -> str:
    """The digest by which a list names an attestation: of a bundle, a root envelope, or as it is.  Raises `RefusedError`."""
    from rulewright.attest import container, dsse, limits
    from rulewright.attest.encoding import is_sha256

    if is_sha256(word.lower()) and not os.path.exists(word):
        return word.lower()
    try:
        with open(word, "rb") as stream:
            data = stream.read(limits.ARCHIVE + 1)
    except OSError as error:
        found = unreadable(name_of(word), error)
        hint = "name a bundle, or the SHA-256 of a root, 64 hexadecimal digits"
        raise RefusedError(msgspec.structs.replace(found, hint=hint)) from None
    try:
        root = data if data[:1] == b"{" else container.decode(data).get("root.dsse.json", b"")
        found_root = dsse.decode(root)
    except (container.ContainerError, dsse.EnvelopeError) as error:
        raise RefusedError(problem(error.code, f"`{name_of(word)}`: {error}")) from None
    if found_root.payload_type != dsse.IN_TOTO:
        raise RefusedError(problem("RW4006", f"`{name_of(word)}` is signed, but no attestation"))
    return sha256(found_root.payload).hexdigest()


def _show(request: Request) -> int:
    """Show a list, whoever signed it."""
    from rulewright.attest import model, status_list

    found = status_list.read(whole(request.arguments[0]), None)
    if request.one("format") == "json":
        return deliver(msgspec.json.format(model.encode(found)).decode() + "\n", request.one("output"), utf8=True)
    lines = [f"{clean(found.list)}, number {found.number}, speaks from {found.this_update} to {found.next_update}"]
    for item in found.entries:
        by = f" by {item.by}" if item.by else ""
        lines += [item.root, f"  {item.state} since {item.since}{by}: {clean(item.reason)}"]
    code = deliver("\n".join((*lines, "")), request.one("output"), utf8=False)
    if not code and "quiet" not in request.flags:
        say("the signature was not looked at; `rulewright verify --status` does")
    return code


_SIGN = frozenset({"key", "passphrase_file", "as_of", "days"})
_CHANGE = _SIGN | {"signed_by", "output"}
_SUBS = {
    "new": Sub(_new, "new LIST --id ID --key KEY [--days N]", 1, 1, _SIGN | {"id"}),
    "revoke": Sub(
        _marked("revoked"), "revoke LIST BUNDLE --reason TEXT --key KEY", 2, 2, _CHANGE | {"reason"}, changes=True
    ),
    "suspend": Sub(
        _marked("suspended"), "suspend LIST BUNDLE --reason TEXT --key KEY", 2, 2, _CHANGE | {"reason"}, changes=True
    ),
    "restore": Sub(_restore, "restore LIST BUNDLE --key KEY", 2, 2, _CHANGE, changes=True),
    "supersede": Sub(_supersede, "supersede LIST OLD NEW --key KEY", 3, 3, _CHANGE | {"reason"}, changes=True),
    "renew": Sub(_renew, "renew LIST --key KEY [--days N]", 1, 1, _CHANGE, changes=True),
    "show": Sub(_show, "show LIST", 1, 1, frozenset({"format", "output"}), ("json",)),
}
