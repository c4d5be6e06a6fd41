"""All conflicts in planted suites: `python -m bench.conflicts '{"size": …}'` measures one suite, answered as one row.

Guarantees: the time is that of normalising the programs and of the whole search, from the intermediate form to the list of
minimal conflicts; making the suite is outside of it.  A line is *right* when every planted conflict was found and, in suites
whose conflicts are all known, nothing else; in a messy suite what was found besides is judged again: it has a common
context, no common design, and no part of it is found as well.  Peers see pairs only (`bench.conflict_peers`), and their
estimate for the whole is at the rate measured.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from bench import conflict_peers as peers
from bench import planted
from bench.inventory import AS_OF, Dice
from bench.record import Row, State
from rulewright.engine.analysis.hunt import Prepared
from rulewright.engine.analysis.model import Problem, Searched
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.search import search

ROOT = Path(__file__).parents[1]
OURS = "ours"
EDITED = "one edited requirement"
SUITES: tuple[tuple[int, planted.Style, int], ...] = (
    (100, "clean", 4),
    (500, "clean", 4),
    (2_000, "clean", 4),
    (10_000, "clean", 4),
    (2_000, "dense", 4),
    (10_000, "dense", 4),
    (2_000, "messy", 4),
    (10_000, "messy", 2),
    (10_000, "messy", 3),
)
"""Requirements, style, arity."""
PEER_SIZES = (100, 500)
EDITS = 200


class Job(msgspec.Struct, frozen=True):
    """What to measure: `engine` is ours, an edited requirement, or the name of a peer."""

    size: int
    style: planted.Style
    arity: int
    engine: str = OURS
    budget: float = 20.0


# --- ours ----------------------------------------------------------------------------------------------------------------


def ours(job: Job) -> Row:
    """The whole list."""
    suite = planted.make(job.size, job.style)
    start = time.process_time()
    problem = build([suite.program], suite.vocabulary, as_of=AS_OF)
    built = time.process_time()
    searched = search(problem, arity=job.arity)
    end = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = named(problem, searched)
    counts = [sum(len(one) == size for one in found) for size in range(1, job.arity + 1)]
    return Row(
        family="conflicts", engine=OURS, idiom=job.style, n=job.size, rules=job.arity,
        state=judged(suite, problem, searched, job.arity), cpu=round((end - start) * 1e6), runs=1,
        other=round((built - start) * 1e6), peak=peak, size=sum(len(one) <= job.arity for one in suite.truth),
        covered=len(found), note=f"{searched.calls:,} questions; by members {' + '.join(map(str, counts))}",
    )  # fmt: skip


def named(problem: Problem, searched: Searched) -> set[tuple[str, ...]]:
    """What was found, by ids."""
    return {tuple(sorted(problem.owners[owner].id for owner in one.owners)) for one in searched.found}


def judged(suite: planted.Suite, problem: Problem, searched: Searched, arity: int) -> State:
    """Right or wrong."""
    found = named(problem, searched)
    want = {one for one in suite.truth if len(one) <= arity}
    if searched.complete_up_to < arity or not want <= found or (suite.exact and want != found):
        return "wrong"
    dice, oracle = Dice("judged", len(found)), Oracle(problem)
    ready = Prepared(problem)
    sample = searched.found if len(searched.found) < 200 else [dice.pick(searched.found) for _ in range(200)]
    for one in sample:
        units = [*one.units, *one.axioms]
        rest = [[other for other in units if other != unit] for unit in units]
        if not ready.contexts.meet(units) or oracle.satisfiable(units) or not all(map(oracle.satisfiable, rest)):
            return "wrong"
    return "right"


def edited(job: Job) -> Row:
    """The conflicts of one requirement against all others, the suite being loaded: 95th percentile, and the median."""
    suite = planted.make(job.size, job.style)
    problem = build([suite.program], suite.vocabulary, as_of=AS_OF)
    ready = Prepared(problem)
    whole = search(problem, arity=job.arity, ready=ready)
    dice = Dice("edited", job.size)
    culprits = list(whole.culprits or ())
    chosen = [dice.pick(culprits) if n % 4 == 0 else dice.below(len(problem.owners)) for n in range(EDITS)]
    times, right = [], True
    for owner in chosen:
        start = time.process_time()
        got = search(problem, arity=job.arity, roots=[owner], ready=ready)
        times.append(time.process_time() - start)
        right &= {one.owners for one in got.found} == {one.owners for one in whole.found if owner in one.owners}
    times.sort()
    return Row(
        family="conflicts", engine=EDITED, idiom=job.style, n=job.size, rules=job.arity, state="right" if right else "wrong",
        cpu=round(times[len(times) * 95 // 100] * 1e6), other=round(times[len(times) // 2] * 1e6), runs=EDITS,
        peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, note="95th percentile; a quarter of them culprits",
    )  # fmt: skip


# --- peers ---------------------------------------------------------------------------------------------------------------


def _z3(problem: Problem, budget: float, *, naive: bool) -> peers.Trial:
    import z3

    return peers.fresh_smt(problem, z3, budget, naive=naive)


def _cvc5(problem: Problem, budget: float) -> peers.Trial:
    from cvc5 import pythonic

    return peers.fresh_smt(problem, pythonic, budget, naive=False)


def _one(problem: Problem, budget: float) -> peers.Trial:
    import z3

    return peers.one_smt(problem, z3, budget)


PEERS: dict[str, Callable[[Problem, float], peers.Trial]] = {
    "z3 per pair, everything declared": lambda problem, budget: _z3(problem, budget, naive=True),
    "z3 per pair that shares an attribute": lambda problem, budget: _z3(problem, budget, naive=False),
    "one z3 with assumptions": _one,
    "cvc5 per pair that shares an attribute": _cvc5,
    "clingo, one program": peers.clingo_pairs,
    "MARCO with z3": peers.marco,
}
"""Each takes a problem and a budget of CPU seconds."""


def peer(job: Job) -> Row:
    """A peer's list of pairs, as far as its budget goes."""
    suite = planted.make(job.size, job.style)
    problem = build([suite.program], suite.vocabulary, as_of=AS_OF)
    row = Row(family="conflicts", engine=job.engine, idiom=job.style, n=job.size, rules=2, state="not run")
    try:
        trial = PEERS[job.engine](problem, job.budget)
    except ImportError:
        return msgspec.structs.replace(row, note="not installed")
    found = {tuple(sorted(problem.owners[owner].id for owner in one)) for one in trial.found}
    done = trial.examined >= trial.total
    want = {one for one in suite.truth if len(one) == 2}
    state: State = "partial" if found <= suite.truth and (not done or want <= found) else "wrong"
    return msgspec.structs.replace(
        row, state=state, cpu=round(trial.seconds * 1e6), runs=1, other=round(trial.whole * 1e6) if trial.examined else 0,
        size=len(suite.truth), covered=len(found), note=f"{trial.examined:,} of {trial.total:,} questions",
    )  # fmt: skip


# --- rows ----------------------------------------------------------------------------------------------------------------


def measured(job: Job) -> Row:
    """One measurement in this process."""
    if job.engine == OURS:
        return ours(job)
    return edited(job) if job.engine == EDITED else peer(job)


def jobs(budget: float = 20.0) -> Iterator[Job]:
    """Everything that is measured; peers have so many CPU seconds each."""
    for size, style, arity in SUITES:
        yield Job(size, style, arity)
    yield Job(10_000, "clean", 4, EDITED)
    for size in PEER_SIZES:
        for name in PEERS:
            yield Job(size, "clean", 2, name, budget)


def rows(budget: float = 20.0) -> Iterator[Row]:
    """Every job in a process of its own; one that heeds no budget is stopped."""
    for job in jobs(budget):
        command = [sys.executable, "-m", "bench.conflicts", msgspec.json.encode(job).decode()]
        missing = Row(
            family="conflicts", engine=job.engine, idiom=job.style, n=job.size, rules=job.arity, state="not run"
        )
        limit = 3 * budget + 60 if job.engine in PEERS else 900
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            yield msgspec.structs.replace(missing, note=f"stopped after {int(limit)} s")
            continue
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            note = "failed: " + (lines[-1] if lines else str(done.returncode))[:160]
            yield msgspec.structs.replace(missing, note=note)
        else:
            yield msgspec.json.decode(done.stdout.splitlines()[-1], type=Row)


def main(arguments: Sequence[str]) -> None:
    """Do the job given as JSON and print the row."""
    print(msgspec.json.encode(measured(msgspec.json.decode(arguments[0], type=Job))).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
