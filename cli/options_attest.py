"""The commands about attestations, declared once, as `options` declares the others.

Guarantees: as there; this is the part of its table that regulators and signers use.
"""

from __future__ import annotations

from rulewright.cli.declared import Argument, Command, Option, flag
from rulewright.cli.options_keys import COMMANDS as KEYS
from rulewright.cli.options_keys import EPHEMERAL, KEY, PASSPHRASE_FILE
from rulewright.cli.options_log import COMMANDS as LOG
from rulewright.cli.options_verify import VERIFY

QUIET = flag("quiet", "Say only the answer; no words on stderr but errors.", "--quiet", "-q")
DEBUG = flag("debug", "Show the traceback of an internal error.")
ARTIFACT = Option(
    "artifact",
    ("--artifact",),
    "A file of the product itself, like its firmware: what the attestation is about. May be repeated.",
    metavar="FILE",
    many=True,
)
_BUNDLE_OUT = Option(
    "output",
    ("--output", "-o"),
    "The bundle to write, whole or not at all (default: a new file called after the product).",
    metavar="FILE",
)
_OVERWRITE = flag("overwrite", "Write over a file that is there.", "--force")
_SEED = Option(
    "seed",
    ("--seed",),
    "A file with the seed of all salts, 64 hexadecimal digits (default: fresh dice). The same seed gives the same bytes.",
    metavar="FILE",
)
_UNTIL = Option(
    "valid_until",
    ("--valid-until",),
    "The last day on which the attestation holds, if no waiver, policy or feed ends it before (default: a year).",
    metavar="DATE",
)
_SUPERSEDES = Option(
    "supersedes",
    ("--supersedes",),
    "The attestation that this one takes the place of: its bundle, or the SHA-256 of its root.",
    metavar="BUNDLE|SHA256",
)
_STATUS_LIST = Option(
    "status_list", ("--status-list",), "The name of the status list that will tell of this attestation.", metavar="ID"
)
_ORIGIN = Option("origin", ("--log-origin",), "The origin of the log that will hold this attestation.", metavar="NAME")
_NO_INPUTS = flag("no_inputs", "Do not enclose the documents and rule texts: who repeats the run must have them.")
_ROOT_ONLY = flag(
    "root_only", "Write root and short statements alone, from which no verdict on a single requirement can be read."
)
_NO_VIEWS = flag(
    "no_views", "Make no documents in the forms of others (OSCAL, SARIF, …): a smaller file, in a fifth of the time."
)
_NO_PAGE = flag("no_page", "Do not enclose the page that verifies offline.")

COMMANDS: tuple[Command, ...] = (
    Command(
        "attest",
        "Sign a result, as one file that its receiver can verify offline and run again.",
        "attest_command",
        Argument("result", "RESULT", "A result as `rulewright check … --format json` writes it; - reads stdin."),
        (
            *(KEY, EPHEMERAL, PASSPHRASE_FILE, ARTIFACT, _BUNDLE_OUT, _OVERWRITE, _UNTIL, _SUPERSEDES, _STATUS_LIST),
            *(_ORIGIN, _SEED, _NO_INPUTS, _ROOT_ONLY, _NO_VIEWS, _NO_PAGE, QUIET, DEBUG),
        ),
        "The files that the result was made of are looked for where they lay and enclosed. Exit codes: 0 written, 2 bad "
        "input or usage, 4 internal error; whether the product complies plays no part.",
    ),
    VERIFY,
    Command(
        "stamp",
        "Prove when an attestation was signed: ask a time stamping authority (RFC 3161), and add its answer.",
        "stamp_command",
        Argument("bundle", "BUNDLE", "A bundle as `rulewright attest` writes it."),
        (
            Option(
                "request",
                ("--request",),
                "Write the question for the authority, over one signature; nothing is sent.",
                metavar="FILE",
            ),
            Option("signature", ("--signature",), "Which signature to ask about (default: 1).", "number", "N"),
            Option("reply", ("--reply",), "The authority's answer (.tsr), to be put into the bundle.", metavar="FILE"),
            Option(
                "output",
                ("--output", "-o"),
                "The bundle to write, whole or not at all (default: in the place of BUNDLE).",
                metavar="FILE",
            ),
            *(_OVERWRITE, QUIET, DEBUG),
        ),
        "The authority must embed its own certificate only. Whether its signature is good is for `verify` to say, with a trust "
        "policy that names it. Exit codes: 0 written, 2 bad input or usage, 4 internal error.",
    ),
    Command(
        "disclose",
        "Show single rows of an attestation, with their proofs, to somebody who must not see the others.",
        "disclose_command",
        Argument("bundle", "BUNDLE [REQUIREMENT]", "A bundle that holds rows and seed, and the requirements to show."),
        (
            Option("product", ("--product",), "Only rows of this product.", metavar="ID"),
            flag("detail", "Show the whole result of each row, with its evidence."),
            Option(
                "absent",
                ("--absent",),
                "Prove that there is no row of this requirement, by its neighbours' names.",
                metavar="REQUIREMENT",
            ),
            Option("standard", ("--standard",), "All rows of this standard. May be repeated.", metavar="ID", many=True),
            Option(
                "only",
                ("--only",),
                "All rows with this status (with --standard: of that standard).",
                choices=("pass", "fail", "waived", "unknown", "error", "not_applicable"),
            ),
            Option(
                "output",
                ("--output", "-o"),
                "Write to a file instead of stdout, whole or not at all.",
                metavar="FILE",
            ),
            *(QUIET, DEBUG),
        ),
        "The receiver checks it against the signed root: `rulewright verify BUNDLE --disclosure FILE`, where a bundle of "
        "`attest --root-only` is enough. Exit codes: 0 written, 2 bad input or usage, 4 internal error.",
    ),
    Command(
        "replay",
        "Evaluate an attestation's run again, from its own inputs, and compare every byte.",
        "replay_command",
        Argument("bundle", "BUNDLE", "A bundle as `rulewright attest` writes it; - reads stdin."),
        (
            Option(
                "inputs",
                ("--inputs",),
                "Where to look for inputs that the bundle does not hold: files or folders, matched by digest. May be repeated.",
                metavar="FILE|FOLDER",
                many=True,
            ),
            Option(
                "engine",
                ("--engine",),
                "Evaluator: the fast one, or the small reference interpreter (default: planes).",
                choices=("planes", "reference"),
            ),
            Option(
                "format",
                ("--format", "-f"),
                "How to report (default: terminal).",
                choices=("terminal", "json", "json-v1"),
            ),
            Option("output", ("--output", "-o"), "Write the report to a file instead of stdout.", metavar="FILE"),
            *(QUIET, DEBUG),
        ),
        "Nothing shipped, cached or lying on this disk under a recorded name takes part. Signatures are not looked at: use "
        "`rulewright verify`. Exit codes: 0 the same bytes, 1 something else, 2 bad input or usage, 3 it cannot be repeated "
        "here, 4 internal error.",
    ),
    *KEYS,
    *LOG,
)
