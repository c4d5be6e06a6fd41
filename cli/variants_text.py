"""How many variants, for a person: on a terminal and as Markdown; and one conflict in words, for `certify` too.

Guarantees: every line of the terminal fits the paint's width; words of rules move no cursor and become no markup; the answer
stands in the first line and in the last.  Nothing is computed here.
"""

from __future__ import annotations

from rulewright.cli.conflicts_markdown import marked
from rulewright.cli.conflicts_words import when
from rulewright.cli.formats.markdown import code
from rulewright.cli.formats.markdown import text as plain
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, plural, wrap
from rulewright.engine.analysis.variants import Clash, Market, Split, Variants


def answer(found: Variants) -> str:
    """The answer in one sentence."""
    names = [market.name for market in found.markets]
    lost = [market.name for market in found.markets if not market.variant]
    served = ", ".join(name for name in names if name not in lost)
    if found.one:
        return f"one variant serves {served}"
    if not found.variants:
        return f"no variant serves {', '.join(names)}"
    count = plural(len(found.variants), "variant")
    said = f"{count} {'serves' if len(found.variants) == 1 else 'are needed for'} {served}"
    if any(market.served == "partly" for market in found.markets):
        said += ", but for contexts in which one market contradicts itself"
    return said + (f"; none serves {', '.join(lost)}" if lost else "")


def facts(clash: Clash) -> str:
    """The context that shows a conflict."""
    return when(clash.context).replace("`", "") if clash.context else "every context"


def _why(clash: Clash) -> tuple[str, ...]:
    """The sentences after those that say of each member why it applies."""
    return clash.why[len(clash.members) :]


def market(found: Market) -> str:
    """What is said of a market that needs it."""
    said = {
        "always": "",
        "partly": "not served in some contexts",
        "never": "not served in any context",
        "impossible": "no product can be there, by background axioms",
    }[found.served]
    brings = f"with {', '.join(found.brings)}" if found.brings else ""
    return "; ".join(part for part in (brings, said) if part)


def terminal(found: Variants, paint: Paint, *, quiet: bool = False) -> str:
    """The answer as text."""
    ink = Ink.GOOD if found.one else Ink.FAIL
    last = [paint(line, ink) for line in wrap(clean(answer(found)), paint.columns)]
    if quiet:
        return "\n".join(last) + "\n"
    lines = [*_about(found, paint), ""]
    lines += [f"{paint(f'variant {v.number}', Ink.BOLD)}  {clean(', '.join(v.markets))}" for v in found.variants]
    lines += [""] if found.variants else []
    for split in found.splits:
        lines += [*_split(split, found, paint), ""]
    for one in found.markets:
        lines += _market(one, found, paint)
    lines += [paint(f"left out: {clean(item.requirement)}, {clean(item.because)}", Ink.DIM) for item in found.left_out]
    lines += [paint(f"not looked at: {clean(text)}", Ink.WARN) for text in found.left]
    return "\n".join(line.rstrip() for line in [*lines, *last]) + "\n"


def _about(found: Variants, paint: Paint) -> list[str]:
    """What the answer is about."""
    profile = "" if found.profile == "always" else f", where {found.profile}"
    who = f"for {found.product}" if found.product else "for every product"
    said = f"{plural(found.requirements, 'requirement')}, by {found.by}, {who}{profile}, from {found.as_of[:10]} on"
    return [paint(line, Ink.DIM) for line in wrap(clean(said), paint.columns)[:4]]


def _split(split: Split, found: Variants, paint: Paint) -> list[str]:
    one, other = split.variants
    head = f"variants {one} and {other} are two because of {split.conflict}"
    if not split.conflict:
        return wrap(f"variants {one} and {other} are two: by background axioms no product is in both", paint.columns)
    return [head, *clash(_of(found, split.conflict), paint)]


def _market(one: Market, found: Variants, paint: Paint) -> list[str]:
    """A market, if there is something to say of it."""
    said = market(one)
    lines = [f"{paint(clean(one.name), Ink.BOLD)}  {clean(said)}"] if said else []
    for name in one.conflicts:
        lines += [*clash(_of(found, name), paint), ""]
    return lines


def _of(found: Variants, name: str) -> Clash:
    return next(clash for clash in found.conflicts if clash.id == name)


def clash(found: Clash, paint: Paint) -> list[str]:
    """A conflict: who, when, why."""
    lines = []
    for member in found.members:
        lines.append(f"  {paint(paint.symbols.cross, Ink.FAIL)} {paint(clean(member.requirement), Ink.NAME)}")
        lines += [f"    {line}" for line in wrap(clean(member.title), paint.columns - 4)[:2] if member.title]
        for text in member.lines:
            shown = wrap(clean(" ".join(text.split())), paint.columns - 6)
            more = [paint.symbols.ellipsis] if len(shown) > 3 else []
            lines += [f"    {paint('>', Ink.DIM)} {line}" for line in [*shown[:3], *more]]
    why = _why(found)
    labels = ["when", "why", *("" for _ in why[1:])]
    for label, said in zip(labels, (facts(found), *why), strict=False):
        rows = wrap(clean(said), paint.columns - 8)
        lines += [f"  {paint(f'{label if not n else str():<4}', Ink.DIM)}  {row}" for n, row in enumerate(rows[:8])]
    return lines


def markdown(found: Variants) -> str:
    """The answer as Markdown."""
    said = answer(found)
    lines = [f"## {'✅' if found.one else '❌'} {plain(said[:1].upper() + said[1:])}", ""]
    lines += ["| Market | Variant | |", "|---|---|---|"]
    for one in found.markets:
        lines.append(f"| {plain(one.name)} | {one.variant or 'none'} | {plain(market(one))} |")
    lines.append("")
    for split in found.splits:
        first, second = split.variants
        if not split.conflict:
            lines += [f"### Variants {first} and {second}", "", "By background axioms no product is in both.", ""]
            continue
        lines += [f"### Variants {first} and {second} are two because of {code(split.conflict)}", ""]
        lines += _clash(_of(found, split.conflict))
    for one in found.markets:
        for name in one.conflicts:
            lines += [f"### {plain(one.name)} contradicts itself: {code(name)}", "", *_clash(_of(found, name))]
    lines += [f"- Left out: {code(item.requirement)}, {plain(item.because)}" for item in found.left_out]
    lines += [f"> Not looked at: {plain(text)}" for text in found.left]
    return "\n".join(lines).rstrip() + "\n"


def _clash(found: Clash) -> list[str]:
    lines = []
    for member in found.members:
        lines.append(f"- {code(member.requirement)}: {plain(member.title)}")
        lines += [f"  - {code(' '.join(text.split()))}" for text in member.lines]
    lines.append(f"- When: {marked(when(found.context)) if found.context else 'every context'}")
    lines += [f"- Why: {marked(text)}" for text in _why(found)]
    return [*lines, ""]
