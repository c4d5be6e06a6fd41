"""The command that verifies an attestation, declared once.

Guarantees: plain declarations, as in `options`; nothing is opened or checked here.
"""

from __future__ import annotations

from rulewright.cli.declared import Argument, Command, Option, flag

_MANY = "May be repeated."
VERIFY = Command(
    "verify",
    "Verify an attestation offline: is it genuine, is it about this file, and what does it say of the product.",
    "verify_command",
    Argument(
        "bundle",
        "BUNDLE",
        "A bundle as `rulewright attest` writes it, or its root alone; - reads stdin.",
        required=False,
    ),
    (
        Option(
            "artifact",
            ("--artifact",),
            f"A file of the product, like its firmware, that the attestation must be about. {_MANY}",
            metavar="FILE",
            many=True,
        ),
        Option("trust", ("--trust",), "The trust policy: whose signature counts for what.", metavar="FILE"),
        Option(
            "anchor",
            ("--anchor",),
            f"A public key by which the trust policy must be signed (PEM), got by another way than the policy. {_MANY}",
            metavar="FILE",
            many=True,
        ),
        Option(
            "anchors_needed",
            ("--anchors-needed",),
            "How many of the anchors must have signed the trust policy (default: all that are given).",
            "number",
            "N",
        ),
        Option(
            "key",
            ("--key",),
            f"A public key or certificate (PEM) to trust, without or beside a trust policy. {_MANY}",
            metavar="FILE",
            many=True,
        ),
        Option(
            "status",
            ("--status",),
            f"A status list: which attestations were revoked or superseded. {_MANY}",
            metavar="FILE",
            many=True,
        ),
        Option(
            "disclosure",
            ("--disclosure",),
            f"Single rows with their proofs, as `rulewright disclose` writes them. {_MANY}",
            metavar="FILE",
            many=True,
        ),
        Option("at", ("--at",), "The day on which it must hold (default: today, UTC).", metavar="DATE"),
        Option(
            "grace",
            ("--grace",),
            "For how many days a status list still counts after its next update (default: 0).",
            "number",
            "DAYS",
        ),
        Option(
            "seen",
            ("--seen",),
            "Remember the newest version of each trust policy in this file; refuse an older one, and a newer one that those of the role root before did not sign.",
            metavar="FILE",
        ),
        flag("require_pass", "Also fail where the product does not comply: where something blocks."),
        Option(
            "format",
            ("--format", "-f"),
            "How to report (default: terminal).",
            choices=("terminal", "json", "json-v1"),
        ),
        Option(
            "output",
            ("--output", "-o"),
            "Write the report to a file instead of stdout, whole or not at all.",
            metavar="FILE",
        ),
        Option(
            "page",
            ("--page",),
            "Write verify.html, the page that does the same in a browser, offline; needs no BUNDLE.",
            metavar="FILE",
        ),
        Option(
            "openssl",
            ("--openssl",),
            "Write signatures, keys and what was signed to a new folder, with the commands for plain openssl.",
            metavar="FOLDER",
        ),
        flag("quiet", "Say only the answer; no words on stderr but errors.", "--quiet", "-q"),
        flag("debug", "Show the traceback of an internal error."),
    ),
    "No network is used. Exit codes: 0 valid, 1 invalid, 2 unreadable or bad usage, 3 it cannot be told with what was given, "
    "4 internal error. Whether the product complies plays no part, but with --require-pass.",
)
