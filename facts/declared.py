"""Facts that people or other tools declare: plain data, typed against the vocabulary.

Guarantees: every name and value is checked; what does not fit is a diagnostic with a JSON pointer, never dropped and
never guessed; `null` is "not stated", `{state: withheld}` and `{state: declared_unknown}` are statements.
What it does not do: read files or YAML (the command line does).

Shape: attribute names, dotted or nested, with a value or `{value, level, detector, trust, observed, state}`; collections by
singular or plural name, with a list of elements or `{complete: bool, items: [...]}`.  An element maps fields to values;
`affects` (or `of`) names the components that it belongs to, by reference or purl.  `answers` is a list of what persons
answer (`facts.declared_answers`); a fact of detector `manual` names the person (`by`) and the day (`observed`).  What else
`rulewright facts --format json` writes is in `facts.written`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import ANSWER, Fact, Product
from rulewright.facts.declared_answers import DETECTOR, basis_of, joined, person, read_answer, text_asked
from rulewright.facts.declared_rows import Collections, escape, wrong
from rulewright.facts.declared_sources import Sources
from rulewright.facts.declared_values import TRUST, WrongError, day, level, similar, state, typed
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source, Table
from rulewright.facts.types import FieldType, Kind, State
from rulewright.facts.vocabulary import Attribute, Vocabulary

FORMAT = "rulewright-facts/1"
_RESERVED = {"format", "product", "sources"}
_IDENTITY = {"id", "name", "version", "sources", "identifiers"}
"""What `product` says in a facts document besides facts."""


class Declared(msgspec.Struct):
    """What a facts file says, and what is wrong with it."""

    attributes: dict[str, Fact] = {}
    tables: dict[str, Table] = {}
    diagnostics: list[Diagnostic] = []
    sources: tuple[Source, ...] = ()
    """The documents that the product is described by, where the file says so."""
    identifiers: tuple[str, ...] = ()

    def of(self, product: Product) -> ProductFacts:
        """These facts as a part of a product's."""
        return ProductFacts(product, self.attributes, self.tables)


def read(data: object, vocabulary: Vocabulary, source: Source) -> Declared:
    """Type plain data (mappings, lists, scalars) against the vocabulary."""
    found = Declared()
    if not isinstance(data, Mapping):
        found.diagnostics.append(wrong("RW1301", "a facts file is a mapping of names to values", source, ""))
        return found
    if data.get("format", FORMAT) != FORMAT:
        message = f"`{data['format']}` is no format of facts that can be read here"
        found.diagnostics.append(wrong("RW1301", message, source, "/format", f"write `{FORMAT}`"))
        return found
    reading = _Reading(vocabulary, Sources(source), found)
    if "format" in data:
        reading.head(data)
    reading.walk(data, "", "")
    found.tables = reading.collections.tables
    _check_rows(source, found)
    return found


def _check_rows(source: Source, found: Declared) -> None:
    """Row numbers of owners must be those of elements in the same file."""
    for name, table in found.tables.items():
        for owner in list(table.relations):
            target = found.tables.get(name if owner == "depends_on" else owner)
            last = target.rows if target else 0
            relation = table.relation(owner)
            children_last = table.rows
            if any(row >= last for row in relation.parents) or any(row >= children_last for row in relation.children):
                message = f"an owner of `{name}` names a row of `{owner}` that is not there"
                found.diagnostics.append(wrong("RW1304", message, source, f"/{name}"))
                table.relations = {key: build for key, build in table.relations.items() if key != owner}
                table.forget_relation(owner)


def _inside(attribute: Attribute, fact: Fact) -> None:
    """A value and its witnesses are such as the attribute can have.  Raises `WrongError`."""
    for stated in (fact.value, *(witness.value for witness in fact.witnesses)):
        if isinstance(stated, int) and not attribute.has(stated):
            raise WrongError(f"there is no such value: it lies in {attribute.domain}")


_FACT_KEYS = {
    *("value", "level", "detector", "trust", "observed", "state", "source", "pointer", "witnesses"),
    *("by", "document", "sha256", "because"),
}
_ANSWER_KEYS = {*_FACT_KEYS, "asked"}
_YES_OR_NO = FieldType(Kind.BOOL)


class _Reading:
    """One reading of one file."""

    def __init__(self, vocabulary: Vocabulary, sources: Sources, found: Declared) -> None:
        self.vocabulary, self.sources, self.found = vocabulary, sources, found
        self.collections = Collections(sources, found.diagnostics)

    def _add(self, code: str, message: str, place: str, hint: str | None = None) -> None:
        self.found.diagnostics.append(wrong(code, message, self.sources.own, place, hint))

    def head(self, data: Mapping[object, object]) -> None:
        """Read the sources, and which of them are the product's."""
        product = data.get("product")
        place = "/sources"
        try:
            self.sources.take(data.get("sources", []))
            if isinstance(product, Mapping):
                place = "/product"
                self.found.sources = self.sources.several(product.get("sources", []))
                names = product.get("identifiers", [])
                if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                    raise WrongError("identifiers are a list of texts")  # noqa: TRY301  # one way to say so
                self.found.identifiers = tuple(names)
        except WrongError as error:
            self._add("RW1301", str(error), place, error.hint)

    def walk(self, data: Mapping[object, object], prefix: str, pointer: str) -> None:
        """Read all names below a prefix."""
        vocabulary = self.vocabulary
        for key, value in data.items():
            name, place = f"{prefix}{key}", f"{pointer}/{escape(key)}"
            if not prefix and name in _RESERVED and "format" in data:
                if name == "product" and isinstance(value, Mapping):
                    self.walk({k: v for k, v in value.items() if k not in _IDENTITY}, "product.", place)
                continue
            attribute = vocabulary.attributes.get(name)
            collection = None if prefix else vocabulary.collection(name)
            if name == "answers":
                self._answers(value, place)
            elif name.startswith(ANSWER) and "format" in data:
                self._attribute(name, _YES_OR_NO, value, place)
            elif attribute is not None:
                self._attribute(name, attribute.type, value, place, attribute)
            elif collection is not None:
                self.collections.read(collection, value, place)
            elif isinstance(value, Mapping) and any(known.startswith(f"{name}.") for known in vocabulary.attributes):
                self.walk(value, f"{name}.", place)
            else:
                hint = similar(name, [*vocabulary.attributes, *(c.plural for c in vocabulary.collections.values())])
                self._add("RW1302", f"the vocabulary has no fact `{name}`", place, hint)

    def _answers(self, value: object, place: str) -> None:
        """Read the answers of persons."""
        if not isinstance(value, list | tuple):
            self._add("RW1305", "`answers` is a list", place)
            return
        found: dict[str, list[Fact]] = {}
        for number, item in enumerate(value):
            here = f"{place}/{number}"
            try:
                name, fact = read_answer(item, self.sources, here)
            except WrongError as error:
                self._add("RW1305", str(error), here, error.hint)
            else:
                found.setdefault(name, []).append(fact)
        for name in sorted(found.keys() & self.found.attributes.keys()):
            self._add("RW1303", f"`{name}`: stated twice", place)
        self.found.attributes |= joined(found)

    def _attribute(
        self, name: str, type_: FieldType, value: object, place: str, attribute: Attribute | None = None
    ) -> None:
        """Read a fact."""
        first = self.found.attributes.get(name)
        if first is not None:
            self._add("RW1303", f"`{name}`: stated twice", place, f"the first one stands at {first.pointer}")
            return
        try:
            fact = self._fact(type_, value, place)
            if attribute is not None:
                _inside(attribute, fact)
            self.found.attributes[name] = fact
        except WrongError as error:
            self._add("RW1303", f"`{name}`: {error}", place, error.hint)

    def _fact(self, type_: FieldType, value: object, place: str) -> Fact:
        details: Mapping[object, object] = {}
        if isinstance(value, Mapping):
            keys = _ANSWER_KEYS if type_ is _YES_OR_NO else _FACT_KEYS
            unknown = sorted(str(key) for key in value if key not in keys)
            if unknown:
                raise WrongError(f"`{unknown[0]}` is not part of a fact", similar(unknown[0], keys))
            details, value = value, value.get("value")
        source, pointer = self._origin(details, place)
        stated = state(details.get("state"), value)
        trust = details.get("trust", self.sources.own.trust.name.lower())
        if not isinstance(trust, str) or trust not in TRUST:
            raise WrongError(f"`{trust}` is no degree of trust", f"one of {', '.join(TRUST)}")
        observed = details.get("observed")
        witnesses = details.get("witnesses")
        told = witnesses if isinstance(witnesses, list) else ()
        detector = str(details.get("detector", self.sources.own.detector))
        if detector == DETECTOR and stated is State.KNOWN and observed is None:
            raise WrongError("`observed` is not stated", "what a person says has a day, as in 2026-08-01")
        return Fact(
            stated,
            typed(type_, value) if stated is State.KNOWN else None,
            source,
            pointer,
            TRUST[trust],
            day(observed) if observed is not None else self.sources.own.observed,
            detector,
            tuple(self._fact(type_, w, f"{place}/witnesses/{i}") for i, w in enumerate(told)),
            person(details.get("by")) if "by" in details or (detector == DETECTOR and stated is State.KNOWN) else "",
            basis_of(details),
            level(details["level"], stated) if "level" in details else None,
            text_asked(details),
        )

    def _origin(self, details: Mapping[object, object], place: str) -> tuple[Source | None, str]:
        """Where a fact comes from: as the file says, else the file itself.  A source of `null` is nobody's word."""
        number = details.get("source", "")
        if "source" in details and not isinstance(number, str):
            source = None if number is None else self.sources.at(number)
            return source, str(details.get("pointer", ""))
        return self.sources.own, str(details.get("pointer") or place)
