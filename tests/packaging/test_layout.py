"""The layout of decision 0001: real folders, relative links, three lists that agree."""

import tomllib
from pathlib import Path
from typing import TypedDict

import pytest

CODE = ("attest", "cli", "devices", "dsl", "engine", "facts", "policies", "sbom", "standards", "threats")
PLAIN = ("__init__.py", "__main__.py", "diagnostics.py", "py.typed")


class Build(TypedDict):
    wheel: list[str]
    prefixes: dict[str, str]
    sdist: list[str]
    banned: set[str]


@pytest.fixture(scope="module")
def build(root: Path) -> Build:
    tool = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    targets = tool["hatch"]["build"]["targets"]
    return {
        "wheel": targets["wheel"]["only-include"],
        "prefixes": targets["wheel"]["sources"],
        "sdist": targets["sdist"]["only-include"],
        "banned": set(tool["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]),
    }


def test_the_package_folder_holds_links_and_nothing_unlisted(root: Path) -> None:
    found = {p.name for p in (root / "src/rulewright").iterdir() if p.name != "__pycache__"}
    assert found == {*CODE, *PLAIN}


@pytest.mark.parametrize("folder", CODE)
def test_each_folder_is_real_and_its_link_is_relative(root: Path, folder: str) -> None:
    link = root / "src/rulewright" / folder
    assert link.is_symlink()
    assert link.readlink() == Path("../..") / folder
    assert (root / folder).is_dir()
    assert not (root / folder).is_symlink()
    assert (root / folder / "__init__.py").is_file()


def test_wheel_and_sdist_name_every_folder_and_file(build: Build) -> None:
    named = {*CODE, *(f"src/rulewright/{name}" for name in PLAIN)}
    assert set(build["wheel"]) == named
    assert named | {"tests"} <= set(build["sdist"])


def test_every_folder_lands_inside_the_one_package(build: Build) -> None:
    assert build["prefixes"] == {"src/rulewright": "rulewright"} | {f: f"rulewright/{f}" for f in CODE}


def test_no_folder_may_be_imported_by_its_bare_name(build: Build) -> None:
    assert set(CODE) <= build["banned"]


def test_every_subfolder_with_code_is_a_package(root: Path) -> None:
    holders = {p.parent for folder in CODE for p in (root / folder).rglob("*.py")}
    assert holders
    assert sorted(str(h.relative_to(root)) for h in holders if not (h / "__init__.py").is_file()) == []
