"""Every document of the shared corpus in one of the other encodings of SPDX 2: read, or refused with the right code."""

import random
import time
from pathlib import Path

import pytest

from rulewright.sbom import Document, read
from tests.sbom.corpus_index import entries

FORMATS = ("spdx-tagvalue", "spdx-yaml", "spdx-xml", "spdx-rdf")
REFUSALS = frozenset({"RW1004", "RW1005", "RW1007", "RW1017", "RW1018", "RW1033", "RW1034"})
OTHER_SCHEMA = "PACKAGE_MANAGER"
"""A word that the corpus' schema does not list and ours does: version 2.3 as published has it, the support branch not."""

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_valid_is_refused_and_nothing_invalid_is_taken_in_silence(shared: Path, kind: str) -> None:
    found = entries(shared, kind)
    assert len(found) >= 8
    for entry in found:
        data = entry.path.read_bytes()
        started = time.process_time()
        made = read(data, entry.name)
        took = time.process_time() - started
        if "mut-" in entry.name:
            assert took < 1, entry.name
        if isinstance(made, tuple):
            assert entry.valid == "invalid", (entry.name, made)
            assert made[0].code in REFUSALS, (entry.name, made)
            continue
        assert isinstance(made, Document)
        assert all(counted == stored for _, counted, stored in made.receipt), entry.name
        if entry.valid == "invalid" and OTHER_SCHEMA not in entry.note:
            assert made.judged(), entry.name
        if entry.valid == "valid":
            assert not [d for d in made.judged() if d.code == "RW1101"], entry.name


@pytest.mark.parametrize("kind", FORMATS)
def test_mutated_documents_are_answered(shared: Path, kind: str) -> None:
    chance = random.Random(kind)
    small = [e for e in entries(shared, kind) if e.path.stat().st_size < 30_000]
    for _ in range(60):
        data = bytearray(chance.choice(small).path.read_bytes())
        for _ in range(chance.choice((1, 3))):
            at = chance.randrange(len(data))
            end = min(len(data), at + chance.choice((1, 8, 300)))
            match chance.randrange(4):
                case 0:
                    del data[at:end]
                case 1:
                    data[at:at] = data[at:end] * 3
                case 2:
                    data[at] = chance.randrange(128)
                case _:
                    lines = bytes(data).split(b"\n")
                    chance.shuffle(lines[: chance.randrange(len(lines)) + 1])
                    data = bytearray(b"\n".join(lines))
            data = data or bytearray(b"x")
        made = read(bytes(data), "mutated")
        if isinstance(made, Document):
            assert all(counted == stored for _, counted, stored in made.receipt)
            made.judged()
        else:
            assert isinstance(made, tuple)
            assert made
