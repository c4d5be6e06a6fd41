"""Derivations over all shipped packs, for tests: facts in, a derivation or its compact text out.

Guarantees: packs are compiled once per test run, and `derive` sees what the command sees.  Run as a program
(`python -m tests.standards.derived`), it writes the golden files anew: read the difference by hand before it is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from textwrap import wrap

from rulewright.cli import facts_file, library, shelf
from rulewright.dsl import ir
from rulewright.engine.derivation import OUTCOMES, Derivation, Derived
from rulewright.engine.derive import derive
from rulewright.facts import declared
from rulewright.facts.base import Product
from rulewright.facts.identity.dates import parse_date
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source
from tests.standards.packs import compiled, shipped_vocabulary

PROFILES = Path(__file__).parent / "profiles"
TODAY = "2026-11-22"
Facts = Mapping[str, object]


@cache
def programs() -> tuple[ir.Program, ...]:
    """Every shipped standard, as the command compiles them."""
    names = {f"{m.id}@{m.edition}": m.name for m in library.shipped()}
    found = [compiled(*(names[word] for word in layer)).program for layer in shelf.layers()]
    assert all(program is not None for program in found)
    return tuple(program for program in found if program is not None)


def product(facts: Facts, name: str = "product") -> ProductFacts:
    """A product with declared facts."""
    found = declared.read(facts, shipped_vocabulary(), Source("facts.yaml", "0" * 64, detector="declaration"))
    assert found.diagnostics == []
    return found.of(Product(name, name, ""))


def derived(*products: Facts, as_of: str = TODAY, only: Sequence[ir.Program] = ()) -> Derivation:
    """Derive for products `p0`, `p1`, …"""
    stacked = stack([product(facts, f"p{number}") for number, facts in enumerate(products)])
    day = parse_date(as_of)
    assert isinstance(day, int)
    return derive(only or programs(), stacked, day)


def profile(name: str) -> dict[str, object]:
    """The facts of a profile by their names, without what identifies it."""
    path = PROFILES / f"{name}.yaml"
    text = facts_file.read(path.name, path.read_bytes())
    assert isinstance(text, facts_file.FactsText)
    found = declared.read(text.data, shipped_vocabulary(), Source(path.name, "0" * 64))
    assert found.diagnostics == []
    assert isinstance(text.data, dict)
    identity = ("product.id", "product.name", "product.version")
    return {name: value for name, value in _flat(text.data).items() if name not in {"format", *identity}}


def _flat(data: Mapping[object, object], prefix: str = "") -> dict[str, object]:
    """Nested names as dotted ones."""
    found: dict[str, object] = {}
    for key, value in data.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def names() -> list[str]:
    """The names of the profiles."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def compact(found: Derivation) -> str:
    """Standards by outcome with counts and reason, and the ids of what applies, is undecided, or will."""
    lines = [f"as of {found.as_of[:10]}"]
    for outcome in OUTCOMES:
        for item in found.standards:
            if item.outcome == outcome:
                counts = ", ".join(f"{c.count} {c.outcome}" for c in item.counts)
                lines += ["", f"{outcome}: {item.id}@{item.edition} ({counts})"]
                lines += [f"  because {why.text} [{', '.join(why.facts)}]" for why in item.why]
                lines += _ids(d for d in found.requirements if (d.standard, d.edition) == (item.id, item.edition))
    return "\n".join(lines) + "\n"


def _ids(derived: Iterable[Derived]) -> list[str]:
    """The ids by outcome; of those that do not apply, only where others of their standard do."""
    own = sorted(derived, key=lambda d: OUTCOMES.index(d.outcome))
    lines: list[str] = []
    for outcome, of in groupby(own, key=lambda d: d.outcome):
        listed = [d.requirement.partition(":")[2] for d in of]
        if outcome in {"applies", "undecided"} or len(listed) < len(own):
            lines += wrap(
                f"{outcome}: {', '.join(listed)}",
                120,
                initial_indent="  ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
    return lines


if __name__ == "__main__":
    for name in names():
        (PROFILES / f"{name}.txt").write_text(compact(derived(profile(name))), encoding="utf-8")
        print(f"wrote {name}.txt")  # noqa: T201  # a program
