"""Makes `docs/benchmarks.md` from `docs/benchmarks/results.json`: `python -m bench.page [--take [FAMILY …]]`.

Guarantees: the page says nothing that the file does not hold; a test compares the two.  `--take` first copies the file
of the last run from `build/bench`; with families, their lines alone, and the others stay.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from bench.bars import Bar, bars
from bench.record import Results, Row, read, write
from bench.run import ms

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"

INTRODUCTION = """# Benchmarks

Made by `make bench` and `python -m bench.page --take` from [results.json](benchmarks/results.json); not edited by hand.

The work: a made-up product of 100 to 100,000 components (17 fields each, 3 to 10% of most of them missing), 120 product
attributes (6% missing), a dependency graph, and 50 or 200 rules: 60% judge each component, 20% product attributes, 10%
count, 10% follow the graph. The rules are ordinary ones: supplier known, package URL valid, licence allowed, hash algorithm
stated, support date not past, name matches.

How to read the numbers:

- **CPU time, least of several runs** (five or more unless a run is long; the number is in the table). The machine was not
  quiet: ratios within one table mean something, the third digit does not.
- **Every answer is checked.** The digest of the verdicts and of the ids of all failing and unknown components must equal
  that of a second opinion written without the engine. *Partial* means right as far as the language can express the rules.
- Peers are asked in two ways. **deny**: what surely fails, a missing fact passes in silence, which is what people write
  today. **full**: all four verdicts with failing and unknown ids, by writing each rule twice, for *surely true* and *surely false*.
- Peers get the facts as JSON that is easier than an SBOM: licence expressions split, dates as numbers, the graph already
  turned round. A package URL counts as valid for them when it starts with `pkg:`, which suffices on this data and costs
  less than the real test. Their time includes reading that JSON, except where a line says *facts loaded*; policies are
  loaded beforehand.
- Ours is asked for the full answer always. *Warm evaluation* starts from facts in memory; *bytes to result* reads CycloneDX
  and writes the JSON report.
- What depends on the facts alone (columns, the order of the graph) may be kept with the facts in memory; what depends on
  a rule may not. The digest of a whole process covers verdicts and totals, since reports cut long lists.
- The policy text of each peer is written to `build/bench/policies`. If you can make one faster with the same answers, we
  want to know.
"""


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *body)) + "\n"


def _verdict(bar: Bar) -> str:
    return "not measured" if bar.met is None else "met" if bar.met else "**not met**"


def bars_table(rows: Sequence[Row]) -> str:
    """The bars."""
    body = [[bar.asked, bar.found or "–", _verdict(bar)] for bar in bars(rows)]
    return table(["bar", "found", ""], body)


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row.state == "not run":
        return "not run" if row.note != "not installed" else "not installed"
    share = f" ({row.covered * 100 // max(1, row.rules)}%)"
    mark = {"right": "", "partial": share, "wrong": " **wrong**"}[row.state]
    few = f" ×{row.runs}" if row.runs < 5 else ""
    return f"{ms(row.cpu)}{mark}{few}"


def grid(rows: Sequence[Row], family: str, rules: int) -> str:
    """Engines down, sizes across, milliseconds."""
    chosen = [r for r in rows if r.family == family and r.rules == rules and r.n]
    sizes = sorted({r.n for r in chosen})
    lines = list(dict.fromkeys((r.engine, r.idiom) for r in chosen))
    found = {(r.engine, r.idiom, r.n): r for r in chosen}
    body = [[f"{e}, {i}", *(_cell(found.get((e, i, n))) for n in sizes)] for e, i in lines]
    return table([f"{rules} rules", *(f"{n:,}" for n in sizes)], body)


def _limits(rows: Sequence[Row]) -> str:
    chosen = [r for r in rows if r.family == "bytes" and r.cpu]
    body = [
        [
            f"{r.n:,} × {r.rules}",
            f"{r.size / 1e6:,.1f} MB",
            ms(r.cpu),
            ms(r.other),
            f"{r.cpu / r.other:.1f}",
            f"{r.cpu / r.n:.1f} µs",
        ]
        for r in chosen
        if r.other
    ]
    return table(
        ["components × rules", "document", "bytes to result, ms", "simdjson parse, ms", "ratio", "per component"], body
    )


def _processes(rows: Sequence[Row]) -> str:
    body = [
        [
            f"{r.engine}{', ' + r.idiom if r.idiom else ''}",
            f"{r.n:,} × {r.rules}" if r.n else "",
            _cell(r),
            _multiple(r),
            f"{r.peak // 1024} MB" if r.peak else "",
        ]
        for r in rows
        if r.family == "process"
    ]
    return table(["process", "components × rules", "CPU, ms", "× bare interpreter", "peak memory"], body)


def _multiple(row: Row) -> str:
    return f"{row.cpu / row.other:.1f}" if row.cpu and row.other else ""


def _others(rows: Sequence[Row]) -> str:
    words = {
        "distinct": "rules that share no test, warm evaluation",
        "reference": "planes; the reference interpreter took {other} ms",
        "fleet": "products of 200 components from facts in memory, verdicts of every rule for each",
    }
    body = [
        [
            words[r.family].format(other=ms(r.other)),
            f"{r.n:,} × {r.rules}",
            _cell(r),
            f"`{r.digest}`" if r.digest else r.note,
        ]
        for r in rows
        if r.family in words
    ]
    return table(["what", "size", "CPU, ms", "digest"], body)


def _matching(rows: Sequence[Row]) -> str:
    body = [
        [
            f"{r.n:,} × {r.rules:,}",
            _cell(r),
            ms(r.other),
            f"{r.cpu / r.n:.1f} µs",
            f"{r.peak // 1024} MB",
            f"`{r.digest}`",
        ]
        for r in rows
        if r.family == "match" and r.cpu
    ]
    head = ["components × advisories", "kept index, ms", "new index, ms", "per component", "peak memory", "digest"]
    return table(head, body) if body else "Not measured yet.\n"


def _standards(rows: Sequence[Row]) -> str:
    chosen = [r for r in rows if r.family == "standards" and r.cpu]
    body = [
        [r.engine, _cell(r), f"{r.cpu / r.other:.1f}" if r.other else "", f"{r.peak // 1024} MB", f"`{r.digest}`"]
        for r in chosen
    ]
    if not body:
        return "Not measured yet.\n"
    first = chosen[0]
    words = (
        f"{first.rules} editions with {first.n:,} requirements, {first.size / 1e6:.1f} MB once compiled; whole processes with "
        f"start, imports and output, about a consumer product of which only type and markets are known. The yardstick is a "
        f"plain parse of the compiled programs by Python's `json`, {ms(first.other)} ms; it knows nothing of rules.\n"
    )
    return words + "\n" + table(["all shipped standards", "CPU, ms", "× plain parse", "peak memory", "digest"], body)


def _conflicts(rows: Sequence[Row]) -> str:
    chosen = [r for r in rows if r.family == "conflicts" and r.cpu]
    if not chosen:
        return "Not measured yet.\n"
    words = (
        "Suites of made-up requirements over 30 attributes of the context and 120 of the design, with planted conflicts of two, "
        "three and four members. *Clean*: each in a context of its own; *dense*: all in the same contexts; *messy*: besides, "
        "2% of the requirements demand something at random. Right: all planted conflicts were found, and where all are "
        "known, nothing else; of the others a sample is judged again. Time from the compiled form to the whole list; every set up to "
        "the arity is found. One core.\n"
    )
    ours = [
        [
            f"{r.n:,} {r.idiom}, arity ≤ {r.rules}",
            _cell(r),
            ms(r.other),
            f"{r.covered:,}",
            f"{r.size:,}",
            f"{r.peak // 1024} MB",
            r.note,
        ]
        for r in chosen
        if r.engine == "ours"
    ]
    edits = [
        f"One edited requirement against {r.n:,} ({r.idiom}, arity ≤ {r.rules}), the problem loaded: median {ms(r.other)} ms, "
        f"95th percentile {ms(r.cpu)} ms, of {r.runs}."
        for r in chosen
        if r.engine == "one edited requirement"
    ]
    peers = [r for r in rows if r.family == "conflicts" and r.engine not in {"ours", "one edited requirement"}]
    others = [
        [
            r.engine,
            f"{r.n:,}",
            ms(r.cpu),
            ms(r.other) if r.other else "not finished",
            f"{r.covered} of {r.size}",
            r.note,
        ]
        if r.cpu
        else [r.engine, f"{r.n:,}", "", "", "", r.note]
        for r in peers
    ]
    head = ["requirements", "CPU, ms", "of it dividing the facts", "found", "planted", "peak memory", "asked"]
    parts = [words, table(head, ours), *(f"{edit}\n" for edit in edits)]
    if others:
        parts.append("Peers on the same problems (already divided into cells), pairs only but for MARCO:\n")
        parts.append(table(["peer", "requirements", "CPU, ms", "whole at that rate", "found", "asked"], others))
    return "\n".join(parts)


def _attestations(rows: Sequence[Row]) -> str:
    chosen = [r for r in rows if r.family == "attestation"]
    body = [
        [
            r.engine,
            _cell(r),
            f"{r.peak // 1024} MB" if r.peak else "",
            f"{r.size:,}" if r.size else "",
        ]
        for r in chosen
    ]
    first = next((r for r in chosen if r.cpu), None)
    if first is None:
        return "Not measured yet.\n"
    words = (
        f"All {first.n:,} rows that the {first.rules} shipped standards give for one real SBOM, with one Ed25519 key without a passphrase "
        "(opening a key with one takes 0.3 s, on purpose). Right: the bundle verifies, one with a changed row does not, and "
        "repeating the run gives the same bytes. Trestle signs and verifies the OSCAL view of the same rows, which is made beforehand: the "
        "digest of one file, without time, threshold, revocation or meaning.\n"
    )
    return words + "\n" + table([f"{first.n:,} requirements", "CPU, ms", "peak memory", "bytes written"], body)


def _authors(rows: Sequence[Row]) -> str:
    """Keystrokes in a large file, and the front end."""
    chosen = [r for r in rows if r.family == "authors" and r.cpu]
    typed = [r for r in chosen if r.other]
    body = [[r.engine, ms(r.cpu), f"{r.other / r.cpu:.1f}" if r.engine.startswith("keystroke") else ""] for r in typed]
    words = ""
    if typed:
        words = (
            f"A file of {typed[0].n:,} lines with {typed[0].rules} requirements; {typed[-1].runs} keystrokes at random places. The findings are "
            "those of compiling everything anew, byte for byte.\n\n"
        )
        words += table(["findings", "CPU, ms", "× faster than anew"], body) + "\n"
    front = [[r.engine, f"{r.n:,}", ms(r.cpu), f"{r.n * 1_000_000 // r.cpu:,}"] for r in chosen if not r.other]
    return words + table(["from text to program, in memory", "requirements", "CPU, ms", "requirements a second"], front)


def page(results: Results) -> str:
    """The whole page."""
    rows = results.rows
    counts = sorted({r.rules for r in rows if r.family == "evaluate"})
    parts = [
        INTRODUCTION,
        "## Bars\n",
        bars_table(rows),
        "## Warm evaluation\n",
        "CPU milliseconds by number of components.\n",
    ]
    parts += [grid(rows, "evaluate", rules) for rules in counts]
    parts += ["## Bytes to result, against a simdjson parse of the same bytes\n", _limits(rows)]
    parts += ["## Whole processes\n", "Start, imports, reading, evaluation, writing.\n", _processes(rows)]
    parts += ["## Other families\n", _others(rows)]
    parts += ["## Components looked up in feeds\n", "From facts in memory to matches, CPU.\n", _matching(rows)]
    parts += ["## Standards\n", _standards(rows)]
    parts += ["## Conflicts between requirements\n", _conflicts(rows)]
    parts += ["## Attestations\n", _attestations(rows)]
    if any(r.family == "authors" for r in rows):
        parts += ["## Authors\n", _authors(rows)]
    wrong = [r for r in rows if r.state == "wrong"]
    parts += ["## Wrong answers\n", f"{len(wrong) or 'None'}.\n"]
    parts += ["## What was measured\n", table(["", "version"], [[k, v] for k, v in results.about.items()])]
    return "\n".join(parts)


def merged(old: Results, new: Results, families: Collection[str]) -> Results:
    """The old results with the lines of some families from the new ones, at their place or at the end; of the versions, what is new."""
    fresh = {f: tuple(r for r in new.rows if r.family == f) for f in families}
    order = dict.fromkeys([*(r.family for r in old.rows), *sorted(families)])
    kept = {f: tuple(r for r in old.rows if r.family == f) for f in order}
    about = old.about | {name: said for name, said in new.about.items() if name not in old.about}
    return Results(about=about, rows=tuple(r for f in order for r in fresh.get(f, kept[f])))


def main(arguments: Sequence[str]) -> None:
    """Write the page."""
    if "--take" in arguments:
        taken = ROOT / "build" / "bench" / "results.json"
        families = set(arguments) - {"--take"}
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        if families:
            write(merged(read(RESULTS), read(taken), families), RESULTS)
        else:
            shutil.copyfile(taken, RESULTS)
    PAGE.write_text(page(read(RESULTS)), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
