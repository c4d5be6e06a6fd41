"""`rulewright replay`: does a bundle's run give the same bytes on this machine?

Guarantees: rule texts and documents come from the bundle or `--inputs`, matched by digest; nothing shipped, cached or lying under a
recorded name takes part.  Exit code 0 only where the payload of the root came out the same, and nothing else differs.  What it does not do: verify
signatures or validity; it says so.
"""

from __future__ import annotations

import os
import sys
from hashlib import file_digest, sha256

import msgspec

from rulewright.attest import dsse, limits, model
from rulewright.cli import bundles, exits, supplied
from rulewright.cli.again import absent, again, compiled_again
from rulewright.cli.check import deliver
from rulewright.cli.code_digest import code_digest
from rulewright.cli.documents import name_of
from rulewright.cli.enclosing import run_in
from rulewright.cli.gathering import unreadable
from rulewright.cli.held import by_digest
from rulewright.cli.options import Request
from rulewright.cli.paint import Ink, Paint
from rulewright.cli.problems import problem, refuse, show
from rulewright.cli.replacing import replaced
from rulewright.cli.replaying import SHOWN, Bundle, Difference, Replayed, Step, compared, origin, program
from rulewright.cli.run_record import program_digest
from rulewright.cli.streams import paint_for, paint_for_file
from rulewright.cli.text import clean, pad, plural, width, wrap
from rulewright.diagnostics import Diagnostic
from rulewright.engine.result import Run

_EXITS = {"same": exits.OK, "different": exits.BLOCKED, "undecided": exits.NOTHING}
NOT_VERIFIED = Step("signatures", "note", "not verified here: use `rulewright verify`")


def run(request: Request) -> int:
    """Replay; return the exit code."""
    if len(request.arguments) != 1:
        return refuse([problem("RW0002", "`replay` takes one bundle")])
    bundle = replaced(request) or _bundle(request.arguments[0])
    if isinstance(bundle, Diagnostic):
        return refuse([bundle])
    lost = _supplied(request.one("output"), bundle)
    if lost is not None:
        return refuse([lost])
    outcome = _replayed(request, bundle)
    if isinstance(outcome, list):
        return refuse(outcome)
    return _shown(request, outcome) or _EXITS[outcome.verdict]


def _supplied(path: str | None, bundle: Bundle) -> Diagnostic | None:
    """Refuse to write over a file that the run needs, which may lie in a folder of `--inputs`."""
    if path is None or not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return unreadable(name_of(path), error)
    if digest == bundle.root.predicate.run or digest.encode() in bundle.members.get("run.json", b""):
        return problem("RW0006", f"`{name_of(path)}` is an input of the run and is not overwritten")
    return None


def _bundle(path: str) -> Bundle | Diagnostic:
    """The bundle with its root, unverified."""
    members = bundles.opened(path)
    if isinstance(members, Diagnostic):
        return members
    try:
        envelope = dsse.decode(members[bundles.ROOT])
        root = model.decode(envelope.payload, model.RootStatement, limits.PAYLOAD)
    except (dsse.EnvelopeError, model.ModelError) as error:
        return problem(error.code, str(error), None, name_of(path))
    return Bundle(envelope.payload, root, members)


def _replayed(request: Request, bundle: Bundle) -> Replayed | list[Diagnostic]:
    """Take the inputs together, evaluate, compare."""
    words = request.many("inputs")
    whole = _with_run(bundle, words)
    if isinstance(whole, list):
        return whole
    bundle, read = whole, _run(whole)
    if isinstance(read, Diagnostic):
        return [read]
    recorded, *steps = read
    if recorded is None:
        return _outcome(bundle, steps, undecided=True)
    enclosed = by_digest(data for name, data in bundle.members.items() if name.startswith("inputs/"))
    needed = frozenset(file.sha256 for file in absent(recorded, enclosed, {}))
    found = supplied.files(words, needed)
    if found.problems:
        return found.problems
    files = {**enclosed, **found.files}
    if any(file.sha256 not in files for file in recorded.texts):
        return _lacking(bundle, steps, recorded, files, {})
    compiled = compiled_again(recorded, files, use_cache=False)
    if compiled.program is None:
        show(compiled.diagnostics, {})
        return _outcome(bundle, [*steps, Step("program", "different", "the rule texts do not compile here")])
    trees = supplied.trees(words, needed, compiled.vocabulary)
    if absent(recorded, files, trees) or recorded.unrepeatable:
        return _lacking(bundle, steps, recorded, files, trees)
    steps += [
        Step("inputs", "same", _counted(recorded, len(found.files) + len(trees))),
        origin(bundle, code_digest()),
        program(bundle, recorded.program, program_digest(compiled.program)),
    ]
    quiet = "quiet" in request.flags
    made = again(recorded, compiled, files, trees, engine=request.one("engine") or "planes", quiet=quiet)
    if isinstance(made, int):
        return _outcome(bundle, [*steps, Step("results", "different", "the documents are refused here, as said above")])
    more, differences = compared(bundle, made)
    return _outcome(bundle, [*steps, *more], differences)


def _with_run(bundle: Bundle, words: tuple[str, ...]) -> Bundle | list[Diagnostic]:
    """The bundle with its `run.json`, which may be supplied like any other file."""
    said = bundle.root.predicate.run
    if said is None or "run.json" in bundle.members:
        return bundle
    found = supplied.files(words, frozenset({said}))
    if found.problems:
        return found.problems
    members = {**bundle.members, "run.json": found.files[said]} if said in found.files else bundle.members
    return Bundle(bundle.payload, bundle.root, members)


def _run(bundle: Bundle) -> tuple[Run | None, Step] | Diagnostic:
    """The recorded run, and whether the root names it."""
    said, data = bundle.root.predicate.run, bundle.members.get("run.json")
    if said is None:
        return None, Step("run", "skip", "the attestation does not record its run")
    if data is None:
        return None, Step("run", "skip", "the bundle does not hold its run; `--inputs` may supply `run.json`")
    if sha256(data).hexdigest() != said:
        return None, Step("run", "different", "`run.json` is not the one that the root names")
    try:
        document = model.decode(data, model.Run, limits.DOCUMENT)
    except model.ModelError as error:
        return problem("RW4066", f"`run.json` cannot be read: {error}")
    return run_in(document), Step("run", "same", f"`run.json` is the one that the root names, {said[:16]}…")


def _counted(recorded: Run, supplied_ones: int) -> str:
    """How many files there are, and where they are from."""
    documents = sum(len(given.files) for given in recorded.given)
    text = f"{plural(len(recorded.texts), 'rule text')} and {plural(documents, 'document')}, all there by digest"
    return f"{text}, {supplied_ones:,} of them supplied" if supplied_ones else text


def _lacking(
    bundle: Bundle, steps: list[Step], recorded: Run, files: dict[str, bytes], trees: dict[str, str]
) -> Replayed:
    """What keeps the run from being repeated."""
    lines = [
        Step("inputs", "skip", f"`{file.name}` is not there, or was changed (SHA-256 {file.sha256[:16]}…)")
        for file in absent(recorded, files, trees)
    ]
    lines += [Step("inputs", "skip", f"`{what}` cannot be repeated") for what in recorded.unrepeatable]
    return _outcome(bundle, [*steps, *lines], undecided=True)


def _outcome(
    bundle: Bundle, steps: list[Step], differences: list[Difference] | None = None, *, undecided: bool = False
) -> Replayed:
    """The verdict that follows from the lines."""
    listed = differences or []
    different = any(step.outcome == "different" for step in steps)
    whole = any(step.name == "root" and step.outcome == "same" for step in steps)
    undecided = not different and (undecided or not whole)
    return Replayed(
        verdict="different" if different else "undecided" if undecided else "same",
        code="RW4080" if different else "RW4081" if undecided else "",
        root=bundle.digest,
        engine=bundle.root.predicate.engine.version,
        steps=(*steps, NOT_VERIFIED),
        differences=tuple(listed[:SHOWN]),
        differences_total=len(listed),
    )


def _shown(request: Request, outcome: Replayed) -> int:
    """Render and deliver."""
    path = request.one("output")
    if request.one("format") in {"json", "json-v1"}:
        return deliver(msgspec.json.encode(outcome).decode() + "\n", path, utf8=True)
    paint = paint_for_file() if path else paint_for(sys.stdout)
    lines = [] if "quiet" in request.flags else _lines(outcome, paint)
    other = any(step.name == "engine" and step.outcome == "note" for step in outcome.steps)
    compared = any(step.name == "root" for step in outcome.steps)
    last = {
        "same": f"replayed: the same bytes{', by another version or other code of the engine' if other else ''}",
        "different": f"replayed: something else than what was attested ({outcome.code})",
        "undecided": f"replayed, but not everything could be compared ({outcome.code})"
        if compared
        else f"not replayed: the run cannot be repeated here ({outcome.code}); `--inputs` supplies files",
    }[outcome.verdict]
    ink = {"same": Ink.GOOD, "different": Ink.FAIL, "undecided": Ink.WARN}[outcome.verdict]
    lines.append(paint(last, ink))
    return deliver("\n".join(lines) + "\n", path, utf8=False)


def _lines(outcome: Replayed, paint: Paint) -> list[str]:
    """A line per step, then the first differences."""
    symbols = paint.symbols
    marks = {
        "same": paint(symbols.tick, Ink.GOOD),
        "different": paint(symbols.cross, Ink.FAIL),
        "note": paint(symbols.dot, Ink.DIM),
        "skip": paint(symbols.question, Ink.WARN),
    }
    lines = []
    wide = max(width(clean(step.name)) for step in outcome.steps)
    for step in outcome.steps:
        first, *rest = wrap(clean(step.text), max(paint.columns - wide - 4, 20)) or [""]
        lines.append(f"{marks[step.outcome]} {pad(clean(step.name), wide)}  {first}")
        lines += [" " * (wide + 4) + row for row in rest]
    for item in outcome.differences:
        what = f"{item.requirement}  {item.product}" if item.requirement else "the result"
        lines += [f"  {clean(what)}", f"    was {clean(item.was)}", f"    now {clean(item.now)}"]
    more = outcome.differences_total - len(outcome.differences)
    return [*lines, f"  and {more:,} more"] if more else lines
