"""`rulewright log`: attestations in a transparency log that is a plain folder.

Guarantees: each subcommand takes only the options that mean something to it; the head of a log is written last, and never one that
contradicts the head before; a bundle is rewritten whole or stays as it was.  Nothing is sent anywhere: folders and files only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from rulewright.attest import container, dsse, limits, model
from rulewright.attest.log import audit, cosign, proof, writing
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.signers import SignerError
from rulewright.cli import bundles, days, exits, log_inputs, signing
from rulewright.cli.check import deliver_bytes
from rulewright.cli.documents import name_of
from rulewright.cli.log_folder import LOCK, Folder, LockedError, locked
from rulewright.cli.log_inputs import PROOF
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.replacing import replaced, same, there
from rulewright.cli.streams import put, say, write_file
from rulewright.cli.subcommands import Sub, chosen
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic

_SIGNING = frozenset({"key", "passphrase_file"})


class _Bundle(msgspec.Struct, frozen=True):
    """A bundle to be logged."""

    path: str
    members: Mapping[str, bytes]
    entry: bytes


def run(request: Request) -> int:
    """Hand over to the subcommand; return the exit code."""
    words = request.arguments
    sub = chosen(request, _SUBS, " ".join(words))
    if isinstance(sub, Diagnostic):
        return refuse([sub])
    missing = signing.missing()
    if missing is not None:
        return refuse([missing])
    own = msgspec.structs.replace(request, arguments=words[1:])
    states = [f"{key}.seen" for key in own.many("key")] if own.one("state") is None else []
    lost = replaced(own, own.arguments[1:] if words[0] == "append" else (), states)
    return refuse([lost]) if lost is not None else _guarded(sub.run, own)


def _guarded(run_: Callable[[Request], int], request: Request) -> int:
    """Run; what the disk refuses is told."""
    folder = request.arguments[0]
    try:
        return run_(request)
    except LockedError as error:
        hint = "if no other command is running, a broken off one left the file behind: delete it"
        return refuse([problem("RW0006", name_of(str(error)), hint)])
    except audit.LogError as error:
        return refuse([log_inputs.unusable(folder, error)])
    except SignerError as error:
        return refuse([problem(error.code, str(error), error.hint)])
    except OSError as error:
        named = name_of(os.fsdecode(error.filename)) if error.filename else name_of(folder)
        why = (error.strerror or str(error)).lower()
        return refuse([problem("RW0006", f"`{named}` cannot be read or written: {why}")])


def _new(request: Request) -> int:
    """Begin a log."""
    folder, origin = request.arguments[0], request.one("origin")
    if origin is None:
        return refuse([problem("RW0002", "a log has a name", "give it with `--origin log.example/firmware`")])
    if os.path.exists(folder) and (not os.path.isdir(folder) or Folder(folder).names()):
        return refuse([problem("RW0006", f"`{name_of(folder)}` is there already, and not empty")])
    signer = log_inputs.signer(request, origin, witness=False)
    if isinstance(signer, int):
        return signer
    os.makedirs(folder, exist_ok=True)
    with locked(os.path.join(folder, LOCK)):
        writing.begin(Folder(folder), signer, days.now())
    put(f"{signer.vkey}\n")
    _say(request, f"made the log `{clean(origin)}`; the line above is its key, for trust policies and `--vkey`")
    return exits.OK


def _append(request: Request) -> int:
    """Append bundles, and give each its proof."""
    folder, paths, target = request.arguments[0], request.arguments[1:], request.one("output")
    if target is not None and len(paths) > 1:
        return refuse([problem("RW0002", "`--output` names the file of one bundle")])
    taken_over = there(target) if "overwrite" not in request.flags and not same(target or "", paths[0]) else None
    if taken_over is not None:
        return refuse([taken_over])
    head = log_inputs.head_in(folder)
    if isinstance(head, Diagnostic):
        return refuse([head])
    taken: list[_Bundle] = []
    for path in paths:
        one = _bundle(path, head.origin, whole=True)
        if isinstance(one, Diagnostic):
            return refuse([one])
        taken.append(one)
    signer = log_inputs.signer(request, head.origin, witness=False)
    if isinstance(signer, int):
        return signer
    with locked(os.path.join(folder, LOCK)):
        store = Folder(folder)
        done = writing.append(store, [one.entry for one in taken], signer, days.now())
        proofs = [writing.proved(store, done.head, one.entry) for one in taken]
    for one, found in zip(taken, proofs, strict=True):
        if found is None:
            raise audit.LogError("an entry is not there that was appended")
        members = {**one.members, PROOF: proof.encode(found)}
        try:
            write_file(target or one.path, container.encode(members))
        except container.ContainerError as error:
            return refuse([problem(error.code, f"the proof does not fit into `{name_of(one.path)}`: {error}")])
        _say(request, f"`{clean(target or one.path)}`: entry {found.index} of `{clean(head.origin)}`")
    _say(request, f"{plural(done.added, 'new entry', 'new entries')}; {audit.told(done.head)}")
    return exits.OK


def _bundle(path: str, origin: str, *, whole: bool) -> _Bundle | Diagnostic:
    """A bundle whose root may stand in a log; `whole` where it must hold a proof."""
    if path == "-" and whole:
        return problem("RW0005", "a bundle that gets a proof is a file, not `-`")
    members, data, name = bundles.opened(path), bundles.read(path) if whole else b"", name_of(path)
    for found in (members, data):
        if isinstance(found, Diagnostic):
            return found
    assert not isinstance(members, Diagnostic)
    assert isinstance(data, bytes)
    try:
        envelope = dsse.decode(members[bundles.ROOT])
        if envelope.payload_type != dsse.IN_TOTO:
            return problem("RW4006", f"`{name}` is signed for another use", None)
        named = model.decode(envelope.payload, model.RootStatement, limits.PAYLOAD).predicate.log
    except (dsse.EnvelopeError, model.ModelError) as error:
        return problem(error.code, f"`{name}`: {error}")
    if data[:1] == b"{":
        return problem("RW4103", f"`{name}` is an envelope, which cannot hold a proof", "give the bundle")
    if named not in {None, origin}:
        return problem("RW4103", f"`{name}` names the log `{named}`, and this is `{origin}`")
    return _Bundle(path, members, proof.entry(envelope))


def _prove(request: Request) -> int:
    """Write the proof of a bundle, or what a witness needs that saw an earlier head."""
    folder, paths, heads = request.arguments[0], request.arguments[1:], request.many("head")
    if len(paths) + len(heads) != 1:
        return refuse([problem("RW0002", "`log prove` takes one BUNDLE, or one `--head`", f"`{_SUBS['prove'].usage}`")])
    head = log_inputs.head_in(folder)
    if isinstance(head, Diagnostic):
        return refuse([head])
    if heads:
        return _gone_on(request, head, heads[0])
    one = _bundle(paths[0], head.origin, whole=False)
    if isinstance(one, Diagnostic):
        return refuse([one])
    found = writing.proved(Folder(folder), head, one.entry)
    if found is None:
        message = f"`{name_of(one.path)}` does not stand in the log `{head.origin}`"
        return refuse([problem("RW4106", message, f"`rulewright log append {folder} {one.path} --key KEY` appends it")])
    return deliver_bytes(proof.encode(found), request.one("output"))


def _gone_on(request: Request, head: Head, path: str) -> int:
    """Write the head with the proof that it goes on from an earlier one: the body of `add-checkpoint`."""
    earlier = log_inputs.head_of(path)
    if isinstance(earlier, Diagnostic):
        return refuse([earlier])
    if earlier.origin != head.origin:
        return refuse([problem("RW0005", f"`{name_of(path)}` is a head of another log, `{earlier.origin}`")])
    folder = request.arguments[0]
    hashes = writing.gone_on(Folder(folder), head, earlier.size)
    wrong = cosign.contradiction(head, earlier, earlier.size, hashes)
    if wrong is not None:
        return contradicted(wrong, (path, earlier), (folder, head))
    return deliver_bytes(cosign.request(earlier.size, hashes, head), request.one("output"))


def contradicted(why: cosign.Refusal, first: tuple[str, Head], second: tuple[str, Head]) -> int:
    """Tell a contradiction with both heads; the exit code."""
    say(f"{why.code}: {clean(why.text)}")
    for path, head in (first, second):
        say(f"  `{clean(path)}`: {audit.told(head)}")
    say("  hint: keep both: they are the proof")
    return exits.BLOCKED


def _show(request: Request) -> int:
    """Show a head."""
    head = log_inputs.head_of(request.arguments[0])
    keys = log_inputs.vkeys(request)
    if isinstance(head, Diagnostic) or isinstance(keys, Diagnostic):
        return refuse([found for found in (head, keys) if isinstance(found, Diagnostic)])
    lines = [f"origin   {clean(head.origin)}", f"entries  {head.size:,}", f"root     {head.root.hex()}"]
    for line in head.lines:
        known = next((key for key in keys if (key.name, key.id) == (line.name, line.id)), None)
        how = "not checked" if known is None else cosign.standing(head, known)
        lines.append(f"signed   {clean(line.name)} {line.id.hex()} ({'DOES NOT VERIFY' if how == 'bad' else how})")
    put("\n".join(lines) + "\n")
    spoilt = any(cosign.standing(head, key) == "bad" for key in keys)
    return exits.BLOCKED if spoilt else exits.OK


def _vkey(request: Request) -> int:
    """Print the verifier key of a key."""
    origin, name = request.one("origin"), request.one("name")
    if (origin is None) == (name is None):
        hint = "`--origin NAME` for the key of a log, `--name NAME` for that of a witness"
        return refuse([problem("RW0002", "a verifier key has one name", hint)])
    key = log_inputs.public_key(request, request.arguments[0])
    if isinstance(key, int):
        return key
    made = log_inputs.named_key(key, origin or name or "", witness=name is not None)
    return refuse([made]) if isinstance(made, Diagnostic) else deliver_bytes(f"{made}\n".encode(), None)


def _audit(request: Request) -> int:
    from rulewright.cli import log_audit

    return log_audit.run(request)


def _witness(request: Request) -> int:
    from rulewright.cli import log_witness

    return log_witness.witness(request)


def _cosign(request: Request) -> int:
    from rulewright.cli import log_witness

    return log_witness.cosign_(request)


def _say(request: Request, text: str) -> None:
    if "quiet" not in request.flags:
        say(text)


_SUBS: Mapping[str, Sub] = MappingProxyType(
    {
        "new": Sub(_new, "new FOLDER --origin NAME --key KEY", 1, 1, _SIGNING | {"origin"}),
        "append": Sub(_append, "append FOLDER BUNDLE… --key KEY", 2, 10_000, _SIGNING | {"output", "overwrite"}),
        "prove": Sub(_prove, "prove FOLDER BUNDLE|--head FILE", 1, 2, frozenset({"head", "output"})),
        "show": Sub(_show, "show FOLDER|FILE", 1, 1, frozenset({"vkey", "trust", "at"})),
        "audit": Sub(
            _audit,
            "audit FOLDER --vkey VKEY|--trust FILE [--head FILE]…",
            1,
            1,
            frozenset({"vkey", "trust", "at", "head"}),
        ),
        "witness": Sub(
            _witness,
            "witness FOLDER|FILE --key KEY --name NAME --vkey VKEY|--trust FILE",
            1,
            1,
            _SIGNING | {"name", "vkey", "trust", "state", "at", "output"},
        ),
        "cosign": Sub(
            _cosign, "cosign FOLDER FILE… --vkey VKEY|--trust FILE", 2, 100, frozenset({"vkey", "trust", "at"})
        ),
        "vkey": Sub(
            _vkey, "vkey KEYFILE --origin NAME|--name NAME", 1, 1, frozenset({"origin", "name", "passphrase_file"})
        ),
    }
)
