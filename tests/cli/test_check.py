"""`rulewright check` from words to exit code."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main
from tests.cli.conftest import SBOM

SCHEMA = Path(__file__).parents[2] / "cli/schemas/rulewright-result-1.schema.json"
LINE = ["check", "cam.json", "-p", "small.rw", "--as-of", "2026-11-21"]


def verdicts(text: str) -> Mapping[str, str]:
    return {x["requirement"].partition(":")[2]: x["verdict"] for x in json.loads(text)["results"]}


def test_what_fails_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(LINE) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "✗ fail  suppliers  Every library names its supplier" in shown.out
    assert re.search(r"busybox@1\.36\.1 +supplier not stated.* +/components/1", shown.out)
    assert "needs iface.telnet_present (not stated)" in shown.out
    assert shown.out.endswith("✗ gate: fail  2 requirements block: 1 fail, 1 unknown\n")


def test_json_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LINE, "--format", "json"]) == 1
    out = capsys.readouterr().out
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(json.loads(out))
    assert verdicts(out) == {"suppliers": "fail", "telnet": "unknown", "names": "pass"}


@pytest.mark.parametrize(
    ("sbom", "facts"), [("log-collector", ()), ("petclinic", ("--facts", "policies/examples/petclinic.facts.yaml"))]
)
def test_the_results_of_the_examples_follow_the_schema(
    sbom: str, facts: tuple[str, ...], root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    line = ["check", f"policies/examples/{sbom}.cdx.json", "-p", "policies/example.rw", *facts, *LINE[4:]]
    assert main([*line, "--format", "json"]) in {0, 1}
    made = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(made)
    values = [e["values"] for x in made["results"] for line in x["reason"] for e in [line, *line["elements"]]]
    assert any(values)
    assert all("." in path for shown in values for path in shown)


def test_the_reference_engine_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    main([*LINE, "--format", "json"])
    fast = capsys.readouterr().out
    main([*LINE, "--format", "json", "--engine", "reference"])
    assert capsys.readouterr().out == fast


def test_the_cache_changes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    line = [*LINE, "--format", "json"]
    outputs = []
    for words in ([*line, "--no-cache"], line, line):
        main(words)
        outputs.append(capsys.readouterr())
    assert len(set(outputs)) == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.yaml", "iface:\n  telnet_present: false\n"),
        ("f.toml", "iface.telnet_present = false\n"),
        ("f.json", '{"iface.telnet_present": {"value": false, "trust": "observed"}}'),
    ],
)
def test_declared_facts_decide(name: str, text: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / name).write_text(text, encoding="utf-8")
    main([*LINE, "--facts", name, "--format", "json"])
    assert verdicts(capsys.readouterr().out)["telnet"] == "pass"


def test_a_wrong_fact_has_its_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "f.yaml").write_text("# facts\niface.telnet_presnt: no\n", encoding="utf-8")
    assert main([*LINE, "--facts", "f.yaml"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "--> f.yaml:2:1" in shown.err
    assert "did you mean `iface.telnet_present`?" in shown.err


def test_facts_go_round(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert main(["facts", "cam.json", "--format", "json"]) == 0
    (place / "facts.json").write_text(capsys.readouterr().out, encoding="utf-8")
    main([*LINE, "--format", "json"])
    direct = json.loads(capsys.readouterr().out)
    main(["check", "facts.json", *LINE[2:], "--format", "json"])
    again = json.loads(capsys.readouterr().out)
    assert [(x["requirement"], x["verdict"]) for x in again["results"]] == [
        (x["requirement"], x["verdict"]) for x in direct["results"]
    ]
    pointers = [e["pointer"] for x in again["results"] for r in x["reason"] for e in r.get("elements", ())]
    assert pointers == ["/components/1"]


def test_facts_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "cam.json"]) == 0
    out = capsys.readouterr().out
    assert "COMPONENTS  3 elements, unstated" in out
    assert "supplier 1" in out


def test_several_products_whatever_their_order(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = {**SBOM, "components": SBOM["components"][:1]}  # type: ignore[index]
    (place / "other.json").write_text(json.dumps(other), encoding="utf-8")
    outputs = set()
    for files in (["cam.json", "other.json"], ["other.json", "cam.json"]):
        assert main(["check", *files, *LINE[2:], "--format", "json"]) == 1
        outputs.add(capsys.readouterr().out)
    (out,) = outputs
    assert len({p["id"] for p in json.loads(out)["products"]}) == 2
    assert main(["check", *files, *LINE[2:], "--same-product", "--format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["products"]) == 1


def test_stdin(monkeypatch: pytest.MonkeyPatch, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (place / "cam.json").open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": stream}))
        assert main(["check", "-", *LINE[2:], "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["inputs"][0]["name"] == "stdin"


@pytest.mark.parametrize("name", ["terminal", "json", "sarif", "junit", "markdown"])
def test_output_goes_to_its_file(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LINE, "--format", name, "--output", "report"]) == 1
    assert capsys.readouterr().out == ""
    written = (place / "report").read_text(encoding="utf-8")
    assert "acme.small" in written
    assert "\x1b" not in written


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["check", "cam.json", "-p", "small.rw", "--fail-on", "never"], 0, ""),
        (["check", "cam.json"], 2, "RW0012"),
        (["check", "none.json", "-p", "small.rw"], 2, "RW0003"),
        (["check", "hollow", "-p", "small.rw"], 2, "RW0003"),
        (["check", "cam.json", "-p", "none.rw"], 2, "RW0003"),
        (["check", "cam.json", "-p", "no.such_thing"], 2, "RW0004"),
        (["check", "small.rw", "-p", "small.rw"], 2, "RW1007"),
        (["check", "cam.json", "-p", "small.rw", "--as-of", "today"], 2, "RW0005"),
        (["check", "cam.json", "-p", "small.rw", "--param", "level"], 2, "RW0005"),
        (["check", "cam.json", "-p", "small.rw", "--output", "no/such/file"], 2, "RW0006"),
        (["check", "cam.json", "-p", "empty.rw"], 3, "RW0007"),
        (["check", "cam.json", "-p", "broken.rw"], 2, "RW0"),
        (["check", "cam.json", "-p", "small.rw", "--facts", "small.rw"], 2, "RW0010"),
        (["check", "cam.json", "-p", "small.rw", "--config", "small.rw"], 2, "RW0011"),
        (["check", "cam.json", "--polcy", "x"], 2, "RW0002"),
        (["check", "damaged.json", "-p", "small.rw"], 2, "RW0013"),
        (["explain", "RW9999"], 2, "RW0008"),
        (["facts", "cam.json", "two.json", "-f", "spdx-2.3"], 2, "RW0016"),
        (["test", "failing.rw"], 1, "RW0014"),
        (["test", "empty.rw"], 3, ""),
        (["test", "small.rw"], 0, ""),
        (["standards", "lst"], 2, "RW0002"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_codes(words: list[str], code: int, error: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "hollow").mkdir()
    (place / "two.json").write_bytes((place / "cam.json").read_bytes() + b"\n")
    (place / "empty.rw").write_text('policy acme.empty edition "1" {\n}\n', encoding="utf-8")
    (place / "broken.rw").write_text(
        'policy acme.broken edition "1" {\n  requirement a shall { check }\n}\n', encoding="utf-8"
    )
    failing = (
        (place / "small.rw")
        .read_text(encoding="utf-8")
        .replace("acme.small", "acme.failing")
        .replace("expect pass", "expect fail")
    )
    (place / "failing.rw").write_text(failing, encoding="utf-8")
    (place / "damaged.json").write_text('{"format": "rulewright-facts/1", "product": {"name": 1}}', encoding="utf-8")
    assert main(words) == code
    err = capsys.readouterr().err
    assert error in err
    assert "Traceback" not in err


def test_an_unwritable_output_leaves_the_old_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "report").write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert main([*LINE, "--output", "report"]) == 2
    assert (place / "report").read_text(encoding="utf-8") == "old"


def test_an_internal_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_request: object) -> int:
        raise ZeroDivisionError("\x1b[31mboom")

    monkeypatch.setattr("rulewright.cli.check.run", broken)
    assert main(LINE) == 4
    assert capsys.readouterr().err.startswith("error[RW0001]: internal error: ZeroDivisionError: \\x1b[31mboom\n")
    assert main([*LINE, "--debug"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_request: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("rulewright.cli.check.run", interrupted)
    assert main(LINE) == 130
    assert capsys.readouterr().err == "interrupted\n"


def process(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rulewright", *words]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **(env or {})})


def test_a_process_ends_with_the_code_and_all_its_output() -> None:
    done = process(*LINE, "--format", "json")
    assert done.returncode == 1
    assert done.stderr == b""
    assert done.stdout.endswith(b"}\n")
    assert json.loads(done.stdout)["summary"]["gate"] == "fail"


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_who_leaves_does_not_change_the_verdict() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "rulewright", *LINE], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_same_bytes_everywhere(place: Path) -> None:
    outputs = {
        process(
            *LINE, "--format", "json", env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale}
        ).stdout
        for seed, zone, locale in (
            ("0", "UTC", "C"),
            ("1", "Pacific/Kiritimati", "C.UTF-8"),
            ("77", "America/Lima", "POSIX"),
        )
    }
    assert len(outputs) == 1
    assert place.is_dir()


IMPORTS = """
import sys
before = set(sys.modules)
from rulewright.cli.main import main
code = main(sys.argv[1:])
import importlib.metadata
stdlib = sys.stdlib_module_names
new = {name.partition(".")[0] for name in set(sys.modules) - before} - set(stdlib)
print(code, *sorted(new), file=sys.stderr)
"""


@pytest.mark.parametrize("name", ["json", "terminal"])
def test_a_small_run_imports_msgspec_and_nothing_else(name: str) -> None:
    """The frozen list: whoever wants to add to it shows what a small run then costs."""
    command = [sys.executable, "-c", IMPORTS, *LINE, "--format", name]
    assert main(LINE) == 1  # fills the cache: a compiled policy needs no parser
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.split() == ["1", "msgspec", "rulewright"]


def test_what_a_small_run_leaves_alone() -> None:
    main(LINE)
    script = IMPORTS.replace(
        "print(code",
        "print(*sorted({'argparse', 'pathlib', 'numpy', 'typing_extensions', 'tempfile'} & set(sys.modules))",
    )
    done = subprocess.run([sys.executable, "-c", script, *LINE], capture_output=True, text=True, check=False)
    assert "argparse" not in done.stderr.split()
    assert "typing_extensions" not in done.stderr.split()
    assert "numpy" not in done.stderr.split()


def test_the_judges_are_asked_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = {
        **SBOM,
        "components": [
            {"type": "libary", "name": "a", "bom-ref": "x"},
            {"type": "library", "name": "b", "bom-ref": "x"},
        ],
    }
    (place / "bad.json").write_text(json.dumps(twice), encoding="utf-8")
    line = ["check", "bad.json", *LINE[2:], "--format", "json", "--fail-on", "never"]
    counts = []
    for words in (line, [*line, "--validate"]):
        assert main(words) == 0
        counts.append(json.loads(capsys.readouterr().out)["inputs"][0]["findings_total"])
    assert counts[1] > counts[0]


def test_documents_of_statements_are_judged_too(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"vulnerability": {"name": "CVE-2026-1"}, "products": [{"@id": "pkg:npm/a"}], "status": "affected"}
    vex = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.com/1",
        "author": "Acme",
        "statements": [said],
    }
    (place / "a.vex.json").write_text(json.dumps(vex), encoding="utf-8")
    line = ["check", LINE[1], "a.vex.json", *LINE[2:], "--format", "json", "--fail-on", "never", "--validate"]
    assert main(line) == 0
    listed = json.loads(capsys.readouterr().out)["inputs"]
    found = {f["code"] for i in listed if i["kind"] == "vex" for f in i["findings"]}
    assert {"RW1101", "RW1243", "RW1244"} <= found


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
def test_a_terminal_gets_colours_and_no_progress_for_quick_work(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "rulewright", *LINE], stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert run.returncode == 1
    assert b"\x1b[1;31mfail\x1b[0m" in shown
    assert b"\x1b[?25l" not in shown  # no cursor was hidden: no bar


def test_progress_shows_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from rulewright.cli import progress

    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    with progress.Progress(2) as bar:
        bar.step("a\x1b[31m")
        timer = bar._timer
        assert timer is not None
        timer.join()
        bar.step("b")
    assert "b" in stream.getvalue()
    assert "a\x1b[31m" not in stream.getvalue()


def test_warnings_show_their_line_from_the_cache_too(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (place / "small.rw").read_text(encoding="utf-8")
    doubtful = text.replace("    severity high", '    severity high\n    refs     ntai:"NTIA.1"', 1)
    doubtful = doubtful.replace("  title", '  use ntia.minimum_elements edition "2021" as ntia\n  title', 1)
    (place / "doubtful.rw").write_text(doubtful, encoding="utf-8")
    line = ["check", "cam.json", "-p", "doubtful.rw", "--as-of", "2026-11-21", "--fail-on", "never"]
    shown = set()
    for words in ([*line, "--no-cache"], line, line):
        assert main(words) == 0
        shown.add(capsys.readouterr())
    assert len(shown) == 1
    assert "warning[RW0210]" in shown.pop().err
    assert main([*line, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
