"""What a JSON result records of its run: words, files by digest, rule texts, options; the same whatever the machine."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulewright.attest import model
from rulewright.cli.again import absent
from rulewright.cli.enclosing import enclosed, facts_of, run_in, run_of
from rulewright.cli.main import main
from rulewright.engine import result
from rulewright.engine.compare_read import decode
from tests.cli.replays import AS_OF, RICH, SMALL, lay, tree


def checked(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> bytes:
    code = main(list(words))
    out, err = capsysbinary.readouterr()
    assert code in {0, 1}, err.decode()
    return out


def run_of_result(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)["run"]
    return found


def test_a_small_run(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    run = run_of_result(checked(capsysbinary, *SMALL))
    digest = hashlib.sha256((place / "cam.json").read_bytes()).hexdigest()
    assert run["given"] == [
        {
            "option": "product",
            "word": "cam.json",
            "kind": "file",
            "files": [{"name": "cam.json", "sha256": digest}],
            "skipped": {},
        }
    ]
    assert run["roots"] == ["small.rw"]
    assert [text["name"] for text in run["texts"]] == ["small.rw", "standards/vocabulary.rw"]
    assert (run["limit"], run["fail_on"], run["as_of"]) == (20, "shall", "2026-11-21T00:00:00Z")


@pytest.mark.parametrize("form", ["terminal", "sarif", "junit", "markdown"])
def test_other_formats_do_not_record(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rulewright.cli.run_record", None)
    assert main([*SMALL, "-f", form, "-o", "out"]) == 1


def test_everything_is_recorded(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    lay(place)
    run = run_of_result(checked(capsysbinary, *RICH))
    given = {(item["option"], item["word"]): item for item in run["given"]}
    assert list(given) == sorted(given)
    assert [f["name"] for f in given["product", "docs"]["files"]] == ["docs/cam.json", "docs/in/part.json"]
    assert given["product", "docs"]["skipped"] == {"links": 1, "no documents": 1}
    assert [f["name"] for f in given["feeds", "feeds"]["files"]] == [
        "feeds/kev/kev.json", "feeds/kev/same.json", "feeds/cve.jsonl", "feeds/epss_2026-11-20.csv",
    ]  # fmt: skip
    assert given["feeds", "lone.json"]["kind"] == "file"
    for item in given.values():
        for file in item["files"]:
            assert hashlib.sha256((place / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert (run["same_product"], run["validate"], run["conflicts"]) == (True, True, True)
    assert (run["limit"], run["fail_on"], run["params"]) == (7, "should", {"level": "3"})
    assert run["placed_on_market"] == "2027-01-02"


def test_the_order_of_the_words_plays_no_part(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    lay(place)
    first = checked(capsysbinary, *RICH)
    words = [
        *("check", "-p", "ntia.minimum_elements@2021", "-p", "known.rw", "--feeds", "lone.json", "more.tar.json", "docs"),
        *("--feeds", "feeds", "--facts", "other.yaml", "--facts", "facts.toml", "-p", "small.rw", "--param", "level=3"),
        *("--conflicts", "--validate", "--same-product", "--placed-on-market", "2027-01-02", "--limit", "7"),
        *("--fail-on", "should", *AS_OF, "-f", "json", "-q"),
    ]  # fmt: skip
    assert checked(capsysbinary, *words) == first


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}, {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8"}],
    ids=["west", "east"],
)
def test_the_machine_plays_no_part(
    environment: dict[str, str], place: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    lay(place)
    first = checked(capsysbinary, *RICH)
    moved = tmp_path / "elsewhere"
    place.rename(moved)
    line = [sys.executable, "-m", "rulewright", *RICH]
    made = subprocess.run(line, cwd=moved, env={**os.environ, **environment}, capture_output=True, check=False)
    assert made.stderr == b""
    assert made.stdout == first


def test_standard_input_is_recorded_as_such(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    with (place / "cam.json").open(encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        data = checked(capsysbinary, "check", "-", *SMALL[2:])
    (given,) = run_of_result(data)["given"]
    assert (given["word"], given["files"][0]["name"]) == ("-", "stdin")
    assert enclosed(decode(data)).missing == (("stdin", "came from standard input"),)


def test_a_device_is_recorded_by_the_digest_of_its_tree(
    place: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    tree(place / "rootfs")
    data = checked(capsysbinary, "check", "rootfs", *SMALL[2:])
    (given,) = run_of_result(data)["given"]
    (item,) = json.loads(data)["inputs"]
    assert (given["kind"], given["files"]) == ("tree", [{"name": "rootfs", "sha256": item["sha256"]}])
    assert enclosed(decode(data)).missing == (("rootfs", "is a device's tree as a folder"),)


def test_a_live_check_is_recorded_as_not_repeatable(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("rulewright.cli.scan_option.collect", lambda _words, _tell: (None, []))
    data = checked(capsysbinary, *SMALL, "--scan", "192.0.2.1")
    assert run_of_result(data)["unrepeatable"] == ["--scan 192.0.2.1"]
    assert enclosed(decode(data)).missing == (("--scan 192.0.2.1", "cannot be enclosed"),)


def test_the_document_of_a_bundle_has_the_same_members(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    run = decode(checked(capsysbinary, *SMALL)).run
    assert run is not None
    assert run_in(run_of(run)) == run
    ours = {field for field in model.Run.__struct_fields__ if field != "format"}
    assert ours == set(result.Run.__struct_fields__)
    assert set(model.Given.__struct_fields__) == set(result.RunGiven.__struct_fields__)


def test_all_files_are_enclosed(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    lay(place)
    report = decode(checked(capsysbinary, *RICH))
    found = enclosed(report)
    assert (found.missing, found.problems) == ((), ())
    assert all(hashlib.sha256(data).hexdigest() == digest for digest, data in found.files.items())
    assert report.run is not None
    assert absent(report.run, found.files, {}) == ()
    assert found.program is not None
    assert [p.product.id for p in found.products] == [p.id for p in report.products]
    assert {"component", "vulnerability"} & found.products[0].tables.keys()
    facts = facts_of(report, found.files)
    assert [sorted(p.attributes) for p in facts] == [sorted(p.attributes) for p in found.products]
    assert facts_of(report, {}) == ()


def test_a_changed_file_is_an_error(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report = decode(checked(capsysbinary, *SMALL))
    (place / "cam.json").write_bytes((place / "cam.json").read_bytes() + b"\n")
    (problem,) = enclosed(report).problems
    assert (problem.code, "`cam.json` has changed" in problem.message) == ("RW4103", True)


@pytest.mark.parametrize("name", ["cam.json", "small.rw"])
def test_an_absent_file_is_listed(name: str, place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report = decode(checked(capsysbinary, *SMALL))
    (place / name).unlink()
    found = enclosed(report)
    assert (found.missing, found.problems, found.products) == (((name, "is not there"),), (), ())
    assert found.files


def test_an_edited_result_is_an_error(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    data = checked(capsysbinary, *SMALL)
    report = decode(
        data.replace(b'"verdict":"fail","waived":null,"blocks":true', b'"verdict":"pass","waived":null,"blocks":false')
    )
    (problem,) = enclosed(report).problems
    assert problem.code == "RW4102"
    assert any("the result says pass, it is fail" in note for note in problem.notes)


def _conflict(plain: Any) -> None:
    plain["analysed"]["complete_up_to"] += 1


EDITS: list[tuple[str, Callable[[Any], object]]] = [
    ("products[0].id", lambda plain: plain["products"][0].update(id="other")),
    ("products[0].version", lambda plain: plain["products"][0].update(version="9")),
    ("products[0].subjects[0].sha256", lambda plain: plain["products"][0]["subjects"][0].update(sha256="0" * 64)),
    ("policies[0].sha256", lambda plain: plain["policies"][0].update(sha256="0" * 64)),
    ("inputs[0].sha256", lambda plain: plain["inputs"][0].update(sha256="0" * 64)),
    ("engine.version", lambda plain: plain["engine"].update(version="0.0.1")),
    ("as_of", lambda plain: plain.update(as_of="2026-11-20T00:00:00Z")),
    ("analysed.complete_up_to", _conflict),
    ("reason", lambda plain: plain["results"][0].update(reason=[])),
]


@pytest.mark.parametrize(("name", "edit"), [pytest.param(*each, id=each[0]) for each in EDITS])
def test_every_member_of_an_edited_result_is_compared(
    name: str, edit: Callable[[Any], object], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    plain = json.loads(checked(capsysbinary, *SMALL, "--conflicts"))
    found = enclosed(decode(json.dumps(plain).encode()))
    assert (found.problems, found.compared) == ((), True)
    edit(plain)
    (problem,) = enclosed(decode(json.dumps(plain).encode())).problems
    assert (problem.code, len(problem.notes)) == ("RW4102", 1)
    assert f"the result says {name}" in problem.notes[0]


def _silent(plain: Any) -> None:
    plain["run"] = None


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(_silent, id="no run"),
        pytest.param(lambda plain: plain["run"].update(unrepeatable=["--scan x"]), id="not repeatable"),
        pytest.param(lambda plain: plain["run"]["given"][0]["files"][0].update(name="gone"), id="a file gone"),
    ],
)
def test_what_was_not_compared_is_said_even_where_it_is_quiet(
    edit: Callable[[Any], object], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    plain = json.loads(checked(capsysbinary, *SMALL))
    edit(plain)
    Path("r.json").write_text(json.dumps(plain), encoding="utf-8")
    assert main(["attest", "r.json", "--ephemeral", "-o", "a.zip", "-q", "--no-views", "--no-page"]) == 0
    assert "was not compared with its documents" in " ".join(capsysbinary.readouterr().err.decode().split())


def test_what_is_too_large_is_listed(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    report = decode(checked(capsysbinary, *SMALL))
    monkeypatch.setattr("rulewright.cli.enclosing.ROOM", 10)
    assert {why for _, why in enclosed(report).missing} == {"is too large to enclose"}


def test_a_result_without_a_run_encloses_nothing(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    plain = json.loads(checked(capsysbinary, *SMALL))
    del plain["run"]
    found = enclosed(decode(json.dumps(plain).encode()))
    assert (found.run, found.files, found.missing, found.problems) == (None, {}, (), ())
