"""The completion scripts, run by the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from rulewright.cli.authors import completion_shape
from rulewright.cli.main import main
from rulewright.cli.options import BY_NAME

ASK = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_rulewright
printf '%s\n' "${COMPREPLY[@]}"
"""


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.fixture
def bash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    file = tmp_path / "rulewright.bash"
    file.write_text(script("bash", capsys), encoding="utf-8")
    return file


def completed(file: Path, *words: str) -> list[str]:
    """What bash offers where the last of these words is being typed."""
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "bash", str(file), "rulewright", *words],
        capture_output=True, text=True, check=False, cwd=file.parent, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


def test_commands(bash: Path) -> None:
    assert completed(bash, "ch") == ["check", "check-certificate"]
    assert set(completed(bash, "")) >= set(BY_NAME)


def test_options(bash: Path) -> None:
    assert completed(bash, "check", "--form") == ["--format"]
    assert completed(bash, "check", "a.json", "--no-c") == ["--no-cache"]
    flags = {flag for option in BY_NAME["check"].options for flag in option.flags}
    assert set(completed(bash, "check", "-")) == flags | {"--help", "-h"}


def test_every_option_of_every_command(bash: Path) -> None:
    for command in completion_shape.shapes():
        text = bash.read_text(encoding="utf-8")
        flags = " ".join(flag for option in command.options for flag in option.flags)
        assert f'{command.name}) _rulewright_give "{flags}"' in text


@pytest.mark.parametrize(
    "words", [("--format", "js"), ("-f", "js"), ("--format", "=", "js"), ("a", "b", "--format", "js")]
)
def test_choices(bash: Path, words: tuple[str, ...]) -> None:
    assert completed(bash, "check", *words) == ["json", "json-v1"]


def test_choices_after_an_equals_sign(bash: Path) -> None:
    assert "sarif" in completed(bash, "check", "--format", "=")


def test_ids_of_shipped_rules_and_files(bash: Path) -> None:
    (bash.parent / "eu.house.rw").touch()
    assert "eu.cra" in completed(bash, "check", "a", "--policy", "eu.")
    assert "eu.house.rw" in completed(bash, "check", "a", "--policy", "eu.")
    assert "eu.cra" in completed(bash, "convert", "eu.c")


def test_words_of_commands_that_consist_of_others(bash: Path) -> None:
    assert completed(bash, "log", "a") == ["append", "audit"]
    assert "crosswalk" in completed(bash, "standards", "")
    assert completed(bash, "standards", "show", "eu.cr") == ["eu.cra"]


def test_a_command_that_consists_of_others_completes_them_all(bash: Path) -> None:
    consisting = {
        name: subs
        for name, command in BY_NAME.items()
        if (module := vars(import_module(f"rulewright.cli.{command.module}")))
        and (subs := module.get("SUBS", module.get("_SUBS"))) is not None
    }
    assert {"bundle", "keys", "log"} <= consisting.keys()
    for name, subs in consisting.items():
        assert sorted(completed(bash, name, "")) == sorted(subs)


def test_codes_and_rules_of_the_linter(bash: Path) -> None:
    assert "RW0728" in completed(bash, "explain", "RW07")
    assert completed(bash, "explain", "repeated-m") == ["repeated-member"]


def test_free_text_and_files_are_left_alone(bash: Path) -> None:
    assert completed(bash, "check", "--as-of", "2") == []
    assert completed(bash, "check", "sbom") == []


@pytest.mark.parametrize("typed", ["$(touch owned)", "`touch owned`", "; touch owned", '"; touch owned; "', "*", "'"])
def test_what_is_being_typed_is_never_run(bash: Path, typed: str) -> None:
    before = sorted(p.name for p in bash.parent.iterdir())
    for words in ((typed,), (typed, "x"), ("check", typed), ("check", "--format", typed), ("check", "-p", typed)):
        completed(bash, *words)
    assert sorted(p.name for p in bash.parent.iterdir()) == before


def test_a_file_with_a_space_keeps_it(bash: Path) -> None:
    (bash.parent / "eu.house rules.rw").touch()
    assert "eu.house rules.rw" in completed(bash, "check", "-p", "eu.")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_takes_the_script(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    assert text == script(shell, capsys)
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    file = tmp_path / "script"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_every_command_and_option_is_in_the_other_scripts(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    for command in BY_NAME.values():
        assert command.name in text
        for option in command.options:
            for flag in option.flags:
                spelled = flag if shell == "zsh" else f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
                assert spelled in text, (command.name, flag)


def test_fish_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("there is no fish here")
    file = tmp_path / "script"
    file.write_text(script("fish", capsys), encoding="utf-8")
    ask = f"source {file}; complete -C 'rulewright ch'; complete -C 'rulewright check --format js'"
    done = subprocess.run(["fish", "--no-config", "-c", ask], capture_output=True, text=True, check=False)
    offered = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert offered == ["check", "check-certificate", "json", "json-v1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["completion", "bsh"], "did you mean `bash`?"),
        (["completion", "/usr/bin/zsh"], "did you mean `zsh`?"),
        (["completion", "tcsh-not"], "there is"),
        (["completion", "bash", "zsh"], "takes one shell"),
    ],
)
def test_another_shell_is_a_mistake(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err


def test_a_word_that_a_shell_would_read_never_gets_into_a_script() -> None:
    with pytest.raises(ValueError, match="a b"):
        completion_shape._safe("a b")
    assert completion_shape.safe_ids(("b.x", "a.$(y)", "b.x", "a.z")) == ("a.z", "b.x")
