"""`rulewright compare`, as a person and a pipeline run it: on results, on products, in every format, on hostile words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from rulewright.cli import compare_html, compare_markdown, compare_text
from rulewright.cli.main import main
from rulewright.cli.paint import Paint
from rulewright.cli.text import width
from rulewright.dsl import ir
from rulewright.engine import comparison
from rulewright.engine import result as r
from rulewright.engine.compare import compare

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-comparison-1.schema.json").read_text(encoding="utf-8"))
GOLDEN = Path(__file__).parent / "golden/compare"
DAY = ("--as-of", "2026-11-21")
EVIL = "<script>alert(1)</script>@all\x1b[31m\u202e](http://x)|`"
OLD_FACTS = 'format: rulewright-facts/1\nproduct: { name: "Acme Cam", version: "1.0" }\niface.telnet_present: true\n'
NEW_FACTS = OLD_FACTS.replace("1.0", "1.1").replace("true", "false")


@pytest.fixture(autouse=True)
def _products(place: Path) -> None:
    """Two versions next to the small policy."""
    (place / "old.yaml").write_text(OLD_FACTS, encoding="utf-8")
    (place / "new.yaml").write_text(NEW_FACTS, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["compare", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def checked(product: str, day: str = "2026-11-21") -> str:
    """The result of a product, as a file."""
    name = f"{product}.{day}.json"
    words = ["check", product, "-p", "small.rw", "--as-of", day, "-f", "json", "-o", name, "-q"]
    assert main(words) in {0, 1}
    return name


# --- a comparison with every kind --------------------------------------------------------------------------------------

PLACE = ir.Place("acme.rw", 8, 1)
WAIVER = r.Waived("W1", "the service is being replaced", "Jo Doe", "2026-01-01", "2026-10-31")
TITLES = {
    "5.1-1": "Passwords are unique per device",
    "5.3-2": "Updates are verified",
    "5.4-1": "Keys are kept in secure storage",
    "5.6-1": "Unused interfaces are disabled",
    "5.6-2": "No service answers that nobody needs",
    "5.7-1": "Firmware is verified at boot",
    "5.8-1": "Personal data are encrypted",
    "5.11-1": "Users can erase their data",
    "SBOM": "Every library names its supplier",
}


def one(name: str, verdict: r.Verdict, *shown: r.Shown, **other: object) -> r.Result:
    """One result of the example."""
    plain: dict[str, object] = {
        "product": "cam", "requirement": f"acme.camera:{name}", "level": "shall", "severity": "high",
        "title": TITLES[name], "verdict": verdict, "waived": None, "blocks": verdict in {"fail", "unknown"},
        "refs": (name,), "objective": (), "assumptions": (), "tailored": (), "note": "", "source": PLACE,
        "fix": "Do what the clause asks for.",
        "reason": (r.Reason(line="check#1", verdict=verdict, text="…", values=shown),),
    }  # fmt: skip
    return r.Result(**{**plain, **other})  # type: ignore[arg-type]


def fact(path: str, value: str | None, source: str, **other: str) -> r.Shown:
    return r.Shown(path, value, None if value else "missing", source, f"/{path}", **other)  # type: ignore[arg-type]


def suppliers(*names: str) -> r.Result:
    elements = tuple(
        r.Element(name, f"/components/{at}", "cam.cdx.json", "fail", (r.Shown("component.supplier", reason="missing"),))
        for at, name in enumerate(names)
    )
    line = r.Reason(line="check#1", verdict="fail", text="…", elements=elements, elements_total=len(names))
    return one("SBOM", "fail", reason=(line,), severity="medium")


def report(day: str, version: str, *results: r.Result) -> r.Report:
    blocking = sum(found.blocks for found in results)
    return r.Report(
        engine=r.Engine("rulewright", "1"), language="1", as_of=f"{day}T00:00:00Z", fail_on="shall",
        products=(r.ProductInfo("cam", "Acme Cam", version, ()),), inputs=(),
        policies=(r.PolicyInfo("policy", "acme.camera", version, "0" * 64, "Camera"),), excluded=(),
        summary=r.Summary(0, 0, 0, 0, 0, 0, 0, 0, blocking, "fail"), findings=(), results=results,
    )  # fmt: skip


def example(evil: str = "") -> comparison.Comparison:
    """Every kind once; `evil` words where documents and policies speak."""
    missing = r.Reason(
        line="check#1", verdict="unknown", text="…", values=(r.Shown("crypto.storage", reason="missing"),),
        missing=(r.Missing("crypto.storage", "missing", ("firmware",)),), missing_total=1,
    )  # fmt: skip
    waived = {"waived": WAIVER, "blocks": False}
    old = report(
        "2026-08-01", "1.0",
        one("5.1-1", "fail", fact("auth.default", "shared" + evil, "old.toml")),
        one("5.3-2", "pass", fact("update.signature", "rsa", "old.toml")),
        one("5.4-1", "unknown", reason=(missing,)),
        one("5.6-1", "pass", fact("iface.unused", "{}", "old" + evil)),
        one("5.6-2", "fail", **waived), one("5.7-1", "not_applicable"), one("5.8-1", "fail"),
        suppliers("busybox@1.36.1" + evil, "zlib@1.2"),
    )  # fmt: skip
    new = report(
        "2026-11-21", "1.1",
        one("5.1-1", "pass", fact("auth.default", "none", "new.toml")),
        one("5.3-2", "pass", fact("update.signature", "ed25519", "new.toml", by="Jo" + evil)),
        one("5.4-1", "unknown", reason=(missing,)),
        one("5.6-1", "fail", fact("iface.unused", "{telnet}", "new.toml"), title=TITLES["5.6-1"] + evil, level="shall" + evil),
        one("5.6-2", "fail"), one("5.7-1", "unknown"), one("5.8-1", "not_applicable"), one("5.11-1", "pass"),
        suppliers("busybox@1.37.0" + evil, "curl@8.1"),
    )  # fmt: skip
    return compare(old, new, [report("2026-05-04", "0.9", one("5.4-1", "fail"))])


VIEWS: dict[str, Callable[[comparison.Comparison], str]] = {
    "terminal.txt": lambda found: compare_text.terminal(found, Paint(columns=100)),
    "comment.md": compare_markdown.markdown,
    "page.html": compare_html.html,
    "comparison.json": lambda found: comparison.encode(found).decode() + "\n",
}


@pytest.mark.parametrize("name", VIEWS)
def test_golden(name: str) -> None:
    assert VIEWS[name](example()) == (GOLDEN / name).read_text(encoding="utf-8")


def test_the_example_has_the_kinds_that_one_policy_can_have() -> None:
    kinds = {c.kind for c in example().counts if c.count}
    assert kinds == set(comparison.KINDS) - {"newly_waived", "removed"}


# --- for programs ------------------------------------------------------------------------------------------------------


def test_json_is_what_its_schema_says() -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(comparison.encode(example())))


def test_the_schema_knows_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    made = msgspec.json.schema(comparison.Comparison)["$defs"]
    assert SCHEMA["$defs"].keys() == made.keys()
    for name, definition in made.items():
        assert SCHEMA["$defs"][name]["properties"].keys() == definition["properties"].keys(), name
        assert set(SCHEMA["$defs"][name]["required"]) == set(definition["properties"]), name


# --- hostile words -----------------------------------------------------------------------------------------------------


def test_a_terminal_shows_hostile_words_harmlessly() -> None:
    shown = compare_text.terminal(example(EVIL), Paint(columns=100), explain=True)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(map(width, shown.splitlines())) <= 100


def test_a_comment_shows_hostile_words_as_they_are() -> None:
    shown = compare_markdown.markdown(example(EVIL))
    assert "<script" not in shown
    assert "](http" not in shown
    assert "@all" not in shown
    assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z]+)", shown)} == {"code", "details", "summary"}


class _Page(HTMLParser):
    """Notes what a page is made of."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open += [] if tag in self.VOID else [tag]
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in {"src", "style"}, name
            self.links += [value or ""] if name == "href" else []
            self.ids += [value or ""] if name == "id" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("evil", ["", EVIL])
def test_a_page_is_whole_and_loads_and_runs_nothing(evil: str) -> None:
    page = _Page()
    made = compare_html.html(example(evil))
    page.feed(made)
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert 'lang="en"' in made
    assert "url(" not in made
    assert made.count("<th>") == 0, "every head of a table says what it heads"
    assert "Gate: fail" in page.text


# --- the command -------------------------------------------------------------------------------------------------------


def test_products_are_judged_and_compared(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "old.yaml", "new.yaml", "-p", "small.rw", *DAY)
    assert code == 0
    assert "CLOSED  1 requirement" in out
    assert "iface.telnet_present: true to false" in out
    code, out, _ = run(capsys, "new.yaml", "old.yaml", "-p", "small.rw", *DAY)
    assert code == 1
    assert "OPENED  1 requirement" in out
    assert "gate: fail  1 requirement blocks that did not before" in out


def test_results_say_the_same_as_products(capsys: pytest.CaptureFixture[str]) -> None:
    _, judged, _ = run(capsys, "new.yaml", "old.yaml", "-p", "small.rw", *DAY, "-f", "json")
    code, read, _ = run(capsys, checked("new.yaml"), checked("old.yaml"), "-f", "json")
    assert (code, read) == (1, judged)
    code, mixed, _ = run(capsys, "new.yaml", checked("old.yaml"), "-p", "small.rw", *DAY, "-f", "json")
    assert (code, mixed) == (1, judged)


def test_a_result_compared_with_itself_passes(capsys: pytest.CaptureFixture[str]) -> None:
    same = checked("old.yaml")
    code, out, _ = run(capsys, same, same, "-f", "json")
    made = json.loads(out)
    assert (code, made["gate"], {item["kind"] for item in made["items"]}) == (0, "pass", {"still_open"})
    assert not any(item["facts"] for item in made["items"])


def test_history_gives_the_age(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = checked("old.yaml", "2026-10-01"), checked("old.yaml", "2026-11-01")
    _, out, _ = run(capsys, old, new)
    assert "31 days" in out
    _, out, _ = run(capsys, old, new, "--history", checked("old.yaml", "2026-09-01"))
    assert "61 days" in out


def test_trees_of_two_versions(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    for version, line in (("old", "::respawn:/usr/sbin/telnetd -F -l /bin/login\n"), ("new", "")):
        tree = place / version
        for folder in ("etc/init.d", "bin", "sbin", "usr/sbin"):
            (tree / folder).mkdir(parents=True)
        (tree / "etc/init.d/rcS").write_text("#!/bin/sh\n", encoding="utf-8")
        (tree / "etc/inittab").write_text("::sysinit:/etc/init.d/rcS\n" + line, encoding="utf-8")
        (tree / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", encoding="utf-8")
        for program in ("bin/busybox", "usr/sbin/telnetd"):
            (tree / program).write_bytes(b"\x7fELF")
        for name in ("bin/sh", "sbin/init"):
            (tree / name).symlink_to("/bin/busybox")
    code, out, err = run(capsys, "old", "new", "-p", "small.rw", *DAY)
    assert code == 0, err
    assert "CLOSED  1 requirement" in out
    assert "/etc/inittab#2" in out, "the place that starts it"
    code, out, _ = run(capsys, "new", "old", "-p", "small.rw", *DAY)
    assert code == 1
    assert "OPENED  1 requirement" in out


def test_facts_of_one_side_alone(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "more.yaml").write_text("iface.telnet_present: true\n", encoding="utf-8")
    code, out, _ = run(capsys, "cam.json", "cam.json", "-p", "small.rw", *DAY, "--new-facts", "more.yaml", "-f", "json")
    changed = [item for item in json.loads(out)["items"] if item["facts"]]
    assert code == 0, "what was unknown blocked before"
    assert [(c["fact"], c["old"]["reason"], c["new"]["value"]) for i in changed for c in i["facts"]] == [
        ("iface.telnet_present", "missing", "true")
    ]


@pytest.mark.parametrize("form", ["terminal", "json", "json-v1", "markdown", "html"])
def test_every_format_is_written_to_its_file(form: str, capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, _ = run(capsys, "old.yaml", "new.yaml", "-p", "small.rw", *DAY, "-f", form, "-o", "out")
    assert (code, out) == (0, "")
    assert (place / "out").stat().st_size > 100


def test_the_configuration_names_policies_but_no_format(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "rulewright.toml").write_text('policy = ["small.rw"]\nformat = "sarif"\n', encoding="utf-8")
    code, out, _ = run(capsys, "old.yaml", "new.yaml", *DAY)
    assert code == 0
    assert "gate: pass" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("old.yaml",), "RW0002"),
        (("old.yaml", "new.yaml", "cam.json", "-p", "small.rw"), "RW0002"),
        (("old.yaml", "new.yaml"), "RW0012"),
        (("old.yaml", "absent.yaml", "-p", "small.rw"), "RW0003"),
        (("broken.json", "new.yaml", "-p", "small.rw"), "RW0018"),
        (("old.yaml", "new.yaml", "-p", "small.rw", "--history", "cam.json"), "RW0018"),
        (("old.yaml", "new.yaml", "-p", "none.rw"), "RW0003"),
    ],
)
def test_what_is_wrong_is_said(
    words: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    (place / "broken.json").write_text('{"format":"rulewright-result/1","results":[]}', encoding="utf-8")
    ended, out, err = run(capsys, *words)
    assert (ended, out) == (2, "")
    assert code in err
    assert "Traceback" not in err


def test_a_result_is_not_overwritten(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    name = checked("old.yaml")
    before = (place / name).read_bytes()
    code, _, err = run(capsys, name, name, "-o", name)
    assert code == 2
    assert "RW0006" in err
    assert (place / name).read_bytes() == before


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, view in VIEWS.items():
        (GOLDEN / name).write_text(view(example()), encoding="utf-8")
