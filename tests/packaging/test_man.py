"""The manual pages are those of the table of commands, and troff reads them without a warning."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from docs.scripts import man
from rulewright.cli.options import COMMANDS


def test_the_pages_are_up_to_date() -> None:
    made = man.everything()
    found = {path: path.read_text(encoding="ascii") for path in man.FOLDER.glob("*.1")}
    assert sorted(p.name for p in found) == sorted(p.name for p in made)
    assert [path.name for path, text in made.items() if found[path] != text] == [], "run docs/scripts/man.py"


def test_troff_has_nothing_to_say(tmp_path: Path) -> None:
    if shutil.which("groff") is None:
        pytest.skip("there is no groff here")
    names = [str(path) for path in sorted(man.FOLDER.glob("*.1"))]
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Tascii", "-z", *names], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_shows_every_option_as_it_is_typed() -> None:
    if shutil.which("groff") is None:
        pytest.skip("there is no groff here")
    command = next(c for c in COMMANDS if c.name == "check")
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou"], input=man.page(command), capture_output=True, text=True, check=True,
        env=env,
    )  # fmt: skip
    assert [flag for option in command.options for flag in option.flags if flag not in done.stdout] == []
    assert "rulewright check sbom.cdx.json --policy ntia.minimum_elements" in done.stdout


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (".SH x", "\\&.SH x"),
        ("'so x", "\\(aqso x"),
        ("a\\fBb", "a\\efBb"),
        ("--as-of", "\\-\\-as\\-of"),
        ("…", "\\&..."),
    ],
)
def test_no_text_is_a_request(text: str, written: str) -> None:
    assert man.escaped(text) == written


def test_a_character_that_no_page_can_show_is_refused() -> None:
    with pytest.raises(ValueError, match="é"):
        man.escaped("é")
