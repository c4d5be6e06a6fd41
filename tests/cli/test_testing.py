"""`rulewright test` through the door: formats, measures, proposals, snapshots, watching."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from docs.scripts import schemas
from rulewright.cli.main import main
from rulewright.cli.testing import model
from rulewright.cli.testing.proposals import inserted

SCHEMA = Path(__file__).parents[2] / "cli/schemas/rulewright-tests-1.schema.json"
RULES = """standard acme.s edition "1" {
  scope product.type in {consumer_iot, toy}
  requirement "4.1" shall {
    title "No telnet"
    check not iface.telnet_present
  }
  requirement "4.2" should {
    title "Libraries name their supplier"
    check every component c where c.type = library { c.supplier is known }
  }
}

test "4.1" {
  given { product.type = toy, iface.telnet_present = false } expect pass
  given { product.type = toy, iface.telnet_present = true }  expect fail
}
"""
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {"component": {"type": "device", "name": "cam", "version": "2.3", "bom-ref": "cam"}},
    "components": [{"type": "library", "name": "zlib", "version": "1.3", "bom-ref": "z"}],
}


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rule file in an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path / ".cache"))
    path = tmp_path / "s.rw"
    path.write_text(RULES, encoding="utf-8")
    return path


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr of `rulewright test`."""
    code = main(["test", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_schema_is_what_the_model_says() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schemas.text(schemas.TESTS), "run `make pages`"
    jsonschema.Draft202012Validator.check_schema(schemas.of_tests())


@pytest.mark.usefixtures("rules")
def test_json_is_as_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for more in ((), ("--coverage", "--mutation", "--propose")):
        code, out, _ = ran(capsys, "s.rw", "--format", "json", *more)
        assert code == 0
        found = json.loads(out)
        jsonschema.validate(found, schema)
        assert (found["format"], found["tests"], found["passed"]) == ("rulewright-tests/1", 2, 2)
        assert [case["name"] for case in found["files"][0]["cases"]] == ["acme.s:4.1 #1", "acme.s:4.1 #2"]
        assert (found["files"][0]["mutation"] is not None) is bool(more)


def test_junit_names_places_and_says_what_is_wrong(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(RULES.replace("expect fail", 'expect pass\n  given "no.json" expect pass'), encoding="utf-8")
    code, out, err = ran(capsys, "s.rw", "-f", "junit")
    assert code == 1
    assert "RW0014" in err
    (suite,) = ET.fromstring(out)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    good, failed, unable = suite.findall("testcase")
    assert good.get("name") == "acme.s:4.1 #1"
    assert list(good) == []
    assert failed[0].tag == "failure"
    assert "it is fail (check#1 is fail)" in str(failed[0].get("message"))
    assert failed[0].text == "s.rw:15"
    assert (unable[0].tag, unable[0].get("type")) == ("error", "unable")


@pytest.mark.usefixtures("rules")
def test_the_terminal_says_what_is_not_seen_and_what_no_test_notices(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "s.rw", "--coverage", "--mutation")
    assert code == 0
    assert "2 of 2 tests pass; outcomes seen " in out
    assert "acme.s:4.2: check#1 never true, false, unknown, not applicable" in out
    assert "s.rw:2 acme.s:4.1" not in out
    assert "s.rw:9 acme.s:4.2: without the line in check#1" in out
    assert "s.rw:5 acme.s:4.1: without the line" not in out


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("measure", ["--coverage", "--mutation"])
def test_too_little_blocks(measure: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "s.rw", measure, "--fail-under", "1")[0] == 0
    code, _, err = ran(capsys, "s.rw", measure, "--fail-under", "100")
    assert code == 1
    assert "RW0903" in err


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("s.rw", "--fail-under", "80"), "RW0902"),
        (("s.rw", "--fail-under", "180", "--coverage"), "RW0902"),
        (("s.rw", "--jobs", "0"), "RW0902"),
        (("s.rw", "--update"), "RW0902"),
        (("--snapshots", "products"), "RW0902"),
        (("s.rw", "--propose", "-f", "junit"), "RW0902"),
        (("s.rw", "--only", "4.11"), "RW0901"),
        (("s.rw", "--snapshots", "missing"), "RW0905"),
        (("s.rw", "--propose", "-o", "s.rw"), "RW0006"),
        (("missing.rw",), "RW0003"),
        (("s.rw", "--snapshots", "p", "--coverage"), "RW0902"),
        (("s.rw", "--snapshots", "p", "--mutation"), "RW0902"),
        (("s.rw", "--snapshots", "p", "--propose"), "RW0902"),
        (("s.rw", "--snapshots", "p", "--only", "4.1"), "RW0902"),
        (("s.rw", "--snapshots", "p", "--jobs", "2"), "RW0902"),
        (("s.rw", "--snapshots", "p", "--watch"), "RW0902"),
        (("s.rw", "--snapshots", "p", "-f", "junit"), "RW0902"),
        (("s.rw", "--snapshots", "p", "-o", "j.xml"), "RW0902"),
        ((".", "-f", "json", "-o", "s.rw"), "RW0006"),
        (("--propose", "./s.rw", "-o", "../{}/s.rw"), "RW0006"),
    ],
)
def test_refusals(words: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, out, err = ran(capsys, *(word.format(Path.cwd().name) for word in words))
    assert (exit_code, out) == (2, "")
    assert code in err
    assert Path("s.rw").read_text(encoding="utf-8") == RULES


def test_neither_a_document_nor_a_standard_of_the_run_is_overwritten(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (rules.parent / "cam.json").write_text(json.dumps(BOM), encoding="utf-8")
    case = '\ntest "4.2" { given "cam.json" expect not_applicable }\n'
    policy = 'policy acme.p edition "1" { use acme.s edition "1" as s }\n'
    rules.write_text(RULES + case, encoding="utf-8")
    (rules.parent / "more").mkdir()
    (rules.parent / "more" / "p.rw").write_text(policy, encoding="utf-8")
    (rules.parent / "p.rw").write_text(policy, encoding="utf-8")
    (rules.parent / "link.json").symlink_to("s.rw")
    for words in (("s.rw", "-o", "cam.json"), ("p.rw", "-o", "s.rw"), ("p.rw", "-o", "link.json")):
        before = Path(words[2]).read_bytes()
        code, out, err = ran(capsys, *words, "-f", "json")
        assert (code, out, "RW0006" in err) == (2, "", True)
        assert Path(words[2]).read_bytes() == before


def test_a_file_that_does_not_compile_is_in_every_report(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = RULES.replace("acme.s", "acme.t").replace("expect pass", "expcet pass")
    (rules.parent / "t.rw").write_text(text, encoding="utf-8")
    for words in (("s.rw", "t.rw"), ("t.rw",), ("missing.rw", "s.rw")):
        code, out, _ = ran(capsys, *words, "-f", "junit")
        assert code == 2
        suites = ET.fromstring(out).findall("testsuite")
        assert {suite.get("name") for suite in suites} == set(words)
        assert [suite.get("errors") for suite in suites if suite.get("name") != "s.rw"] == ["1"]
        code, out, _ = ran(capsys, *words, "-f", "json")
        found = json.loads(out)
        jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
        assert code == 2
        assert [one["name"] for one in found["broken"]] == [word for word in words if word != "s.rw"]
        assert all(one["problems"][0]["diagnostic"].startswith("RW") for one in found["broken"])
    code, out, _ = ran(capsys, "s.rw", "t.rw")
    assert (code, "t.rw: not run" in out, "1 file not run" in out) == (2, True, True)


def test_rules_without_tests_are_no_pass_in_company_either(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (
        ("bare.rw", RULES.partition("\ntest ")[0].replace("acme.s", "acme.bare")),
        ("words.rw", 'vocabulary acme.w edition "1" { attribute acme.x : bool choice }\n'),
        ("tailored.rw", 'policy acme.p edition "1" { use acme.s edition "1" as s }\n'),
    ):
        (rules.parent / name).write_text(text, encoding="utf-8")
    assert ran(capsys, "s.rw", "words.rw")[0] == 0
    assert ran(capsys, "s.rw", "tailored.rw")[0] == 3
    code, out, _ = ran(capsys, "s.rw", "bare.rw", "words.rw")
    assert (code, "bare.rw: no tests\n" in out, "1 file without tests" in out) == (3, True, True)
    assert ran(capsys, "bare.rw", "s.rw", "--only", "acme.s:4.1")[0] == 0
    assert ran(capsys, ".")[0] == 3
    (rules.parent / "bare.rw").unlink()
    assert ran(capsys, ".", "-q") == (
        0,
        "– ./tailored.rw: nothing of its own to test\n– ./words.rw: nothing of its own to test\n",
        "",
    )


@pytest.mark.usefixtures("rules")
def test_only_some(capsys: pytest.CaptureFixture[str]) -> None:
    assert "2 of 2 tests" in ran(capsys, "s.rw", "--only", "4.1")[1]
    code, out, _ = ran(capsys, "s.rw", "--only", "acme.s:4.2", "--mutation", "-f", "json")
    assert code == 3
    assert {one["requirement"] for one in json.loads(out)["files"][0]["mutation"]["survivors"]} == {"acme.s:4.2"}
    assert "did you mean `4.2`?" in ran(capsys, "s.rw", "--only", "4.22")[2]


def test_a_folder_stands_for_its_rule_files(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules.parent / "more").mkdir()
    for name in ("b", "a"):
        text = RULES.replace("acme.s", f"acme.{name}")
        (rules.parent / "more" / f"{name}.rw").write_text(text, encoding="utf-8")
    told = [ran(capsys, "more", "--mutation", "--jobs", jobs, "-f", "json") for jobs in ("1", "2")]
    assert told[0] == told[1]
    assert [file["name"] for file in json.loads(told[0][1])["files"]] == ["more/a.rw", "more/b.rw"]
    (rules.parent / "empty").mkdir()
    assert ran(capsys, "empty")[0] == 2


def test_proposals_put_in_leave_nothing(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "s.rw", "--propose", "--coverage")
    assert code == 0
    assert "tests proposed" in err
    assert 'test "4.2" {' in out
    rules.write_text(f"{RULES}\n{out}", encoding="utf-8")
    code, out, _ = ran(capsys, "s.rw", "--coverage", "--mutation", "--fail-under", "100")
    assert (code, "100 %" in out) == (0, True)


def test_proposals_for_modules_that_share_a_name_say_which(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """vocabulary acme.v edition "1" { attribute acme.on : bool choice }
standard acme.p edition "1" { requirement "1" shall { title "t" check acme.on } }
standard acme.q edition "1" { requirement "1" shall { title "t" check not acme.on } requirement "2" shall { check acme.on } }
"""
    rules.write_text(text, encoding="utf-8")
    code, out, _ = ran(capsys, "s.rw", "--propose")
    assert code == 3
    assert [line for line in out.splitlines() if line.startswith("test")] == [
        'test acme.p:"1" {',
        'test acme.q:"1" {',
        'test "2" {',
    ]
    rules.write_text(f"{text}\n{out}", encoding="utf-8")
    code, out, _ = ran(capsys, "s.rw", "--mutation", "--fail-under", "100")
    assert (code, "100 %" in out) == (0, True)


def test_proposals_are_of_a_day_on_which_the_requirement_is_in_force(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    early = 'test "2" { given { acme.on = true } expect not_applicable }\n'
    text = """vocabulary acme.v edition "1" { attribute acme.on : bool choice }
standard acme.p edition "1" {
  requirement "2" shall { title "t" effective from 2027-06-01 check not acme.on }
  requirement "3" shall { title "t" effective until 2020-06-01 check not acme.on }
}
"""
    for tests in ("", early):
        rules.write_text(text + tests, encoding="utf-8")
        _, out, _ = ran(capsys, "s.rw", "--propose")
        heads = [line for line in out.splitlines() if line.startswith("test")]
        assert heads == ['test "2" as of 2027-06-01 {', 'test "3" as of 2020-06-01 {']
        rules.write_text(f"{text}{tests}\n{out}", encoding="utf-8")
        assert ran(capsys, "s.rw", "--mutation", "--fail-under", "100")[0] == 0


def test_proposals_stand_before_the_test_that_they_are_like(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "s.rw", "--propose", "-f", "json")
    report = json.loads(out)
    proposed = [
        model.Proposed(
            requirement=one["requirement"],
            block=one["block"],
            text=one["text"],
            verdict=one["verdict"],
            near=None if one["near"] is None else model.Place(**one["near"]),
            notices=tuple(one["notices"]),
            sees=tuple(one["sees"]),
        )
        for one in report["files"][0]["proposals"]
    ]
    text = inserted(RULES, "s.rw", proposed)
    assert [line for line in RULES.split("\n") if line not in text.split("\n")] == []
    rules.write_text(text, encoding="utf-8")
    assert ran(capsys, "s.rw", "--mutation", "--fail-under", "100")[0] == 0


def test_proposals_go_to_a_file(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "s.rw", "--propose", "-o", "more.txt", "-q")[:2] == (0, "")
    assert "expect" in (rules.parent / "more.txt").read_text(encoding="utf-8")


def products(folder: Path) -> Path:
    """A folder of one product."""
    (folder / "products" / "cam").mkdir(parents=True)
    (folder / "products" / "cam" / "cam.cdx.json").write_text(json.dumps(BOM), encoding="utf-8")
    (folder / "products" / "snapshot.toml").write_text('as_of = "2026-09-01"\n', encoding="utf-8")
    return folder / "products"


def test_snapshots_are_kept_compared_and_shown(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = RULES.replace("  scope product.type in {consumer_iot, toy}\n", "")
    rules.write_text(text, encoding="utf-8")
    kept = products(rules.parent) / "cam" / "report.json"
    assert ran(capsys, "s.rw", "--snapshots", "products")[0] == 1
    assert not kept.exists()
    assert ran(capsys, "s.rw", "--snapshots", "products", "--update")[0] == 0
    before = kept.read_bytes()
    assert b"2026-09-01" in before
    assert b"products/" not in before
    assert ran(capsys, "s.rw", "--snapshots", "products")[0] == 0
    rules.write_text(text.replace("c.supplier is known", "c.name is known"), encoding="utf-8")
    code, out, _ = ran(capsys, "s.rw", "--snapshots", "products")
    assert code == 1
    assert "--- products/cam/report.json (kept)" in out
    assert any(line.startswith("+") and "c.name is known" in line for line in out.splitlines())
    assert kept.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("snapshot.toml", ""),
        ("snapshot.toml", "as_of = "),
        ("snapshot.toml", 'day = "2026-09-01"'),
        ("cam/cam.cdx.json", None),
    ],
)
def test_snapshots_without_a_day_or_a_document(
    name: str, text: str | None, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = products(rules.parent) / name
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    code, _, err = ran(capsys, "s.rw", "--snapshots", "products", "--update")
    assert code == 2
    assert "RW0905" in err
    assert not (rules.parent / "products/cam/report.json").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cam/more/z.yaml", "is a folder"),
        (".hid/z.yaml", "hidden folder"),
        ("z.cdx.json", "belongs to no product"),
        ("report.json", "belongs to no product"),
    ],
)
def test_nothing_beside_the_products_is_skipped(
    name: str, said: str, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = products(rules.parent)
    (folder / ".gitignore").write_text("*.tmp\n", encoding="utf-8")
    assert ran(capsys, "s.rw", "--snapshots", "products", "--update")[0] == 0
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(BOM), encoding="utf-8")
    code, _, err = ran(capsys, "s.rw", "--snapshots", "products")
    assert (code, "RW0905" in err, said in err) == (2, True, True)


def test_watching_without_its_library(
    rules: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    code, _, err = ran(capsys, rules.name, "--watch")
    assert code == 2
    assert "RW0904" in err
    assert "rulewright[authors]" in err


def _until(path: Path, text: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a text is in a file; a minute at most."""
    for _ in range(600):
        if text in path.read_text(encoding="utf-8"):
            return
        assert process.poll() is None, path.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(path.read_text(encoding="utf-8"))


INTERRUPTIBLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from rulewright.cli.main import main; raise SystemExit(main())"
)
"""Where the tests run in the background of a shell, it has told them to ignore Ctrl-C."""


def test_watching_runs_again_when_the_file_changes(rules: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra `authors` is not installed")
    out, err = rules.parent / "out.txt", rules.parent / "err.txt"
    words = [sys.executable, "-c", INTERRUPTIBLE, "test", "s.rw", "--watch"]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            words,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, "WATCHFILES_FORCE_POLLING": "1"},
        )
        try:
            _until(err, "watching", process)
            assert "2 of 2 tests pass" in out.read_text(encoding="utf-8")
            rules.write_text(RULES.replace("expect fail", "expect pass"), encoding="utf-8")
            _until(out, "1 failure", process)
            assert "\x1b" not in out.read_text(encoding="utf-8")
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
