"""What no tracked text may hold: registry hosts, paths of one machine, links out of the checkout."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

# Written so that this file does not hold what it looks for.
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "crates" + ".io",
    "proxy.golang" + ".org",
)
PLACES = re.compile(r"(?<![\w.~/-])/(?:home|root|Users|work|tmp/bash)/[\w.-]")


def tracked(root: Path) -> list[Path]:
    """Return the tracked paths, or skip where the tree is not a git checkout."""
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
    return [root / name for name in names.decode().split("\0") if name]


@cache
def texts(root: Path) -> tuple[tuple[Path, str], ...]:
    """Return every tracked text file with its text."""
    return tuple(_texts(root))


def _texts(root: Path) -> Iterator[tuple[Path, str]]:
    for path in tracked(root):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" in data:
            continue
        yield path.relative_to(root), data.decode("utf-8", "replace")


def places(root: Path, sought: re.Pattern[str]) -> list[str]:
    """Return place and text of every line in which something is found."""
    return [
        f"{path}:{number}: {line[:120]}"
        for path, text in texts(root)
        if sought.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if sought.search(line)
    ]


def test_no_registry_host_is_named(root: Path) -> None:
    assert places(root, re.compile("|".join(map(re.escape, HOSTS)))) == []


def test_no_path_of_one_machine_is_named(root: Path) -> None:
    assert places(root, PLACES) == []


@pytest.mark.parametrize("text", ["see /{}/someone/x", 'open("/{}/x")', "(/{}/.cache)"])
def test_the_search_for_paths_finds_one(text: str) -> None:
    assert all(PLACES.search(text.format(place)) for place in ("home", "root", "Users"))
    assert not PLACES.search(text.format("usr"))


def test_links_stay_inside_the_checkout(root: Path) -> None:
    links = [path for path in tracked(root) if path.is_symlink()]
    assert links
    outside = [p for p in links if p.readlink().is_absolute() or not p.resolve().is_relative_to(root.resolve())]
    assert outside == []


def test_requirements_are_pinned_by_hash_and_name_no_index(root: Path) -> None:
    for path in sorted((root / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        entries = [e for e in text.replace("\\\n", " ").splitlines() if e.strip()]
        assert entries
        assert [e for e in entries if "--hash=sha256:" not in e] == []
        assert "://" not in text
