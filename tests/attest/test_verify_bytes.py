"""Of a signed part no byte can change; what is not signed can, and the verdict stays."""

from __future__ import annotations

import json
import os
import re
from functools import cache

import pytest

from rulewright.attest import container
from rulewright.attest.verify import Given, verify
from tests.attest import good
from tests.attest import tampered as t

ROOT = "root.dsse.json"
EVERY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
"""Every byte of every member is tried at night; of the root always, of the others a few dozen."""
DERIVED = tuple(f"statements/{name}.dsse.json" for name in ("svr", "test-result", "vsa"))


@cache
def small() -> dict[str, bytes]:
    """A bundle with one view, signed by one key whose signatures are short."""
    return good.members(("maker",), status=None, views=("junit",))


def verdict(data: bytes) -> str:
    return verify(Given(bundle=data, at=t.AT, keys=(good.public("maker"),))).verdict


def flipped(data: bytes, at: int, mask: int) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def hints(data: bytes) -> set[int]:
    """Where the key ids of an envelope stand: they decide nothing."""
    return {at for found in re.finditer(rb'"keyid":"([0-9a-f]+)"', data) for at in range(*found.span(1))}


def test_the_small_bundle_is_valid() -> None:
    assert verdict(container.encode(small())) == verdict(small()[ROOT]) == "valid"


def test_no_byte_of_the_root_can_change_but_those_of_key_ids() -> None:
    data = small()[ROOT]
    still = {at for at in range(len(data)) if verdict(flipped(data, at, 1)) == "valid"}
    assert still == hints(data)
    assert len(still) == 64


def steps(data: bytes, count: int) -> range:
    return range(0, len(data), 1 if EVERY else max(1, len(data) // count))


@pytest.mark.parametrize("name", sorted(set(small()) - {ROOT, "readme.txt"}))
def test_no_byte_of_what_is_bound_to_the_root_can_change(name: str) -> None:
    data = small()[name]
    harmless = hints(data) if name in DERIVED else set()
    places = [at for at in steps(data, 30) if at not in harmless]
    accepted = [at for at in places if verdict(repacked(name, flipped(data, at, 1 << at % 7))) == "valid"]
    assert accepted == []


def repacked(name: str, data: bytes) -> bytes:
    return container.encode({**small(), name: data})


@pytest.mark.parametrize("name", sorted(set(small()) - {ROOT, "readme.txt"}))
def test_nothing_that_is_bound_to_the_root_can_be_cut_or_lengthened(name: str) -> None:
    data = small()[name]
    spaced = {"valid"} if name in DERIVED else {"invalid"}  # white space behind an envelope is its layout
    assert {verdict(repacked(name, data[:-1])), verdict(repacked(name, b""))} == {"invalid"}
    assert verdict(repacked(name, data + b"\n")) in spaced


def test_no_byte_of_the_archive_can_change() -> None:
    data = container.encode(small())
    places = steps(data, 120)
    assert {verdict(flipped(data, at, 1 << at % 8)) for at in places} == {"unreadable"}


def test_what_is_not_signed_may_change() -> None:
    plain = json.loads(small()[ROOT])
    plain["signatures"][0]["keyid"] = "somebody else"
    layouts = (
        json.dumps(plain, indent=3).encode(),
        json.dumps(dict(reversed(plain.items()))).encode(),
        small()[ROOT] + b"\n",
        json.dumps({**plain, "signatures": [{"sig": plain["signatures"][0]["sig"]}]}).encode(),
        json.dumps({**plain, "payload": plain["payload"].replace("+", "-").replace("/", "_")}).encode(),
        json.dumps({**plain, "signatures": [*plain["signatures"], {"sig": "AAAA"}]}).encode(),
    )
    assert {verdict(repacked(ROOT, layout)) for layout in layouts} == {"valid"}
    assert {verdict(repacked(name, b"anything")) for name in ("readme.txt", "verify.html")} == {"valid"}
    assert verdict(container.encode({name: data for name, data in small().items() if name != "readme.txt"})) == "valid"
