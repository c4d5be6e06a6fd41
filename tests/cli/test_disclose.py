"""`rulewright disclose`: rows with their proofs, what is complete and what is absent, and what cannot be told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rulewright.attest import container, disclose, dsse, limits, model
from rulewright.attest.canonical import canonical
from rulewright.cli.main import main
from rulewright.cli.options_attest import COMMANDS
from tests.attest import good

FIRST = "acme.camera:C.1"
PRODUCT = "pkg:generic/camera@1.0"


@pytest.fixture(autouse=True)
def bundle(place: Path) -> Path:
    """The good bundle as `camera.zip`."""
    path = place / "camera.zip"
    path.write_bytes(good.bundle())
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["disclose", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def checked(text: str) -> tuple[model.Shown, ...]:
    """What a disclosure shows to whom has the root alone."""
    payload = dsse.decode(container.decode(good.bundle())["root.dsse.json"]).payload
    root = model.decode(payload, model.RootStatement, limits.PAYLOAD)
    found = disclose.check(text.encode(), disclose.digest(payload), root)
    assert not isinstance(found, str), found
    return found


def told(shown: tuple[model.Shown, ...]) -> list[str]:
    return [f"{item.row.requirement} {item.row.status}" if item.row else "name alone" for item in shown]


def test_one_row_is_shown_with_its_proof(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "camera.zip", FIRST)
    assert code == 0
    assert told(checked(out)) == [f"{FIRST} pass"]
    assert err.startswith("1 row of 6, ")
    assert len(out) < 1_000
    assert "C.2" not in out


def test_several_rows_to_a_file(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, _ = run(capsys, "camera.zip", "acme.camera:C.3", FIRST, "--output", "two.json", "--quiet")
    assert (code, out) == (0, "")
    assert told(checked((place / "two.json").read_text(encoding="utf-8"))) == [
        f"{FIRST} pass",
        "acme.camera:C.3 waived",
    ]


def test_the_whole_result_of_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "camera.zip", FIRST, "--detail")
    (shown,) = checked(out)
    assert shown.detail is not None
    results: Any = canonical(container.decode(good.bundle())["results.json"])
    assert shown.detail == next(item for item in results["results"] if item["requirement"] == FIRST)


def test_all_rows_of_a_standard(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "camera.zip", "--standard", "acme.camera")
    assert code == 0
    assert len(checked(out)) == 6
    assert "complete: all 6 rows of acme.camera, by the tally of the root and by their neighbours in the tree" in err


def test_all_rows_with_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--standard", "acme.camera")):
        code, out, err = run(capsys, "camera.zip", "--only", "fail", *words)
        assert code == 0
        assert told(checked(out)) == ["acme.camera:C.2 fail", "acme.camera:C.6 fail"]
        assert "complete: all 2 rows of acme.camera that are fail, by the tally of the root" in err


def test_what_is_absent(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "camera.zip", "--absent", "acme.camera:C.10")
    assert code == 0
    assert told(checked(out)) == ["name alone"] * 2
    assert disclose.absent(out.encode()) == ("acme.camera:C.10", PRODUCT)
    assert f"absent: acme.camera:C.10 for {PRODUCT}" in err


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["acme.camera:C.22"], "RW4107", "did you mean `acme.camera:C.2`?"),
        (["C.2"], "RW4107", "did you mean `acme.camera:C.2`?"),
        (["zebra"], "RW4107", "--absent zebra proves that"),
        (["--standard", "acme.kamera"], "RW4107", "did you mean `acme.camera`?"),
        ([FIRST, "--product", "pkg:generic/camera@1.1"], "RW4107", f"did you mean `{PRODUCT}`?"),
        (["--only", "error"], "RW4107", "no row is error"),
        (["--absent", FIRST], "RW4107", "is not absent"),
        ([], "RW0005", "nothing is named to disclose"),
        ([FIRST, "--output", "camera.zip"], "RW0006", "is not overwritten"),
        ([FIRST, "--output", "nowhere/a.json"], "RW0006", "cannot be written"),
        (["--only", "passed"], "RW0002", "cannot be"),
        (["\x1b[31m"], "RW4107", "\\x1b[31m"),
    ],
)
def test_what_cannot_be_disclosed(
    capsys: pytest.CaptureFixture[str], place: Path, words: list[str], code: str, text: str
) -> None:
    before = (place / "camera.zip").read_bytes()
    got, out, err = run(capsys, "camera.zip", *words)
    assert (got, out) == (2, "")
    assert code in err
    assert text in err
    assert (place / "camera.zip").read_bytes() == before


def spoilt(**changes: bytes | None) -> bytes:
    members: dict[str, bytes | None] = {**container.decode(good.bundle())}
    members |= {f"{name}.json": data for name, data in changes.items()}
    return container.encode({name: data for name, data in members.items() if data is not None})


@pytest.mark.parametrize(
    ("data", "words", "code"),
    [
        (b"no bundle", [], "RW4001"),
        (spoilt(rows=None), [], "RW4061"),
        (spoilt(seed=None), [], "RW4069"),
        (spoilt(rows=b"{}"), [], "RW4012"),
        (spoilt(rows=b'{"format":"rulewright-rows/1","rows":[]}'), [], "RW4061"),
        (spoilt(seed=model.encode(model.Seed(seed="00" * 32))), [], "RW4061"),
        (spoilt(seed=model.encode(model.Seed(seed="xyz"))), [], "RW4069"),
        (spoilt(results=None), ["--detail"], "RW4060"),
        (spoilt(results=b"{ }"), ["--detail"], "RW4060"),
        (spoilt(results=b"{}"), ["--detail"], "RW4060"),
        (container.decode(good.bundle())["root.dsse.json"], [], "RW4061"),
        (b"{}", [], "RW4061"),
    ],
)
def test_a_bundle_that_cannot_be_disclosed_from(
    capsys: pytest.CaptureFixture[str], place: Path, data: bytes, words: list[str], code: str
) -> None:
    (place / "camera.zip").write_bytes(data)
    got, out, err = run(capsys, "camera.zip", FIRST, *words)
    assert (got, out) == (2, "")
    assert code in err


def test_a_result_that_is_not_that_of_the_row_is_not_disclosed(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    results = container.decode(good.bundle())["results.json"].replace(b'"severity":"', b'"severity":"x', 1)
    (place / "camera.zip").write_bytes(spoilt(results=results))
    outcomes = {run(capsys, "camera.zip", f"acme.camera:C.{n}", "--detail")[0] for n in range(1, 7)}
    assert outcomes == {0, 2}
    for n in range(1, 7):
        code, out, err = run(capsys, "camera.zip", f"acme.camera:C.{n}", "--detail")
        assert (code == 2) == ("RW4082" in err) == (out == "")


def test_the_same_words_give_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    one = run(capsys, "camera.zip", "--only", "fail", FIRST)[1]
    assert run(capsys, "camera.zip", FIRST, "--only", "fail")[1] == one
    assert json.loads(one)["format"] == "rulewright-disclosure/1"


def test_the_choices_are_the_statuses() -> None:
    (command,) = (item for item in COMMANDS if item.name == "disclose")
    (only,) = (item for item in command.options if item.name == "only")
    assert only.choices == model.STATUSES


def test_the_commands_of_the_page_work(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/how-to-attest.md").read_text(encoding="utf-8")
    section = page.partition("\n## Show a part\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^rulewright disclose (.*)$", section, re.MULTILINE)
    assert len(lines) == 4
    (place / "camera.rwa.zip").write_bytes(good.bundle())
    for line in lines:
        words = line.split()
        assert run(capsys, *words)[0] == 0
        checked((place / words[-1]).read_text(encoding="utf-8"))
