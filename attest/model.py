"""The documents of an attestation as typed data: root, rows, seed, run, disclosure, trust policy, status list.

Guarantees: reading refuses unknown members, so nothing that is signed goes unread; every document has one form (`canonical`).
Names of members are those of the JSON.  Days are `YYYY-MM-DD`, times `YYYY-MM-DDTHH:MM:SSZ`, digests 64 hexadecimal digits.
Meaning: docs/reference/attestation.md.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from rulewright.attest.canonical import NotAdmissibleError, canonical, dump

STATEMENT = "https://in-toto.io/Statement/v1"
ROOT = "urn:rulewright:attestation:v1"
"""The type of our predicate, with its version."""
ENGINE = "urn:rulewright:engine"
"""Who evaluated, as verifier of the derived statements; the version stands beside it."""
TRUST_TYPE = "application/vnd.rulewright.trust+json"
STATUS_TYPE = "application/vnd.rulewright.status+json"

Status = Literal["pass", "fail", "waived", "unknown", "error", "not_applicable"]
STATUSES: tuple[Status, ...] = ("pass", "fail", "waived", "unknown", "error", "not_applicable")
Basis = Literal["re-derivable", "declared", "manual"]


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all of them have in common."""


class Subject(_Document, frozen=True, kw_only=True):
    """What is attested: an artefact of the product, or a document about it (`annotations.kind`)."""

    name: str
    digest: dict[str, str]
    annotations: dict[str, str]


class EngineInfo(_Document, frozen=True, kw_only=True):
    """Who evaluated: `code` is the digest of the package's modules and grammar tables."""

    id: str
    version: str
    language: str
    code: str


class ProductRef(_Document, frozen=True, kw_only=True):
    """A product that was judged."""

    id: str
    name: str
    version: str


class InputRef(_Document, frozen=True, kw_only=True):
    """A document that was read."""

    kind: str
    format: str
    name: str
    sha256: str
    bytes: int


class PolicyRef(_Document, frozen=True, kw_only=True):
    """A policy or standard that took part."""

    kind: str
    id: str
    edition: str
    sha256: str


class Tally(_Document, frozen=True, kw_only=True, rename={"passed": "pass", "not_applicable": "notApplicable"}):
    """The rows of one standard by status; each row counts once.  `blocking` of them close the gate."""

    standard: str
    passed: int
    fail: int
    waived: int
    unknown: int
    error: int
    not_applicable: int
    blocking: int


class ConflictRef(_Document, frozen=True, kw_only=True):
    """A contradiction that this product stands in."""

    id: str
    requirements: tuple[str, ...]
    facts: tuple[str, ...]


class Conflicts(_Document, frozen=True, kw_only=True, rename="camel"):
    """The contradictions among the requirements, and how far they were looked for."""

    complete_up_to: int
    left: tuple[str, ...]
    found: tuple[ConflictRef, ...]


class Decision(_Document, frozen=True, kw_only=True):
    """What a policy decided about a requirement; `sha256` is that of the decision's canonical JSON."""

    kind: Literal["exclude", "prefer", "set", "tighten", "weaken"]
    requirement: str
    sha256: str


class Results(_Document, frozen=True, kw_only=True):
    """What the root says of the results without telling them: blinded digest, Merkle root, number of rows, list of requirements."""

    commitment: str
    tree: str
    leaves: int
    requirements: str


class ViewRef(_Document, frozen=True, kw_only=True, rename="camel"):
    """A document made from the results, by its blinded digest."""

    name: str
    media_type: str
    commitment: str


class Root(_Document, frozen=True, kw_only=True, rename="camel"):
    """The predicate of the root statement."""

    engine: EngineInfo
    as_of: str
    valid_until: str
    fail_on: Literal["shall", "should", "never"]
    gate: Literal["pass", "fail"]
    products: tuple[ProductRef, ...]
    inputs: tuple[InputRef, ...]
    policies: tuple[PolicyRef, ...]
    program: str | None
    run: str | None
    verdicts: tuple[Tally, ...]
    conflicts: Conflicts | None
    decisions: tuple[Decision, ...]
    results: Results
    views: tuple[ViewRef, ...]
    supersedes: str | None
    status: str | None
    log: str | None


class RootStatement(_Document, frozen=True, kw_only=True, rename={"kind": "_type", "predicate_type": "predicateType"}):
    """The root: an in-toto Statement v1 with our predicate."""

    kind: Literal["https://in-toto.io/Statement/v1"] = "https://in-toto.io/Statement/v1"
    subject: tuple[Subject, ...]
    predicate_type: Literal["urn:rulewright:attestation:v1"] = "urn:rulewright:attestation:v1"
    predicate: Root


class Waiver(_Document, frozen=True, kw_only=True):
    """The waiver of a row, in short."""

    id: str
    approved_by: str
    until: str


class Row(_Document, frozen=True, kw_only=True):
    """One requirement for one product, in short; `of` is the verdict under a waiver, `detail` the blinded digest of the whole."""

    product: str
    requirement: str
    level: str
    severity: str
    status: Status
    of: Literal["fail", "unknown"] | None
    waiver: Waiver | None
    blocks: bool
    basis: Basis
    detail: str


class Rows(_Document, frozen=True, kw_only=True):
    """All rows, in the order of the tree."""

    format: Literal["rulewright-rows/1"] = "rulewright-rows/1"
    rows: tuple[Row, ...]


class Seed(_Document, frozen=True, kw_only=True):
    """What all salts come from: 32 bytes in hexadecimal."""

    format: Literal["rulewright-seed/1"] = "rulewright-seed/1"
    seed: str


class Text(_Document, frozen=True, kw_only=True):
    """A rule text of a run."""

    name: str
    sha256: str


class Given(_Document, frozen=True, kw_only=True):
    """A document of a run: how it was given, as which word, and the files behind that word (`engine.result.RunGiven`)."""

    option: Literal["product", "facts", "feeds"]
    word: str
    kind: Literal["file", "folder", "tree"]
    files: tuple[Text, ...]
    skipped: dict[str, int]


class Run(_Document, frozen=True, kw_only=True):
    """What it takes to run the evaluation again (`engine.result.Run`); files are in the bundle as `inputs/SHA256`, or supplied."""

    format: Literal["rulewright-run/1"] = "rulewright-run/1"
    as_of: str
    fail_on: Literal["shall", "should", "never"]
    limit: int
    same_product: bool
    validate: bool
    conflicts: bool
    placed_on_market: str | None
    params: dict[str, str]
    roots: tuple[str, ...]
    texts: tuple[Text, ...]
    given: tuple[Given, ...]
    unrepeatable: tuple[str, ...]
    program: str


class Shown(_Document, frozen=True, kw_only=True, omit_defaults=True):
    """One leaf with its proof: `leaf` alone tells that there is such a requirement, `row` and `salt` tell its verdict.

    `path` and `salt` are base64url; `detail` is the whole result, `detail_salt` the salt of its digest.
    """

    index: int
    path: str
    leaf: tuple[str, str, str] | None = None
    row: Row | None = None
    salt: str | None = None
    detail: dict[str, object] | None = None
    detail_salt: str | None = None


class Disclosure(_Document, frozen=True, kw_only=True, omit_defaults=True):
    """Some leaves of an attestation: `root` is the digest of its root payload."""

    format: Literal["rulewright-disclosure/1"]
    root: str
    leaves: int
    shown: tuple[Shown, ...]
    absent: tuple[str, str] | None = None
    """The requirement and product that two neighbours prove to be absent."""


class Revoked(_Document, frozen=True, kw_only=True):
    """A key that must not be trusted any more: at all, or for what was not provably signed before a time."""

    on: str
    reason: str
    compromised_since: str | None


class Key(_Document, frozen=True, kw_only=True):
    """A key of a trust policy: `public` is its SubjectPublicKeyInfo in base64."""

    algorithm: str
    public: str
    owner: str
    valid_from: str
    valid_until: str
    revoked: Revoked | None


class Role(_Document, frozen=True, kw_only=True):
    """Who may speak as what; `threshold` distinct keys must sign where a rule asks for the role."""

    keys: tuple[str, ...]
    threshold: int


class Rule(_Document, frozen=True, kw_only=True):
    """What a statement needs: applies to statements of a predicate type about any of the standards (`*` for all)."""

    predicate: str
    standards: tuple[str, ...]
    role: str
    threshold: int
    hybrid: bool
    engines: tuple[str, ...]
    time: bool
    log: bool
    status: bool


class LogTrust(_Document, frozen=True, kw_only=True):
    """A log: its origin, its key, and how many of which witnesses must have signed its head.  Keys are vkeys of C2SP signed-note."""

    origin: str
    key: str
    witnesses: tuple[str, ...]
    quorum: int


class Tsa(_Document, frozen=True, kw_only=True):
    """A time stamping authority: the certificates that its token must lead to, in base64 DER."""

    name: str
    certificates: tuple[str, ...]


class Trust(_Document, frozen=True, kw_only=True):
    """Whom a verifier trusts for what.  Roles with a meaning of their own: `root` signs this file, `status` signs status lists."""

    format: Literal["rulewright-trust/1"] = "rulewright-trust/1"
    id: str
    version: int
    issued: str
    expires: str
    keys: dict[str, Key]
    roles: dict[str, Role]
    rules: tuple[Rule, ...]
    logs: tuple[LogTrust, ...]
    tsas: tuple[Tsa, ...]


class StatusEntry(_Document, frozen=True, kw_only=True):
    """What became of an attestation: `by` is the digest of the root payload that takes its place."""

    root: str
    state: Literal["revoked", "superseded", "suspended"]
    since: str
    reason: str
    by: str | None


class StatusList(_Document, frozen=True, kw_only=True):
    """What became of the attestations that name this list; after `next_update` it says nothing any more."""

    format: Literal["rulewright-status/1"] = "rulewright-status/1"
    list: str
    number: int
    this_update: str
    next_update: str
    entries: tuple[StatusEntry, ...]


class ModelError(ValueError):
    """This is not such a document; `code` is RW4004 for the JSON, RW4012 for its content."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_T = TypeVar("_T", bound=_Document)


def encode(document: _Document) -> bytes:
    """A document in its one form."""
    return dump(msgspec.to_builtins(document))


def decode(data: bytes, kind: type[_T], limit: int) -> _T:
    """A document of a kind from its one form.  Raises `ModelError`."""
    try:
        plain = canonical(data, limit)
    except NotAdmissibleError as error:
        raise ModelError("RW4004", str(error)) from None
    try:
        made = msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise ModelError("RW4012", str(error)) from None
    if encode(made) != data:
        raise ModelError("RW4012", "a member that is always there is missing, or one that has nothing to say is there")
    return made
