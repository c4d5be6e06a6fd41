"""`rulewright init` and the documents of a facts file: what is written states nothing, and filled in it is read back."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rulewright.cli.main import main

DAY = ("--as-of", "2026-11-21")
RULES = """policy acme.declared edition "1" {
  title "Needs a declaration"
  requirement telnet shall { title "Telnet is off" severity critical check not iface.telnet_present }
  requirement papers shall { title "There is guidance" check doc.setup_guidance }
  requirement radio shall { title "Radio" applies when product.radio_technologies is not empty check iface.unused_enabled is empty }
  requirement asked shall { title "Somebody says so" check manual "Is it \\"good\\"?" }
}
"""
PAPER = b"a policy"


@pytest.fixture(autouse=True)
def _rules(place: Path) -> None:
    (place / "declared.rw").write_text(RULES, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([*words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def written(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    code, out, err = run(capsys, "init", "-", "--standards", "declared.rw", *DAY, *words)
    assert code == 0, err
    return out


# --- what is written ---------------------------------------------------------------------------------------------------


def test_an_untouched_file_states_nothing_but_what_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    made = tomllib.loads(written(capsys))
    assert made == {"format": "rulewright-facts/1", "product": {"name": "product"}}
    said = ("--fact", "product.markets=EU,UK", "--name", 'The "Cam"\t\x7f', "--product-version", "2.0")
    made = tomllib.loads(written(capsys, *said))
    assert made["product"] == {"name": 'The "Cam"\t\x7f', "version": "2.0", "markets": ["EU", "UK"]}


def test_it_asks_for_what_the_rules_need_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    text = written(capsys)
    asked = re.findall(r"^# (?:facts\.)?([a-z_]+\.\w+) =$", text, re.MULTILINE)
    assert set(asked) == {"iface.telnet_present", "doc.setup_guidance", "product.radio_technologies"}
    assert text.count("# [[answers]]") == 1
    radio = written(capsys, "--fact", "product.radio_technologies=wifi", "--fact", "iface.telnet_present=false")
    asked = re.findall(r"^# (?:facts\.)?([a-z_]+\.\w+) =$", radio, re.MULTILINE)
    assert set(asked) == {"iface.unused_enabled", "doc.setup_guidance"}


def filled(text: str) -> str:
    """The file as a person fills it in."""
    values = {
        "iface.telnet_present": "false", "facts.doc.setup_guidance": "true", "date": "2026-08-01", "file": '"policy.pdf"',
        "signer": '"Jo Doe, product security"', "sha256": f'"{hashlib.sha256(PAPER).hexdigest()}"', "question": "1",
        "answer": '"yes"', "by": '"Jo Doe, product security"', "on": "2026-08-01", "requirement": '"acme.declared@1:asked"',
    }  # fmt: skip
    lines = []
    for line in text.splitlines():
        name = re.match(r"# ([\w.]+) =", line)
        opened = re.fullmatch(r"# (\[\[\w+\]\])", line)
        if opened:
            lines.append(opened[1])
        elif name and name[1] in values:
            lines.append(f"{name[1]} = {values[name[1]]}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def test_a_file_that_is_filled_in_decides_the_rules(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert run(capsys, "init", "--standards", "declared.rw", *DAY, "-q")[0] == 0
    declaration = place / "product.toml"
    declaration.write_text(filled(declaration.read_text(encoding="utf-8")), encoding="utf-8")
    (place / "policy.pdf").write_bytes(PAPER)
    words = ("check", "cam.json", "-p", "declared.rw", "--facts", "product.toml", *DAY, "-f", "json")
    _, out, err = run(capsys, *words)
    verdicts = {x["requirement"].partition(":")[2]: x["verdict"] for x in json.loads(out)["results"]}
    assert (verdicts["telnet"], verdicts["papers"], verdicts["asked"]) == ("pass", "pass", "pass"), err
    (place / "policy.pdf").write_bytes(b"another")
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert "RW0019" in err
    assert "`policy.pdf` is not the document" in err


def test_a_file_that_is_there_is_kept(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "product.toml").write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "init", "--standards", "declared.rw", *DAY)
    assert code == 2
    assert "RW0020" in err
    assert (place / "product.toml").read_text(encoding="utf-8") == "mine"
    assert run(capsys, "init", "--standards", "declared.rw", *DAY, "--force")[0] == 0
    assert "[[documents]]" in (place / "product.toml").read_text(encoding="utf-8")
    code, _, err = run(
        capsys, "init", "product.toml", "--force", "--facts", "product.toml", "--standards", "declared.rw", *DAY
    )
    assert code == 2
    assert "RW0006" in err


def test_a_dangling_link_is_not_written_through(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "product.toml").symlink_to(place / "elsewhere")
    assert run(capsys, "init", "--standards", "declared.rw", *DAY)[0] == 2
    assert not (place / "elsewhere").exists()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_asks_for_the_context(
    capsys: pytest.CaptureFixture[str], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal("Acme Cam\n2.3\nwifi\n"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run(capsys, "init", "--standards", "declared.rw", *DAY)[0] == 0
    made = tomllib.loads((place / "product.toml").read_text(encoding="utf-8"))
    assert (made["product"]["name"], made["product"]["version"]) == ("Acme Cam", "2.3")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("a", "b"), "RW0002"),
        (("--standards", "no.such"), "RW0004"),
        (("no/folder/x.toml", "--standards", "declared.rw"), "RW0006"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    ended, out, err = run(capsys, "init", *words)
    assert (ended, out) == (2, "")
    assert code in err


def test_the_document_of_the_page_is_read(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/how-to.md").read_text(encoding="utf-8")
    (quoted,) = [block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[documents]]" in block]
    (place / "page.toml").write_text(quoted, encoding="utf-8")
    code, _, err = run(capsys, "facts", "cam.json", "--facts", "page.toml", *DAY)
    assert code == 0, err


# --- documents as evidence ---------------------------------------------------------------------------------------------


def declared(capsys: pytest.CaptureFixture[str], place: Path, data: Any) -> tuple[int, str, str]:
    """Show the facts of a facts file."""
    (place / "d.json").write_text(json.dumps(data), encoding="utf-8")
    return run(capsys, "facts", "cam.json", "--facts", "d.json", *DAY, "-f", "json")


ENTRY = {"file": "p.pdf", "date": "2026-08-01", "signer": "Jo", "facts": {"doc": {"setup_guidance": True}}}


def test_documents_become_facts_with_their_evidence(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, err = declared(capsys, place, {"documents": [ENTRY]})
    assert code == 0, err
    (fact,) = re.findall(r'"doc\.setup_guidance":(\{[^{}]*\})', out) or [out]
    told = json.loads(fact)
    assert (told["value"], told["detector"], told["observed"], told["by"]) == (True, "document", "2026-08-01", "Jo")
    assert told["document"] == "p.pdf"
    assert told["pointer"] == "/documents/0/facts/doc.setup_guidance"


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([ENTRY, 1], "this entry is no evidence"),
        ([{"format_name": "CycloneDX"}, ENTRY], "this entry is no evidence"),
        ([{**ENTRY, "fil": 1}], "`fil` is not part of a document"),
        ([{**ENTRY, "file": ""}], "`file` of a document is not stated"),
        ([{**ENTRY, "date": None}], "`date` of a document is not stated"),
        ([{**ENTRY, "facts": {}}], "states no `facts`"),
        ([ENTRY, ENTRY], "stated twice"),
        ([{**ENTRY, "date": "soon"}], "soon"),
        ([{**ENTRY, "sha256": "12"}], "64 hexadecimal digits"),
        ([{**ENTRY, "facts": {"doc.nothing": True}}], "no fact `doc.nothing`"),
    ],
)
def test_documents_that_do_not_fit_are_said(
    documents: object, said: str, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    code, out, err = declared(capsys, place, {"documents": documents})
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_elements_of_the_collection_of_documents_stay_what_they_are(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    element = {"format_name": "CycloneDX"}
    for listed in ([element], {"complete": True, "items": [element]}):
        code, out, err = declared(capsys, place, {"documents": listed})
        assert code == 0, err
        assert '"CycloneDX"' in out


@pytest.mark.parametrize("where", ["documents", "fact", "deep"])
def test_a_changed_document_is_noticed_wherever_it_is_named(
    where: str, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    (place / "p.pdf").write_bytes(PAPER)
    right = hashlib.sha256(PAPER).hexdigest()
    for digest, code in ((right, 0), (right.upper(), 0), ("0" * 64, 2)):
        fact = {"value": True, "document": "p.pdf", "sha256": digest}
        data = {
            "documents": {"documents": [{**ENTRY, "sha256": digest}]},
            "fact": {"doc.setup_guidance": fact},
            "deep": {"doc": {"setup_guidance": fact}},
        }[where]
        assert declared(capsys, place, data)[0] == code, (where, digest)
        if code:
            (place / "p.pdf").unlink()
            assert declared(capsys, place, data)[0] == 0, "a document that is not there is nobody's fault"
