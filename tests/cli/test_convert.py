"""`rulewright convert`, and rule files in JSON wherever rule files go."""

import io
import json
import sys
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from rulewright.cli.main import main
from rulewright.dsl.form.reading import json_form
from tests.cli.conftest import POLICY
from tests.cli.replays import members, write
from tests.dsl.form.support import good

AS_OF = ("--as-of", "2026-11-21")


@pytest.fixture
def form(place: Path) -> Path:
    """The small policy in JSON, without its text."""
    path = place / "small.json"
    path.write_bytes(json_form(good(POLICY)))
    (place / "small.rw").unlink()
    return path


def test_there_and_back(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "small.rw", "-o", "a.json"]) == 0
    assert json.loads((place / "a.json").read_bytes())["format"] == "rulewright-rules/1"
    assert main(["convert", "a.json", "-o", "b.rw"]) == 0
    assert good((place / "b.rw").read_bytes()).file == good(POLICY).file
    assert main(["convert", "b.rw"]) == 0
    out = capsys.readouterr()
    assert out.out.encode() == (place / "a.json").read_bytes()
    assert out.err == ""


def test_a_form_that_is_asked_for_and_an_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "small.rw", "--to", "rw"]) == 0
    assert good(capsys.readouterr().out).file == good(POLICY).file
    assert main(["convert", "acme.gateway", "--to", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["modules"][0]["policy"] == "acme.gateway"


def test_from_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(POLICY.encode()), isatty=lambda: False))
    assert main(["convert", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "rulewright-rules/1"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["broken.rw"], "RW010"),
        (["small.rw", "small.rw"], "RW0002"),
        (["small.rw", "--id", "a.b"], "RW0002"),
        (["no.rw"], "RW0003"),
        (["no.such"], "RW0004"),
        (["cam.json"], "RW0802"),
        (["small.rw", "-o", "small.rw"], "RW0006"),
        (["small.rw", "-o", "cam.json"], "RW0006"),
        (["small.rw", "--force", "-o", "no/such/folder/a.json"], "RW0006"),
    ],
)
def test_what_cannot_be_done(place: Path, words: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "broken.rw").write_text('policy a edition "1" {\n  title\n}\n', encoding="utf-8")
    before = {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}
    assert main(["convert", *words]) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert f"error[{code}" in out.err
    assert {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()} == before


def test_a_file_is_replaced_only_when_it_is_said(place: Path) -> None:
    (place / "there.json").write_text("{}", encoding="utf-8")
    assert main(["convert", "small.rw", "-o", "there.json", "--force"]) == 0
    assert (place / "there.json").read_bytes() == json_form(good(POLICY))


def test_the_verdicts_are_those_of_the_text(place: Path, form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "text").mkdir()
    (place / "text/small.rw").write_text(POLICY, encoding="utf-8")
    found = []
    for policy in ("text/small.rw", form.name):
        main(["check", "cam.json", "-p", policy, *AS_OF, "-f", "json", "-q"])
        rows = json.loads(capsys.readouterr().out)["results"]
        found.append([(row["requirement"], row["verdict"]) for row in rows])
    assert found[0] == found[1]
    assert len(found[0]) == 3


def test_the_tests_in_it_are_run(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", form.name]) == 0
    assert "2 of 2" in capsys.readouterr().out
    value = json.loads(form.read_bytes())
    value["tests"][0]["cases"][0]["expect"] = "fail"
    form.write_text(json.dumps(value), encoding="utf-8")
    assert main(["test", form.name]) == 1


def test_conflicts_are_looked_for(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts", form.name]) == 0
    assert "among 3 requirements" in capsys.readouterr().out


def test_an_error_points_into_the_json(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = form.read_text(encoding="utf-8").replace("c.supplier", "c.suplier")
    form.write_text(text, encoding="utf-8")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "c.suplier" in each)
    assert main(["check", "cam.json", "-p", form.name]) == 2
    said = capsys.readouterr().err
    assert "`/modules/0/items/2/check/0/holds/0` stands for the rule text" in said
    assert "c.suplier is known" in said
    assert "did you mean `supplier`?" in said
    shown = int(said.split("small.json:")[1].split(":")[0])
    assert line - 1 <= shown <= line


def test_a_standard_in_json_next_to_a_policy_is_found(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    standard = 'standard acme.base edition "1" { requirement R1 shall { check not iface.telnet_present } }\n'
    (place / "base.rw.json").write_bytes(json_form(good(standard)))
    (place / "user.rw").write_text('policy u edition "1" { use acme.base edition "1" as b }\n', encoding="utf-8")
    main(["check", "cam.json", "-p", "user.rw", *AS_OF, "-f", "json", "-q"])
    assert [row["requirement"] for row in json.loads(capsys.readouterr().out)["results"]] == ["acme.base:R1"]


def test_its_result_is_attested_and_repeated(place: Path, form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "cam.json", "-p", form.name, *AS_OF, "-f", "json", "-q", "-o", "result.json"])
    result = (place / "result.json").read_bytes()
    texts = json.loads(result)["run"]["texts"]
    assert {"name": "small.json", "sha256": sha256(form.read_bytes()).hexdigest()} in texts
    made = members(result)
    bundle = write(place / "small.rwa.zip", made)
    form.unlink()
    capsys.readouterr()
    assert main(["replay", bundle]) == 0
    assert "the same payload" in capsys.readouterr().out


def test_the_linter_points_into_the_json_and_leaves_it_as_it_is(
    place: Path, form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = form.read_text(encoding="utf-8").replace('"check": [{"not": "iface', '"check": [{"not": {"not": "iface')
    text = text.replace('telnet_present"}]', 'telnet_present"}}]')
    form.write_text(text, encoding="utf-8")
    assert main(["lint", form.name, "--fix", "--unsafe-fixes"]) == 0
    said = capsys.readouterr().out
    assert "warning[RW0725]" in said
    assert "`/modules/0/items/3/check/0` stands for the rule text `check" in said
    assert "can be fixed" not in said
    assert form.read_text(encoding="utf-8") == text
    assert sorted(path.name for path in place.iterdir()) == ["cam.json", "small.json"]


def test_a_typing_error_in_json_is_not_put_right_by_the_linter(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = form.read_text(encoding="utf-8").replace("c.supplier", "c.suplier")
    form.write_text(text, encoding="utf-8")
    assert main(["lint", form.name, "--fix", "--unsafe-fixes"]) in {1, 2}
    assert "did you mean `supplier`?" in "".join(capsys.readouterr())
    assert form.read_text(encoding="utf-8") == text


def test_the_document_that_is_no_policy_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "cam.json", "-p", "cam.json"]) == 2
    assert "this is no rule file in JSON" in capsys.readouterr().err
