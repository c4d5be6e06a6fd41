"""The page of devices says what was measured, its policy compiles, and the gap report is the one that was read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from docs.scripts import devices as script
from rulewright.cli.main import main
from tests.devices.made import real

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = re.compile(r"^  - (?:new|gone|elements at fault)")
"""Lines with the versions of packages, which are those of the day on which the trees were built."""


def test_the_page_says_what_was_measured() -> None:
    assert script.page() == script.PAGE.read_text(encoding="utf-8"), "run `make pages`"


def test_the_policy_of_the_page_compiles(tmp_path: Path) -> None:
    (text,) = re.findall(r"```rw\n(.*?)```", script.PAGE.read_text(encoding="utf-8"), re.DOTALL)
    product, policy = tmp_path / "product.facts.yaml", tmp_path / "gateway.rw"
    product.write_text("format: rulewright-facts/1\nproduct:\n  name: Gateway\n", encoding="utf-8")
    policy.write_text(text, encoding="utf-8")
    options = ["--quiet", "--no-cache", "--as-of", "2026-11-22"]
    assert main(["check", str(product), "--policy", str(policy), *options]) in {0, 1}


def test_the_gap_report() -> None:
    for name in ("legacy", "hardened"):
        real(name)
    trees = Path(os.environ.get("RULEWRIGHT_TREES", str(ROOT.parent / "shared/trees"))).absolute()
    found, golden = script.gap(trees).splitlines(), script.GOLDEN.read_text(encoding="utf-8").splitlines()
    kept, expected = ([line for line in lines if not PACKAGES.match(line)] for lines in (found, golden))
    assert kept == expected, "read the difference, then run docs/scripts/devices.py --take"
