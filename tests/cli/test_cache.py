"""The cache is believed only when everything fits."""

import os
from pathlib import Path

import pytest

from rulewright.cli import cache


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_stored_is_found(place: Path) -> None:
    cache.store("k", b"payload\nwith lines")
    assert cache.load("k") == b"payload\nwith lines"
    assert place.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in place.iterdir()] == ["k.rwc"]


@pytest.mark.parametrize("damage", [b"", b"x", b"rulewright-cache/1 k 00\npayload"])
def test_a_damaged_entry_is_none(place: Path, damage: bytes) -> None:
    cache.store("k", b"payload")
    (place / "k.rwc").write_bytes(damage)
    assert cache.load("k") is None


def test_a_changed_payload_is_none(place: Path) -> None:
    cache.store("k", b"payload")
    entry = place / "k.rwc"
    entry.write_bytes(entry.read_bytes().replace(b"payload", b"pbyload"))
    assert cache.load("k") is None


def test_an_entry_under_another_name_is_none(place: Path) -> None:
    cache.store("k", b"payload")
    (place / "k.rwc").rename(place / "j.rwc")
    assert cache.load("j") is None


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_folder_that_others_may_write_is_not_believed(place: Path) -> None:
    cache.store("k", b"payload")
    place.chmod(0o777)
    assert cache.load("k") is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path / "file/below"))
    cache.store("k", b"payload")
    assert cache.load("k") is None


def test_old_entries_go(place: Path) -> None:
    for number in range(cache.KEPT + 5):
        cache.store(f"k{number}", b"x")
    assert len(list(place.iterdir())) <= cache.KEPT


def test_large_entries_go_sooner_and_the_newest_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT_BYTES", 2_500)
    for number in range(5):
        cache.store(f"k{number}", b"x" * 1_000)
        os.utime(place / f"k{number}.rwc", ns=(number, number))
    assert sorted(p.stem for p in place.iterdir()) == ["k3", "k4"]
    cache.store("whole", b"x" * 9_000)
    assert [p.stem for p in place.iterdir()] == ["whole"]


def test_the_compilers_version_follows_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    before = cache.code_version([str(tmp_path)])
    assert cache.code_version([str(tmp_path)]) == before
    (tmp_path / "a.py").write_text("1 + 1", encoding="utf-8")
    assert cache.code_version([str(tmp_path)]) != before
