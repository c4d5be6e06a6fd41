"""The dates that lie ahead of a product: what of the calendar concerns the markets that it is on.

Guarantees: only markets that are known count; a product without known markets has no dates, which is not a promise that
none comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from rulewright.cli.paint import Ink, Paint
from rulewright.cli.text import clean, plural, wrap
from rulewright.facts.stack import ProductFacts
from rulewright.facts.types import State
from rulewright.standards.calendar import AHEAD, Event, upcoming

MARKETS = "product.markets"
Coming = Mapping[str, Sequence[Event]]
"""The dates ahead, by the id of the product."""
NONE: Coming = MappingProxyType({})


def coming(products: Sequence[ProductFacts], as_of: int) -> Coming:
    """The dates within `AHEAD` months after a day (a day number), for the markets of each product."""
    return {item.product.id: upcoming(as_of, _markets(item)) for item in products}


def _markets(item: ProductFacts) -> tuple[str, ...]:
    fact = item.attributes.get(MARKETS)
    if fact is None or fact.state is not State.KNOWN or not isinstance(fact.value, tuple):
        return ()
    return fact.value


def terminal(events: Sequence[Event], paint: Paint) -> list[str]:
    """The dates as a section of a report on a terminal; nothing where there are none."""
    if not events:
        return []
    head = f"  {plural(len(events), 'date')} of the next {AHEAD} months for its markets"
    lines = [paint("COMING", Ink.BOLD) + paint(head, Ink.DIM)]
    for event in events:
        first, *rest = wrap(clean(_told(event)), paint.columns - 14)
        lines += [f"  {paint(event.date, Ink.NAME)}  {first}", *(f"{' ' * 14}{line}" for line in rest)]
    return [*lines, ""]


def markdown(events: Sequence[Event]) -> list[str]:
    """The same as a section of a document."""
    if not events:
        return []
    rows = [f"- {event.date}: {_told(event)}" for event in events]
    return ["## Coming", "", f"Dates of the next {AHEAD} months for its markets.", "", *rows, ""]


def _told(event: Event) -> str:
    """What happens, to which packs, and how far the date was verified."""
    names = f" ({', '.join(event.standards)})" if event.standards else ""
    return f"{event.instrument}: {event.event}{names}; verified: {event.source}"
