"""Where declared facts come from, when the file says so: the `sources` that `rulewright facts --format json` lists.

Guarantees: a reference to a source that is not listed is refused; without `sources` everything comes from the file itself.
What a file says of its sources is its own claim: nothing here can check it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulewright.facts.declared_values import TRUST, WrongError, day, typed
from rulewright.facts.table import Source, Witness
from rulewright.facts.types import FieldType

_KEYS = {"name", "sha256", "detector", "trust", "observed"}


class Sources:
    """The file, and the sources that it lists."""

    def __init__(self, own: Source) -> None:
        self.own = own
        self.listed: list[Source] = []

    def take(self, stated: object) -> None:
        """Read the list.  Raises `WrongError`."""
        if not isinstance(stated, list):
            raise WrongError("`sources` is a list")
        self.listed = [_source(item) for item in stated]

    def at(self, number: object) -> Source:
        """The source with a number.  Raises `WrongError`."""
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(self.listed):
            return self.listed[number]
        raise WrongError(f"`{number}` is no number of a source")

    def several(self, numbers: object) -> tuple[Source, ...]:
        """The sources with some numbers.  Raises `WrongError`."""
        if not isinstance(numbers, list):
            raise WrongError("sources are a list of numbers")
        return tuple(map(self.at, numbers))

    def starts(self, stated: object, rows: int) -> list[tuple[int, Source]]:
        """From which row on elements come from which source.  Raises `WrongError`."""
        if not isinstance(stated, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in stated):
            raise WrongError("`segments` is a list of pairs: row and source")
        found = [(row, self.at(number)) for row, number in stated]
        rising = [row for row, _ in found]
        if not all(isinstance(row, int) and 0 <= row <= rows for row in rising) or rising != sorted(rising):
            raise WrongError("the rows of `segments` rise from 0")
        return found

    def witnesses(self, stated: object, types: Mapping[str, FieldType]) -> dict[str, tuple[Witness, ...]]:
        """Who says what of the cells of one element, by field.  Raises `WrongError`."""
        if not isinstance(stated, dict):
            raise WrongError("witnesses are a mapping of fields to lists")
        found: dict[str, tuple[Witness, ...]] = {}
        for field, told in stated.items():
            if field not in types or not isinstance(told, list):
                raise WrongError(f"`{field}` is no field with a list of witnesses")
            found[field] = tuple(self._witness(types[field], item) for item in told)
        return found

    def _witness(self, type_: FieldType, item: object) -> Witness:
        if not isinstance(item, dict) or set(item) - {"value", "source", "pointer"}:
            raise WrongError("a witness has a value, a source and a pointer")
        return Witness(typed(type_, item.get("value")), self.at(item.get("source")), str(item.get("pointer", "")))


def _source(item: object) -> Source:
    if not isinstance(item, dict) or set(item) - _KEYS:
        raise WrongError(f"a source has {', '.join(sorted(_KEYS))}")
    texts: Sequence[object] = [item.get("name"), item.get("sha256"), item.get("detector", "sbom")]
    if not all(isinstance(text, str) for text in texts):
        raise WrongError("name, sha256 and detector of a source are text")
    trust, observed = item.get("trust", "declared"), item.get("observed")
    if not isinstance(trust, str) or trust not in TRUST:
        raise WrongError(f"`{trust}` is no degree of trust", f"one of {', '.join(TRUST)}")
    name, sha256, detector = map(str, texts)
    return Source(name, sha256, detector, TRUST[trust], None if observed is None else day(observed))
