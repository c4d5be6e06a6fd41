"""Notices of third-party material: each one is named in the root NOTICE, and a wheel holds them all."""

import tomllib
from pathlib import Path

from tests.packaging.test_layout import CODE


def notices(root: Path) -> list[str]:
    found = (path for folder in CODE for name in ("NOTICE", "LICENSE") for path in (root / folder).rglob(name))
    return sorted(path.relative_to(root).as_posix() for path in found)


def test_every_notice_in_a_folder_is_named_in_the_root(root: Path) -> None:
    named = (root / "NOTICE").read_text(encoding="utf-8")
    found = notices(root)
    assert "standards/cisa.bod_26_04/NOTICE" in found
    assert [name for name in found if f"`{name}`" not in named] == []


def test_every_notice_that_the_root_names_is_there(root: Path) -> None:
    words = (root / "NOTICE").read_text(encoding="utf-8").split("`")[1::2]
    assert [
        word for word in words if not (root / word).exists() and "/" in word and word.partition("/")[0] in CODE
    ] == []


def test_the_wheel_holds_the_folders_of_the_notices_whole(root: Path) -> None:
    """Nothing is left out of a folder that is in the list; what a wheel that was built holds, `make package` looks at."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {name.partition("/")[0] for name in notices(root)} <= set(wheel["only-include"])
    assert "exclude" not in wheel
    assert "exclude" not in project["tool"]["hatch"]["build"]
    assert project["project"]["license-files"] == ["LICENSE", "NOTICE"]
