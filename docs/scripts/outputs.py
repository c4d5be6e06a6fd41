"""Write what the command prints into the texts: its help, and two reports in the README and as pictures.

Guarantees: everything is made by the command itself, with a fixed day, width and no cache; a test fails when a text says
something else.  Run `make pages` after a change of the command, a pack or an example.
"""

import contextlib
import functools
import io
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from docs.scripts import attested
from rulewright.cli.main import main
from rulewright.cli.options import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
HOW_TO = ROOT / "docs/how-to.md"
PAGE = ROOT / "docs/reference/cli.md"
IMAGES = ROOT / "docs/images"
COMMON = ("--as-of", "2026-11-21", "--limit", "3")
EXAMPLES = {
    "failing": ("check", "policies/examples/log-collector.cdx.json", "--policy", "ntia.minimum_elements"),
    "passing": (
        "check",
        "policies/examples/petclinic.cdx.json",
        "--policy",
        "policies/example.rw",
        "--facts",
        "policies/examples/petclinic.facts.yaml",
    ),
}
CAMERA = ("derive", "policies/examples/radio-camera.facts.yaml", "-p", "eu.cra", "-p", "cen.en_18031", "-p", "uk.psti")
DERIVED = {
    "derive_now": (*CAMERA, "--as-of", "2026-11-22"),
    "derive_day": (*CAMERA[:4], "--policy=cen.en_18031", "--as-of=2027-12-11"),
    "derive_later": (*CAMERA[:4], "--as-of", "2028-06-01", "--placed-on-market", "2026-11-22"),
}
"""Commands quoted as they are, and cut where their first sections end."""
SUBSTATION = "policies/examples/substation.rw"
ANALYSED = {
    "clash": ("conflicts", "nerc.cip", "nist.sp_800_63b", "--as-of", "2026-11-22"),
    "settled": ("conflicts", SUBSTATION, "--as-of", "2026-11-22", "--quiet"),
    "two_variants": ("variants", "eu.cra", "cn.rmsv", "--markets", "EU,CN,US", "--as-of", "2026-11-22"),
    "other_edition": (
        "diff",
        "cisa.minimum_elements@2025-draft",
        "cisa.minimum_elements@2026",
        "--as-of",
        "2026-11-22",
        "--quiet",
    ),
}
"""Commands quoted whole."""
GIVEN = ("--trust", "trust.json", "--anchor", "root.pem.pub", "--artifact", "camera-1.0.bin", "--at", attested.AT)
VERIFIED = {"verified": ("verify", "camera.rwa.zip", *GIVEN), "altered": ("verify", "camera.rwa.zip", *GIVEN)}
"""Commands run in the folder of the guide's camera: as it was sent, and altered on its way.  Sizes are left out, and in texts the checks."""
ANSWERS = {"verified": "verify-valid.svg", "altered": "verify-changed.svg"}
PICTURES = {"failing": "report-fail.svg", "passing": "report-pass.svg"}
HEAD = """# Every command and option
Generated from the command's own help by `make pages`; do not edit. What the command promises is told in
[The command](command.md).
"""
TAIL = """## Facts files
A facts file is YAML, TOML or JSON: names of the vocabulary, dotted or nested, with a value, or with a value and where it
comes from. `null` says nothing; `state` says that a fact is not known, and why. A list of elements stands under the name
of its collection, with `complete` where that is known; `affects` names components by reference or package URL.

```yaml
product:
  type: router
  markets: [EU, UK]
iface.telnet_present: false
sbom.depth:
  value: transitive
  detector: build_evidence
  trust: observed
  observed: 2026-11-01
sbom.regenerated_per_release:
  state: withheld
vulnerabilities:
  complete: true
  items:
    - id: CVE-2026-0001
      exploited: true
      affects: [pkg:generic/busybox@1.36.1]
answers:
  - requirement: "etsi.en_303_645@3.1.3:5.3-6B"
    question: 1
    asked: "Can the user switch the notices of updates on and off?"
    answer: yes
    by: "Jo Doe, product security"
    on: 2026-08-01
    document: "reports/updates.pdf"
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    because: "tried on the unit of the type test"
```

Plain words stay text: `no`, `1.10` and dates are what the vocabulary says they are. A wrong name, a wrong type and a key given
twice are errors with their line. Anchors and tags are not read.

What a person says has a name and a day: a fact of detector `manual` states `by` and `observed`, and any other fact may.
Answers to the questions of standards (`manual "…?"`) stand in the list `answers`. `requirement`, `answer` (`yes`, `no`, or
`?`), `by` and `on` are needed; `question` is 1 where it is not stated. `asked` is the question itself, as it was read; the files
that `plan --questions` and `init` write have it filled in. Two persons who contradict each other are a conflict that shows both.
An answer that lacks a name, is dated after the day of the run, or is to a question that is not asked is an error. One to another
edition than the run's is a warning and does not count, and so is one whose `asked` differs, in more than spaces, from the question
that the rules ask under its number: questions move when rules change. An answer without `asked` counts, with a warning.

## Configuration
`rulewright.toml`, or the table `[tool.rulewright]` of `pyproject.toml`, the nearest upwards from where the command is run. Its keys
are the long names of the options of `check`; what stands on the command line wins. Files are relative to the configuration.

```toml
policy = ["ntia.minimum_elements@2021"]
fail-on = "should"
limit = 10
```

## Formats
| format | what it is for | how the verdicts appear |
|---|---|---|
| `terminal` | people | what blocks first; `--explain` shows everything |
| `json` | programs; [the result](result.md) | as they are |
| `sarif` | code scanning; SARIF 2.1.0 | `kind`: `fail`, `review` for unknown, `pass`, `notApplicable`; a waiver is a suppression |
| `junit` | build servers | what blocks is a failure; other fails and unknowns, waived ones and what does not apply are skipped, with the reason |
| `markdown` | pull requests | what blocks in full, the rest folded |

## The cache
Compiled policies are kept in `$RULEWRIGHT_CACHE_DIR`, else in the user's cache folder. An entry counts only if every rule file, parameter
and the compiler are the same; `--no-cache` does without.
"""
_INK = {
    "1": "font-weight:bold",
    "2": "fill:#8b949e",
    "1;31": "font-weight:bold;fill:#ff7b72",
    "33": "fill:#e3b341",
    "32": "fill:#56d364",
    "36": "fill:#79c0ff",
    "1;36": "font-weight:bold;fill:#79c0ff",
    "34": "fill:#a5b4c4",
}


@contextlib.contextmanager
def _surroundings(place: Path, **wanted: str) -> Iterator[None]:
    """Run in a folder with a plain environment."""
    before, folder = dict(os.environ), Path.cwd()
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        os.environ.pop(name, None)
    os.environ.update({"COLUMNS": "100", **wanted})
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


def printed(*words: str, colour: bool = False, place: Path = ROOT) -> str:
    """Run the command in a folder; return what it writes to stdout."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with (
        _surroundings(place, **({"FORCE_COLOR": "1"} if colour else {"NO_COLOR": "1"})),
        contextlib.redirect_stdout(stream),
    ):
        code = main(words)
    stream.flush()
    if code > 1:
        raise SystemExit(f"`rulewright {' '.join(words)}` ended with {code}")
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


@functools.cache
def verified(name: str, *, colour: bool = False) -> str:
    """Return the whole answer of `verify`, without sizes, which change with every view."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        attested.prepare(place)
        if name == "altered":
            (place / "changed.rwa.zip").replace(place / "camera.rwa.zip")
        return re.sub(r", [\d,]+ bytes", "", printed(*VERIFIED[name], colour=colour, place=place))


def report(name: str, *, colour: bool = False) -> str:
    """Return an example's command line and its report."""
    if name in VERIFIED:
        checks, _, answers = verified(name, colour=colour).partition("\n\n")
        told = f"{checks}\n\n{answers}" if colour else f"…\n{answers}"
        return f"$ {typed(('rulewright', *VERIFIED[name]))}\n{told}"
    if name in DERIVED:
        words = DERIVED[name]
        whole = printed(*words, "--no-cache", colour=colour)
        sections, rest = whole.partition("DO ONCE")[::2]
        told = f"{sections}…\n" if rest else whole
        return f"$ {typed(('rulewright', *words))}\n{told}"
    if name in ANALYSED:
        words = ANALYSED[name]
        return f"$ {typed(('rulewright', *words))}\n{printed(*words, '--no-cache', colour=colour)}"
    words = EXAMPLES[name]
    return f"$ {typed(('rulewright', *words, *COMMON))}\n{printed(*words, *COMMON, '--no-cache', colour=colour)}"


def typed(words: tuple[str, ...], width: int = 96) -> str:
    """A command as one would type it: broken with backslashes where a line gets too long."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            lines.append(f"{line} \\")
            line = f"    {word}"
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def page() -> str:
    """Return the page of all commands."""
    whole = f"```\n{printed('--help').rstrip()}\n```\n"
    parts = [f"## rulewright {c.name}\n```\n{printed(c.name, '--help').rstrip()}\n```\n" for c in COMMANDS]
    return "\n".join([HEAD, whole, *parts, TAIL])


def quoted(text: str) -> str:
    """Return a text with its quoted reports made anew."""

    def block(found: re.Match[str]) -> str:
        return f"{found[1]}\n```\n{report(found[2])}```\n<!-- /output -->"

    return re.sub(r"(<!-- output: (\w+) -->)\n.*?<!-- /output -->", block, text, flags=re.DOTALL)


def picture(text: str) -> str:
    """Draw coloured terminal text as SVG; nothing is loaded from elsewhere."""
    lines = text.rstrip("\n").split("\n")
    rows = [
        f'<text x="16" y="{48 + 18 * number}" xml:space="preserve">{_spans(line)}</text>'
        for number, line in enumerate(lines)
    ]
    height = 48 + 18 * len(lines) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 {height}" width="880" height="{height}" role="img">\n'
        f"<title>{escape(lines[0])}</title>\n"
        "<style>text{font:13.5px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6edf3}</style>\n"
        f'<rect width="880" height="{height}" rx="10" fill="#0d1117"/>\n'
        '<g><circle cx="20" cy="18" r="5" fill="#ff5f57"/><circle cx="38" cy="18" r="5" fill="#febc2e"/>'
        '<circle cx="56" cy="18" r="5" fill="#28c840"/></g>\n' + "\n".join(rows) + "\n</svg>\n"
    )


def _spans(line: str) -> str:
    """Turn colour codes into styled spans, each at the column where it stands."""
    spans: list[str] = []
    column, style = 0, ""
    for code, words in re.findall(r"\x1b\[([\d;]*)m|([^\x1b]+)", line):
        if words:
            chosen = f' style="{style}"' if style else ""
            spans.append(
                f'<tspan x="{16 + 8.4 * column:g}" textLength="{8.4 * len(words):g}"{chosen}>{escape(words)}</tspan>'
            )
            column += len(words)
        else:
            style = _INK.get(code, "")
    return "".join(spans)


def everything() -> dict[Path, str]:
    """Return each file that this script writes, with its text."""
    made = {PAGE: page(), **{path: quoted(path.read_text(encoding="utf-8")) for path in (README, HOW_TO)}}
    for name, file in (PICTURES | ANSWERS).items():
        made[IMAGES / file] = picture(report(name, colour=True))
    return made


if __name__ == "__main__":
    for path, text in everything().items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
