"""Which names may stand at a place, by the symbols before it.

Guarantees: follows the grammar's own stack, so a name is offered where the grammar takes one and for what it would be
there; types decide which values stand against which facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from rulewright.dsl.editing import words as w
from rulewright.dsl.editing.offers import Names, Offer, words
from rulewright.dsl.editing.prefix import Prefix
from rulewright.dsl.names import TypeLike

_COMPARES = frozenset({"EQ", "NE", "LT", "LE", "GT", "GE", "BEFORE", "AFTER", "cmp"})
_REFS = frozenset({"EXCLUDE", "TIGHTEN", "WEAKEN", "PREFER", "OVER", "FOR", "TEST"})
_SMALL = frozenset({"COMMA", "NAME", "STRING", "COLON", "names", "reference", "ref"})
_SELECTION = re.compile(r"(?:every|some|no|at (?:least|most) \S+) (\S+) (\S+)")
_FORMAL = re.compile(r"([\w\-]+) : (\w+)")
_EXTENTS = ("complete", "incomplete", "open", "unstated")
_REASONS = ("missing", "withheld", "declared_unknown", "malformed", "conflicting", "stale", "untrusted", "error")

Made = Iterator[Offer]


def names_at(seen: Prefix, names: Names) -> Made:
    """The names that may stand at a place."""
    if not seen.can & {"NAME", "STRING"}:
        return iter(())
    for rule in (_listed, _uses, _references, _declarations, _facts, _selections, _tests_of_facts, _values):
        found = rule(seen, names)
        if found is not None:
            return found
    return _conditions(seen, names) if {"MEETS", "LPAR"} <= seen.can else iter(())


def variables(seen: Prefix) -> dict[str, str]:
    """The variables in scope and their collections: quantifiers that are open, and the formals of a `define`."""
    found: dict[str, str] = {}
    symbols = seen.symbols
    for place, symbol in enumerate(symbols):
        words = [t.text for t in seen.tokens[symbol.first : symbol.end]]
        if symbol.name == "formals" or (symbol.name == "formal" and seen.last("DEFINE")):
            found.update(_FORMAL.findall(" ".join(words)))
        elif symbol.name == "_selection" and (hit := _SELECTION.match(" ".join(words))):
            found[hit[2]] = hit[1]
        elif symbol.name == "how" and [s.name for s in symbols[place + 1 : place + 3]] == ["NAME", "NAME"]:
            after = [seen.tokens[s.first].text for s in symbols[place + 1 : place + 3]]
            found[after[1]] = after[0]
    return found


def _lead(seen: Prefix) -> str:
    """The keyword that the names at hand belong to."""
    return next((s.name for s in reversed(seen.symbols) if s.name not in _SMALL and not s.name.startswith("__")), "")


def _listed(seen: Prefix, names: Names) -> Made | None:
    """Words of fixed lists, and lists of names after a keyword."""
    last = seen.symbols[-1].name if seen.symbols else ""
    if last == "LEVEL" and seen.last("ATTRIBUTE") and not seen.last("REQUIREMENT"):
        return words(w.GRADE_WORDS, "level of evidence")
    if last in w.LISTS:
        return words(w.LISTS[last], last.lower())
    if last == "AT" and not {"LEAST"} & seen.can:
        return words(w.GRADE_WORDS, "level of evidence")
    if seen.ends("REQUIREMENT", "NAME") or seen.ends("REQUIREMENT", "STRING") or seen.ends("REQUIREMENT", "_id"):
        return words(w.LEVEL_WORDS, "level")
    if last != "COMMA" and last != _lead(seen):
        return None
    lists: dict[str, Callable[[], Made]] = {
        "RELATED": names.objectives,
        "ATTRIBUTES": names.attributes,
        "THREATS": names.threats,
        "DETECTORS": names.detectors,
        "MEETS": lambda: names.objectives(met=True),
    }
    lead = _lead(seen)
    if lead == "OBJECTIVE":
        return names.objectives() if seen.last("REQUIREMENT") else iter(())
    if lead == "OF" and seen.last("EVIDENCE") and "quantity" in [s.name for s in seen.symbols]:
        return names.detectors()
    return lists[lead]() if lead in lists else None


def _uses(seen: Prefix, names: Names) -> Made | None:
    """`use ID edition "…" [sha256 "…"] as NAME`."""
    if not seen.last("USE"):
        return None
    if seen.ends("USE"):
        return names.modules()
    if seen.ends("USE", "NAME", "EDITION"):
        return names.editions(seen.text(2))
    if seen.ends("SHA256"):
        return _digest(seen, names)
    if seen.ends("AS"):
        back = seen.last("USE") or 1
        short = re.sub(r"\W", "_", seen.text(back - 1).partition(".")[0])
        return iter((Offer(short, "module", short, "alias", rank=1),))
    return iter(())


def _digest(seen: Prefix, names: Names) -> Made:
    """The digest of the module that is used."""
    back = seen.last("USE") or 1
    found = names.workspace.module(seen.text(back - 1), seen.text(back - 3).strip('"'))
    if found is not None:
        digest = f'"{names.workspace.digest(found[0].name)}"'
        yield Offer(digest, "value", digest, "digest of the file at hand", rank=1)


def _references(seen: Prefix, names: Names) -> Made | None:
    """A requirement that is named, and what stands after it."""
    lead = _lead(seen)
    if lead == "REFS":
        if seen.ends("NAME", "COLON"):
            return names.requirements_of(seen.text(2))
        if seen.ends("REFS") or seen.ends("COMMA"):
            return names.aliases(outside=True)
        return words(w.STRENGTH_WORDS, "how far the clause is answered")
    if lead not in _REFS:
        return None
    if seen.ends("NAME", "COLON"):
        return names.requirements_of(seen.text(2))
    if seen.symbols[-1].name in _REFS:
        return chain(names.requirements(), names.aliases())
    return iter(())


def _declarations(seen: Prefix, names: Names) -> Made | None:
    """Types, roles, collections of formals, parameters that are set."""
    if seen.ends("PARAM", "NAME", "COLON"):
        return (o for o in _typed(w.PARAM_TYPES))
    if seen.ends("ATTRIBUTE", "NAME", "COLON"):
        return (o for o in _typed(w.ATTRIBUTE_TYPES))
    if seen.ends("NAME", "LT") and seen.last("PARAM", "ATTRIBUTE"):
        return _typed(("license", "word", "string", "int", "date", "version", "purl", "cpe"))
    if seen.last("ATTRIBUTE") and not seen.last("MEANING", "NOTE", "UNIT", "MERGE", "EMB3D", "LEVEL", "FRESH"):
        plain = seen.symbols[-1].name in {"NAME", "RBRACE", "GT", "_DOTS", "INT", "DECIMAL", "DATE", "type", "domain"}
        return words(("given", "choice"), "role") if plain and "IN" in seen.can | {"IN"} else iter(())
    if seen.last("DEFINE") and not seen.last("EQ"):
        return names.collections() if seen.ends("NAME", "COLON") else iter(())
    if seen.ends("SET"):
        return names.set_params()
    if seen.ends("ASSUME"):
        return names.collections(plural=True)
    if seen.last("COMPLETENESS"):
        return words(("open",)) if seen.ends("IS") else names.collections(plural=True)
    declares = (
        "PARAM",
        "DEFINE",
        "AXIOM",
        "WAIVER",
        "REQUIREMENT",
        "ATTRIBUTE",
        "STANDARD",
        "POLICY",
        "VOCABULARY",
        "kind",
    )
    return iter(()) if seen.symbols and seen.symbols[-1].name in declares else None


def _typed(types: tuple[str, ...]) -> Made:
    """Types, in order."""
    for place, name in enumerate(types):
        yield Offer(name, "type", name, "type", rank=1 + place)


def _facts(seen: Prefix, names: Names) -> Made | None:
    """What a test gives."""
    back = seen.last("GIVEN")
    if back is None or not seen.last("TEST"):
        return None
    inner = seen.symbols[-back:]
    last = inner[-1].name
    if last == "QMARK":
        return words(_REASONS, "why it is not known")
    if last == "RSQB":
        return words(_EXTENTS, "what is known of the list's extent")
    row = _row(seen)
    if last == "EQ":
        path = f"{row}.{seen.text(2)}" if row else seen.text(2)
        return _words_of(names.workspace.type_of(path))
    if last in {"LBRACE", "COMMA"} and "NAME" in seen.can and "NUMBER" not in seen.can and "INT" not in seen.can:
        if row:
            return names.bare_fields(row)
        manual = Offer("manual", "attribute", "manual", "bool", "the answer to the first question", 6)
        return chain(names.attributes(rank=1), names.collections(plural=True), (manual,))
    if last in {"LBRACE", "COMMA"}:
        return _set_words(seen, names, row)
    return iter(())


def _set_words(seen: Prefix, names: Names, row: str) -> Made:
    """The words of a set that a test gives."""
    back = seen.last("EQ")
    path = seen.text(back + 1) if back is not None else ""
    return _words_of(names.workspace.type_of(f"{row}.{path}" if row else path))


def _row(seen: Prefix) -> str:
    """The collection whose element is being given, or nothing."""
    back, close = seen.last("LSQB"), seen.last("RSQB")
    if back is None or (close is not None and close < back):
        return ""
    return seen.text(back + 2)


def _selections(seen: Prefix, names: Names) -> Made | None:
    """Quantifiers: the collection, the variable, the owner."""
    last = seen.symbols[-1].name if seen.symbols else ""
    if last in {"EVERY", "SOME", "NO"} or seen.ends("LEAST", "INT") or seen.ends("MOST", "INT") or seen.ends("how"):
        return names.collections()
    if last in {"LEAST", "MOST"}:
        return names.params("int")
    if seen.ends("how", "NAME"):
        first = seen.text(1)[:1]
        return iter((Offer(first, "variable", first, "a name for the element", rank=1),))
    if seen.ends("NAME", "NAME", "OF") or seen.ends("NAME", "NAME", "UNDER"):
        wanted = names.workspace.collection(seen.text(3))
        own = variables(seen)
        own.pop(seen.text(2), None)
        parents = () if wanted is None else wanted.parents if last == "OF" else (wanted.name,)
        good = {v: c for v, c in own.items() if (found := names.workspace.collection(c)) and found.name in parents}
        return _variables(good)
    if seen.ends("NAME", "LPAR") or (seen.ends("names", "COMMA") and _lead(seen) == "LPAR"):
        return _variables(variables(seen))
    return None


def _variables(env: dict[str, str]) -> Made:
    """Variables with their collections."""
    return (Offer(v, "variable", v, c, rank=1) for v, c in sorted(env.items()))


def _path(seen: Prefix, back: int) -> str:
    """The path so far back on the stack, as `collection.field` where a variable starts it."""
    text = seen.text(back)
    head, dot, rest = text.partition(".")
    collection = variables(seen).get(head)
    return f"{collection}.{rest}" if dot and collection else text


def _tests_of_facts(seen: Prefix, names: Names) -> Made | None:
    """`is …`."""
    if seen.ends("IS") or seen.ends("IS", "NOT"):
        kind = names.workspace.type_of(_path(seen, 2 if seen.ends("IS") else 3))
        bad = {"empty"} if kind is not None and kind.kind not in {"set", "string"} else set()
        return words([a for a in w.ADJECTIVE_WORDS if a not in bad], "asks about the fact itself")
    return None


def _values(seen: Prefix, names: Names) -> Made | None:
    """The right side of a comparison; the members of a set."""
    last = seen.symbols[-1].name if seen.symbols else ""
    if last in _COMPARES:
        free = seen.last("SET", "PARAM") or seen.ends("RPAR", "EQ")  # a literal; the condition of a `define`
        return None if free else _against(names.workspace.type_of(_path(seen, 2)), names)
    if last in {"IN", "ALLOWS"} or seen.ends("REQUIRES", "ANY"):
        return _sets(seen, names)
    if last in {"PLUS", "MINUS", "WITHIN"}:
        return names.params("duration")
    if last in {"LBRACE", "COMMA"} and (back := _brace(seen)) is not None:
        return _words_of(names.workspace.type_of(_path(seen, back)))
    return None


def _brace(seen: Prefix) -> int | None:
    """How far back the path stands whose members are being listed (`path in {`), if a set is being listed."""
    back = seen.last("LBRACE")
    if back is None or len(seen.symbols) < back + 2:
        return None
    before = [s.name for s in seen.symbols[-back - 3 : -back]]
    if before[-1] == "IN":
        return back + (3 if before[-2:-1] == ["NOT"] else 2)
    return None


def _sets(seen: Prefix, names: Names) -> Made:
    """What may stand after `in`, `allows` and `requires any`: parameters that are sets, or a fact that is one."""
    if seen.symbols[-1].name != "IN":
        return names.set_params_of("license")
    if seen.text(2).startswith('"'):
        fields = (o for o in names.fields(variables(seen)) if o.detail.startswith("set"))
        return chain(names.attributes(kind="set"), fields)
    kind = names.workspace.type_of(_path(seen, 3 if seen.ends("NOT", "IN") else 2))
    return names.set_params_of(str(kind.kind)) if kind is not None else iter(())


def _against(kind: TypeLike | None, names: Names) -> Made:
    """Values that can stand against a fact of a type."""
    if kind is None:
        return iter(())
    same = names.attributes(kind=str(kind.kind), rank=60) if kind.kind in {"date", "int", "decimal", "version"} else ()
    as_of = (Offer("as_of", "value", "as_of", "date", "the day of the run", 2),) if kind.kind == "date" else ()
    return chain(_words_of(kind), names.params(str(kind.kind)), as_of, same)


def _words_of(kind: TypeLike | None) -> Made:
    """The words of a type."""
    if kind is None:
        return iter(())
    return words(("true", "false") if kind.kind == "bool" else kind.values, str(kind.kind))


def _conditions(seen: Prefix, names: Names) -> Made:
    """What starts a condition: facts, `define`s, questions."""
    env = variables(seen)
    applies = seen.last("WHEN", "SCOPE") is not None
    return chain(
        names.fields(env),
        names.defines(),
        names.attributes(given_first=applies, rank=3),
        names.params("bool", rank=6),
    )


_FOR: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"allows", "requires"}), frozenset({"license"})),
    (frozenset({"before", "after", "within"}), frozenset({"date"})),
    (frozenset({"matches"}), frozenset({"string", "purl", "cpe", "enum", "version", "license"})),
    (frozenset({"in"}), frozenset({"string", "enum", "version", "purl", "cpe", "int", "decimal", "date", "set"})),
)
"""Operators, and the kinds of facts that they test (see `predicates`)."""


def unfit_operators(seen: Prefix, names: Names) -> frozenset[str]:
    """The operators that the fact before the place does not have."""
    if not {"IS", "ALLOWS"} <= seen.can or not seen.symbols:
        return frozenset()
    kind = names.workspace.type_of(_path(seen, 1))
    if kind is None:
        return frozenset()
    return frozenset(word for words, kinds in _FOR if str(kind.kind) not in kinds for word in words)
