"""`rulewright standards export` and `import`: files whole or not at all, words on stderr, exit codes."""

import io
import json
from pathlib import Path

import pytest

from rulewright.cli.main import main
from tests.standards.exchange.support import BOM, CATALOG, POLICY


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    Path("house.json").write_text(json.dumps(CATALOG), encoding="utf-8")
    Path("std.cdx.json").write_text(json.dumps(BOM), encoding="utf-8")
    Path("choice.rw").write_bytes(POLICY)


def test_out_and_in_again(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["standards", "export", "owasp.masvs", "--format", "oscal-catalog"]
    assert main([*command, "--output", "masvs.json"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(command) == 0
    assert capsys.readouterr().out == Path("masvs.json").read_text(encoding="utf-8")
    assert main(["standards", "import", "masvs.json", "--output", "masvs.rw"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "imported: owasp.masvs@2.1, 24 requirements, each a question to a person\n"
    assert main(["standards", "import", "masvs.json", "--id", "acme.apps", "--edition", "1"]) == 0
    assert 'standard acme.apps edition "1" {' in capsys.readouterr().out


def test_an_imported_pack_is_a_standard_like_others(capsys: pytest.CaptureFixture[str]) -> None:
    """It checks, and knows nothing until somebody answers."""
    assert main(["standards", "import", "std.cdx.json", "--id", "acme.std", "--output", "std.rw"]) == 0
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}
    Path("device.json").write_text(json.dumps(bom), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "device.json", "--policy", "std.rw", "--format", "json", "--as-of", "2026-11-22"]) == 1
    report = json.loads(capsys.readouterr().out)
    verdicts = [r["verdict"] for r in report["results"]]
    assert verdicts == ["unknown"] * 3


def test_a_policy_of_ones_own_becomes_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards", "export", "choice.rw", "--format", "oscal-profile", "--as-of", "2026-11-22"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["profile"]["metadata"]["last-modified"] == "2026-11-22T00:00:00Z"
    assert said.err.startswith("note[RW3106]: not in the profile")
    assert main(["standards", "export", "choice.rw", "--format", "oscal-catalog"]) == 0
    tree = json.loads(capsys.readouterr().out)["catalog"]
    assert [c["id"] for c in tree["controls"]] == ["acme.choice_own"]


def test_a_profile_becomes_a_policy_over_what_lies_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards", "import", "house.json", "--id", "acme.house", "--output", "house.rw"]) == 0
    Path("mine.rw").write_text(
        'policy acme.mine edition "1" {\n  valid from 2026-01-01\n  use acme.house edition "7" as house\n'
        '  exclude house:"ac-1" because "no passwords"\n}\n',
        encoding="utf-8",
    )
    assert main(["standards", "export", "mine.rw", "--format", "oscal-profile", "--output", "mine.json"]) == 0
    capsys.readouterr()
    assert main(["standards", "import", "mine.json", "--id", "acme.again", "--output", "again.rw"]) == 0
    said = capsys.readouterr().err
    assert said == "imported: the policy acme.again@1, 1 standard, 1 requirement excluded\n"
    assert 'exclude house:"ac-1" because "no passwords"' in Path("again.rw").read_text(encoding="utf-8")
    assert main(["standards", "show", "again.rw"]) == 0
    Path("house.rw").unlink()
    assert main(["standards", "import", "mine.json", "--output", "never.rw"]) == 2
    assert "RW3103" in capsys.readouterr().err
    assert not Path("never.rw").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["import", "absent.json"], "RW0003"),
        (["import", "."], "RW0003"),
        (["import", "choice.rw"], "RW3101"),
        (["import", "house.json", "--id", "not a name"], "RW3104"),
        (["import", "house.json", "std.cdx.json"], "RW0002"),
        (["import", "house.json", "--output", "house.json"], "RW0006"),
        (["import", "house.json", "--output", "absent/pack.rw"], "RW0006"),
        (["export", "owasp.masvs"], "RW0002"),
        (["export", "owasp.masvs", "--format", "csv"], "RW0002"),
        (["export", "no.such", "--format", "cyclonedx"], "RW0004"),
        (["export", "owasp.masvs", "--format", "cyclonedx", "--as-of", "soon"], "RW0005"),
        (["export", "owasp.masvs", "nist.ssdf", "--format", "oscal-profile"], "RW3105"),
        (["export", "choice.rw", "--format", "cyclonedx", "--output", "choice.rw"], "RW0006"),
        (["export", "owasp.masvs", "--format", "cyclonedx", "--id", "a"], "RW0002"),
    ],
)
def test_what_cannot_be_done_is_told(words: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 2; nothing on stdout, no file made or changed."""
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    assert main(["standards", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert code in said.err
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


def test_stdin_is_a_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(Path("house.json").read_bytes()))
    monkeypatch.setattr("sys.stdin", given)
    assert main(["standards", "import", "-"]) == 0
    assert "# Skeleton, imported from stdin (SHA-256" in capsys.readouterr().out


@pytest.mark.parametrize("code", [f"RW310{n}" for n in range(1, 9)])
def test_codes_are_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 0
    assert "rulewright standards" in capsys.readouterr().out
