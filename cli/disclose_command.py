"""`rulewright disclose`: single rows of an attestation, with their proofs, for somebody who must not see the others.

Guarantees: what is written holds against the root of the bundle (it is checked before it is written), and shows nothing of other
rows but the names of neighbours where absence or completeness is asked for.  Signatures are not looked at: `verify` does that.
Written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from rulewright.attest import disclose, dsse, limits, model
from rulewright.attest.canonical import NotAdmissibleError, canonical
from rulewright.attest.disclosure import Tree
from rulewright.attest.model import Row
from rulewright.attest.rows import standard_of
from rulewright.cli import exits
from rulewright.cli.bundles import ROOT, opened
from rulewright.cli.check import deliver_bytes
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.replacing import replaced
from rulewright.cli.streams import say
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic


class _Opened(msgspec.Struct, frozen=True):
    """What a disclosure is made from."""

    members: Mapping[str, bytes]
    digest: str
    root: model.RootStatement
    tree: Tree


class _Chosen(msgspec.Struct, frozen=True):
    """What is to be shown: rows, leaves of which the name is enough, and what is absent."""

    rows: tuple[int, ...]
    named: tuple[int, ...]
    absent: disclose.Pair | None


def run(request: Request) -> int:
    """Disclose; return the exit code."""
    path = request.arguments[0]
    found = _source(request, path)
    if isinstance(found, Diagnostic):
        return refuse([found])
    chosen = _chosen(request, found)
    if isinstance(chosen, Diagnostic):
        return refuse([chosen])
    details = _details(found, chosen) if "detail" in request.flags else {}
    if isinstance(details, Diagnostic):
        return refuse([details])
    data = disclose.make(found.tree, found.digest, chosen.rows, chosen.named, absent=chosen.absent, details=details)
    shown = disclose.check(data, found.digest, found.root)
    if isinstance(shown, str):
        return refuse(
            [problem(disclose.CODE, f"what this bundle holds cannot be disclosed: {shown}", None, name_of(path))]
        )
    code = deliver_bytes(data, request.one("output"))
    if not code and "quiet" not in request.flags:
        _told(found, chosen, shown, len(data))
    return code or exits.OK


def _source(request: Request, path: str) -> _Opened | Diagnostic:
    """The bundle: its root, its rows, its seed."""
    lost = replaced(request)
    if lost is not None:
        return lost
    members = opened(path)
    if isinstance(members, Diagnostic):
        return members
    for name, code in (("rows.json", "RW4061"), ("seed.json", "RW4069")):
        if name not in members:
            hint = "only who has rows and seed can disclose: take the bundle that `attest` wrote"
            return problem(code, f"the bundle holds no `{name}`", hint, name_of(path))
    try:
        payload = dsse.decode(members[ROOT]).payload
        root = model.decode(payload, model.RootStatement, limits.PAYLOAD)
        rows = model.decode(members["rows.json"], model.Rows, limits.DOCUMENT).rows
        seed = bytes.fromhex(model.decode(members["seed.json"], model.Seed, limits.DOCUMENT).seed)
        tree = Tree(seed, rows)
    except (dsse.EnvelopeError, model.ModelError) as error:
        return problem(error.code, str(error), None, name_of(path))
    except (ValueError, NotAdmissibleError) as error:
        return problem("RW4069", f"the seed cannot be used: {error}", None, name_of(path))
    if tree.root != root.predicate.results.tree:
        return problem("RW4061", "the rows or the seed are not those that were signed", None, name_of(path))
    return _Opened(members, disclose.digest(payload), root, tree)


def _chosen(request: Request, found: _Opened) -> _Chosen | Diagnostic:
    """What the options name."""
    rows, product = found.tree.rows, request.one("product")
    products = sorted({row.product for row in rows})
    if product is not None and product not in products:
        return problem("RW4107", f"the bundle has no row for the product `{clean(product)}`", _close(product, products))
    only = request.one("only")
    wanted = request.arguments[1:]
    for word in wanted:
        if not any(row.requirement == word and product in {None, row.product} for row in rows):
            return _nothing(word, rows)
    standards = request.many("standard")
    known = sorted({standard_of(row.requirement) for row in rows})
    for word in standards:
        if word not in known:
            return problem("RW4107", f"the bundle has no row of `{clean(word)}`", _close(word, known))
    if not wanted and not standards and only is None and request.one("absent") is None:
        return problem("RW0005", "nothing is named to disclose", "name requirements, --standard, --only or --absent")
    return _picked(request, rows, products)


def _picked(request: Request, rows: Sequence[Row], products: Sequence[str]) -> _Chosen | Diagnostic:
    """The indices that words which all make sense stand for."""
    product, only = request.one("product"), request.one("only")
    wanted, standards = request.arguments[1:], request.many("standard")
    whole = {
        index
        for index, row in enumerate(rows)
        if (standard_of(row.requirement) in standards or (not standards and only is not None))
        and product in {None, row.product}
        and only in {None, row.status}
    }
    single = {i for i, row in enumerate(rows) if row.requirement in wanted and product in {None, row.product}}
    absent = _absent(request, rows, products)
    if isinstance(absent, Diagnostic):
        return absent
    if (standards or only is not None) and not whole:
        hint = "the tally in the root says so already" if product is None else None
        return problem("RW4107", f"no row is {only or 'there for this product'}", hint)
    bounds = disclose.beside(rows, whole) if standards and only is None and product is None else ()
    around = disclose.around(rows, absent) if absent is not None else ()
    return _Chosen(tuple(sorted(whole | single)), tuple(sorted({*bounds, *around} - whole - single)), absent)


def _absent(request: Request, rows: Sequence[Row], products: Sequence[str]) -> disclose.Pair | Diagnostic | None:
    """The requirement and product that are to be shown absent."""
    word = request.one("absent")
    if word is None:
        return None
    product = request.one("product") or (products[0] if len(products) == 1 else None)
    if product is None:
        return problem("RW0005", "for which product is it absent?", f"--product {clean(products[0])}, or another")
    if any((row.requirement, row.product) == (word, product) for row in rows):
        return problem("RW4107", f"`{clean(word)}` is not absent", "name it without `--absent` to show its row")
    return word, product


def _nothing(word: str, rows: Sequence[Row]) -> Diagnostic:
    """There is no such requirement."""
    return problem(
        "RW4107",
        f"the bundle has no row of the requirement `{clean(word)}`",
        _close(word, sorted({row.requirement for row in rows})) or f"--absent {clean(word)} proves that",
    )


def _close(word: str, known: Sequence[str]) -> str | None:
    """What may have been meant."""
    from difflib import get_close_matches

    ended = [name for name in known if name.endswith(f":{word}")]
    close = ended or get_close_matches(word, known, 1)
    return f"did you mean `{clean(close[0])}`?" if close else None


def _details(found: _Opened, chosen: _Chosen) -> dict[disclose.Pair, dict[str, object]] | Diagnostic:
    """The whole results of the rows, from the bundle."""
    if "results.json" not in found.members:
        return problem("RW4060", "the bundle holds no `results.json`, so there is no detail to show")
    try:
        told = canonical(found.members["results.json"])
    except NotAdmissibleError as error:
        return problem("RW4060", f"the results cannot be read: {error}")
    listed = told.get("results") if isinstance(told, dict) else None
    by_name = {
        (item["requirement"], item["product"]): cast("dict[str, object]", item)
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and isinstance(item.get("requirement"), str) and isinstance(item.get("product"), str)
    }
    rows = [found.tree.rows[index] for index in chosen.rows]
    lost = next((row for row in rows if (row.requirement, row.product) not in by_name), None)
    if lost is not None:
        return problem("RW4060", f"the results have nothing on `{clean(lost.requirement)}`")
    return {pair: by_name[pair] for row in rows for pair in ((row.requirement, row.product),)}


def _told(found: _Opened, chosen: _Chosen, shown: Sequence[model.Shown], size: int) -> None:
    """What it proves, on stderr."""
    total = len(found.tree.rows)
    say(f"{plural(len(chosen.rows), 'row')} of {total:,}, {size:,} bytes, for root {found.digest}")
    for line in disclose.complete(shown, found.root):
        say(f"  complete: {clean(line)}")
    if chosen.absent is not None:
        say(f"  absent: {clean(chosen.absent[0])} for {clean(chosen.absent[1])}")
    if chosen.named:
        say(f"  by name alone, as neighbours: {plural(len(chosen.named), 'requirement')}")
