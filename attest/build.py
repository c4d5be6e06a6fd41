"""From a result to a bundle: rows and tree, views, the root statement, the derived statements, signatures, the archive.

Guarantees: the same result, seed and options give the same bytes, but for signatures that are random by their nature (ECDSA,
ML-DSA); nothing is signed that a verifier would refuse; a view that contradicts the rows is not shipped.  It reads no file and asks
no clock: what `asOf` and `validUntil` say follows from the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Protocol

import msgspec

from rulewright.attest import container, disclosure, dsse, limits, model
from rulewright.attest.canonical import NotAdmissibleError, dump
from rulewright.attest.checking import form, logic, standing
from rulewright.attest.checking import results as checks
from rulewright.attest.checking.said import FoundError
from rulewright.attest.checking.standing import DAYS, FEED_DAYS
from rulewright.attest.derived import derive
from rulewright.attest.disclosure import Tree, blinded
from rulewright.attest.keys import PublicKey
from rulewright.attest.readme import text as readme
from rulewright.attest.rows import DuplicateRowError, plain, rows, standard_of, tallies
from rulewright.attest.views.context import Context
from rulewright.attest.views.registry import MODULES, applies, view
from rulewright.dsl.ir import Program
from rulewright.engine.result import Report
from rulewright.facts.stack import ProductFacts

SEED = 32
"""Bytes of a seed."""


class BuildError(ValueError):
    """The result cannot be attested; the message says why, in one line."""


class Signer(Protocol):
    """Who holds a private key."""

    @property
    def public(self) -> PublicKey:
        """The public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """A signature over a message; of ECDSA in DER."""
        ...


class Artifact(msgspec.Struct, frozen=True):
    """A file of the product itself: its name, and its digests in hexadecimal."""

    name: str
    sha256: str
    sha512: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to attest, and how.  `seed` has 32 bytes; `code` is the digest of the engine's code; `files` are by SHA-256.

    `run` and `files` are enclosed where they are there; `views` are modules of `views`, `None` for all that apply.
    """

    report: Report
    seed: bytes
    code: str
    artifacts: tuple[Artifact, ...] = ()
    run: model.Run | None = None
    files: Mapping[str, bytes] = {}
    products: tuple[ProductFacts, ...] = ()
    program: Program | None = None
    program_sha256: str | None = None
    valid_until: str | None = None
    views: tuple[str, ...] | None = None
    supersedes: str | None = None
    status: str | None = None
    log: str | None = None
    keep_results: bool = True
    """Without: the bundle holds root and derived statements alone, and what it says of single requirements stays secret."""


class Unsigned(msgspec.Struct, frozen=True):
    """A bundle that lacks its signatures: payloads to sign by the name of their envelope, and the other members."""

    payloads: dict[str, bytes]
    members: dict[str, bytes]
    rows: tuple[model.Row, ...]
    statement: model.RootStatement

    @property
    def root(self) -> str:
        """The digest by which others refer to this attestation."""
        return sha256(self.payloads["root.dsse.json"]).hexdigest()


def build(order: Order) -> Unsigned:
    """Everything but the signatures.  Raises `BuildError`."""
    if len(order.seed) != SEED:
        raise BuildError(f"a seed has {SEED} bytes")
    if not order.report.products or not order.report.results:
        raise BuildError("the result names no product, or judges nothing")
    told = plain(order.report)
    try:
        results = dump(told)
        listed = rows(order.report, told, order.seed)
    except (NotAdmissibleError, DuplicateRowError) as error:
        raise BuildError(f"the result cannot be attested: {error}") from None
    if len(results) > limits.DOCUMENT:
        raise BuildError(f"the result has more than {limits.DOCUMENT:,} bytes; `--limit` shortens its evidence")
    _named(listed)
    tree = Tree(order.seed, listed)
    summary = model.Results(
        commitment=blinded(order.seed, "results", results),
        tree=tree.root,
        leaves=len(listed),
        requirements=disclosure.requirements(listed),
    )
    views, sidecars = _views(order, listed, summary)
    run = model.encode(order.run) if order.run is not None else None
    statement = _statement(order, listed, summary, views, run)
    payload = model.encode(statement)
    if len(payload) > limits.PAYLOAD:
        raise BuildError(f"the root has more than {limits.PAYLOAD:,} bytes")
    whole = {
        "results.json": results,
        "rows.json": model.encode(model.Rows(rows=tuple(listed))),
        "seed.json": model.encode(model.Seed(seed=order.seed.hex())),
    }
    _verified(payload, whole)
    payloads = {"root.dsse.json": payload}
    payloads |= {f"statements/{name}.dsse.json": made for name, made in derive(payload, statement, listed).items()}
    members = {"readme.txt": readme(statement).encode()}
    if order.keep_results:
        payloads |= sidecars
        members |= {f"views/{name}": document for name, document in views.items()}
        members |= whole
        if run is not None:
            members |= {"run.json": run, **{f"inputs/{digest}": data for digest, data in order.files.items()}}
    return Unsigned(payloads, members, tuple(listed), statement)


def _named(listed: Sequence[model.Row]) -> None:
    """Refuse standards with names that a verifier would not take.  Raises `BuildError`."""
    try:
        form.standards(sorted({standard_of(row.requirement) for row in listed}))
    except FoundError as error:
        raise BuildError(f"the result cannot be attested: {error}") from None


def _verified(payload: bytes, whole: Mapping[str, bytes]) -> None:
    """Refuse what a verifier would refuse: its checks of statement, period, results, rows, tallies and logic, by its own functions.

    Raises `BuildError`.
    """
    try:
        root = form.statement(payload).predicate
    except FoundError as error:
        raise BuildError(f"the result cannot be attested: {error}") from None
    held, said = checks.results(whole, root)
    outcomes = (
        standing.bounds(root),
        said,
        checks.rows(held, root),
        checks.tallies(held.rows, root),
        logic.check(held, root),
    )
    wrong = next((item for item in outcomes if item is not None and item.outcome != "ok"), None)
    if wrong is not None:
        raise BuildError(f"the result cannot be attested: {wrong.text}")


def seal(unsigned: Unsigned, signers: Sequence[Signer]) -> bytes:
    """Sign every payload with every signer, and pack.  Raises `ContainerError`, and what a signer raises."""
    envelopes = {name: dsse.encode(_signed(payload, signers)) for name, payload in sorted(unsigned.payloads.items())}
    return container.encode({**unsigned.members, **envelopes})


def _signed(payload: bytes, signers: Sequence[Signer]) -> dsse.Envelope:
    message = dsse.pae(dsse.IN_TOTO, payload)
    signatures = tuple(dsse.Signature(signer.sign(message), signer.public.id) for signer in signers)
    return dsse.Envelope(payload, dsse.IN_TOTO, signatures)


def _views(
    order: Order, listed: Sequence[model.Row], summary: model.Results
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The documents by file name, and what signs them in somebody else's form by the name of its envelope."""
    context = Context(
        report=order.report,
        rows=tuple(listed),
        subjects=subjects(order.report, order.artifacts),
        valid_until=valid_until(order),
        results=summary,
        engine=engine(order),
        products=order.products,
        program=order.program,
    )
    documents: dict[str, bytes] = {}
    sidecars: dict[str, bytes] = {}
    for module in MODULES if order.views is None else order.views:
        found = view(module)
        if not applies(found, context):
            continue
        document = found.render(context)
        wrong = found.problems(document, context)
        if wrong:
            raise BuildError(f"the view `{found.NAME}` is not whole: {wrong[0]}")
        documents[found.NAME] = document
        if found.NAME.startswith("oscal-"):
            from rulewright.attest.views.trestle import statement

            sidecars[f"statements/{found.NAME.removesuffix('.json')}.dsse.json"] = statement(document)
    return documents, sidecars


def _statement(
    order: Order,
    listed: Sequence[model.Row],
    summary: model.Results,
    views: Mapping[str, bytes],
    run: bytes | None,
) -> model.RootStatement:
    """The root."""
    report = order.report
    inputs = {(item.kind, item.format, item.name, item.sha256, item.bytes) for item in report.inputs}
    policies = {(item.kind, item.id, item.edition, item.sha256) for item in report.policies}
    media = {view(module).NAME: view(module).MEDIA_TYPE for module in MODULES if view(module).NAME in views}
    return model.RootStatement(
        subject=subjects(report, order.artifacts),
        predicate=model.Root(
            engine=engine(order),
            as_of=report.as_of,
            valid_until=valid_until(order),
            fail_on=report.fail_on,
            gate="fail" if any(row.blocks for row in listed) else "pass",
            products=tuple(model.ProductRef(id=p.id, name=p.name, version=p.version) for p in report.products),
            inputs=tuple(
                model.InputRef(kind=kind, format=form, name=name, sha256=digest, bytes=size)
                for kind, form, name, digest, size in sorted(inputs)
            ),
            policies=tuple(
                model.PolicyRef(kind=kind, id=ident, edition=edition, sha256=digest)
                for kind, ident, edition, digest in sorted(policies)
            ),
            program=order.program_sha256,
            run=sha256(run).hexdigest() if run is not None else None,
            verdicts=tallies(listed),
            conflicts=conflicts(report),
            decisions=decisions(report),
            results=summary,
            views=tuple(
                model.ViewRef(name=name, media_type=media[name], commitment=blinded(order.seed, f"views/{name}", data))
                for name, data in sorted(views.items())
            ),
            supersedes=order.supersedes,
            status=order.status,
            log=order.log,
        ),
    )


def engine(order: Order) -> model.EngineInfo:
    """Who evaluated."""
    report = order.report
    return model.EngineInfo(id=model.ENGINE, version=report.engine.version, language=report.language, code=order.code)


def subjects(report: Report, artifacts: Sequence[Artifact]) -> tuple[model.Subject, ...]:
    """What is attested: artefacts first, then the documents about the products, each digest once.  Raises `BuildError`."""
    named = {item.sha256: item.name for item in reversed(report.inputs)}
    found = {
        item.sha256: model.Subject(
            name=item.name,
            digest={"sha256": item.sha256, "sha512": item.sha512},
            annotations={"kind": "artifact"},
        )
        for item in sorted(artifacts, key=lambda item: (item.name, item.sha256))
    }
    for product in report.products:
        for digest in sorted(subject["sha256"] for subject in product.subjects):
            name = named.get(digest) or product.name or product.id
            document = model.Subject(name=name, digest={"sha256": digest}, annotations={"kind": "document"})
            found.setdefault(digest, document)
    if not found or not all(item.name for item in found.values()):
        raise BuildError("the result has no document or artefact with a digest and a name to speak of")
    if len(found) > limits.SUBJECTS:
        raise BuildError(f"an attestation speaks of at most {limits.SUBJECTS:,} files")
    return tuple(found.values())


def valid_until(order: Order) -> str:
    """The last day on which the attestation holds (docs/reference/attestation.md, "The root")."""
    report = order.report
    start = _date(report.as_of[:10])
    days = [start + timedelta(days=DAYS)]
    if any(item.kind == "feed" for item in report.inputs):
        days.append(start + timedelta(days=FEED_DAYS))
    days += [_date(item.waived.until) for item in report.results if item.waived is not None]
    if order.program is not None:
        ends = (wanted.valid_until for wanted in order.program.requirements)
        days += [day for end in ends if end is not None and (day := _day(end)) >= start]
    if order.valid_until is not None:
        days.append(_date(order.valid_until))
    return min(days).isoformat()


def _date(text: str) -> date:
    """A day as text.  Raises `BuildError`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text or found.year == date.max.year:
        raise BuildError("a day in the result is not a date that can be reckoned with")
    return found


def _day(number: int) -> date:
    return date.fromisoformat("1970-01-01") + timedelta(days=number)


def conflicts(report: Report) -> model.Conflicts | None:
    """The contradictions that the products stand in, each once; `None` where nobody looked for them."""
    if report.analysed is None:
        return None
    found = {
        clash.id: model.ConflictRef(
            id=clash.id,
            requirements=tuple(sorted({item.requirement, *clash.others})),
            facts=tuple(sorted(clash.facts)),
        )
        for item in report.results
        for clash in item.conflicts
    }
    return model.Conflicts(
        complete_up_to=report.analysed.complete_up_to,
        left=report.analysed.left,
        found=tuple(found[ident] for ident in sorted(found)),
    )


_ACTIONS = ("prefer", "set", "tighten", "weaken")


def decisions(report: Report) -> tuple[model.Decision, ...]:
    """What policies decided about requirements, by digest: the reasons are theirs to show.  Waivers are in the rows."""
    listed: set[tuple[str, str, str]] = set()
    for gone in report.excluded:
        listed.add(("exclude", gone.requirement, gone.because))
    for item in report.results:
        for said in item.tailored:
            if said.partition(":")[0] in _ACTIONS:
                listed.add((said.partition(":")[0], item.requirement, said))
    made = {
        (kind, requirement, sha256(dump([kind, requirement, text])).hexdigest()) for kind, requirement, text in listed
    }
    return tuple(
        msgspec.convert({"kind": kind, "requirement": requirement, "sha256": digest}, model.Decision)
        for kind, requirement, digest in sorted(made)
    )
