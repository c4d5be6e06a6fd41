"""`rulewright log witness` and `log cosign`: a witness signs heads that go on from what it saw; the log takes that up.

Guarantees: what a witness saw is on disk before its signature is handed out, and is changed by one command at a time; a head that
contradicts it is refused with both heads; a log takes up only what a named witness's key signed over its head of now.
"""

from __future__ import annotations

import os
from typing import Literal

import msgspec

from rulewright.attest import limits
from rulewright.attest.canonical import NotAdmissibleError, canonical, dump
from rulewright.attest.log import audit, checkpoint, cosign, note, tiles, writing
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import Line, NoteError, Vkey
from rulewright.cli import bundles, exits, log_inputs
from rulewright.cli.check import deliver_bytes
from rulewright.cli.documents import name_of
from rulewright.cli.log_folder import LOCK, Folder, locked
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import say, write_file
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic


class _State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a witness saw last of every log, by origin: the head with the log's signature and its own."""

    format: Literal["rulewright-witness/1"]
    heads: dict[str, str]


class _Asked(msgspec.Struct, frozen=True):
    """What a witness is asked to sign; `old` is `None` where the proof can be taken from a folder."""

    path: str
    head: Head
    old: int | None
    hashes: list[bytes]


def witness(request: Request) -> int:
    """Sign a head, or refuse; return the exit code."""
    name, path = request.one("name"), request.arguments[0]
    if name is None:
        return refuse([problem("RW0002", "a witness has a name", "give it with `--name witness.example/lab`")])
    asked, keys, seconds = _asked(path), log_inputs.vkeys(request), log_inputs.seconds(request)
    for found in (asked, keys, seconds):
        if isinstance(found, Diagnostic):
            return refuse([found])
    if not keys:
        hint = "`--vkey` takes what the log's owner gave you; take it from no file that came with the log"
        return refuse([problem("RW4021", "the witness does not know the log's key", hint)])
    state = request.one("state") or f"{request.one('key')}.seen"
    lost = _lost(request.one("output"), state)
    if lost is not None:
        return refuse([lost])
    signer = log_inputs.signer(request, name, witness=True)
    if isinstance(signer, int):
        return signer
    assert not isinstance(asked, Diagnostic)
    assert not isinstance(keys, Diagnostic)
    assert isinstance(seconds, int)
    with locked(f"{state}.lock"):
        before = _state(state)
        if isinstance(before, Diagnostic):
            return refuse([before])
        refused = _refused(asked, keys, before.get(asked.head.origin), state)
        if refused is not None:
            return refused
        line = cosign.sign(asked.head, signer, seconds)
        own = [item for item in asked.head.lines if any((item.name, item.id) == (key.name, key.id) for key in keys)]
        _keep(state, before, asked.head._replace(lines=(*own, line)))
    if "quiet" not in request.flags:
        say(f"`{clean(name)}` signed the head of `{clean(asked.head.origin)}`: {audit.told(asked.head)}")
    return deliver_bytes(note.written((line,)).encode(), request.one("output"))


def _lost(target: str | None, state: str) -> Diagnostic | None:
    """That the signature would be written where the witness keeps what it saw, be it there yet or not."""
    if target is None or target == "-":
        return None
    if os.path.realpath(target) not in {os.path.realpath(state), os.path.realpath(f"{state}.lock")}:
        return None
    message = f"`{name_of(target)}` is where the witness keeps what it saw, and is not overwritten"
    return problem("RW0006", message, "name another file with `--output`")


def _asked(path: str) -> _Asked | Diagnostic:
    """The head to sign, and the proof that came with it."""
    head = log_inputs.head_of(path)
    if isinstance(head, Diagnostic) or os.path.isdir(path):
        return head if isinstance(head, Diagnostic) else _Asked(path, head, None, [])
    data = bundles.read(path)
    if isinstance(data, bytes) and data.startswith(b"old "):
        old, hashes, head = cosign.asked(data)
        return _Asked(path, head, old, hashes)
    return _Asked(path, head, None, [])


def _refused(asked: _Asked, keys: list[Vkey], seen: Head | None, state: str) -> int | None:
    """Refuse a head; `None` where it may be signed."""
    size = seen.size if seen is not None else 0
    old, hashes = (size, _taken(asked, size)) if asked.old is None else (asked.old, asked.hashes)
    why = cosign.refusal(asked.head, keys, seen, old, hashes)
    if why is None:
        return None
    if why.code == "RW4074" and seen is not None:
        from rulewright.cli.log_command import contradicted

        if not os.path.isdir(asked.path) and asked.old is None and asked.head.size > size:
            hint = "give the log's folder, or what `rulewright log prove FOLDER --head HEAD` writes"
            return refuse(
                [problem("RW0005", f"`{name_of(asked.path)}` has no proof that it goes on from {size:,} entries", hint)]
            )
        return contradicted(why, (state, seen), (asked.path, asked.head))
    return refuse([problem(why.code, f"not signed: {why.text}")])


def _taken(asked: _Asked, size: int) -> list[bytes]:
    """The consistency proof from the tiles of a folder; none where there is no folder, or tiles are missing."""
    if not os.path.isdir(asked.path):
        return []
    return writing.gone_on(Folder(asked.path), asked.head, size)


def _state(path: str) -> dict[str, Head] | Diagnostic:
    """What the witness saw last; nothing where it has no file yet."""
    if not os.path.exists(path):
        return {}
    try:
        with open(path, "rb") as stream:
            found = msgspec.convert(canonical(stream.read(limits.DOCUMENT)), _State)
        return {origin: checkpoint.decode(text.encode()) for origin, text in found.heads.items()}
    except (NotAdmissibleError, msgspec.ValidationError, NoteError) as error:
        hint = "without it the witness would not notice a contradiction: get it back from a copy"
        return problem("RW4106", f"`{name_of(path)}` is not what a witness keeps: {clean(str(error))}", hint)


def _keep(path: str, before: dict[str, Head], head: Head) -> None:
    """Write down that a head was seen."""
    heads = {origin: checkpoint.encode(item).decode() for origin, item in {**before, head.origin: head}.items()}
    write_file(path, dump({"format": "rulewright-witness/1", "heads": heads}))


def cosign_(request: Request) -> int:
    """Put witnesses' signatures to the head of a log; return the exit code."""
    folder, paths = request.arguments[0], request.arguments[1:]
    keys = log_inputs.vkeys(request)
    if isinstance(keys, Diagnostic):
        return refuse([keys])
    if not keys:
        hint = "`--vkey` names the witnesses whose signatures are taken up"
        return refuse([problem("RW4021", "no witness is known", hint)])
    lines: list[Line] = []
    for path in paths:
        found = _lines(path)
        if isinstance(found, Diagnostic):
            return refuse([found])
        lines += found
    with locked(os.path.join(folder, LOCK)):
        store = Folder(folder)
        head = audit.current(store)
        try:
            made = writing.taken_up(head, lines, keys)
        except NoteError as error:
            return refuse([problem("RW4072", str(error), "ask the witness to sign the head of now")])
        count, _ = cosign.counted(made, keys)
        if not any((line.name, line.id) == (key.name, key.id) for line in lines for key in keys):
            return refuse([problem("RW4072", "none of the signatures is by a witness of `--vkey`")])
        store.write(tiles.CHECKPOINT, checkpoint.encode(made))
    if "quiet" not in request.flags:
        say(f"the head of `{clean(head.origin)}` is signed by {plural(count, 'witness', 'witnesses')} of those named")
    return exits.OK


def _lines(path: str) -> tuple[Line, ...] | Diagnostic:
    """The signature lines of a witness's answer, or of a head that it signed."""
    data = bundles.read(path)
    if isinstance(data, Diagnostic):
        return data
    try:
        if data.startswith("— ".encode()):
            return note.lines(note.plain(data))
        return checkpoint.decode(data).lines
    except NoteError as error:
        return problem("RW4106", f"`{name_of(path)}` holds no signatures of witnesses: {error}")
