"""A recorded run, evaluated again from bytes alone.

Guarantees: rule texts and documents are those given by digest, under their recorded names; nothing is looked up on the disk by a
recorded name, and nothing shipped takes part; a file that is not there stops the run before anything is judged.  What the
documents' readers find wrong goes to stderr, as in `check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from tempfile import TemporaryDirectory

import msgspec

from rulewright.cli.check import Judged, judged
from rulewright.cli.compiling import Compiled, compile_rules
from rulewright.cli.gathering import Rules
from rulewright.cli.held import Files, Held
from rulewright.cli.options import Request
from rulewright.cli.progress import Progress
from rulewright.dsl import ir
from rulewright.engine.result import Report, Run, RunFile
from rulewright.facts.stack import ProductFacts


class Again(msgspec.Struct, frozen=True):
    """What a run gave: the report with a record of its own, the facts in the order of the report's products, the rules."""

    report: Report
    products: tuple[ProductFacts, ...]
    program: ir.Program


def absent(run: Run, files: Files, trees: Mapping[str, str]) -> tuple[RunFile, ...]:
    """The files of a run that are not at hand, each digest once, sorted by name."""
    needed = [*run.texts, *(file for given in run.given if given.kind != "tree" for file in given.files)]
    left = {file.sha256: file for file in sorted(needed, key=_name, reverse=True) if file.sha256 not in files}
    for given in run.given:
        if given.kind == "tree":
            left |= {file.sha256: file for file in given.files if file.sha256 not in trees}
    return tuple(sorted(left.values(), key=_name))


def _name(file: RunFile) -> tuple[str, str]:
    return file.name, file.sha256


def compiled_again(run: Run, files: Files, *, use_cache: bool) -> Compiled:
    """The rules of a run compiled; all of its texts must be at hand."""
    texts = {file.name: files[file.sha256] for file in run.texts}
    rules = Rules(dict(sorted(texts.items())), sorted(root for root in run.roots if root in texts))
    compiled = compile_rules(rules, run.params, use_cache=use_cache)
    compiled.rules = rules
    return compiled


def again(
    run: Run,
    compiled: Compiled,
    files: Files,
    trees: Mapping[str, str],
    *,
    engine: str = "planes",
    use_cache: bool = False,
    quiet: bool = True,
) -> Again | int:
    """Evaluate a run for which nothing is `absent`; an int is the exit code after saying why it cannot be."""
    assert compiled.program is not None
    with TemporaryDirectory(prefix="rulewright-") as scratch:
        held = Held(run.given, files, trees, scratch)
        request = _request(run, held, engine, use_cache=use_cache)
        with Progress(len(run.given) + 3, quiet=quiet) as progress:
            found = judged(request, compiled, progress, record=True, held=held)
    if isinstance(found, int):
        return found
    return Again(found.report, _as_listed(found), compiled.program)


def _as_listed(found: Judged) -> tuple[ProductFacts, ...]:
    """The facts in the order of the products in the report."""
    order = {(item.id, item.name, item.version): place for place, item in reversed([*enumerate(found.report.products)])}
    return tuple(
        sorted(found.products, key=lambda f: order.get((f.product.id, f.product.name, f.product.version), len(order)))
    )


def _request(run: Run, held: Held, engine: str, *, use_cache: bool) -> Request:
    """The command line that a run came from."""
    texts: dict[str, tuple[str, ...]] = {
        "as_of": (run.as_of,),
        "fail_on": (run.fail_on,),
        "engine": (engine,),
        "format": ("json",),
        "facts": held.words("facts"),
        "feeds": held.words("feeds"),
        "param": tuple(f"{name}={value}" for name, value in run.params.items()),
    }
    if run.placed_on_market is not None:
        texts["placed_on_market"] = (run.placed_on_market,)
    stated = {
        "quiet": True,
        "no_cache": not use_cache,
        "same_product": run.same_product,
        "validate": run.validate,
        "conflicts": run.conflicts,
    }
    flags = frozenset(name for name, wanted in stated.items() if wanted)
    return Request("check", held.words("product"), texts, flags, {"limit": run.limit})
