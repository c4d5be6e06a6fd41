"""Same inputs, same `as of`, same bytes: whatever the hash seed, time zone, locale, working folder and product order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "policies" / "examples"
POLICY = ROOT / "policies" / "example.rw"
PRODUCTS = sorted(EXAMPLES.glob("*.cdx.json"))


def check(products: list[Path], cwd: Path, fmt: str, **variables: str) -> bytes:
    """The report of a fresh process."""
    command = [
        sys.executable, "-m", "rulewright", "check", *map(str, products), "--policy", str(POLICY),
        "--as-of", "2026-11-22", "--format", fmt,
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONWARNINGS": "default", **variables}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("fmt", ["json", "sarif", "junit", "markdown"])
def test_the_same_bytes_anywhere(fmt: str, tmp_path: Path) -> None:
    """Two products, four outputs, two very different surroundings."""
    one = check(PRODUCTS, ROOT, fmt, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C")
    two = check(
        PRODUCTS[::-1], tmp_path, fmt, PYTHONHASHSEED="4242", TZ="Pacific/Kiritimati", LC_ALL="tr_TR.UTF-8",
        RULEWRIGHT_CACHE_DIR=str(tmp_path / "cache"),
    )  # fmt: skip
    assert one == two
