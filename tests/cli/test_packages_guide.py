"""The commands of docs/how-to-packages.md, in their order, in an empty folder."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from rulewright.attest import pkcs8
from rulewright.attest.packages import source
from rulewright.cli.main import main
from tests.cli.test_packages import BASE

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to-packages.md"
INSTEAD = {
    "https://rules.example/index.json": "index+packages/index.json",
    " --trust trust.json --anchor root.pub": " --key publisher.pem.pub",
    "product.cdx.json": "cam.json",
}
"""What stands for a registry on the web, for a trust policy, and for a product; each has tests of its own."""


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == kind]


def test_the_commands_run_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pkcs8, "ROUNDS", 2)
    monkeypatch.setenv("RULEWRIGHT_PASSPHRASE", "a passphrase")
    for folder in ("base", "packages"):
        Path(folder).mkdir()
    manifest, changelog = blocks("toml")[0], next(text for text in blocks("") if text.startswith("# Changelog"))
    Path("base/rulewright-pack.toml").write_text(manifest, encoding="utf-8")
    Path("base/CHANGELOG.md").write_text(changelog, encoding="utf-8")
    Path("base/rules.rw").write_text(BASE, encoding="utf-8")
    lines = [line for text in blocks("") for line in text.splitlines() if line.startswith("rulewright ")]
    assert len(lines) == 7
    for line in lines:
        said = line
        for words, other in INSTEAD.items():
            said = said.replace(words, other)
        if said.startswith("rulewright bundle index"):
            for path in Path().glob("*.rwpack*"):
                shutil.copy(path, "packages")
        wanted = 1 if "check" in said else 0  # a library of the product has no supplier
        assert main(said.split()[1:]) == wanted, line


def test_the_tables_are_those_that_are_read() -> None:
    manifest, rule, dependency, python = blocks("toml")
    said = source.read((manifest + dependency).encode())
    assert [each.name for each in said.dependencies] == ["acme.base"]
    assert tomllib.loads(rule)["rules"][0]["predicate"] == "urn:rulewright:pack:v1"
    assert tomllib.loads(python)["project"]["entry-points"]["rulewright.packs"]
