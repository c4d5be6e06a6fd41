"""The help: from the table of commands alone, complete, and in time."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

from rulewright.cli import help as pages
from rulewright.cli import lean, overview
from rulewright.cli.declared import Option
from rulewright.cli.main import main
from rulewright.cli.options import BY_NAME
from rulewright.cli.paint import Paint
from rulewright.cli.text import width

EXAMPLES = [example.line for entry in overview.BY_NAME.values() for example in entry.examples]
HEAVY = ("typer", "click", "rich", "numpy", "lark", "yaml", "jsonschema", "jsonschema_rs", "pydantic", "re2", "pygls")
ASK = """
import contextlib, io, json, sys
from rulewright.cli.main import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(json.loads(sys.argv[1]))
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_every_command_is_in_one_group() -> None:
    listed = [entry.name for _, entries in overview.GROUPS for entry in entries]
    assert sorted(listed) == sorted(BY_NAME)


def test_the_overview_fits_on_a_terminal_of_80_columns() -> None:
    lines = pages.text("", Paint(columns=80)).splitlines()
    assert [line for line in lines if width(line) > 80] == []
    assert [line for line in lines if line.endswith(("...", "…")) and not line.startswith("Usage:")] == []
    assert [name for name in BY_NAME if not any(line.startswith(f"  {name} ") for line in lines)] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_page_names_every_option_and_an_example(name: str) -> None:
    page = pages.text(name, Paint(columns=80))
    command = BY_NAME[name]
    wanted = [flag for option in command.options for flag in option.flags]
    wanted += [choice for option in command.options for choice in option.choices]
    wanted += [command.argument.metavar, f"rulewright {name}"]
    assert [word for word in wanted if word not in page] == []
    assert page.index("Examples:") < page.index("Arguments:") < page.index("Options:")
    prose = [line for line in page.splitlines() if not line.startswith(("  rulewright ", "Usage:"))]
    assert [line for line in prose if width(line) > 80] == []


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_is_a_command_line(line: str) -> None:
    words = shlex.split(line)
    request = lean.parse(words)
    assert request is not None
    assert request.command == words[0]


def test_every_command_has_its_own_examples() -> None:
    for entry in overview.BY_NAME.values():
        assert entry.examples
        assert [e.line for e in entry.examples if e.line.split()[0] != entry.name] == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], ""),
        (["--help"], ""),
        (["-h", "check"], ""),
        (["check", "--help"], "check"),
        (["check", "a", "-h"], "check"),
        (["check", "a"], None),
        (["check", "--", "--help"], None),
        (["chek", "--help"], None),
    ],
)
def test_whose_help_is_wanted(words: list[str], name: str | None) -> None:
    assert pages.wanted(words) == name


def test_without_a_word_it_is_the_overview_and_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    alone = capsys.readouterr().out
    assert main(["--help"]) == 0
    assert capsys.readouterr().out == alone
    assert alone.index("rulewright check") < alone.index("For products")


@pytest.mark.parametrize(
    ("words", "same"),
    [(["help"], ["--help"]), (["help", "check"], ["check", "--help"]), (["help", "--help"], ["--help"])],
)
def test_the_word_help_asks_for_help(words: list[str], same: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(same) == 0
    page = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == page


def test_help_of_a_command_that_is_none_says_what_is_close(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "chek"]) == 2
    assert "did you mean `check`?" in capsys.readouterr().err


CHOICES = [(name, option) for name, command in BY_NAME.items() for option in command.options if option.choices]


@pytest.mark.parametrize(("name", "option"), CHOICES, ids=lambda each: getattr(each, "name", each))
def test_a_word_that_an_option_does_not_take_is_told_in_our_words(
    name: str, option: Option, capsys: pytest.CaptureFixture[str]
) -> None:
    flag = option.flags[0]
    assert main([name, "x", flag, "§"]) == 2
    first, hint, *_ = capsys.readouterr().err.splitlines()
    assert first == f"error[RW0002]: `{flag}` cannot be `§`"
    assert hint == f"   hint: there is {', '.join(option.choices)}"
    for spelled in ([flag, option.choices[0] + "x"], [f"{flag}={option.choices[0]}x"]):
        assert main([name, "x", *spelled]) == 2
        assert "did you mean `" in capsys.readouterr().err


def test_a_short_spelling_and_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "x", "-fjsn"]) == 2
    assert "`--format` cannot be `jsn`\n   hint: did you mean `json`?" in capsys.readouterr().err
    assert main(["check", "x", "--format="]) == 2
    assert "`--format` takes a word" in capsys.readouterr().err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    from rulewright import __version__

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rulewright {__version__}\n"


def test_colours_only_where_they_are_wanted() -> None:
    assert "\x1b" not in pages.text("check", Paint())
    assert "\x1b" in pages.text("check", Paint(colour=True))


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["chek", "a"], "did you mean `check`?"), (["check", "a", "--polcy", "x"], "did you mean `--policy`?")],
)
def test_a_mistyped_word_is_answered_with_what_is_close(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["--version"], []], ids=" ".join)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, json.dumps(words)], capture_output=True, text=True, check=True)
    code, loaded = json.loads(done.stdout)
    assert code == (0 if words else 2)
    assert "rulewright" in loaded
    assert [name for name in HEAVY if name in loaded] == []
