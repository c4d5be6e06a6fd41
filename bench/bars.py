"""The bars that the suite is held to, as ratios within one run.

Guarantees: a bar is *met* or *not met* only when both of its lines are there and right (or right as far as a peer can
go); otherwise it is *not measured*.  No bar is an absolute time except those of the fleet, of matching, of
the standards, of conflicts, of attestations and of what authors wait for, which say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.record import Row

OPA, REGORUS, CEL = "OPA (Go)", "regorus (Rust)", "CEL (C++)"
OURS = "ours (planes)"
LOADED = {OPA: "OPA, facts loaded", REGORUS: "regorus, facts loaded"}


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked, what was found as text, and whether that meets it (`None`: not measured)."""

    asked: str
    found: str
    met: bool | None


class Table:
    """Rows by what they measure."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = {
            (r.family, r.engine, r.idiom, r.n, r.rules, r.mix): r for r in rows if r.state in {"right", "partial"}
        }
        self.all = rows

    def get(self, family: str, engine: str, idiom: str, n: int, rules: int) -> Row | None:
        """A line that carries a time."""
        return self.rows.get((family, engine, idiom, n, rules, "shared"))


def ratio(left: int, right: int) -> str:
    """`left / right` in words."""
    value = left / right
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _times_less(asked: str, ours: Row | None, peer: Row | None, least: float) -> Bar:
    """Ours takes at least `least` times less CPU than the peer."""
    if ours is None or peer is None:
        return Bar(asked, "", None)
    part = f" (the peer covers {peer.covered} of {peer.rules} rules)" if peer.state == "partial" else ""
    return Bar(asked, f"{ratio(peer.cpu, ours.cpu)} times less{part}", peer.cpu >= least * ours.cpu)


def _evaluation(table: Table) -> list[Bar]:
    bars = []
    for peer, least in ((OPA, 500), (REGORUS, 250)):
        for rules in (50, 200):
            asked = f"warm evaluation, 10,000 × {rules}: at least {least} times less CPU than {peer}, deny"
            left, right = (
                table.get("evaluate", OURS, "full", 10_000, rules),
                table.get("evaluate", peer, "deny", 10_000, rules),
            )
            loaded = table.get("evaluate", LOADED[peer], "deny", 10_000, rules)
            bar = _times_less(asked, left, right, least)
            if bar.found and left and loaded:
                bar = replace(bar, found=f"{bar.found}; {ratio(loaded.cpu, left.cpu)} with its facts loaded beforehand")
            bars.append(bar)
    asked = f"warm evaluation, 1,000 × 50: at least 10 times less CPU than {CEL}, deny"
    left, right = table.get("evaluate", OURS, "full", 1_000, 50), table.get("evaluate", CEL, "deny", 1_000, 50)
    return [*bars, _times_less(asked, left, right, 10)]


def _bytes(table: Table) -> list[Bar]:
    bars = []
    for peer, least in ((OPA, 80), (REGORUS, 14)):
        for rules in (50, 200):
            asked = f"bytes to result, 10,000 × {rules}: at least {least} times less CPU than {peer}, deny, on prepared facts"
            left, right = (
                table.get("bytes", "ours", "full", 10_000, rules),
                table.get("evaluate", peer, "deny", 10_000, rules),
            )
            bars.append(_times_less(asked, left, right, least))
    return bars


def _limit(table: Table) -> Bar:
    asked = "bytes to result, 100,000 × 50: at most 20 times a simdjson parse of the same bytes"
    row = table.get("bytes", "ours", "full", 100_000, 50)
    if row is None or not row.other:
        return Bar(asked, "", None)
    return Bar(asked, f"{ratio(row.cpu, row.other)} times", row.cpu <= 20 * row.other)


def _flat(table: Table) -> Bar:
    asked = "bytes to result: cost per component flat within 1.5 from 1,000 to 100,000 (50 rules)"
    rows = [table.get("bytes", "ours", "full", n, 50) for n in (1_000, 10_000, 100_000)]
    costs = [r.cpu / r.n for r in rows if r is not None]
    if len(costs) < 3:
        return Bar(asked, "", None)
    each = ", ".join(f"{c:.1f}" for c in costs)
    return Bar(asked, f"{each} µs per component", max(costs) <= 1.5 * costs[0])


def _memory(table: Table) -> Bar:
    asked = "whole command, 100,000 × 50: under 300 MB"
    row = table.get("process", "ours (check)", "full", 100_000, 50)
    return Bar(asked, f"{row.peak // 1024} MB" if row else "", row.peak < 300 * 1024 if row else None)


def _process(table: Table) -> list[Bar]:
    ours = table.get("process", "ours (check)", "full", 1_000, 50)
    bars = []
    for peer, words, share in ((REGORUS, "less CPU than", 1), (OPA, "at most a third of the CPU of", 3)):
        right = table.get("process", peer, "deny", 1_000, 50)
        asked = f"whole process, 1,000 × 50: {words} {peer}, deny"
        if ours is None or right is None:
            bars.append(Bar(asked, "", None))
        else:
            bars.append(Bar(asked, f"{ours.cpu / right.cpu:.2f} of it", share * ours.cpu <= right.cpu))
    return bars


def _fleet(table: Table) -> Bar:
    asked = "10,000 products × 200 components × 50 rules from facts in memory: at most 1 s of CPU"
    row = table.get("fleet", OURS, "full", 10_000, 50)
    return Bar(asked, f"{row.cpu / 1e6:.2f} s" if row else "", row.cpu <= 1_000_000 if row else None)


def _reference(table: Table) -> Bar:
    asked = "planes at least 60 times the reference interpreter at 10,000 × 50 (rules without reachability)"
    row = table.get("reference", OURS, "full", 10_000, 50)
    if row is None:
        return Bar(asked, "", None)
    return Bar(asked, f"{ratio(row.other, row.cpu)} times", row.other >= 60 * row.cpu)


def _match(table: Table) -> Bar:
    asked = "100,000 components × 10,000 advisories matched: under 10 s of CPU and 1 GiB"
    row = table.get("match", "ours", "", 100_000, 10_000)
    if row is None:
        return Bar(asked, "", None)
    took = max(row.cpu, row.other)
    return Bar(asked, f"{took / 1e6:.1f} s, {row.peak // 1024} MB", took < 10_000_000 and row.peak < 1024 * 1024)


STANDARDS = (
    ("compile, no cache", "all shipped standards compiled without the cache, whole process: under 3 s of CPU", 3_000),
    ("load from the cache", "all shipped standards from the cache, whole process: under 0.2 s of CPU", 200),
    ("`rulewright derive`", "`derive` on all of them, whole process: under 1 s of CPU", 1_000),
    ("`rulewright plan`", "`plan` on all of them, whole process: under 1 s of CPU", 1_000),
)
"""Which line, what is asked, milliseconds."""


def _standards(table: Table) -> list[Bar]:
    rows = {r.engine: r for r in table.all if r.family == "standards" and r.state == "right"}
    found = [(asked, rows.get(engine), most) for engine, asked, most in STANDARDS]
    return [
        Bar(asked, f"{row.cpu / 1e6:.2f} s" if row else "", row.cpu < most * 1_000 if row else None)
        for asked, row, most in found
    ]


CONFLICTS = (
    (
        "ours",
        "clean",
        4,
        "all conflicts of at most 4 among 10,000 requirements, clean: under 12 s of CPU and 200 MB",
        12_000,
    ),
    (
        "ours",
        "messy",
        3,
        "all conflicts of at most 3 among 10,000 requirements, messy: under 20 s of CPU and 200 MB",
        20_000,
    ),
    (
        "one edited requirement",
        "clean",
        4,
        "one edited requirement against 10,000: 95th percentile under 0.5 s of CPU",
        500,
    ),
)
"""Engine, style, arity, what is asked, milliseconds."""


def _conflicts(rows: Sequence[Row]) -> list[Bar]:
    right = [r for r in rows if r.family == "conflicts" and r.state == "right" and r.n == 10_000]
    found = {(r.engine, r.idiom, r.rules): r for r in right}
    made = []
    for engine, style, arity, asked, most in CONFLICTS:
        row = found.get((engine, style, arity))
        if row is None:
            made.append(Bar(asked, "", None))
        else:
            met = row.cpu < most * 1_000 and row.peak < 200 * 1024
            made.append(Bar(asked, f"{row.cpu / 1e6:.2f} s, {row.peak // 1024} MB", met))
    return made


ATTESTATION = (
    ("`attest --no-views`", "about 1,000 requirements attested without views, whole command: under 1 s of CPU", 1_000),
    ("`attest`, all views", "the same with all views: under 1 s of CPU", 1_000),
    ("`verify`", "the whole verified, whole command: under 1 s of CPU and 200 MB", 1_000),
)
"""Which line, what is asked, milliseconds."""


def _attestation(rows: Sequence[Row]) -> list[Bar]:
    found = {r.engine: r for r in rows if r.family == "attestation" and r.state == "right"}
    made = []
    for engine, asked, most in ATTESTATION:
        row = found.get(engine)
        met = None if row is None else row.cpu < most * 1_000 and row.peak < 200 * 1024
        made.append(Bar(asked, f"{row.cpu / 1e6:.2f} s, {row.peak // 1024} MB" if row else "", met))
    asked, row = "one requirement of them disclosed: under 1,000 bytes", found.get("`disclose`, one requirement")
    made.append(Bar(asked, f"{row.size} bytes" if row else "", row.size < 1_000 if row else None))
    for ours, peer in (("`attest --no-views`", "trestle sign"), ("`verify`", "trestle verify")):
        left, right = found.get(ours), found.get(peer)
        asked = f"{ours}, whole process: less CPU than `{peer}` of OSCAL results of the same requirements"
        if left is None or right is None:
            made.append(Bar(asked, "", None))
        else:
            made.append(Bar(asked, f"{ratio(right.cpu, left.cpu)} times less", left.cpu < right.cpu))
    return made


def verdict(bar: Bar) -> str:
    """A bar's outcome in words."""
    return {True: "met", False: "missed", None: "not measured"}[bar.met]


def diagnostics_bar(who: str, lines: int, wait: float, anew: float) -> Bar:
    """Diagnostics after a keystroke, by the clock: seconds for the `who` client, and of compiling everything anew."""
    asked = f"diagnostics after a keystroke, {who} client, 5,000 lines: median under 50 ms"
    found = f"{wait * 1000:.1f} ms at {lines:,} lines, {ratio(round(anew * 1e6), max(1, round(wait * 1e6)))} times faster than anew"
    return Bar(asked, found, wait < 0.05)


AUTHORS = 2_000
"""Requirements a second of CPU that the front end reads, judges and compiles."""


def authors_bars(rows: Sequence[Row]) -> list[Bar]:
    """What authors wait for: a keystroke in a long file, and the front end."""
    found = {r.engine: r for r in rows if r.family == "authors" and r.state == "right"}
    asked = "findings after a keystroke in 5,000 lines: median under 50 ms of CPU, and less than compiling anew"
    row = found.get("keystroke, median")
    met = None if row is None else row.cpu < 50_000 and row.cpu < row.other
    made = [Bar(asked, f"{row.cpu / 1000:.1f} ms, {ratio(row.other, row.cpu)} times less" if row else "", met)]
    for engine in ("front end, newest editions", "front end, all editions"):
        row = found.get(engine)
        rate = row.n * 1_000_000 // row.cpu if row is not None else 0
        asked = f"{engine}: at least {AUTHORS:,} requirements a second of CPU"
        made.append(Bar(asked, f"{rate:,} a second" if row else "", rate >= AUTHORS if row else None))
    return made


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Every bar, in the order of the suite."""
    table = Table(rows)
    single: tuple[Callable[[Table], Bar], ...] = (_limit, _flat, _memory, _fleet, _reference, _match)
    return [
        *_evaluation(table),
        *_bytes(table),
        *_process(table),
        *(make(table) for make in single),
        *_standards(table),
        *_conflicts(table.all),
        *authors_bars(table.all),
        *_attestation(table.all),
    ]
