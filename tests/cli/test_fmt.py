"""`rulewright fmt`: files in place, looked at only, from stdin; what is left alone and why; what its start does not import."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rulewright.cli.main import main

LOOSE = b'policy a edition "1" {\r\n    title   "t"   # why\r\n  requirement one { check   a.b }\r\n}'
LAID = b'policy a edition "1" {\n  title     "t"  # why\n  requirement one { check a.b }\n}\n'
BROKEN = b'policy a edition "1" {\n  titel "t"\n}\n'


@pytest.fixture
def loose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to lay out, in a folder of its own."""
    folder = tmp_path / "rules"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "a.rw"
    path.write_bytes(LOOSE)
    return path


def test_a_file_is_laid_out_in_place(loose: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loose.chmod(0o640)
    assert main(["fmt", "a.rw"]) == 0
    assert loose.read_bytes() == LAID
    assert stat.S_IMODE(loose.stat().st_mode) == 0o640
    assert capsys.readouterr() == ("", "1 file laid out\n")
    before = loose.stat()
    assert main(["fmt", "a.rw"]) == 0
    after = loose.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert capsys.readouterr().err == "1 file as it was\n"
    assert list(Path().iterdir()) == [Path("a.rw")]


def test_check_changes_nothing(loose: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "--check", "a.rw"]) == 1
    assert loose.read_bytes() == LOOSE
    assert capsys.readouterr() == ("a.rw\n", "1 file would be laid out\n")
    loose.write_bytes(LAID)
    assert main(["fmt", "--check", "--quiet", "a.rw"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_diff_can_be_applied(loose: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["fmt", "--diff", "a.rw"]) == 1
    diff = capfdbinary.readouterr().out
    lines = diff.split(b"\n")
    assert lines[:3] == [b"--- a/a.rw", b"+++ b/a.rw", b"@@ -1,4 +1,4 @@"]
    assert b"\n".join(line[1:] for line in lines if line[:1] == b"-" and line[:3] != b"---") == LOOSE
    assert b"\n".join(line[1:] for line in lines if line[:1] == b"+" and line[:3] != b"+++") + b"\n" == LAID
    assert lines.count(b"\\ No newline at end of file") == 1
    assert loose.read_bytes() == LOOSE


def test_a_diff_has_colours_where_they_are_wanted(
    loose: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loose.write_bytes(b'policy a edition "1" {\n title "\x1b[2J" }\n')
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["fmt", "--diff", "a.rw"]) == 1
    shown = capsys.readouterr().out
    assert '\x1b[1;31m- title "\\x1b[2J" }\x1b[0m\n' in shown
    assert "\x1b[2J" not in shown


def from_stdin(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_stdin_goes_to_stdout(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from_stdin(LOOSE, monkeypatch)
    assert main(["fmt", "-", "-q"]) == 0
    assert capfdbinary.readouterr() == (LAID, b"")
    from_stdin(b"", monkeypatch)
    assert main(["fmt", "-", "-q"]) == 0
    assert capfdbinary.readouterr() == (b"", b"")


def test_stdin_has_a_name_in_diagnostics(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from_stdin(BROKEN, monkeypatch)
    assert main(["fmt", "-", "--stdin-name", "mine.rw"]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"mine.rw:2:3" in err


def test_a_file_that_cannot_be_parsed_is_left_alone_and_the_others_are_done(
    loose: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("b.rw").write_bytes(BROKEN)
    Path("c.rw").write_bytes(b"\xff")
    assert main(["fmt", "."]) == 2
    assert loose.read_bytes() == LAID
    assert (Path("b.rw").read_bytes(), Path("c.rw").read_bytes()) == (BROKEN, b"\xff")
    shown = capsys.readouterr().err
    assert "RW0106" in shown
    assert "RW0101" in shown
    assert shown.endswith("1 file laid out, 2 files not touched\n")


def test_folders_are_walked(loose: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("deep/x.rw", ".hidden/y.rw", "deep/z.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(LOOSE)
    outside = loose.parent.parent / "outside.rw"
    outside.write_bytes(LOOSE)
    Path("deep/link.rw").symlink_to(outside)
    assert main(["fmt", "--check", "."]) == 1
    out, err = capsys.readouterr()
    assert out == "./a.rw\n./deep/x.rw\n"
    assert "links and hidden folders are left out: `./.hidden`, `./deep/link.rw`; name one" in err
    assert main(["fmt", "deep/link.rw", "-q"]) == 0
    assert outside.read_bytes() == LAID
    assert Path("deep/link.rw").is_symlink()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["no-such.rw"], "RW0003", "`no-such.rw` does not exist"),
        (["empty"], "RW0003", "the folder `empty` holds no rule file"),
        (["a.rw", "./a.rw"], "RW0005", "`./a.rw` is named twice"),
        (["a.rw", "."], "RW0005", "named twice"),
        (["-", "a.rw"], "RW0002", "`-` stands alone"),
        (["a.rw", "--stdin-name", "b"], "RW0002", "`-` is not given"),
        (["pipe.rw"], "RW0003", "no regular file"),
        (["fixed.rw"], "RW0006", "read-only"),
        (["forms"], "RW0003", "the folder `forms` holds rules in the JSON form alone, which has no layout"),
        (["forms/b.rw.json"], "RW0003", "`forms/b.rw.json` is in the JSON form, which has no layout"),
    ],
)
def test_what_cannot_be_laid_out_is_said(
    words: list[str], code: str, message: str, loose: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    Path("forms").mkdir()
    Path("forms/b.rw.json").write_text('{"rulewright-policy": 1}', encoding="utf-8")
    os.mkfifo("pipe.rw")
    Path("fixed.rw").write_bytes(LOOSE)
    Path("fixed.rw").chmod(0o444)
    if "." in words:
        Path("pipe.rw").unlink()
    assert main(["fmt", *words]) == 2
    shown = capsys.readouterr().err
    assert f"error[{code}]" in shown
    assert message in shown
    assert loose.read_bytes() == LOOSE
    assert Path("fixed.rw").read_bytes() == LOOSE


def test_files_in_the_json_form_are_named_where_others_are_laid_out(
    loose: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("b.rw.json").write_text("{}", encoding="utf-8")
    assert main(["fmt", "."]) == 0
    assert capsys.readouterr().err == "note: 1 file of `.` in the JSON form, which has no layout\n1 file laid out\n"
    assert loose.read_bytes() == LAID


@pytest.mark.parametrize("words", [["fmt", "-"], ["lint", "-"], ["convert", "-"], ["verify", "-"], ["init"]])
def test_a_stdin_that_is_closed_is_no_failure_of_ours(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", None)
    code = main(words)
    err = capsys.readouterr().err
    assert "internal error" not in err
    assert words == ["init"] or (code == 2 and "`stdin` cannot be read: it is closed" in err)


COLD = """
import sys
from rulewright.cli.main import main
code = main(["fmt", "a.rw"])
heavy = {"typer", "click", "rich", "numpy", "lark", "yaml", "re2", "jsonschema", "difflib", "asyncio", "pygls", "cryptography"}
print(code, sorted(heavy & set(sys.modules)), "rulewright.engine" in sys.modules, "rulewright.dsl.compiler" in sys.modules)
"""


def test_a_cold_start_imports_nothing_heavy(loose: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0 [] False False\n", "1 file laid out\n")
    assert loose.read_bytes() == LAID
