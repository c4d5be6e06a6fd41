"""Hostile bytes: a verdict, never an exception, with work that is bounded before it is done."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.attest import container, dsse, keys, limits, model
from rulewright.attest.canonical import dump
from rulewright.attest.verify import Given, verify
from tests.attest import good
from tests.attest import tampered as t
from tests.conftest import SHARED

SECONDS = 2


def envelope(payload: bytes = b"{}", signatures: int = 1) -> bytes:
    listed = b",".join([b'{"sig":"AAAA"}'] * signatures)
    kind = dsse.IN_TOTO.encode()
    return b'{"payload":"%b","payloadType":"%b","signatures":[%b]}' % (base64.b64encode(payload), kind, listed)


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "200,000 signatures": ("RW4007", lambda: envelope(signatures=200_000)),
    "deep arrays": ("RW4004", lambda: b'{"a":' + b"[" * 400_000 + b"]" * 400_000 + b"}"),
    "deep objects": ("RW4004", lambda: b'{"a":' * 300_000 + b"1" + b"}" * 300_000),
    "deep and torn": ("RW4004", lambda: b"{" + b"[" * 400_000),
    "depth hidden by brackets in texts": ("RW4004", lambda: b'{"a":' + b'["]",' * 300_000 + b"1" + b"]" * 300_000 + b"}"),
    "many values": ("RW4004", lambda: b'{"a":[' + b"{}," * 2_000_000 + b"0]}"),
    "half a million objects": ("RW4005", lambda: b'{"a":[' + b'{"a":0},' * 250_000 + b"0]}"),
    "a number of a million digits": ("RW4004", lambda: b'{"a":' + b"9" * 1_000_000 + b"}"),
    "a large exponent": ("RW4004", lambda: b'{"a":1e999999999}'),
    "a large text": ("RW4005", lambda: b'{"a":"' + b"\\u0001" * 1_000_000 + b'"}'),
    "half a surrogate": ("RW4004", lambda: b'{"a":"\\ud800"}'),
    "too many bytes": ("RW4004", lambda: b"{" + b" " * limits.ENVELOPE + b"}"),
    "a large payload": ("RW4007", lambda: envelope(b"x" * (limits.PAYLOAD + 1))),
    "a payload of many values": ("RW4020", lambda: envelope(b"[" + b"0," * 999_990 + b"0]")),
    "a payload of many objects": ("RW4020", lambda: envelope(b"[" + b'{"":0},' * 400_000 + b"0]")),
    "a payload of emoji names": ("RW4020", lambda: envelope(b"{" + b",".join('"😀%d":0'.encode() % n for n in range(100_000)) + b"}")),
    "65,535 members that are not there": ("RW4002", lambda: _count(0xFFFF)),
    "4,096 members that are not there": ("RW4001", lambda: _count(4096)),
    "4,096 members": ("RW4020", lambda: container.encode({"root.dsse.json": envelope(), **{f"inputs/{n:064x}": b"" for n in range(4095)}})),
    "an archive in an archive": ("RW4003", lambda: t.pack({"a.zip": good.bundle()})),
    "a compressed member": ("RW4001", lambda: _zipped("root.dsse.json")),
    "a path out of the folder": ("RW4001", lambda: _zipped("../../etc/passwd")),
    "lies about sizes": ("RW4001", lambda: good.bundle()[:18] + b"\xff" * 8 + good.bundle()[26:]),
}  # fmt: skip


def _count(count: int) -> bytes:
    data = bytearray(good.bundle())
    data[-14:-10] = count.to_bytes(2, "little") * 2
    return bytes(data)


def _zipped(name: str) -> bytes:
    """What an ordinary ZIP tool would write."""
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * 1_000_000)
    return stream.getvalue()


@contextmanager
def bounded() -> Iterator[None]:
    """Hold what happens inside to two seconds of this process's own time."""
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bundles_get_a_verdict_in_bounded_time(name: str) -> None:
    code, make = HOSTILE[name]
    data = make()
    with bounded():
        assert t.outcome(bundle=data)[1] == code


def test_hostile_trust_policies_and_status_lists_get_one_too() -> None:
    for name in ("deep arrays", "many values", "a large text", "an archive in an archive"):
        data = HOSTILE[name][1]()
        with bounded():
            assert t.outcome(trust=data)[1] == "RW4030", name
        with bounded():
            assert t.outcome(statuses=(data,))[1] == "RW4053", name
        with bounded():
            assert t.outcome(disclosures=(data,))[1] == "RW4082", name


def test_the_bounds_leave_room_below_200_megabytes() -> None:
    """Bundle and members are held at once; a document is held as bytes, values and bytes again."""
    assert 2 * limits.ARCHIVE + 3 * limits.DOCUMENT < 200 * 1024 * 1024


def test_an_archive_that_is_too_large_is_not_looked_at() -> None:
    with bounded():
        assert t.outcome(bundle=bytes(limits.ARCHIVE + 1))[1] == "RW4002"


def crowd(count: int) -> bytes:
    """`rows.json` with so many rows."""
    text = json.dumps(json.loads(t.members()["rows.json"])["rows"][0] | {"requirement": "a:@"}, sort_keys=True, separators=(",", ":"))  # fmt: skip
    return f'{{"format":"rulewright-rows/1","rows":[{",".join(text.replace("@", f"{n:05}") for n in range(count))}]}}'.encode()


def test_rows_are_counted_before_they_are_read() -> None:
    """Nobody signed `rows.json`, so anybody may write 16 MiB of it beside a good root."""
    many = crowd(60_000)
    assert 12 * 1024 * 1024 < len(many) < limits.DOCUMENT
    packed = t.pack({"rows.json": many})
    with bounded():
        assert t.outcome(bundle=packed) == ("invalid", "RW4061", "results")
    texts = [check.text for check in verify(t.given(bundle=packed)).checks if check.code]
    assert texts == ["`rows.json` has more than 10,000 rows"]
    assert t.outcome(bundle=t.pack({"rows.json": crowd(limits.ROWS)})) == ("invalid", "RW4061", "rows")


def test_texts_in_rows_are_not_counted_as_rows() -> None:
    rows = json.loads(t.members()["rows.json"])
    rows["rows"][0]["severity"] = '"requirement":' * (limits.ROWS + 1)
    assert t.outcome(bundle=t.pack({"rows.json": dump(rows)})) == ("invalid", "RW4061", "rows")


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    changes: dict[str, bytes | None] = {"seed.json": data, "rows.json": data, "views/report.html": data}
    for bundle in (data, b"{" + data, t.pack({"root.dsse.json": data}), t.pack(changes)):
        assert verify(t.given(bundle=bundle)).verdict in {"unreadable", "invalid"}


NAMES = ("sha256", "kind", "name", "x")
_SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4)
_VALUES = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3), max_leaves=6)  # fmt: skip


def _paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield from _paths(below, (*here, key))


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    made = json.loads(json.dumps(value))
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return made


@settings(max_examples=40)
@given(st.data())
def test_a_signer_who_writes_anything_anywhere_gets_a_verdict(data: st.DataObject) -> None:
    plain = t.root()
    path = data.draw(st.sampled_from([path for path in _paths(plain) if path]))
    new = data.draw(_VALUES)
    made = _with(plain, path, new)

    def change(document: Any) -> None:
        document.clear()
        document.update(made)

    found = verify(t.given(bundle=t.resigned(change, ("maker",)), trust=None, anchors=(), keys=(good.public("maker"),)))
    assert found.verdict in {"valid", "invalid", "undecided"}
    assert not any("could not be carried out" in check.text for check in found.checks)


@settings(max_examples=30)
@given(st.data())
def test_results_that_say_anything_anywhere_get_a_verdict(data: st.DataObject) -> None:
    plain = json.loads(t.members()["results.json"])
    path = data.draw(st.sampled_from([path for path in _paths(plain) if path and path[0] != "results"]) | st.sampled_from([path for path in _paths(plain) if len(path) > 2 and path[0] == "results"]))  # fmt: skip
    made = _with(plain, path, data.draw(_VALUES))
    from rulewright.attest.disclosure import blinded

    told = dump(made)
    changed = t.resigned(
        lambda document: document["predicate"]["results"].update(commitment=blinded(good.SEED, "results", told)),
        extra={"results.json": told},
    )
    found = verify(t.given(bundle=changed))
    assert found.verdict in {"valid", "invalid"}
    assert not any("could not be carried out" in check.text for check in found.checks)


def test_the_envelopes_of_others_verify() -> None:
    """The vector of the DSSE specification, and a production summary of Google's: both sign with raw pairs."""
    folder = SHARED / "vectors"
    if not folder.is_dir():
        pytest.skip("the shared vectors are absent")
    google = folder / "slsa/vsa-examples/gce/v1"
    found = [path for path in sorted(google.iterdir()) if path.is_file()]
    public = next(keys.from_pem(path.read_bytes()) for path in found if path.suffix in {".pem", ".pub"})
    sealed = next(path.read_bytes() for path in found if b'"payloadType"' in path.read_bytes())
    envelope_ = dsse.decode(sealed)
    assert keys.signed_by((item.sig for item in envelope_.signatures), envelope_.message, [public]) == (public.id,)
    told = verify(Given(bundle=sealed, at=t.AT, keys=(public,)))
    assert {check.name: check.code for check in told.checks if check.outcome == "fail"}["statement"] in {
        "RW4004",
        "RW4011",
    }
    assert told.keys == (public.id,)
    assert model.ROOT not in envelope_.payload.decode()
