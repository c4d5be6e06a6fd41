"""The index: made once, never stale, never damaged, never half."""

from __future__ import annotations

import gzip
import os
import sqlite3
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rulewright.threats import store
from rulewright.threats.feeds.opening import opened, units
from tests.threats import samples
from tests.threats.samples import Json

ALL = [{"introduced": "0"}]
FACTS = samples.product(samples.component(purl="pkg:pypi/a@1"))


def record(name: str, **more: object) -> Json:
    return {**samples.osv(name, "PyPI", "a", events=ALL), **more}


def ids(index: store.Index) -> set[str]:
    from rulewright.threats.match import Matcher

    return {match.advisory.id for match in Matcher([index], None).matched(FACTS).matches}


def test_the_second_run_uses_the_index(tmp_path: Path) -> None:
    path, cache = samples.feed(tmp_path, record("PYSEC-1"), record("PYSEC-2")), tmp_path / "cache"
    first, second = (samples.indices(path, folder=cache)[0] for _ in range(2))
    assert (first.reused, second.reused) == (False, True)
    assert ids(first) == ids(second) == {"PYSEC-1", "PYSEC-2"}
    assert first.head == second.head
    assert (first.head.read, first.head.stored, first.head.kinds) == (2, 2, ("osv",))


def test_a_changed_feed_is_read_again_though_size_and_time_are_the_same(tmp_path: Path) -> None:
    path, cache = samples.feed(tmp_path, record("PYSEC-1")), tmp_path / "cache"
    before = path.stat()
    samples.indices(path, folder=cache)
    samples.feed(tmp_path, record("PYSEC-7"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    (again,) = samples.indices(path, folder=cache)
    assert (again.reused, ids(again)) == (False, {"PYSEC-7"})


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "other"])
def test_a_damaged_index_is_made_again(tmp_path: Path, harm: str) -> None:
    path, cache = samples.feed(tmp_path, record("PYSEC-1")), tmp_path / "cache"
    samples.indices(path, folder=cache)
    (kept,) = cache.glob("*.sqlite")
    data = kept.read_bytes()
    kept.chmod(0o600)
    harmed = {
        "flip": data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
        "cut": data[:-1],
        "empty": b"",
        "other": b"x" * len(data),
    }
    kept.write_bytes(harmed[harm])
    (again,) = samples.indices(path, folder=cache)
    assert (again.reused, ids(again)) == (False, {"PYSEC-1"})
    assert samples.indices(path, folder=cache)[0].reused


def test_runs_at_the_same_time_do_not_disturb_one_another(tmp_path: Path) -> None:
    path, cache = samples.feed(tmp_path, *(record(f"PYSEC-{n}") for n in range(200))), tmp_path / "cache"

    def run(_: int) -> int:
        (unit,) = units(str(path))
        made = store._made(unit, ":memory:") if _ % 2 else None
        if made is not None:
            made.close()
        return store.index(unit, opened(unit), str(cache)).head.stored

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(8))) == {200}
    assert not list(cache.glob("*.part"))


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    (made,) = samples.indices(samples.feed(tmp_path, record("PYSEC-1")), folder=blocked)
    assert ids(made) == {"PYSEC-1"}


def test_the_longest_unused_indices_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEPT", 2)
    for number in range(4):
        samples.indices(samples.feed(tmp_path, record(f"PYSEC-{number}")), folder=tmp_path / "cache")
    assert len(list((tmp_path / "cache").glob("*.sqlite"))) == 2


def test_of_two_records_with_one_id_the_later_counts(tmp_path: Path) -> None:
    old = record("PYSEC-1", modified="2026-01-01T00:00:00Z")
    new = {**record("PYSEC-1", modified="2026-02-01T00:00:00Z"), "withdrawn": "2026-02-01T00:00:00Z"}
    for pair, expected in (((old, new), set()), ((new, old), set()), ((old, old), {"PYSEC-1"})):
        (made,) = samples.indices(samples.feed(tmp_path, *pair))
        assert ids(made) == expected
        assert [f.code for f in made.faults] == ["RW1409"]
        assert (made.head.read, made.head.stored) == (2, 1)


def test_every_shape_of_a_feed(tmp_path: Path) -> None:
    import json
    import lzma

    one, two = (json.dumps(record(f"PYSEC-{n}")) for n in (1, 2))
    shapes: dict[str, bytes] = {
        "lines.jsonl": f"{one}\n{two}\n".encode(),
        "blank-lines.jsonl": f"{one}\n\n{two}".encode(),
        "list.json": f"[{one},{two}]".encode(),
        "bom.jsonl": b"\xef\xbb\xbf" + f"{one}\n{two}\n".encode(),
        "lines.gz": gzip.compress(f"{one}\n{two}\n".encode()),
        "lines.xz": lzma.compress(f"{one}\n{two}\n".encode()),
    }
    for name, data in shapes.items():
        (tmp_path / name).write_bytes(data)
        (made,) = samples.indices(tmp_path / name)
        assert (ids(made), made.faults) == ({"PYSEC-1", "PYSEC-2"}, ()), name
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-1.json", one)
        archive.writestr("deep/../../PYSEC-2.json", json.dumps(record("PYSEC-2"), indent=2))
    (zipped,) = samples.indices(tmp_path / "all.zip")
    assert ids(zipped) == {"PYSEC-1", "PYSEC-2"}
    folder = tmp_path / "folder" / "deeper"
    folder.mkdir(parents=True)
    for number, text in enumerate((one, two)):
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    (folder / "notes.json").write_text("{}", encoding="utf-8")
    (folder / "kev.csv").write_text("cveID,dateAdded\nCVE-2026-1,2026-01-01\n", encoding="utf-8")
    (folder / "link.json").symlink_to(tmp_path / "lines.jsonl")
    small, kev = sorted(samples.indices(tmp_path / "folder"), key=lambda i: i.head.kev)
    assert ids(small) == {"PYSEC-1", "PYSEC-2"}
    assert [(f.code, f.place) for f in small.faults] == [("RW1401", "deeper/notes.json")]
    assert kev.head.kev == 1


def test_the_index_is_read_only(tmp_path: Path) -> None:
    path, cache = samples.feed(tmp_path, record("PYSEC-1")), tmp_path / "cache"
    (made,) = samples.indices(path, folder=cache)
    with pytest.raises(sqlite3.OperationalError):
        made._db.execute("DELETE FROM claim")
    made.close()
