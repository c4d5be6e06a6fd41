"""`rulewright lint` at work: files, folders, ids, personas, fixes, configuration, the analyser."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from rulewright.cli.main import main
from rulewright.dsl.lint.model import Rule
from rulewright.dsl.lint.remarks import REMARKS
from tests.dsl.lint.support import words

DAY = ("--as-of", "2026-11-22")
GOOD = """standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
"""
BAD = GOOD.replace("service", "service.").replace(
    "  requirement", "  define unused() = iface.telnet_present\n\n  requirement"
)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the linter on a fixed day: code, stdout, stderr."""
    code = main(["lint", *DAY, *words])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def bad(place: Path) -> Path:
    """A file with a safe finding of each kind."""
    path = place / "bad.rw"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_a_good_file_is_clean(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "good.rw").write_text(GOOD, encoding="utf-8")
    assert run(capsys, "good.rw") == (0, "", "nothing to remark in 1 file\n")


def test_findings_do_not_block_unless_denied(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, bad.name, "-f", "concise")
    assert code == 0
    assert out == (
        "bad.rw:2:10: warning[RW0701] `unused` is never used (use it, or delete it)\n"
        "bad.rw:5:14: note[RW0732] a title has no full stop (delete it)\n"
    )
    assert err == "1 warning, 1 note in 1 file; 2 can be fixed with --fix\n"
    assert run(capsys, bad.name, "--deny-warnings", "-q")[0] == 1
    assert run(capsys, bad.name, "--persona", "ci")[:2] == (0, "")


def test_what_is_surely_wrong_blocks_a_build(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "true.rw").write_text(GOOD.replace("not iface.telnet_present", "true"), encoding="utf-8")
    code, out, _ = run(capsys, "true.rw", "--persona", "ci", "-f", "concise")
    assert code == 1
    assert "error[RW0724]" in out


def test_a_build_hears_the_compilers_warnings_only_where_they_block(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    used = 'standard acme.other edition "1" {\n' + GOOD.partition("\n")[2].partition("\ntest")[0]
    user = GOOD.replace('"1" {\n  req', '"1" {\n  use acme.other edition "1" as other\n\n  req', 1)
    (place / "other.rw").write_text(used, encoding="utf-8")
    (place / "user.rw").write_text(user, encoding="utf-8")
    assert "RW0408" in run(capsys, "user.rw", "-f", "concise")[1]
    assert run(capsys, "user.rw", "-f", "concise", "--persona", "ci")[:2] == (0, "")
    code, out, _ = run(capsys, "user.rw", "-f", "concise", "--persona", "ci", "--deny-warnings")
    assert (code, "RW0408" in out, "RW0406" in out) == (1, True, False)
    assert run(capsys, "user.rw", "--fix", "--unsafe-fixes", "-q")[0] == 0
    assert "use acme.other" not in (place / "user.rw").read_text(encoding="utf-8")


def test_what_does_not_compile_is_told_with_the_rest(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad.write_text(BAD.replace("not iface.telnet_present", "not iface.telnet_presnt"), encoding="utf-8")
    code, out, _ = run(capsys, bad.name, "-f", "concise")
    assert code == 2
    assert "error[RW0201]" in out
    assert "warning[RW0701]" in out


def test_folders_and_ids(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = bad.parent / "rules" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.rw").write_text(BAD, encoding="utf-8")
    code, out, _ = run(capsys, "rules", "us_ca.sb_327", "-f", "concise", "--select", "unused-define")
    assert (code, out.count("\n")) == (0, 1)
    assert out.startswith("rules/deep/a.rw:2:10: ")
    (bad.parent / "empty").mkdir()
    code, out, err = run(capsys, "empty")
    assert (code, out) == (2, "")
    assert "`empty` holds no rule file" in err
    code, _, err = run(capsys, "no.such")
    assert code == 2
    assert "RW0004" in err


def test_the_walk_is_that_of_fmt_and_test(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    top = bad.parent / "rules"
    for name in ("deep/x.rw", ".hidden/y.rw", ".tool/z.txt", "a.rw"):
        (top / name).parent.mkdir(exist_ok=True, parents=True)
        (top / name).write_text(GOOD.replace("acme.base", f"acme.{name[-4]}"), encoding="utf-8")
    (top / "link.rw").symlink_to(bad)
    (top / "folder").symlink_to(top / "deep")
    said = "note: links and hidden folders are left out: `rules/.hidden`, `rules/folder`, `rules/link.rw`; name one"
    for command, last in (
        (["fmt"], "2 files"),
        (["lint", *DAY], "nothing to remark in 2 files"),
        (["test"], ""),
    ):
        assert main([*command, "rules"]) == 0
        err = capsys.readouterr().err
        assert said in err
        assert last in err


class TestStdin:
    """`-`."""

    def given(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let stdin hold a text."""
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    def test_it_is_judged_like_a_file(
        self, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.given(BAD, monkeypatch)
        code, out, _ = run(capsys, "-", "-f", "concise")
        assert (code, out.partition(" ")[0]) == (0, "<stdin>:2:10:")
        self.given(BAD, monkeypatch)
        code, out, _ = run(capsys, "-", "--diff", "--stdin-name", "deep.rw")
        assert (code, out.partition("\n")[0]) == (1, "--- deep.rw")
        assert not (place / "deep.rw").exists()

    def test_what_lies_beside_it_takes_part(
        self, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (place / "sub").mkdir()
        own = 'vocabulary acme.words edition "1" {\n  attribute acme.open : bool choice { meaning "it is open" }\n}\n'
        (place / "sub" / "words.rw").write_text(own, encoding="utf-8")
        (place / "sub" / "me.rw").write_text(own.replace("acme.words", "acme.own"), encoding="utf-8")
        text = GOOD.replace("iface.telnet_present", "acme.open")
        self.given(text, monkeypatch)
        assert run(capsys, "-")[0] == 2
        self.given(text, monkeypatch)
        assert run(capsys, "-", "--stdin-name", "sub/me.rw")[:2] == (0, "")

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["-", "small.rw"], "stands alone"),
            (["small.rw", "--stdin-name", "x.rw"], "`-` is not given"),
            (["-", "--fix"], "stdin is no file that can be changed"),
            (["-", "--stdin-name", "nowhere/x.rw"], "`nowhere` does not exist"),
        ],
    )
    @pytest.mark.usefixtures("place")
    def test_what_cannot_be_is_told(
        self, words: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.given(GOOD, monkeypatch)
        code, _, err = run(capsys, *words)
        assert code == 2
        assert message in err


def test_a_rule_that_does_not_exist_is_refused(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, bad.name, "--select", "unused-defin")
    assert (code, out) == (2, "")
    assert "RW0005" in err
    assert "did you mean `unused-define`?" in err


def test_ignore_leaves_rules_out(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, bad.name, "--ignore", "RW0701", "--ignore", "style", "-q") == (0, "", "")


class TestFixing:
    """`--fix`, `--unsafe-fixes`, `--diff`."""

    def test_safe_fixes_are_applied_and_the_rest_is_told(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bad.write_text(BAD.replace("severity high", 'severity high\n    fix ""'), encoding="utf-8")  # fmt: skip
        code, out, err = run(capsys, bad.name, "--fix", "-f", "concise")
        assert code == 0
        assert out == "bad.rw:6:9: warning[RW0734] `fix` says nothing (write it, or delete the line)\n"
        assert err == "1 warning in 1 file; 2 fixed in 1 file\n"
        text = bad.read_text(encoding="utf-8")
        assert "unused" not in text
        assert 'service."' not in text  # fmt: skip
        assert run(capsys, bad.name, "--fix", "-q")[0] == 0
        assert bad.read_text(encoding="utf-8") == text

    def test_a_difference_changes_nothing(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = run(capsys, bad.name, "--diff")
        assert code == 1
        assert '-    title    "There is no telnet service."\n+    title    "There is no telnet service"\n' in out
        assert "2 would be fixed in 1 file" in err
        assert bad.read_text(encoding="utf-8") == BAD
        bad.write_text(GOOD, encoding="utf-8")
        assert run(capsys, bad.name, "--diff")[:2] == (0, "")

    def test_a_file_keeps_its_mode(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bad.chmod(0o640)
        assert run(capsys, bad.name, "--fix", "-q")[0] == 0
        assert bad.stat().st_mode & 0o777 == 0o640
        assert "unused" not in bad.read_text(encoding="utf-8")

    def test_what_is_read_only_is_left(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bad.chmod(0o444)
        code, out, err = run(capsys, bad.name, "--fix", "-f", "concise")
        assert code == 2
        assert "RW0701" in out
        assert "`bad.rw` is read-only and not changed" in err
        assert bad.read_text(encoding="utf-8") == BAD
        assert bad.stat().st_mode & 0o777 == 0o444

    def test_a_difference_goes_to_a_file_and_errors_are_told(
        self, bad: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad.write_text(BAD.replace("not iface", "not ifce"), encoding="utf-8")
        code, out, err = run(capsys, bad.name, "--diff", "-o", "d.patch")
        assert (code, out) == (2, "")
        assert "error[RW0201]" in err
        assert (bad.parent / "d.patch").read_text(encoding="utf-8").startswith("--- bad.rw\n+++ bad.rw\n@@")

    def test_guesses_want_to_be_asked_for(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bad.write_text(GOOD.replace("check    not iface.telnet_present", "check    not iface.telnet_presnt"), "utf-8")
        assert run(capsys, bad.name, "--fix")[0] == 2
        assert "telnet_presnt" in bad.read_text(encoding="utf-8")
        assert run(capsys, bad.name, "--fix", "--unsafe-fixes")[0] == 0
        assert bad.read_text(encoding="utf-8") == GOOD
        code, _, err = run(capsys, bad.name, "--unsafe-fixes")
        assert code == 2
        assert "goes with `--fix`" in err

    def test_marks_and_line_ends_stay(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bad.write_bytes(b"\xef\xbb\xbf" + BAD.replace("\n", "\r\n").encode())
        assert run(capsys, bad.name, "--fix", "-q")[0] == 0
        data = bad.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert b"unused" not in data
        assert data.count(b"\n") == data.count(b"\r\n")

    def test_what_would_compile_worse_is_taken_back(
        self, bad: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from rulewright.dsl.lint.model import Subject

        honest = Subject.replace
        spoilt = lambda self, title, *edits, safe: honest(self, title, *((at, "{") for at, _ in edits), safe=safe)  # noqa: E731  small
        monkeypatch.setattr(Subject, "replace", spoilt)
        code, _, err = run(capsys, bad.name, "--fix")
        assert code == 0
        assert bad.read_text(encoding="utf-8") == BAD
        assert "RW0751" in err
        assert "would compile worse" in err

    def test_what_somebody_else_changed_meanwhile_is_left(
        self, bad: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from rulewright.cli.authors import lint_fixes

        honest = lint_fixes.write

        def late(*given: object) -> object:
            bad.write_text(GOOD, encoding="utf-8")
            return honest(*given)  # type: ignore[arg-type]  # handed on as it came

        monkeypatch.setattr(lint_fixes, "write", late)
        code, _, err = run(capsys, bad.name, "--fix")
        assert code == 2
        assert "changed by someone else" in err
        assert bad.read_text(encoding="utf-8") == GOOD

    def test_what_is_shipped_is_not_changed(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = run(capsys, "us_ca.sb_327", "--fix")
        assert code == 2
        assert "is shipped with Rulewright" in err

    def test_an_output_never_takes_the_place_of_an_input(self, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = run(capsys, bad.name, "-f", "json", "-o", bad.name)
        assert code == 2
        assert "RW0006" in err
        assert bad.read_text(encoding="utf-8") == BAD


class TestConfiguration:
    """The table `[lint]`."""

    def test_it_holds_unless_the_command_line_says_otherwise(
        self, bad: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (bad.parent / "rulewright.toml").write_text(
            '[lint]\npersona = "auditor"\nignore = ["unused"]\ndeny-warnings = true\n', encoding="utf-8"
        )
        code, out, _ = run(capsys, bad.name, "-f", "concise")
        assert (code, "RW0701" in out, "RW0710" in out) == (0, False, True)
        assert "RW0710" not in run(capsys, bad.name, "-f", "concise", "--persona", "author")[1]

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ('persnoa = "ci"', "did you mean `persona`?"),
            ('persona = "boss"', "has the wrong form"),
            ("expiry-days = -1", "has the wrong form"),
            ("expiry-days = true", "has the wrong form"),
            ('select = "unused"', "has the wrong form"),
            ('ignore = ["title-lnog"]', "did you mean `title-long`?"),
            ('persona = "ci"\n[lnit]\ndeny-warnings = true', "did you mean `lint`?"),
        ],
    )
    def test_what_it_cannot_be_is_told(
        self, bad: Path, capsys: pytest.CaptureFixture[str], line: str, message: str
    ) -> None:
        (bad.parent / "rulewright.toml").write_text(f"[lint]\n{line}\n", encoding="utf-8")
        code, out, err = run(capsys, bad.name)
        assert (code, out) == (2, "")
        assert "RW0011" in err
        assert message in err

    def test_check_passes_it_over(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (place / "rulewright.toml").write_text('[lint]\npersona = "ci"\n', encoding="utf-8")
        main(["check", "cam.json", "--policy", "small.rw", *DAY])
        assert "RW0011" not in capsys.readouterr().err

    def test_the_days_before_a_waiver_ends(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        waiver = (
            '  waiver w for suppliers {\n    product "pkg:generic/cam@2.3"\n    because "it is old"\n'
            '    approved by "a@acme.example" on 2026-08-01\n    until 2026-12-31\n  }\n}\n\ntest suppliers'
        )
        text = (place / "small.rw").read_text(encoding="utf-8").replace("}\n\ntest suppliers", waiver)
        (place / "small.rw").write_text(text, encoding="utf-8")
        select = ("--select", "waiver", "-f", "concise")
        assert run(capsys, "small.rw", *select)[1] == ""
        (place / "rulewright.toml").write_text("[lint]\nexpiry-days = 39\n", encoding="utf-8")
        assert "the waiver `w` ends in 39 days" in run(capsys, "small.rw", *select)[1]
        main(["lint", "small.rw", *select, "--as-of", "2027-01-01"])
        assert "the waiver `w` has ended" in capsys.readouterr().out


class TestAnalysis:
    """`--analyse`."""

    RULES = """standard acme.base edition "1" {
  requirement dead shall {
    title "Never applies"
    severity high
    applies when product.expected_lifetime_years > 5 and product.expected_lifetime_years < 3
    check not iface.telnet_present
  }
  requirement vacuous shall {
    title "Always holds"
    severity high
    check iface.telnet_present implies iface.telnet_present
  }
}
test dead { given { iface.telnet_present = true } expect unknown }
test vacuous { given { iface.telnet_present = true } expect pass }
"""

    def rules(self, place: Path) -> str:
        """Rules with the vocabulary that they need."""
        (place / "words.rw").write_bytes(words())
        (place / "analysed.rw").write_text(self.RULES, encoding="utf-8")
        return "analysed.rw"

    def test_its_remarks_stand_at_their_requirements(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        name = self.rules(place)
        _, out, _ = run(capsys, name, "--analyse", "-f", "json")
        found = {d["code"]: d["span"] for d in json.loads(out)["diagnostics"] if d["code"] in {"RW0741", "RW0742"}}
        assert {code: (at["line"], at["column"], at["end_column"]) for code, at in found.items()} == {
            "RW0741": (2, 3, 19),
            "RW0742": (8, 3, 22),
        }
        assert "RW074" not in run(capsys, name, "-f", "concise")[1]

    def test_a_comment_lets_them_stand(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        name = self.rules(place)
        text = (place / name).read_text(encoding="utf-8")
        why = "  # lint: ignore dead-applicability because it is an example\n  requirement dead"
        (place / name).write_text(text.replace("  requirement dead", why), encoding="utf-8")
        out = run(capsys, name, "--analyse", "-f", "concise")[1]
        assert "RW0741" not in out
        assert "RW0742" in out
        assert "RW0739" not in out
        assert main(["convert", name, "-o", "analysed.rw.json"]) == 0
        (place / name).unlink()
        out = run(capsys, "analysed.rw.json", "--analyse", "-f", "concise")[1]
        assert "RW0741" not in out
        assert "RW0742" in out


@pytest.mark.parametrize("rule", [r for r in REMARKS if r.category == "analysis"], ids=lambda rule: rule.name)
def test_the_example_of_each_remark_provokes_it(rule: Rule, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "words.rw").write_bytes(words())
    for text, expected in ((rule.avoid, {rule.code}), (rule.prefer, set())):
        (place / "main.rw").write_text(text, encoding="utf-8")
        _, out, _ = run(capsys, "main.rw", "--analyse", "--select", rule.code, "-f", "json")
        assert {d["code"] for d in json.loads(out)["diagnostics"]} - {"RW0406"} == expected


def test_the_same_words_give_the_same_bytes(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forms = [run(capsys, bad.name, "small.rw", "-f", form)[1] for form in ("json", "sarif", "json", "sarif")]
    assert forms[:2] == forms[2:]
