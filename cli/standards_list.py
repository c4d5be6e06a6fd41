"""`rulewright standards list`: every edition that is shipped, in a line each; after them the policies.

Guarantees: sorted by id, the newest edition first; the counts are those of the compiled packs.
"""

from __future__ import annotations

from rulewright.cli import library
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse
from rulewright.cli.standards_shelf import as_csv, as_json, book, give, paint
from rulewright.cli.text import clean, cut, natural, pad, plural, width
from rulewright.standards.sheets import Overview, overview

HEAD = (
    "standard", "edition", "title", "publisher", "force", "jurisdiction", "valid_from", "valid_until", "requirements",
    "machine", "partly", "manual", "license", "verified",
)  # fmt: skip

WIDE, LICENCE = 100, 10
"""From how many columns on forces are written in full, and how many a licence needs at least."""


def run(request: Request) -> int:
    """List; return the exit code."""
    found = book(request)
    if isinstance(found, int):
        return found
    places, forces = request.many("jurisdiction"), request.many("force")
    listed = [overview(edition) for edition in found.all()]
    known = sorted({o.jurisdiction for o in listed})
    for place in places:
        if place not in known:
            hint = f"there is {', '.join(f'`{name}`' for name in known)}"
            return refuse([problem("RW0005", f"no standard is of the jurisdiction `{place}`", hint)])
    listed = [o for o in listed if (not places or o.jurisdiction in places) and (not forces or o.force in forces)]
    form = request.one("format") or "terminal"
    if form in {"json", "json-v1"}:
        return give(request, as_json({"format": "rulewright-standards/1", "standards": listed}))
    if form == "csv":
        return give(request, as_csv(HEAD, map(_row, listed)))
    lines = _table(listed, paint(request))
    if not (places or forces):
        lines += _policies(paint(request))
    return give(request, "\n".join(line.rstrip() for line in lines) + "\n")


def _row(o: Overview) -> list[object]:
    return [
        o.id, o.edition, o.title, o.publisher, o.force, o.jurisdiction, " ".join(o.valid_from), o.valid_until,
        o.requirements, o.decided.machine, o.decided.partly, o.decided.manual, o.license, o.verified,
    ]  # fmt: skip


def _table(listed: list[Overview], paint: Paint) -> list[str]:
    """The table, and its sum; without licences where there is no room for them."""
    column = min(max((width(f"{o.id}@{o.edition}") for o in listed), default=0), 34)
    force = 13 if paint.columns >= WIDE else 6
    day = max((width(validity(o)) for o in listed), default=8)
    cells = [("standard", "force", "for", "in force", "reqs", "licence")]
    cells += [
        (
            clean(f"{o.id}@{o.edition}"),
            o.force,
            o.jurisdiction,
            validity(o),
            str(o.requirements),
            short_licence(o.license),
        )
        for o in listed
    ]
    lines = []
    for number, (name, kind, place, days, count, licence) in enumerate(cells):
        shown = pad(cut(name, column, paint.symbols.ellipsis), column)
        told = (
            f"  {pad(cut(kind, force, paint.symbols.ellipsis), force)}  {pad(place, 6)}  {pad(days, day)}  {count:>4}"
        )
        room = paint.columns - column - len(told) - 2
        told += f"  {cut(clean(licence), room, paint.symbols.ellipsis)}" if room >= LICENCE else ""
        lines.append(paint(shown, Ink.NAME) + told if number else paint(shown + told, Ink.DIM))
    total = sum(o.requirements for o in listed)
    return [*lines, "", f"{plural(len(listed), 'edition')}, {plural(total, 'requirement')}"]


def validity(o: Overview) -> str:
    """The days between which it holds, in short: `+` where parts of it begin later."""
    if not o.valid_from:
        return "no date stated"
    more = "+" if len(o.valid_from) > 1 else ""
    return f"{o.valid_from[0]}{more}" + (f" to {o.valid_until}" if o.valid_until else "")


def short_licence(text: str) -> str:
    """The licence note up to its first comma, colon or semicolon."""
    return text.replace(":", ";").replace(",", ";").partition(";")[0]


def _policies(paint: Paint) -> list[str]:
    """The policies that are shipped or locked: name and file."""
    modules = [m for m in library.available() if m.kind == "policy"]
    if not modules:
        return []
    modules.sort(key=lambda m: (natural(m.id), natural(m.edition)))
    names = [f"{m.id}@{m.edition}" if m.edition else m.id for m in modules]
    column = max(map(width, names))
    rows = zip(names, modules, strict=True)
    return ["", paint("policies", Ink.DIM), *(f"{paint(pad(n, column), Ink.NAME)}  {m.name}" for n, m in rows)]
