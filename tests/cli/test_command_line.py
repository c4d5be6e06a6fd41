"""The lean parser and Typer read the same, from one table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.cli import lean, typer_app
from rulewright.cli.options import COMMANDS, Request
from rulewright.diagnostics import Diagnostic

GOOD = [
    ["check", "a.json", "-p", "x.rw"],
    ["check", "a.json", "b.json", "--policy", "x", "--policy=y@1", "--facts", "f.yaml", "--as-of", "2026-11-21"],
    ["check", "-", "-p", "x", "--format", "json", "--fail-on=never", "--limit", "0", "-q"],
    [
        "check",
        "--explain",
        "a",
        "--param",
        "a=b",
        "--param=c=d e",
        "--no-cache",
        "--same-product",
        "--engine",
        "reference",
    ],
    ["facts", "a", "--format", "json", "--output", "o.json"],
    ["test"],
    ["test", "a.rw", "b"],
    ["explain", "RW0001", "x:y"],
    ["standards"],
    ["standards", "show", "cisa.minimum_elements@2026"],
]


@pytest.mark.parametrize("words", GOOD, ids=" ".join)
def test_well_formed_lines_need_no_typer(words: list[str]) -> None:
    request = lean.parse(words)
    assert request is not None
    assert typer_app.parse(words) == request


def words() -> st.SearchStrategy[str]:
    flags = [flag for command in COMMANDS for option in command.options for flag in option.flags]
    values = [
        "a",
        "-",
        "--",
        "",
        "json",
        "5",
        "-5",
        "x=y",
        "2026-01-01",
        "shall",
        "--format=json",
        "--limit=3",
        "-px",
        "--help",
    ]
    return st.sampled_from([*dict.fromkeys(flags), *values, *(f"{flag}=v" for flag in flags)])


@given(st.sampled_from([c.name for c in COMMANDS]), st.lists(words(), max_size=6))
def test_what_the_lean_parser_takes_typer_takes_alike(command: str, rest: list[str]) -> None:
    request = lean.parse([command, *rest])
    if request is not None:
        assert typer_app.parse([command, *rest]) == request


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("check a --polcy x", "no such option: --polcy", "did you mean `--policy`?"),
        ("chek a", "no such command `chek`", "did you mean `check`?"),
        ("check", "missing argument `PRODUCT`", "`rulewright check --help` lists what there is"),
        ("check a --policy", "option `--policy` requires an argument", "`rulewright check --help` lists what there is"),
        ("check a --limit x", "`--limit` cannot be `x`", "give a whole number from 0 to 999,999,999"),
        ("test a --jobs -3", "`--jobs` cannot be `-3`", "give a whole number from 0 to 999,999,999"),
        ("test a --fail-under=-1", "`--fail-under` cannot be `-1`", "give a whole number from 0 to 999,999,999"),
        (
            "check a --limit 1 --limit 9999999999",
            "`--limit` cannot be `9999999999`",
            "give a whole number from 0 to 999,999,999",
        ),
        ("check a --limit=", "`--limit` takes a number", "give a whole number from 0 to 999,999,999"),
        (
            "check a --format xml",
            "`--format` cannot be `xml`",
            "there is terminal, json, json-v1, sarif, junit, markdown",
        ),
    ],
)
def test_usage_errors_are_diagnostics(line: str, message: str, hint: str) -> None:
    answer = typer_app.parse(line.split())
    assert isinstance(answer, Diagnostic)
    assert answer.code == "RW0002"
    assert answer.message.startswith(message)
    assert answer.hint == hint


def test_every_option_is_taken_by_both() -> None:
    for command in COMMANDS:
        for option in command.options:
            value = option.choices[0] if option.choices else "7"
            for flag in option.flags:
                line = [command.name, "x", flag, *([] if option.kind == "flag" else [value])]
                request = lean.parse(line)
                assert isinstance(request, Request), line
                assert typer_app.parse(line) == request


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        assert typer_app.parse([command.name, "--help"]) == 0
        shown = capsys.readouterr().out
        assert [flag for option in command.options for flag in option.flags if flag not in shown] == []
