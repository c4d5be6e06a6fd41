"""`rulewright verify`: is an attestation genuine, is it about this file, and what does it say of the product.

Guarantees: the procedure is that of `attest.verify`, which sees bytes alone; no network; nothing that is read is written over.  The exit
code follows the verdict: 0 valid, 1 invalid, 2 unreadable or bad usage, 3 it cannot be told with what was given.
"""

from __future__ import annotations

import sys

import msgspec

from rulewright.attest.verify import Examined, Given, examine
from rulewright.cli import exits, verify_inputs, verify_seen
from rulewright.cli.check import deliver
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.signing import missing
from rulewright.cli.streams import paint_for, paint_for_file, say, write_file
from rulewright.diagnostics import Diagnostic

_CODES = {"valid": exits.OK, "invalid": exits.BLOCKED, "unreadable": exits.BAD_INPUT, "undecided": exits.NOTHING}


def run(request: Request) -> int:
    """Verify, and tell; return the exit code."""
    wrong = verify_inputs.misused(request) or missing()
    if wrong is not None:
        return refuse([wrong])
    page = _page(request)
    if page is not None:
        return refuse([page])
    if not request.arguments:
        return exits.OK
    remembered = verify_seen.read(request.one("seen"))
    if isinstance(remembered, Diagnostic):
        return refuse([remembered])
    given = verify_inputs.given(request, remembered)
    if isinstance(given, list):
        return refuse(given)
    found = examine(given)
    failed = _beside(request, given, found)
    if failed is not None:
        return refuse([failed])
    return _shown(request, given, found) or _CODES[found.verification.verdict]


def _page(request: Request) -> Diagnostic | None:
    """Write the page; what is wrong, where it cannot be."""
    path = request.one("page")
    if path is None:
        return None
    from rulewright.attest.page import page

    try:
        write_file(path, page())
    except OSError as error:
        return problem("RW0006", f"`{name_of(path)}` cannot be written: {(error.strerror or str(error)).lower()}")
    if "quiet" not in request.flags:
        say(f"{name_of(path)}: open it in a browser; it needs no network")
    return None


def _beside(request: Request, given: Given, found: Examined) -> Diagnostic | None:
    """Write what was asked for beside the report; what is wrong, where it cannot be."""
    seen, folder = request.one("seen"), request.one("openssl")
    if seen is not None and found.policy is not None:
        failed = verify_seen.remember(seen, found.policy)
        if failed is not None:
            return failed
    if folder is None:
        return None
    from rulewright.cli.verify_openssl import SCRIPT, write

    commands = write(folder, given, found)
    if isinstance(commands, Diagnostic):
        return commands
    if "quiet" not in request.flags:
        say("\n".join([f"in {name_of(folder)} (all at once: `sh {SCRIPT}`):", *(f"  {line}" for line in commands)]))
    return None


def _shown(request: Request, given: Given, found: Examined) -> int:
    """Render and deliver."""
    path, form = request.one("output"), request.one("format") or "terminal"
    if form != "terminal":
        return deliver(msgspec.json.encode(found.verification).decode() + "\n", path, utf8=True)
    from rulewright.cli.verify_text import terminal

    paint = paint_for_file() if path else paint_for(sys.stdout)
    return deliver(terminal(found, paint, given.disclosures, quiet="quiet" in request.flags), path, utf8=False)
