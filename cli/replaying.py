"""What a repeated run gives, held against what a bundle says: line by line, and the first differences.

Guarantees: `same` only where the payload of the root, and all of the results that the bundle holds, are the same bytes; what could not be
compared is said and never counts as agreement.  Without the seed all is compared that needs none, and nothing is called the same.  What it does not do: look at signatures, trust, validity or status (`verify` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Literal

import msgspec

from rulewright import __version__
from rulewright.attest import build, limits, model
from rulewright.attest.canonical import NotAdmissibleError, canonical, dump
from rulewright.attest.rows import plain, tallies
from rulewright.attest.views.context import Context
from rulewright.attest.views.registry import MODULES, applies, view
from rulewright.cli.again import Again
from rulewright.engine.result import Report

SHOWN = 10
"""So many differences are listed."""
_ROOT = "root.dsse.json"
Outcome = Literal["same", "different", "note", "skip"]


class Step(msgspec.Struct, frozen=True):
    """One comparison: of what, how it came out, one line of text."""

    name: str
    outcome: Outcome
    text: str


class Difference(msgspec.Struct, frozen=True):
    """A requirement (or, where empty, a member of the result) that was one thing and is another."""

    product: str
    requirement: str
    was: str
    now: str


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a replay: `same`, `different`, or `undecided` where it cannot be repeated; `root` is the root's digest."""

    format: Literal["rulewright-replay/1"] = "rulewright-replay/1"
    verdict: Literal["same", "different", "undecided"]
    code: str
    root: str
    engine: str
    steps: tuple[Step, ...]
    differences: tuple[Difference, ...] = ()
    differences_total: int = 0


class Bundle(msgspec.Struct, frozen=True):
    """A bundle as far as a replay looks at it.  `results`, `rows`, `seed` are `None` where it does not hold them."""

    payload: bytes
    root: model.RootStatement
    members: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The digest by which others refer to it."""
        return sha256(self.payload).hexdigest()


def origin(bundle: Bundle, code: str) -> Step:
    """Whether the engine here is the one that made the bundle; another one is worth a note, and is compared all the same."""
    was = bundle.root.predicate.engine
    if was.version != __version__:
        text = f"made by version {was.version}, repeated by {__version__}: compared but for the version"
        return Step("engine", "note", text)
    if was.code != code:
        return Step("engine", "note", f"version {__version__}, with other code than the one that made it")
    return Step("engine", "same", f"version {__version__}, the same code")


def program(bundle: Bundle, recorded: str, digest: str) -> Step:
    """Whether the rules compile to the same."""
    said = bundle.root.predicate.program
    if digest == recorded and said in {digest, None}:
        return Step("program", "same", f"the rule texts compile to the same program, {digest[:16]}…")
    return Step(
        "program", "different", f"the rule texts compile to {digest[:16]}…, recorded is {(said or recorded)[:16]}…"
    )


def compared(bundle: Bundle, made: Again) -> tuple[list[Step], list[Difference]]:
    """Everything that a repeated run must give again."""
    engine = msgspec.structs.replace(made.report.engine, version=bundle.root.predicate.engine.version)
    report = msgspec.structs.replace(made.report, engine=engine)
    results, found = _results(bundle, report)
    seed = _seed(bundle)
    made = msgspec.structs.replace(made, report=report)
    try:
        if seed is None:
            return [*results, *_seedless(bundle, made)], found
        best = build.build(_order(bundle, made, seed, with_facts=True))
        if best.payloads[_ROOT] != bundle.payload:
            bare = build.build(_order(bundle, made, seed, with_facts=False))
            best = bare if bare.payloads[_ROOT] == bundle.payload else best
    except (build.BuildError, ValueError) as error:
        text = f"what follows from the results cannot be made: {error}"
        return [*results, Step("root", "different", text)], found
    return [*results, *_rows(bundle, best), *_views(bundle, best), _root(bundle, best)], found


def _seedless(bundle: Bundle, made: Again) -> Iterator[Step]:
    """What needs no seed: counts, gate, views that the bundle holds, and the payload of the root but for what is blinded."""
    orders = [_order(bundle, made, bytes(build.SEED), with_facts=facts) for facts in (True, False)]
    first = build.build(orders[0])
    said = _open(bundle.root)
    best = first if _open(first.statement) == said else build.build(orders[1])
    best = best if _open(best.statement) == said else first
    listed, data = None, bundle.members.get("rows.json")
    if data is not None:
        listed = _rows_like(data, first.rows)
        yield Step("rows", *(_ROWS_DIFFER if listed is None else _ROWS_OPEN))
    yield _counts(bundle, first, "the tree needs the seed")
    yield from _seedless_views(bundle, orders, listed, first.rows)
    differing = sorted(_members(said, _open(best.statement)))
    if differing:
        yield Step("root", "different", f"the payload differs in {', '.join(differing)}")
    else:
        yield Step(
            "root", "skip", "the same but for the blinded digests of results, tree and views, which need the seed"
        )


_ROWS_DIFFER: tuple[Outcome, str] = ("different", "the rows in short differ")
_ROWS_OPEN: tuple[Outcome, str] = ("skip", "the same but for the digests of their details, which need the seed")


def _rows_like(data: bytes, rows: Sequence[model.Row]) -> tuple[model.Row, ...] | None:
    """The rows of a bundle, if they are some rows but for the digests of their details."""
    try:
        found = model.decode(data, model.Rows, limits.DOCUMENT).rows
    except model.ModelError:
        return None
    return found if _undetailed(found, "") == _undetailed(rows, "") else None


def _undetailed(rows: Sequence[model.Row], detail: str) -> tuple[model.Row, ...]:
    return tuple(msgspec.structs.replace(row, detail=detail) for row in rows)


def _seedless_views(
    bundle: Bundle, orders: Sequence[build.Order], listed: tuple[model.Row, ...] | None, rows: tuple[model.Row, ...]
) -> Iterator[Step]:
    """Every view that the bundle holds, made from what the root and the rows of the bundle say of blinded digests."""
    known = {view(module).NAME: module for module in orders[0].views or ()}
    for name in sorted(name for name in bundle.members if name.startswith("views/")):
        module, was = known.get(name.removeprefix("views/")), bundle.members[name]
        if module is None:
            yield Step(name, "different", "is not made by this version, or the root does not list it")
        elif any(_rendered(bundle, order, module, listed or rows) == was for order in orders):
            yield Step(name, "same", "the same bytes")
        elif listed is None and _names_details(bundle, orders[0], module, rows):
            yield Step(name, "skip", "names the digests of details, which need the seed")
        else:
            yield Step(name, "different", "other bytes")


def _names_details(bundle: Bundle, order: build.Order, module: str, rows: tuple[model.Row, ...]) -> bool:
    """Whether a view tells the digests of details."""
    told = [_rendered(bundle, order, module, _undetailed(rows, letter * 43)) for letter in "AB"]
    return told[0] != told[1]


def _rendered(bundle: Bundle, order: build.Order, module: str, rows: tuple[model.Row, ...]) -> bytes:
    """A view, with the blinded digests that the root states; nothing where it does not apply."""
    context = Context(
        report=order.report,
        rows=rows,
        subjects=build.subjects(order.report, order.artifacts),
        valid_until=build.valid_until(order),
        results=bundle.root.predicate.results,
        engine=build.engine(order),
        products=order.products,
        program=order.program,
    )
    return view(module).render(context) if applies(view(module), context) else b""


def _open(statement: model.RootStatement) -> object:
    """A statement as plain data without what is blinded by the seed."""
    plain: dict[str, object] = msgspec.to_builtins(statement)
    said = statement.predicate
    shown: dict[str, object] = msgspec.to_builtins(said)
    shown["results"] = [said.results.leaves, said.results.requirements]
    shown["views"] = [[item.name, item.media_type] for item in said.views]
    return {**plain, "predicate": shown}


def _results(bundle: Bundle, report: Report) -> tuple[list[Step], list[Difference]]:
    """The results, byte by byte."""
    was = bundle.members.get("results.json")
    if was is None:
        return [Step("results", "skip", "the bundle does not hold the results")], []
    told = plain(report)
    now = dump(told)
    if was == now:
        return [
            Step(
                "results", "same", f"{len(report.results):,} rows, {len(now):,} bytes, {sha256(now).hexdigest()[:16]}…"
            )
        ], []
    try:
        old = canonical(was)
    except NotAdmissibleError as error:
        return [Step("results", "different", f"the bundle's results are not canonical JSON: {error}")], []
    found = list(differences(old, told))
    return [Step("results", "different", f"{len(found):,} differences")], found


def differences(old: object, new: object) -> Iterator[Difference]:
    """Rows that differ, are gone or are new; then members of the result as a whole."""
    before, after = _by_key(old), _by_key(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was != now:
            told = _told(was, now)
            yield Difference(key[1], key[0], *told)
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield Difference("", "", "no result", "a result")
        return
    for name in sorted((old.keys() | new.keys()) - {"results"}):
        if old.get(name) != new.get(name):
            yield Difference("", "", *_narrowed(name, old.get(name), new.get(name)))


def _by_key(result: object) -> dict[tuple[str, str], dict[str, object]]:
    """The rows of a result by requirement and product."""
    listed = result.get("results") if isinstance(result, dict) else None
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return {(str(row.get("requirement")), str(row.get("product"))): row for row in rows}


def _told(was: dict[str, object] | None, now: dict[str, object] | None) -> tuple[str, str]:
    """Two rows that differ, in short: their verdicts, or the first member that differs."""
    if was is None or now is None:
        return ("absent" if was is None else str(was.get("verdict"))), (
            "absent" if now is None else str(now.get("verdict"))
        )
    if was.get("verdict") != now.get("verdict"):
        return str(was.get("verdict")), str(now.get("verdict"))
    name = min(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
    return _narrowed(name, was.get(name), now.get(name))


def _narrowed(name: str, was: object, now: object) -> tuple[str, str]:
    """Two values that differ, as the first thing in them that does."""
    while True:
        if isinstance(was, dict) and isinstance(now, dict):
            key = min(key for key in was.keys() | now.keys() if was.get(key, ...) != now.get(key, ...))
            name, was, now = f"{name}.{key}", was.get(key), now.get(key)
        elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
            place = next(place for place, pair in enumerate(zip(was, now, strict=True)) if pair[0] != pair[1])
            name, was, now = f"{name}[{place}]", was[place], now[place]
        else:
            return f"{name}: {_short(was)}", f"{name}: {_short(now)}"


def _short(value: object) -> str:
    """A value in a few characters."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:40]}… ({sha256(text.encode()).hexdigest()[:8]})"


def _seed(bundle: Bundle) -> bytes | None:
    data = bundle.members.get("seed.json")
    if data is None:
        return None
    try:
        seed = bytes.fromhex(model.decode(data, model.Seed, 1_000).seed)
    except (model.ModelError, ValueError):
        return None
    return seed if len(seed) == build.SEED else None


def _order(bundle: Bundle, made: Again, seed: bytes, *, with_facts: bool) -> build.Order:
    """The order that the bundle's root came from.  Attesting may have lacked the documents: then views had no facts."""
    said = bundle.root.predicate
    wanted = {item.name for item in said.views}
    artifacts = tuple(
        build.Artifact(item.name, item.digest["sha256"], item.digest.get("sha512", ""))
        for item in bundle.root.subject
        if item.annotations.get("kind") == "artifact" and "sha256" in item.digest
    )
    run = bundle.members.get("run.json") if said.run is not None else None
    return build.Order(
        report=made.report,
        seed=seed,
        code=said.engine.code,
        artifacts=artifacts,
        run=model.decode(run, model.Run, limits.DOCUMENT) if run is not None else None,
        products=made.products if with_facts else (),
        program=made.program if with_facts else None,
        program_sha256=said.program,
        valid_until=said.valid_until,
        views=tuple(module for module in MODULES if view(module).NAME in wanted),
        supersedes=said.supersedes,
        status=said.status,
        log=said.log,
    )


def _rows(bundle: Bundle, made: build.Unsigned) -> Iterator[Step]:
    """The rows, and what the root says of them."""
    was = bundle.members.get("rows.json")
    if was is None:
        yield Step("rows", "skip", "the bundle does not hold the rows")
    elif was == made.members["rows.json"]:
        yield Step("rows", "same", f"{len(made.rows):,} rows in short, {sha256(was).hexdigest()[:16]}…")
    else:
        yield Step("rows", "different", "the rows in short differ")
    same = bundle.root.predicate.results == made.statement.predicate.results
    yield _counts(bundle, made, "the tree agrees" if same else "the tree differs", same=same)


def _counts(bundle: Bundle, made: build.Unsigned, tree: str, *, same: bool = True) -> Step:
    """The gate and the tallies."""
    said, now = bundle.root.predicate, made.statement.predicate
    counted = said.verdicts == tallies(made.rows) and said.gate == now.gate
    text = f"gate {now.gate}, counts {'agree' if counted else 'differ'}; {tree}"
    return Step("tallies", "same" if same and counted else "different", text)


def _views(bundle: Bundle, made: build.Unsigned) -> Iterator[Step]:
    """Every view that the root lists."""
    now = {item.name: item.commitment for item in made.statement.predicate.views}
    for item in bundle.root.predicate.views:
        name = f"views/{item.name}"
        if item.name not in now:
            yield Step(name, "different", "is not made by this version")
            continue
        same = now[item.name] == item.commitment and bundle.members.get(name) in {None, made.members.get(name)}
        yield Step(name, "same" if same else "different", "the same bytes" if same else "other bytes")


def _root(bundle: Bundle, made: build.Unsigned) -> Step:
    """The payload of the root as a whole."""
    payload = made.payloads[_ROOT]
    if payload == bundle.payload:
        return Step("root", "same", f"the same payload, {bundle.digest}")
    was: object = msgspec.json.decode(bundle.payload)
    now: object = msgspec.json.decode(payload)
    differing = sorted(_members(was, now))
    return Step("root", "different", f"the payload differs in {', '.join(differing) or 'its form'}")


def _members(was: object, now: object) -> set[str]:
    """The members of two statements that differ, those of their predicates by their own names."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        return set()
    found = {str(name) for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    if "predicate" in found:
        found = (found - {"predicate"}) | _members(was.get("predicate"), now.get("predicate"))
    return found
