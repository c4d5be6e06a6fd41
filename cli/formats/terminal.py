"""The report for a person: what blocks first, why, where, what to do; then the rest, shorter.

Guarantees: understandable without colour and without Unicode; no line of ours is wider than the paint's width; the last
line is the answer.  It shows what the report holds and computes no verdict.
"""

from __future__ import annotations

from itertools import groupby

from rulewright.cli.formats import Options, item
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, cut, natural, pad, plural, width, wrap
from rulewright.engine import wording
from rulewright.engine.result import Finding, Input, ProductInfo, Report, Result

_SEVERITY = {"critical": 0, "high": 1, "medium": 2, "low": 3}
_VERDICT = {"error": 0, "fail": 1, "unknown": 2, "not_applicable": 3, "pass": 4}
_FINDINGS = 5
_LABEL = {"facts": "facts", "vex": "vex", "feed": "feed", "feeds": "feed", "archive": "archive", "folder": "folder"}
"""What a reader of the report calls an input; the product's own documents need no other word."""
_ORDER = {"facts": 1, "vex": 2, "archive": 3, "folder": 3, "feed": 4, "feeds": 4}


def render(report: Report, options: Options) -> str:
    """Return the whole report as text."""
    paint = options.paint
    lines: list[str] = []
    if not options.quiet:
        by_product: dict[str, list[Result]] = {}
        for result in report.results:
            by_product.setdefault(result.product, []).append(result)
        for product in report.products:
            lines += _product(report, product, by_product.get(product.id, []), options)
        lines += _run(report, paint)
        lines += _counts(report, paint)
    lines += _gate(report, paint)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _product(report: Report, product: ProductInfo, results: list[Result], options: Options) -> list[str]:
    """Write everything about one product."""
    paint = options.paint
    lines = _header(report, product, paint)
    blocking = [r for r in results if r.blocks]
    rest = [r for r in results if not r.blocks]
    undecided = [r for r in blocking if r.verdict == "unknown"]
    lines += _section("blocks", [r for r in blocking if r.verdict != "unknown"], report, options)
    lines += _section("blocks until decided", undecided, report, options)
    lines += _section("waived", [r for r in rest if r.waived is not None], report, options)
    open_ones = [r for r in rest if r.waived is None and r.verdict in {"fail", "unknown", "error"}]
    lines += _list("does not block", open_ones, options) if not options.explain else []
    if options.explain:
        lines += _section("does not block", open_ones, report, options)
        lines += _section("passes", [r for r in rest if r.verdict == "pass"], report, options)
        lines += _section("not applicable", [r for r in rest if r.verdict == "not_applicable"], report, options)
    return lines


def _header(report: Report, product: ProductInfo, paint: Paint) -> list[str]:
    """Write who is judged, on which documents, by which policies, as of when."""
    name = clean(f"{product.name} {product.version}".strip() or product.id)
    as_of = f"as of {report.as_of[:10]}"
    name = cut(name, paint.columns - len(as_of) - 2, paint.symbols.ellipsis)
    lines = [paint(name, Ink.BOLD) + " " * (paint.columns - width(name) - len(as_of)) + paint(as_of, Ink.DIM)]
    inputs = sorted((i for i in report.inputs if i.product in {product.id, ""}), key=lambda i: _ORDER.get(i.kind, 0))
    rows = [(_LABEL.get(i.kind, "document"), _document(i, paint)) for i in inputs]
    rows += [(p.kind, clean(f"{p.id} {p.edition}".strip())) for p in report.policies if p.kind != "vocabulary"]
    seen = ""
    for label, text in rows:
        shown = wrap(text, paint.columns - 12)
        lines.append(f"  {paint(pad('' if label == seen else label, 9), Ink.DIM)} {shown[0]}")
        lines += [" " * 12 + line for line in shown[1:]]
        seen = label
    return [*lines, ""]


def _document(document: Input, paint: Paint) -> str:
    """Say in one line what a document is and how much was read from it."""
    parts = [clean(document.name), clean(document.format)]
    parts += [plural(c.stored, "component") for c in document.receipt if c.entity in {"component", "components"}]
    if document.findings_total:
        parts.append(plural(document.findings_total, "finding"))
    if document.unused:
        parts.append("not used: " + ", ".join(f"{clean(u.what)} ({u.count})" for u in document.unused))
    return f" {paint.symbols.dot} ".join(parts)


def _section(title: str, results: list[Result], report: Report, options: Options) -> list[str]:
    """Write one group of results under its title, by standard, the gravest first."""
    if not results:
        return []
    paint = options.paint
    lines = [_heading(title, len(results), paint), ""]
    editions = wording.editions(report)
    ordered = sorted(results, key=_rank)
    for standard, group in groupby(ordered, key=wording.standard_of):
        lines += [paint(clean(f"{standard} {editions.get(standard, '')}".strip()), Ink.BOLD)]
        for result in group:
            lines += item.head(result, paint)
            lines += [*item.body(result, report, paint, everything=options.explain), ""]
    return lines


def _list(title: str, results: list[Result], options: Options) -> list[str]:
    """Write one group of results in two lines each."""
    if not results:
        return []
    paint = options.paint
    lines = [_heading(title, len(results), paint), ""]
    for standard, group in groupby(sorted(results, key=_rank), key=wording.standard_of):
        lines.append(paint(clean(standard), Ink.BOLD))
        for result in group:
            lines += item.head(result, paint, column=7)
            gist = clean(wording.gist(result))
            bar = paint(paint.symbols.bar, Ink.DIM)
            lines += [f"  {bar} {cut(gist, paint.columns - 4, paint.symbols.ellipsis)}"] if gist else []
    return [*lines, paint("--explain says more on each", Ink.DIM), ""]


def _heading(title: str, count: int, paint: Paint) -> str:
    """Write the title of a group with a rule behind it."""
    heading = f"{title.upper()}  {plural(count, 'requirement')}"
    return f"{paint(heading, Ink.BOLD)} {paint(paint.symbols.rule * (paint.columns - len(heading) - 1), Ink.DIM)}"


def _rank(result: Result) -> tuple[str, int, int, list[tuple[int, str]]]:
    """Order by standard, then severity, then verdict, then number of the clause."""
    return (
        wording.standard_of(result),
        _SEVERITY.get(result.severity, 4),
        _VERDICT[result.verdict],
        natural(result.requirement),
    )


def _run(report: Report, paint: Paint) -> list[str]:
    """Write what concerns the whole run: findings, assumptions, exclusions."""
    lines: list[str] = []
    findings = [*report.findings, *(f for i in report.inputs for f in i.findings)]
    total = len(report.findings) + sum(max(i.findings_total, len(i.findings)) for i in report.inputs)
    if findings:
        lines += [paint("FINDINGS about the inputs", Ink.BOLD)]
        for finding in findings[:_FINDINGS]:
            lines += _finding(finding, paint)
        if total > _FINDINGS:
            lines.append(
                f"  {paint.symbols.ellipsis} {total - min(_FINDINGS, len(findings)):,} more: --format json lists them"
            )
        lines.append("")
    if report.excluded:
        lines.append(paint("EXCLUDED by the policy", Ink.BOLD))
        for out in report.excluded:
            lines += [f"  {line}" for line in wrap(clean(f"{out.requirement}: {out.because}"), paint.columns - 2)]
        lines.append("")
    return lines + _contradictions(report, paint) + _assumptions(report, paint)


def _contradictions(report: Report, paint: Paint) -> list[str]:
    """Write how many contradictions were found among the requirements, and how far was looked."""
    if report.analysed is None:
        return []
    count = len({clash.id for result in report.results for clash in result.conflicts})
    said = (
        f"{plural(count, 'contradiction') if count else 'none'} among the requirements for what is known of the product"
    )
    text = f"{said}, complete up to {plural(report.analysed.complete_up_to, 'member')}"
    lines = [text, *(f"not covered: {left}" for left in report.analysed.left)]
    wrapped = [f"  {line}" for one in lines for line in wrap(clean(one), paint.columns - 2)]
    return [paint("CONTRADICTIONS", Ink.BOLD), *wrapped, ""]


def _finding(finding: Finding, paint: Paint) -> list[str]:
    """Write one finding: code, place, message."""
    place = clean(f"{finding.source or ''} {finding.pointer or ''}".strip())
    said = f"{finding.severity} {finding.code}: {finding.message}"
    lines = wrap(clean(said), paint.columns - 2)
    shown = [f"  {line}" for line in lines]
    return (
        [*shown, f"      {paint(cut(place, paint.columns - 6, paint.symbols.ellipsis), Ink.PLACE)}"] if place else shown
    )


def _assumptions(report: Report, paint: Paint) -> list[str]:
    """Write on what, unproven, how many verdicts rest."""
    counts: dict[str, int] = {}
    for result in report.results:
        for text in {a.text for a in result.assumptions}:
            counts[text] = counts.get(text, 0) + 1
    lines = [
        f"  {line}"
        for text in sorted(counts)
        for line in wrap(
            f"{plural(counts[text], 'verdict')} {'rests' if counts[text] == 1 else 'rest'} on: {clean(text)}",
            paint.columns - 2,
        )
    ]
    return [paint("ASSUMED", Ink.BOLD), *lines, ""] if lines else []


def _counts(report: Report, paint: Paint) -> list[str]:
    """Write the table of counts: one line per standard, or per product when there are several."""
    names = wording.product_names(report)
    editions = wording.editions(report)
    rows: dict[str, list[Result]] = {}
    for result in report.results:
        standard = wording.standard_of(result)
        label = f"{standard} {editions.get(standard, '')}".strip()
        if len(names) > 1:
            label = names.get(result.product, result.product)
        rows.setdefault(clean(label), []).append(result)
    heads = [
        "pass",
        "fail",
        "unknown",
        "not applicable",
        "waived",
        "blocks",
        *(["error"] if report.summary.error else []),
    ]
    room = paint.columns - sum(len(h) + 2 for h in heads)
    first = min(max((width(label) for label in rows), default=0), room)
    lines = [paint(" " * first + "".join(f"  {h}" for h in heads), Ink.DIM)]
    for label in sorted(rows, key=natural):
        cells = "".join(f"  {_count(rows[label], h):>{len(h)},}" for h in heads)
        lines.append(pad(cut(label, first, paint.symbols.ellipsis), first) + cells)
    return [*lines, ""]


def _count(results: list[Result], head: str) -> int:
    """Count the results that belong under a heading."""
    if head == "waived":
        return sum(r.waived is not None for r in results)
    if head == "blocks":
        return sum(r.blocks for r in results)
    return sum(r.verdict == head.replace(" ", "_") for r in results)


def _gate(report: Report, paint: Paint) -> list[str]:
    """Write the answer."""
    summary = report.summary
    symbols = paint.symbols
    if not report.results:
        return [f"{paint(f'{symbols.cross} nothing was evaluated', Ink.FAIL)}"]
    if summary.gate == "pass" and not summary.error:
        said = paint(f"{symbols.tick} gate: pass", Ink.GOOD)
        return [f"{said}  nothing blocks; {summary.passed:,} of {plural(len(report.results), 'requirement')} pass"]
    blocking = [r for r in report.results if r.blocks]
    parts = [
        f"{count:,} {word}"
        for word, verdict in (("fail", "fail"), ("unknown", "unknown"), ("in error", "error"))
        if (count := sum(r.verdict == verdict for r in blocking))
    ]
    said = paint(f"{symbols.cross} gate: fail", Ink.FAIL)
    verb = "blocks" if len(blocking) == 1 else "block"
    return [f"{said}  {plural(len(blocking), 'requirement')} {verb}: {', '.join(parts) or 'in error'}"]
