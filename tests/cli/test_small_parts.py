"""Days, configuration, streams, the shelf of modules."""

import io
import sys
from pathlib import Path

import pytest

from rulewright.cli import config, days, gathering, library, streams
from rulewright.cli.options import Request
from rulewright.diagnostics import Diagnostic


@pytest.mark.parametrize(
    ("text", "day"), [("1970-01-01", 0), ("2026-11-21", 20_778), ("2026-11-21T00:00:00Z", 20_778), ("1969-12-31", -1)]
)
def test_days(text: str, day: int) -> None:
    assert days.parse(text, "--as-of") == day


@pytest.mark.parametrize(
    "text", ["21.11.2026", "2026-02-30", "2026-11-21T12:00:00Z", "20261121", "", "\u0662\u0660\u0662\u0666-11-21"]
)
def test_no_days(text: str) -> None:
    found = days.parse(text, "--as-of")
    assert isinstance(found, Diagnostic)
    assert found.code == "RW0005"


def configured(
    folder: Path, text: str, request: Request, monkeypatch: pytest.MonkeyPatch
) -> Request | list[Diagnostic]:
    (folder / "rulewright.toml").write_text(text, encoding="utf-8")
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    return config.apply(request)


def test_the_nearest_configuration_fills_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.rw").write_text("", encoding="utf-8")
    text = 'policy = ["p.rw", "cisa.minimum_elements@2026"]\nlimit = 3\nquiet = true\nfail-on = "should"\nparam = { days = 30 }'
    request = Request("check", ("a",), {"fail_on": ("never",)})
    found = configured(tmp_path, text, request, monkeypatch)
    assert isinstance(found, Request)
    assert found.many("policy") == (str(tmp_path / "p.rw"), "cisa.minimum_elements@2026")
    assert (found.one("fail_on"), found.numbers["limit"], found.flags) == ("never", 3, frozenset({"quiet"}))
    assert found.many("param") == ("days=30",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("polcy = []", "no key `polcy`"),
        ("limit = 'x'", "wrong form"),
        ("format = 'xml'", "wrong form"),
        ("policy = [1]", "wrong form"),
        ("a =", "not TOML"),
    ],
)
def test_a_wrong_configuration_is_a_diagnostic(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = configured(tmp_path, text, Request("check"), monkeypatch)
    assert isinstance(found, list)
    assert [d.code for d in found] == ["RW0011"]
    assert message in found[0].message


def test_a_binary_configuration_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "rulewright.toml").write_bytes(b"\x80\x81\xff\x00")
    found = config.apply(Request("check", texts={"config": (str(tmp_path / "rulewright.toml"),)}))
    assert isinstance(found, list)
    assert [(d.code, d.message) for d in found] == [("RW0011", "the configuration is not text in UTF-8")]


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.rulewright]\nexplain = true", encoding="utf-8")
    (below / "pyproject.toml").write_text("[tool.other]\nx = 1", encoding="utf-8")
    monkeypatch.chdir(below)
    found = config.apply(Request("check"))
    assert isinstance(found, Request)
    assert found.flags == {"explain"}


def test_files_are_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.json"
    streams.write_file(str(target), b"one")
    assert target.read_bytes() == b"one"

    def broken(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        streams.write_file(str(target), b"two")
    assert target.read_bytes() == b"one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.json", "work"]


@pytest.mark.parametrize(
    ("no_colour", "force", "tty", "expected"),
    [("", "", False, False), ("", "", True, True), ("1", "1", True, False), ("", "1", False, True)],
)
def test_colours_on_terminals_only(
    no_colour: str, force: str, monkeypatch: pytest.MonkeyPatch, *, tty: bool, expected: bool
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(stream, "isatty", lambda: tty)
    monkeypatch.setenv("NO_COLOR", no_colour)
    monkeypatch.setenv("FORCE_COLOR", force)
    monkeypatch.setenv("TERM", "xterm")
    assert streams.coloured(stream) is expected


def test_a_stream_of_few_characters_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    assert not streams.speaks_unicode(sys.stdout)
    streams.put("größe ✓")
    assert buffer.getvalue() == b"gr\\xf6\\xdfe \\u2713"


def test_shipped_modules_have_their_head_at_the_head() -> None:
    for module in library.shipped():
        data = library.read(module)
        assert len(library.heads(data, module.name, module.path)) == 1, module.name
        assert library.heads(data[: library._HEAD], module.name, module.path), module.name
        assert not module.name.startswith("/")


def test_an_unknown_policy_is_answered_with_what_is_close() -> None:
    rules = gathering.gather(["cisa.minimum_element"])
    assert [d.code for d in rules.problems] == ["RW0004"]
    assert rules.problems[0].hint == "did you mean `cisa.minimum_elements`?"


def test_an_unknown_edition_lists_those_there_are() -> None:
    (found,) = gathering.gather(["cisa.minimum_elements@1999"]).problems
    assert found.hint == "there is `cisa.minimum_elements@2025-draft`, `cisa.minimum_elements@2026`"


@pytest.mark.parametrize(
    ("day", "edition"),
    [("2026-07-28", "2025-draft"), ("2026-07-29", "2026"), ("2020-01-01", "2026"), ("", "2026")],
    ids=["last day of the draft", "first day of the final text", "before all of them", "no day"],
)
def test_without_an_edition_the_one_in_force_is_taken(day: str, edition: str) -> None:
    rules = gathering.gather(["cisa.minimum_elements"], day)
    assert rules.roots == [f"standards/cisa.minimum_elements/{edition}.rw"]
    assert not rules.problems


def test_a_use_is_found_wherever_it_stands() -> None:
    text = b'policy p edition "1" { use a edition "1" as a\nuse b edition "2" as b } # use c edition "3"\n title "use d edition "'
    assert library.uses(text) == [("a", "1"), ("b", "2")]


def test_only_what_is_used_is_read(tmp_path: Path) -> None:
    policy = tmp_path / "p.rw"
    policy.write_text(
        'policy a.b edition "1" {\n  use ntia.minimum_elements edition "2021" as ntia\n}\n', encoding="utf-8"
    )
    rules = gathering.gather([str(policy)])
    assert rules.roots == [str(policy)]
    assert set(rules.texts) == {str(policy), "standards/ntia.minimum_elements/2021.rw", "standards/vocabulary.rw"}


def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    (found,) = gathering.gather([str(tmp_path)]).problems
    assert found.code == "RW0003"
    assert "folder" in found.message
