"""`rulewright standards` on the command line: every subcommand, its formats, its refusals."""

import csv
import io
import json
from pathlib import Path

import pytest
from jsonschema.validators import validator_for

from rulewright.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden/standards"
APPENDIX = str(ROOT / "standards/owasp.isvs/appendix_b.csv")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all of them: everything that is shipped takes seconds to compile."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _shared_cache(place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.is_dir()
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(cache))


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["standards", *words]) == code
    streams = capsys.readouterr()
    return streams.out if code < 2 else streams.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("calendar.txt", ("calendar", "--as-of", "2026-11-22", "--jurisdiction", "EU")),
        ("calendar.md", ("calendar", "--as-of", "2026-11-22", "--jurisdiction", "UK", "-f", "markdown")),
        ("crosswalk.txt", ("crosswalk", "uk.psti", "etsi.en_303_645@2.1.1")),
        ("crosswalk-objectives.md", ("crosswalk", "us_ca.sb_327", "uk.psti", "--objective", "-f", "markdown")),
        ("list.txt", ("list", "--force", "certification")),
        ("show.txt", ("show", "us_ca.sb_327")),
        ("show-requirement.txt", ("show", "uk.psti:S2.1")),
    ],
)
def test_golden(name: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """`PYTHONPATH=. python -m tests.cli.test_standards` writes them anew: read the difference."""
    assert said(capsys, *words) == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("show", "eu.cra"),
        ("show", "iec.iec_62443_4_2:CR 1.1"),
        ("crosswalk", "eu.cra", "iec.iec_62443_4_2"),
        ("crosswalk", "uk.psti", "eu.cra", "--objective"),
        ("check",),
        ("check", APPENDIX),
        ("calendar", "--as-of", "2026-11-22"),
    ],
    ids=" ".join,
)
def test_every_line_fits(
    words: tuple[str, ...], columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = said(capsys, *words, code=int(APPENDIX in words))
    assert [line for line in out.splitlines() if len(line) > columns and APPENDIX not in line] == []
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_list_has_every_edition_and_the_policies(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "list")
    assert out == said(capsys)
    assert "etsi.en_303_645@3.1.3" in out
    assert "etsi.en_303_645@2.1.1" in out
    assert "acme.gateway@1.0.0" in out


def test_filters_leave_what_they_name(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(
        said(capsys, "list", "--jurisdiction", "EU", "--jurisdiction", "UK", "--force", "law", "-f", "json")
    )
    kinds = {(s["jurisdiction"], s["force"]) for s in found["standards"]}
    assert kinds == {("EU", "law"), ("UK", "law")}
    assert "0 editions, 0 requirements" in said(capsys, "list", "--jurisdiction", "JP", "--force", "law")


def test_the_list_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(said(capsys, "list", "--format", "csv"))))
    counted = [int(r["machine"]) + int(r["partly"]) + int(r["manual"]) for r in rows]
    assert counted == [int(r["requirements"]) for r in rows]
    assert len(rows) > 50


def test_a_requirement_as_json_says_all(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "show", "uk.psti:S2.1", "--format", "json"))
    assert found["format"] == "rulewright-requirement/1"
    assert (found["id"], found["edition"], found["clause"] != "") == ("uk.psti:S2.1", "2025", True)
    assert {"target": "etsi.en_303_645@3.1.3:5.1-1", "strength": "superset"}.items() <= found["refers_to"][0].items()
    assert found["referred_by"]
    assert found["verified"]
    assert found["place"]["file"] == "standards/uk.psti/2025.rw"


def test_several_words_are_shown_one_after_another(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "show", "cn.rmsv", "etsi.en_303_645@2.1.1:5.6-4", "-f", "json").splitlines()
    assert [json.loads(line)["format"] for line in lines] == ["rulewright-standard/1", "rulewright-requirement/1"]


def test_a_requirement_is_found_in_the_edition_that_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "2.1.1" in said(capsys, "show", "etsi.en_303_645:5.6-4")
    assert "did you mean `etsi.en_303_645@3.1.3:" in said(capsys, "show", "etsi.en_303_645@3.1.3:5.6-4", code=2)


def test_a_file_of_rules_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "3 requirements" in said(capsys, "show", "small.rw")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("lst",), "RW0002", "crosswalk A B"),
        (("show",), "RW0002", "too few"),
        (("crosswalk", "uk.psti"), "RW0002", "too few"),
        (("list", "more"), "RW0002", "too many"),
        (("list", "--objective"), "RW0002", "`--objective` means nothing"),
        (("calendar", "--force", "law"), "RW0002", "`--force` means nothing"),
        (("show", "uk.psti", "-f", "csv"), "RW0002", "no format `csv`"),
        (("check", "-f", "csv"), "RW0002", "for a crosswalk only"),
        (("check", "a.csv", "b.csv"), "RW0002", "one crosswalk at a time"),
        (("check", "no-such.csv"), "RW0003", "does not exist"),
        (("check", "uk.pst"), "RW0004", "did you mean `uk.psti`?"),
        (("show", "uk.pst"), "RW0004", "did you mean `uk.psti`?"),
        (("show", "uk.pst:1"), "RW0004", "did you mean `uk.psti`?"),
        (("show", "uk.psti@1999"), "RW0004", "there is `uk.psti@2025`"),
        (("show", "uk.psti:S2.11"), "RW0008", "did you mean `uk.psti:S2.1`?"),
        (("show", "no/such.rw"), "RW0003", "does not exist"),
        (("crosswalk", "uk.psti", "no.one"), "RW0004", "no standard is called `no.one`"),
        (("list", "--jurisdiction", "Mars"), "RW0005", "there is `AU`"),
        (("list", "--force", "custom"), "RW0002", "custom"),
        (("calendar", "--as-of", "22.11.2026"), "RW0005", "not a date"),
    ],
)
def test_refusals(words: tuple[str, ...], code: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    err = said(capsys, *words, code=2)
    assert f"error[{code}]" in err
    assert told in err


# --- crosswalk


def test_a_crosswalk_can_be_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What one command writes the other one reads, and finds nothing wrong with it."""
    path = tmp_path / "made.csv"
    assert said(capsys, "crosswalk", "uk.psti", "etsi.en_303_645@2.1.1", "-f", "csv", "-o", str(path)) == ""
    out = said(capsys, "check", str(path))
    assert "nothing to say" in out
    assert "etsi.en_303_645@2.1.1, uk.psti@2025" in out


def test_a_crosswalk_counts_what_has_no_counterpart(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "crosswalk", "us_ca.sb_327", "uk.psti", "-f", "json"))
    alone = set(found["alone"])
    assert not alone & {pair["source"] for pair in found["pairs"]}
    assert len(alone) + len({pair["source"] for pair in found["pairs"]}) == 5


# --- check


def test_the_packs_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "check", "--format", "json"))
    assert [f for f in found["findings"] if f["severity"] == "error"] == []
    assert len(found["checked"]) > 50


def test_one_pack_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "check", "cn.rmsv") == "1 edition, 2 requirements: nothing to say\n"


def test_the_appendix_has_errors_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "check", APPENDIX, code=1)
    assert "error[RW3001] there is no requirement `owasp.isvs@1.0:3.3.6`" in " ".join(out.split())
    assert "331 references (etsi.en_303_645@2.1.1, eu.cra@2024, owasp.isvs@1.0): 76 on the same subject" in " ".join(
        out.split()
    )


def test_the_appendix_as_csv_and_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(said(capsys, "check", APPENDIX, "-f", "csv", code=1))))
    assert len(rows) == 331
    wrong = [r for r in rows if r["verdict"] in {"other", "no_requirement"} and r["target"].startswith("etsi.")]
    assert len(wrong) == 32
    text = said(capsys, "check", APPENDIX, "-f", "markdown", code=1)
    assert "## etsi.en_303_645@2.1.1\n\n32 references." in text


def test_sarif_names_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    run = json.loads(said(capsys, "check", APPENDIX, "-f", "sarif", code=1))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["RW3001", "RW3002"]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in run["results"]]
    assert lines == sorted(lines)
    assert min(lines) > 1


def test_sarif_is_valid(capsys: pytest.CaptureFixture[str], shared: Path) -> None:
    schema = json.loads((shared / "vectors/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    for words in (("check",), ("check", APPENDIX)):
        text = said(capsys, *words, "-f", "sarif", code=len(words) - 1)
        validator_for(schema)(schema).validate(json.loads(text))


@pytest.mark.parametrize(
    ("data", "told"), [(b"a,b\n1,2\n", "has no column"), (b"\xff\xfe\x00", "not text in UTF-8"), (b"", "has no column")]
)
def test_a_file_that_is_no_crosswalk(
    data: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    err = said(capsys, "check", str(path), code=2)
    assert "error[RW3004]" in err
    assert told in err


def test_untrusted_words_are_made_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evil.csv"
    head = "source_standard,source_requirement,target_standard,target_requirement\n"
    path.write_text(f"{head}\x1b[2Jx,=1+1,uk.psti,|<b>\n", encoding="utf-8")
    assert "\x1b[2J" not in said(capsys, "check", str(path), code=1)
    assert "<b>" not in said(capsys, "check", str(path), "-f", "markdown", code=1)
    rows = list(csv.reader(io.StringIO(said(capsys, "check", str(path), "-f", "csv", code=1))))
    assert not any(cell.startswith("=") for row in rows for cell in row)


# --- calendar


def test_past_and_coming_are_apart(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "calendar", "--as-of", "2027-12-11", "-f", "json"))
    assert len(found["past"]) + len(found["coming"]) == 30
    assert [e["date"] for e in found["coming"]] == ["2028-06-11"]
    assert found["past"][-1]["date"] == "2027-12-11"
    assert "PCI DSS" in said(capsys, "calendar", "--jurisdiction", "Mars")  # the world's dates are for every market


def _write() -> None:
    """Write the golden files anew."""
    import contextlib
    import os

    os.environ["COLUMNS"] = "100"
    mark = next(m for m in test_golden.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    GOLDEN.mkdir(exist_ok=True)
    for name, words in mark.args[1]:
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")) as out:
            main(["standards", *words])
            out.seek(0)
            (GOLDEN / name).write_text(out.read(), encoding="utf-8")


if __name__ == "__main__":
    _write()
