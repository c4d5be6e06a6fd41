"""One measurement each, in a process of its own (`python -m bench.tasks '{"task": …}'`), answered as one line of JSON.

Guarantees: the answer's digest is compared with the expected one by the caller; making inputs and reading results is
outside the time.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import msgspec

from bench import answers, fleets, forms, inventory, ours, rules
from bench.answers import Answers, Idiom
from bench.rails import Shape, compose
from bench.rules import Mix
from bench.timing import repeat
from rulewright.dsl import ir
from rulewright.engine import report
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import Plan, make
from rulewright.facts.base import FactBase
from rulewright.facts.stack import ProductFacts, stack

IDIOMS: tuple[Idiom, ...] = ("full", "deny")
PEERS = ("opa", "opa_loaded", "regorus_", "regorus_loaded", "cel", "cedar", "schema", "polars_")
Record = dict[str, object]


class Job(msgspec.Struct, frozen=True):
    """What to measure."""

    task: str
    n: int
    rules: int
    mix: Mix = "shared"
    idiom: Idiom = "full"
    budget: float = 20.0


def peer_module(name: str) -> ModuleType:
    """A peer's module."""
    return importlib.import_module(f"bench.peers.{name}")


def shapes_of(peer: ModuleType, program: ir.Program) -> list[Shape[str]]:
    """The rules that a peer can express."""
    shapes: list[Shape[str]] = [Shape(r) for r in program.requirements]
    return [s for s in shapes if peer.covers(s)]


def _checked(job: Job, got: Answers) -> Record:
    return {"digest": answers.digest(got, job.idiom), "covered": len(got)}


def prepared(engine: object, data: bytes) -> None:
    """Let an engine load the facts, if it does that apart from evaluating."""
    load = getattr(engine, "prepare", None)
    if load is not None:
        load(data)


def peer(job: Job, name: str) -> Record:
    """A peer, warm: policy loaded, input as bytes, result as its host gets it."""
    module = peer_module(name)
    shapes = shapes_of(module, rules.make(job.rules, job.mix))
    data = forms.peer_json(inventory.make(job.n))
    text = module.policy(shapes, job.idiom)
    load, engine = repeat(lambda: module.Engine(text, shapes), budget=1, most=3)
    prepared(engine, data)
    timing, result = repeat(lambda: engine.run(data), job.budget)
    got = compose(shapes, engine.raw(result), job.idiom)
    return {"cpu": timing.cpu, "runs": timing.runs, "load": load.cpu, **_checked(job, got)}


def planes(job: Job) -> Record:
    """Our evaluator, warm: plan made, facts in memory; verdicts and all evidence."""
    program = rules.make(job.rules, job.mix)
    product = inventory.make(job.n)
    facts = forms.fact_base(product)
    load, plan = repeat(lambda: make(program), budget=1)
    timing, found = repeat(lambda: ours.planes(plan, facts), job.budget)
    got = ours.answers(program, found, product.ids)
    return {"cpu": timing.cpu, "runs": timing.runs, "load": load.cpu, **_checked(job, got)}


def without_reach(program: ir.Program) -> ir.Program:
    """The program without the rules that follow the graph."""
    kept = tuple(r for r in program.requirements if Shape[str](r).family != "reach")
    return msgspec.structs.replace(program, requirements=kept)


def both(job: Job) -> Record:
    """Planes and the reference interpreter on the rules without reachability, in one process."""
    program = without_reach(rules.make(job.rules, job.mix))
    product = inventory.make(job.n)
    facts = forms.fact_base(product)
    plan = make(program)
    fast, found = repeat(lambda: ours.planes(plan, facts), 2)
    slow, told = repeat(lambda: ours.reference(program, facts), job.budget)
    first, second = (ours.answers(program, f, product.ids) for f in (found, told))
    agree = answers.digest(first, "full") == answers.digest(second, "full")
    return {"cpu": fast.cpu, "runs": slow.runs, "reference": slow.cpu, "agree": agree, **_checked(job, first)}


def read_facts(data: bytes, product: inventory.Inventory) -> FactBase:
    """Bytes to facts: the document as it is, the product's attributes as declared."""
    from rulewright import sbom

    document = sbom.read(data, "bench.cdx.json")
    if not isinstance(document, sbom.Document):
        raise RuntimeError(str(document))  # noqa: TRY004  # not our document, not a type
    declared = forms.declared(product)
    return stack([ProductFacts(document.product, {**document.attributes, **declared}, document.tables)])


def whole(job: Job) -> Record:
    """Bytes of CycloneDX to bytes of the JSON result, and a simdjson parse of the same bytes, in one process."""
    import simdjson

    program = rules.make(job.rules, job.mix)
    product = inventory.make(job.n)
    data = forms.cyclonedx(product)
    plan = make(program)

    def run() -> tuple[Planes, bytes]:
        facts = read_facts(data, product)
        engine = Planes(evaluate(plan, facts, inventory.AS_OF))
        return engine, report.encode(report.build(engine))

    parser = simdjson.Parser()  # kept: its buffers are warm, as ours are
    limit, _ = repeat(lambda: parser.parse(data) is None, 2)
    timing, (engine, encoded) = repeat(run, job.budget)
    column = engine.facts.tables["component"].column("id")
    ids = [str(column.values[code]) for code in column.codes]
    got = ours.answers(program, ours.collect(program, engine), ids)
    sizes = {"bytes": len(data), "result_bytes": len(encoded), "simdjson": limit.cpu}
    return {"cpu": timing.cpu, "runs": timing.runs, **sizes, **_checked(job, got)}


def fleet(job: Job) -> Record:
    """Ten thousand products from facts in memory: the verdict of every rule for every product, checked on a sample."""
    program = rules.make(job.rules, job.mix)
    made = fleets.make(job.n, 200, 60_000)
    plan = make(program)

    timing, verdicts = repeat(lambda: _verdicts(plan, made.facts), job.budget)
    wrong = fleets.wrong(made, program, verdicts, sample=20)
    return {
        "cpu": timing.cpu,
        "runs": timing.runs,
        "digest": fleets.digest(verdicts),
        "agree": not wrong,
        "covered": job.rules,
    }


def _verdicts(plan: Plan, facts: FactBase) -> list[bytes]:
    evaluation = evaluate(plan, facts, inventory.AS_OF)
    return [evaluation.verdicts(r) for r in range(len(plan.requirements))]


def fleet_verdicts(program: ir.Program, made: fleets.Fleet) -> list[bytes]:
    """The verdict of every rule (outer) for every product (inner), as places in `result.VERDICTS`."""
    return _verdicts(make(program), made.facts)


def expected(job: Job) -> Record:
    """The second opinion's digests for each set of families that some engine covers."""
    from bench import oracle

    program = rules.make(job.rules, job.mix)
    got = oracle.judge(program, inventory.make(job.n))
    return {name: {i: _part(program, got, families, i) for i in IDIOMS} for name, families in COVERAGE.items()}


COVERAGE = {
    "all": {"each", "product", "count", "reach"},
    "no reach": {"each", "product", "count"},
    "each and product": {"each", "product"},
}


def _part(program: ir.Program, got: Answers, families: set[str], idiom: Idiom) -> str:
    kept = [r.id for r in program.requirements if Shape[str](r).family in families]
    return answers.digest(got, idiom, kept)


def match(job: Job) -> Record:
    """Components looked up in a feed of `rules` advisories: with a new index, and with the one that is kept."""
    import resource
    import tempfile
    from pathlib import Path

    from bench import matching
    from rulewright.threats.feeds.opening import opened, units
    from rulewright.threats.match import Matcher
    from rulewright.threats.store import index

    made, listed = matching.feed(job.rules), matching.components(job.n, job.rules)
    product = matching.product(listed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.jsonl"
        matching.write(made, path)

        def run(cache: str | None) -> str:
            (unit,) = units(str(path))
            ready = index(unit, opened(unit), cache)
            found = Matcher([ready], None).matched(product)
            ready.close()
            return matching.answered(found)

        first, digest = repeat(lambda: run(None), job.budget / 2, most=3)
        run(folder)
        timing, again = repeat(lambda: run(folder), job.budget / 2, most=5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    right = digest == again == matching.expected(made, listed)
    return {"cpu": timing.cpu, "runs": timing.runs, "new": first.cpu, "peak": peak, "agree": right, "digest": digest}


def _refuse(job: Job) -> Record:
    raise SystemExit(f"no task {job.task}")


def run(job: Job) -> Record:
    """Do one job."""
    kind, _, name = job.task.partition(":")
    if kind == "peer":
        return peer(job, name)
    tasks: dict[str, Callable[[Job], Record]] = {
        "planes": planes, "both": both, "whole": whole, "fleet": fleet, "expected": expected,
        "match": match,
    }  # fmt: skip
    return tasks.get(kind, _refuse)(job)


def main(arguments: Sequence[str]) -> None:
    """Do the job given as JSON and print the answer."""
    print(json.dumps(run(msgspec.json.decode(arguments[0], type=Job))))


if __name__ == "__main__":
    main(sys.argv[1:])
