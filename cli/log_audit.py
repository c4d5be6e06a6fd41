"""`rulewright log audit`: whether a log is what its head says, and the one that others have seen.

Guarantees: exit code 0 only where everything was computed and a known key signed the head; without a key, 3 at best.
"""

from __future__ import annotations

from rulewright.attest.log import audit
from rulewright.attest.log.audit import Seen
from rulewright.cli import exits, log_inputs
from rulewright.cli.documents import name_of
from rulewright.cli.log_folder import Folder
from rulewright.cli.options import Request
from rulewright.cli.problems import refuse
from rulewright.cli.streams import put, say
from rulewright.cli.text import clean, plural
from rulewright.diagnostics import Diagnostic


def run(request: Request) -> int:
    """Audit; return the exit code."""
    folder = request.arguments[0]
    first = log_inputs.head_in(folder)
    if isinstance(first, Diagnostic):
        return refuse([first])
    keys = log_inputs.vkeys(request)
    if isinstance(keys, Diagnostic):
        return refuse([keys])
    heads: list[Seen] = []
    for path in request.many("head"):
        head = log_inputs.head_of(path)
        if isinstance(head, Diagnostic):
            return refuse([head])
        heads.append(Seen(name_of(path), head))
    found = audit.audit(Folder(folder), keys, heads)
    put(_text(found))
    if "quiet" not in request.flags:
        for line in found.notes:
            say(f"note: {clean(line)}")
    return _code(found)


def _text(found: audit.Audit) -> str:
    """The audit in lines."""
    lines = [
        f"log      {clean(found.head.origin)}",
        f"head     {audit.told(found.head)}",
        f"signed   {_SIGNED[found.signed]}",
        f"looked   {plural(found.files, 'file')}, {plural(found.heads, 'head')} from outside",
    ]
    lines += [f"{item.code}   {clean(item.text)}" for item in found.findings]
    lines.append(_verdict(found))
    return "\n".join(lines) + "\n"


_SIGNED = {
    "signed": "by the log's key",
    "unsigned": "NOT by the log's key",
    "unchecked": "not checked: no `--vkey` or `--trust`",
}


def _verdict(found: audit.Audit) -> str:
    if found.findings:
        return f"the log does not hold: {plural(len(found.findings), 'finding')}"
    if found.signed == "unchecked":
        return "undecided: nobody said whose signature counts (`--vkey`, `--trust`)"
    return "the log is what its head says"


def _code(found: audit.Audit) -> int:
    if found.findings:
        return exits.BLOCKED
    return exits.NOTHING if found.signed == "unchecked" else exits.OK
