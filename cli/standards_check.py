"""`rulewright standards check`: whether the database is sound, and whether a published crosswalk is.

Guarantees: packs that do not compile are findings; exit code 1 when a finding is an error; a mapping's every row is judged.
With ids only these standards are looked at; with a file, ids say which edition it means.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from rulewright.cli import exits, library, shelf
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.standards_shelf import as_csv, as_json, cell, edition, give, paint
from rulewright.cli.text import clean, plural, wrap
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.standards import mapping, packs
from rulewright.standards.book import Book
from rulewright.standards.mapping import Judged
from rulewright.threats.risk import weights

INK = {Severity.ERROR: Ink.FAIL, Severity.WARNING: Ink.WARN, Severity.NOTE: Ink.DIM}
HEAD = ("line", "source", "target", "verdict", "source_title", "target_title", "same_subject", "nearest")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what was found."""

    format: str = "rulewright-standards-check/1"
    checked: tuple[str, ...]
    """editions, or the crosswalk's file and the editions that it means"""
    requirements: int = 0
    rows: tuple[Judged, ...] = ()
    findings: tuple[Diagnostic, ...]


def run(request: Request) -> int:
    """Check the packs, or a crosswalk; return the exit code."""
    files = [word for word in request.arguments if word.endswith(".csv") or os.path.isfile(word)]
    names = [word for word in request.arguments if word not in files]
    if len(files) > 1:
        return refuse([problem("RW0002", "`standards check` takes one crosswalk at a time", "name one FILE.csv")])
    form = request.one("format") or "terminal"
    if form in {"csv", "markdown"} and not files:
        return refuse(
            [problem("RW0002", f"`standards check` has the format `{form}` for a crosswalk only", "name a FILE.csv")]
        )
    book, broken = _book(request)
    wrong = [found for found in (edition(book, name) for name in names) if isinstance(found, Diagnostic)]
    if wrong:
        return refuse([*wrong, *broken])
    made = _crosswalk(files[0], names, book) if files else _packs(names, book)
    if isinstance(made, Diagnostic):
        return refuse([made])
    made = msgspec.structs.replace(made, findings=(*broken, *made.findings))
    code = give(request, _rendered(made, form, paint(request)))
    return code or (exits.BLOCKED if any(d.is_error for d in made.findings) else exits.OK)


def _book(request: Request) -> tuple[Book, list[Diagnostic]]:
    """Everything that compiles, and what is wrong with the rest."""
    programs, broken = [], []
    for rules, compiled in shelf.programs([], "", use_cache="no_cache" not in request.flags):
        broken += [d for d in (*rules.problems, *compiled.diagnostics) if d.severity is not Severity.NOTE]
        if compiled.program is not None:
            programs.append(compiled.program)
    return Book(programs), broken


def _packs(names: Sequence[str], book: Book) -> Checked:
    """Judge the shipped packs."""
    only = {wanted.name for name in names if (wanted := book.find(name)) is not None}
    found = packs.judge(book, held(), weights(), only)
    looked = [e for e in book.all() if not only or e.name in only]
    return Checked(
        checked=tuple(e.name for e in looked),
        requirements=sum(len(e.requirements) for e in looked),
        findings=tuple(sorted(found, key=Diagnostic.sort_key)),
    )


def held() -> dict[str, list[packs.Held]]:
    """The files of the shipped standards by `ID@EDITION`."""
    found: dict[str, list[packs.Held]] = {}
    for module in library.shipped():
        if module.kind == "standard":
            tested = library.tested(library.read(module))
            licence = os.path.isfile(os.path.join(os.path.dirname(module.path), "LICENSE"))
            found.setdefault(f"{module.id}@{module.edition}", []).append(packs.Held(module.name, tested, licence))
    return found


def _crosswalk(path: str, pinned: Sequence[str], book: Book) -> Checked | Diagnostic:
    """Judge a published crosswalk."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            text = stream.read()
    except OSError as error:
        return unreadable(path, error)
    except UnicodeDecodeError:
        return problem("RW3004", "the mapping is not text in UTF-8", source=path)
    rows = mapping.read(text, path)
    if isinstance(rows, Diagnostic):
        return rows
    judged = mapping.judge(rows, book, pinned)
    means = sorted({e.name for e in mapping.meant(rows, book, pinned).values()})
    return Checked(checked=(path, *means), rows=tuple(judged), findings=tuple(mapping.findings(judged, path)))


# --- rendering


def _rendered(made: Checked, form: str, paint: Paint) -> str:
    match form:
        case "json" | "json-v1":
            return as_json(made)
        case "csv":
            return as_csv(HEAD, map(_row, made.rows))
        case "markdown":
            return markdown(made)
        case "sarif":
            from rulewright.cli.formats.sarif_diagnostics import render

            return render(made.findings)
        case _:
            return _terminal(made, paint)


def _row(item: Judged) -> list[object]:
    return [
        item.row.line, item.source, item.target, item.verdict, item.about, item.cited, " ".join(item.better.same),
        " ".join(item.better.near),
    ]  # fmt: skip


def _terminal(made: Checked, paint: Paint) -> str:
    """The findings by file, then the sum."""
    lines: list[str] = []
    last = ""
    for finding in made.findings:
        file = finding.span.file if finding.span else finding.source or ""
        if file != last:
            lines += [*([""] if lines else []), paint(clean(file), Ink.BOLD)]
            last = file
        lines += _finding(finding, paint)
    return "\n".join([*lines, *([""] if lines else []), *wrap(clean(_sum(made)), paint.columns)]) + "\n"


def _finding(finding: Diagnostic, paint: Paint) -> list[str]:
    """One finding: where, how bad, what; then what would be better."""
    line = str(finding.span.line) if finding.span else ""
    head = f"{line:>6}  {paint(f'{finding.severity.value}[{finding.code}]', INK[finding.severity])} "
    room = paint.columns - 10
    first, *rest = wrap(clean(finding.message), room - len(finding.severity.value) - 9)
    told = [*rest, *(part for note in finding.notes for part in wrap(clean(note), room))]
    told += wrap(clean(finding.hint), room) if finding.hint else []
    return [head + first, *(f"          {part}" for part in told)]


def _sum(made: Checked) -> str:
    counts = {s: sum(d.severity is s for d in made.findings) for s in Severity}
    told = ", ".join(plural(count, severity.value) for severity, count in counts.items() if count) or "nothing to say"
    if not made.rows:
        return f"{plural(len(made.checked), 'edition')}, {plural(made.requirements, 'requirement')}: {told}"
    verdicts = ("same", "near", "other", "no_requirement", "no_standard", "unknown")
    by = {v: sum(j.verdict == v for j in made.rows) for v in verdicts}
    words = {
        "same": "on the same subject",
        "near": "on related subjects",
        "other": "on different subjects",
        "no_requirement": "with an end that does not exist",
        "no_standard": "with a standard that is not shipped",
        "unknown": "not to be judged",
    }
    rows = ", ".join(f"{by[v]} {words[v]}" for v in verdicts if by[v])
    return f"{plural(len(made.rows), 'reference')} ({', '.join(made.checked[1:])}): {rows}; {told}"


def markdown(made: Checked) -> str:
    """The rows that are wrong, as a table, by the standard that they point to."""
    lines = [_sum(made) + ".", ""]
    wrong = [j for j in made.rows if j.verdict not in {"same", "near"}]
    for target in dict.fromkeys(j.target.partition(":")[0] for j in wrong):
        own = [j for j in wrong if j.target.partition(":")[0] == target]
        lines += [
            f"## {cell(target)}",
            "",
            f"{plural(len(own), 'reference')}.",
            "",
            "| line | from | to | why | instead |",
            "|--:|---|---|---|---|",
        ]
        lines += [_cells(item) for item in own] + [""]
    return "\n".join(lines)


def _cells(item: Judged) -> str:
    ends = [
        f"`{cell(name.partition(':')[2])}` {cell(title)}"
        for name, title in ((item.source, item.about), (item.target, item.cited))
    ]
    missing = [
        f"`{cell(name.partition(':')[2])}` does not exist" + (f", perhaps `{cell(close)}`" if close else "")
        for name, close in item.missing
    ]
    why = "; ".join(missing) or {"other": "another subject", "unknown": "not to be judged"}.get(item.verdict, "")
    names = ", ".join(f"`{cell(name)}`" for name in item.better.same) or (
        "nearest: " + ", ".join(f"`{cell(n)}`" for n in item.better.near) if item.better.near else "none"
    )
    return f"| {item.row.line} | {ends[0].strip()} | {ends[1].strip()} | {why} | {names} |"
