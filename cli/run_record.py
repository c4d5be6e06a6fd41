"""What a run depended on, as its result records it.

Guarantees: names as given and digests of the bytes that were read; sorted, so it does not depend on the order of the command
line; no folder of this machine that was not given.  It reads nothing: `documents` and `feeds` noted the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from rulewright.cli.compiling import Compiled, parameters
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.dsl import ir
from rulewright.engine.result import Report, Run, RunFile, RunGiven


def recorded(request: Request, compiled: Compiled, report: Report, given: Sequence[RunGiven], limit: int) -> Run:
    """The record of a run that gave this report."""
    assert compiled.program is not None
    assert compiled.rules is not None
    params = parameters(request.many("param"))
    texts = sorted((name_of(name), sha256(data).hexdigest()) for name, data in compiled.rules.texts.items())
    return Run(
        as_of=report.as_of,
        fail_on=report.fail_on,
        limit=limit,
        same_product="same_product" in request.flags,
        validate="validate" in request.flags,
        conflicts="conflicts" in request.flags,
        placed_on_market=request.one("placed_on_market"),
        params=dict(sorted(params.items())) if isinstance(params, dict) else {},
        roots=tuple(sorted({name_of(name) for name in compiled.rules.roots})),
        texts=tuple(RunFile(name, digest) for name, digest in texts),
        given=tuple(sorted(given, key=lambda item: (item.option, item.word))),
        unrepeatable=tuple(sorted({f"--scan {word}" for word in request.many("scan")})),
        program=program_digest(compiled.program),
    )


def program_digest(program: ir.Program) -> str:
    """The digest of compiled rules."""
    return sha256(ir.encode(program)).hexdigest()
