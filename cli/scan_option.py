"""`--scan HOST[:PORTS]`: the live check of hosts that the user names; without the option nothing is connected to.

Guarantees: what will be done is told before it is done; a word that is no single host stops the check before any connection.
What it does not do: look for hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rulewright.cli.days import today
from rulewright.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from rulewright.devices.reports import Report

HELP = (
    "Connect to the named host (at most 16 addresses and 1,024 TCP ports of each) and take what answers there as facts. "
    "Only for devices that you may test. PORTS as in 22,80,8000-8010."
)
METAVAR = "HOST[:PORTS]"


def collect(words: Sequence[str], tell: Callable[[str], None]) -> tuple[Report | None, list[Diagnostic]]:
    """Check the named hosts; `tell` gets one sentence for each before anything is done.  Errors: RW1532."""
    from rulewright.devices import scan

    found, refused = scan.targets(words)
    if refused:
        message = "`{}` cannot be checked: {}"
        return None, [
            Diagnostic("RW1532", Severity.ERROR, message.format(r.text, r.why), hint=f"write `--scan {METAVAR}`")
            for r in refused
        ]
    for sentence in scan.plan(found):
        tell(sentence)
    return (scan.scan(found, today()) if found else None), []
