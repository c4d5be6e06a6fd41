"""The typed intermediate form: what a requirement means, with every name resolved and every parameter filled in.

Guarantees: plain immutable data, encoded as JSON by `encode` with one canonical byte sequence per program (`digest`);
every literal is in the representation of `facts.types` (dates are day numbers, decimals millionths, sets sorted tuples);
no node refers to text, files or Python objects, so a program can be shipped, cached and re-run.
What it does not do: evaluate.  The meaning of each node is fixed by the language reference, sections 3 to 5.
Annotations are objects, not texts (no `from __future__ import annotations`): a run from the cache builds the decoder, and
texts would be compiled for it one by one.

Scoping rules that the type checker enforces and the evaluators rely on:
* the body of a quantifier may mention its own element; with `of` also its owner; and product attributes; nothing else;
* a quantifier with `under` mentions only its own element and product attributes, and is `every`, `some` or `no`;
* a quantifier over a whole collection inside another one mentions only its own element and product attributes.
"""

import hashlib
from typing import Literal

import msgspec

Value = bool | int | str | tuple[str, ...]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
Adjective = Literal[
    "known", "valid", "empty", "conflicting", "signed", "stated", "declared_unknown", "withheld", "malformed"
]
QuantifierKind = Literal["every", "some", "no", "at_least", "at_most"]


class Node(msgspec.Struct, frozen=True, tag=True, array_like=False, omit_defaults=True):
    """Base of all nodes; the tag in JSON is the class name."""


class Field(Node, frozen=True):
    """A field of the element bound to `var` (an element of `collection`)."""

    var: str
    collection: str
    name: str
    kind: str


class Attr(Node, frozen=True):
    """A scalar attribute of the product."""

    name: str
    kind: str


Term = Field | Attr


# --- tests of one term -------------------------------------------------------------------------------------------------


class Is(Node, frozen=True):
    """`is known` and its kin.  All but `valid`, `empty` and `signed` are two-valued: they ask about the state.

    `known`: the value is known.  `stated`: known, declared unknown, or withheld: the source says something.
    `conflicting`, `declared_unknown`, `withheld`, `malformed`: that state.
    `valid`: the known value is well formed for its type (purl, cpe, license, version, …); malformed is false;
    any other unknown is unknown.  `empty`: known and an empty set or string; unknown when unknown.
    `signed`: the fact comes with trust `signed`; two-valued.
    """

    adjective: Adjective


class Cmp(Node, frozen=True):
    """Compare with a literal, by the order of the kind (versions by the element's own scheme)."""

    op: Comparison
    value: Value


class CmpAttr(Node, frozen=True):
    """Compare with a product attribute, moved by calendar months and days where both are dates."""

    op: Comparison
    attr: Attr
    months: int = 0
    days: int = 0


class CmpAsOf(Node, frozen=True):
    """Compare a date with the run's `as of` day, moved by calendar months and days."""

    op: Comparison
    months: int = 0
    days: int = 0


class OneOf(Node, frozen=True):
    """The value is one of these (`in {…}`); sorted.  For licences use `LicenseAllows`."""

    values: tuple[Value, ...]


class Contains(Node, frozen=True):
    """The set holds this member (`"EU" in product.markets`)."""

    member: str


class SubsetOf(Node, frozen=True):
    """Every member of the set is one of these (`c.hash_algorithms in {…}` on a set)."""

    members: tuple[str, ...]


class Glob(Node, frozen=True):
    """Whole-value match of a glob: `*`, `?`, `[…]`."""

    pattern: str


class Regex(Node, frozen=True):
    """Whole-value match of a regular expression of RE2's syntax (linear time)."""

    pattern: str


class InVers(Node, frozen=True):
    """The version lies in the range, `SCHEME/constraints`.

    False when the element's purl has another type; unknown when version or (unless the scheme is `generic`) purl is
    unknown or the version cannot be read in that scheme.
    """

    range: str


class LicenseAllows(Node, frozen=True):
    """Some choice of the expression's ORs fits entirely in the set."""

    ids: tuple[str, ...]


class LicenseRequiresAny(Node, frozen=True):
    """Every choice of the expression's ORs needs at least one of these."""

    ids: tuple[str, ...]


class PurlLike(Node, frozen=True):
    """The package URL matches a pattern (`*` in any part; parts left out match anything)."""

    pattern: str


class CpeLike(Node, frozen=True):
    """The CPE name matches a pattern by NISTIR 7696."""

    pattern: str


Test = (
    Is
    | Cmp
    | CmpAttr
    | CmpAsOf
    | OneOf
    | Contains
    | SubsetOf
    | Glob
    | Regex
    | InVers
    | LicenseAllows
    | LicenseRequiresAny
    | PurlLike
    | CpeLike
)


# --- expressions -------------------------------------------------------------------------------------------------------


class Const(Node, frozen=True):
    """True, false, or unknown (`None`)."""

    value: bool | None


class Atom(Node, frozen=True):
    """One test of one term.  Unknown when the term is unknown, unless the test asks about the state."""

    term: Term
    test: Test


class Not(Node, frozen=True):
    """Kleene negation."""

    item: "Expr"


class And(Node, frozen=True):
    """Kleene conjunction; empty is true."""

    items: tuple["Expr", ...]


class Or(Node, frozen=True):
    """Kleene disjunction; empty is false."""

    items: tuple["Expr", ...]


class Quant(Node, frozen=True):
    """A quantifier over a collection, over the children of an element (`of`), or over all it depends on (`under`).

    `owner` is the variable of the enclosing element for `of` and `under`; `n` counts for `at_least` and `at_most`.
    `where` selects; `no` has its condition in `where` with body true, or in the body; both are conjoined for
    `some`, `no` and the counts, and joined by Kleene implication for `every`.
    """

    kind: QuantifierKind
    var: str
    collection: str
    where: "Expr"
    body: "Expr"
    relation: Literal["all", "of", "under"] = "all"
    owner: str | None = None
    owner_collection: str | None = None
    n: int = 0


Expr = Const | Atom | Not | And | Or | Quant


# --- requirements and programs -----------------------------------------------------------------------------------------


class Place(msgspec.Struct, frozen=True):
    """Where something stands in a rule file: name, line and column from 1."""

    file: str
    line: int
    column: int


class Ref(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reference to a clause: alias or standard id, clause id, and the strength of the correspondence."""

    standard: str
    clause: str
    strength: Literal["", "equal", "subset", "superset", "intersects"] = ""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a check: its label (`check#2`, `check#2.1` inside a quantifier's block), its text, its meaning.

    A line whose expression is an `every` at the top can be not applicable.  `objective`: the one whose check it is from.
    """

    label: str
    text: str
    expr: Expr
    place: Place
    objective: str = ""


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which evidence counts: at least `need` of these detectors, not older than `fresh` days, of at least this trust.

    A fact that does not meet it is unknown (stale or untrusted) for this requirement's check.  `level` is that from which
    a graded finding counts (`facts.types.Level`); 0 leaves it to the attribute.
    """

    need: int
    detectors: tuple[str, ...]
    fresh: int | None = None
    trust: int = 0
    level: int = 0


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A parameter of a module, as it is set here: `low` and `high` of its declared range, or the legal `words`, if any.

    `kind` as it is declared (`int`, `set<license>`).  A `duration` of days is a number of days; one of months is a text
    (`6m`) and its range is left out, since months have no fixed length.  Members of sets are texts.
    """

    module: str
    name: str
    kind: str
    value: Value
    low: int | None = None
    high: int | None = None
    words: tuple[str, ...] = ()


class Tailored(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a policy changed in a requirement: `tighten`, `weaken`, `set`, `prefer`, with its reason."""

    action: str
    detail: str
    because: str
    place: Place


class Objective(msgspec.Struct, frozen=True, omit_defaults=True):
    """What requirements are about: the facts that bear on it, the threats that it counters, how it is reached."""

    id: str
    title: str
    attributes: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    fix: str = ""
    effort: str = ""


class Requirement(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One requirement, ready to evaluate.  `id` is `STANDARD:NAME`, unique in a program."""

    id: str
    level: Literal["shall", "should", "may"]
    severity: Literal["low", "medium", "high", "critical"]
    title: str
    scope: Expr
    applies: Expr
    lines: tuple[Line, ...]
    place: Place
    objective: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    refs: tuple[Ref, ...] = ()
    clause: str = ""
    fix: str = ""
    effort: str = ""
    """what kind of work the fix is: configuration, code, build, document, process, service, hardware"""
    note: str = ""
    source: str = ""
    """how far its text was held against the original"""
    condition: str = ""
    """the original's condition in words"""
    evidence: Evidence | None = None
    unknown_fails: bool = False
    applies_text: str = ""
    """`applies when` as it is written"""
    valid_from: int | None = None
    valid_until: int | None = None
    tailored: tuple[Tailored, ...] = ()
    right: bool = False
    """a declared freedom (a permission that others must not take away), not a mere option"""
    reading: str = ""
    """the other reading in words, where the meaning of the clause is contested"""
    params: tuple[Parameter, ...] = ()
    """the parameters that its text, its scope or a `define` of theirs mentions, by module and name"""


class Excluded(msgspec.Struct, frozen=True):
    """A requirement that a policy takes out, with its reason: shown in every result."""

    id: str
    because: str
    place: Place


class Waiver(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An accepted deviation.  It ends at the end of the day `until`, UTC; `provided` must hold on every run."""

    id: str
    requirement: str
    product: str
    because: str
    approved_by: str
    approved_on: int
    until: int
    provided: Expr
    place: Place


class Assumption(msgspec.Struct, frozen=True):
    """A policy's word on the completeness of a collection: `closed` (assume … complete because) or `open`."""

    collection: str
    state: Literal["closed", "open"]
    because: str
    place: Place


class Axiom(msgspec.Struct, frozen=True):
    """Background knowledge that analysis takes for granted: `id` is `MODULE:NAME`; `text` as it is written."""

    id: str
    expr: Expr
    text: str
    place: Place


class ModuleInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A module that took part: kind, id, edition, digest of its source bytes, title, publisher, licence note."""

    kind: Literal["standard", "policy", "vocabulary"]
    id: str
    edition: str
    sha256: str
    title: str = ""
    publisher: str = ""
    force: str = ""
    source: str = ""
    jurisdiction: str = ""
    license: str = ""
    pinned: bool = False


class Program(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything that one run evaluates, in the order of the sources.

    `unstated_open` lists collections for which silence on completeness counts as open (`*` for all).
    `axioms` are those of every module that takes part, the vocabularies included, by id; no evaluation reads them.
    `detectors` gives, per attribute, who could supply it; `fresh`, after how many days an observation of it is stale,
    `levels`, from which level a graded finding of it counts, where that is not `enabled`.
    `questions` gives, per answer (`answer:MODULE@EDITION:REQUIREMENT`, `…#2`), the question of its requirement.
    """

    language: str
    modules: tuple[ModuleInfo, ...]
    requirements: tuple[Requirement, ...]
    excluded: tuple[Excluded, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    unstated_open: tuple[str, ...] = ()
    detectors: dict[str, tuple[str, ...]] = {}
    axioms: tuple[Axiom, ...] = ()
    fresh: dict[str, int] = {}
    levels: dict[str, int] = {}
    questions: dict[str, str] = {}
    objectives: tuple[Objective, ...] = ()


def encode(program: Program) -> bytes:
    """The canonical JSON bytes of a program."""
    return msgspec.json.encode(program, order="deterministic")


def decode(data: bytes) -> Program:
    """Read what `encode` wrote.  Raises `msgspec.DecodeError` or `msgspec.ValidationError` on anything else."""
    return msgspec.json.decode(data, type=Program)


def digest(program: Program) -> str:
    """SHA-256 of the canonical bytes, hexadecimal."""
    return hashlib.sha256(encode(program)).hexdigest()
