"""The command about transparency logs, and its options.

Guarantees: plain declarations, as in `options`; nothing is opened or checked here.
"""

from __future__ import annotations

from rulewright.cli.declared import Argument, Command, Option, flag
from rulewright.cli.options_keys import KEY, PASSPHRASE_FILE

_ORIGIN = Option("origin", ("--origin",), "The name of the log, like log.example/firmware.", metavar="NAME")
_NAME = Option("name", ("--name",), "The name of the witness, like witness.example/lab.", metavar="NAME")
_VKEY = Option(
    "vkey",
    ("--vkey",),
    "A verifier key as `log vkey` prints it, or a file of such lines: whose signature counts. May be repeated.",
    metavar="VKEY|FILE",
    many=True,
)
_TRUST = Option(
    "trust",
    ("--trust",),
    "A trust policy, taken as given: the keys of its logs and witnesses count. May be repeated.",
    metavar="FILE",
    many=True,
)
_HEAD = Option(
    "head",
    ("--head",),
    "A head of the log that somebody has: a checkpoint, a proof, a bundle with a proof, or a copy of the folder. "
    "May be repeated.",
    metavar="FILE|FOLDER",
    many=True,
)
_STATE = Option(
    "state",
    ("--state",),
    "Where the witness keeps the heads that it saw last (default: the key's file with .seen after it).",
    metavar="FILE",
)
_AT = Option(
    "at", ("--at",), "The day that a witness states, and of the trust policy (default: now, UTC).", metavar="DATE"
)
_OUTPUT = Option(
    "output", ("--output", "-o"), "Write to this file, whole or not at all (default: see each).", metavar="FILE"
)
_OVERWRITE = flag("overwrite", "Let `append` write over a bundle that is there and is not the one given.", "--force")
_QUIET = flag("quiet", "Say only the answer; no words on stderr but errors.", "--quiet", "-q")
_DEBUG = flag("debug", "Show the traceback of an internal error.")

COMMANDS: tuple[Command, ...] = (
    Command(
        "log",
        "Keep attestations in a transparency log, which is a plain folder: append, prove, witness, audit.",
        "log_command",
        Argument(
            "words",
            "WORD",
            "`new FOLDER`, `append FOLDER BUNDLE…`, `prove FOLDER [BUNDLE]`, `show FOLDER|FILE`, `audit FOLDER`, "
            "`witness FOLDER|FILE`, `cosign FOLDER FILE…`, or `vkey KEYFILE`.",
        ),
        (KEY, PASSPHRASE_FILE, _ORIGIN, _NAME, _VKEY, _TRUST, _HEAD, _STATE, _AT, _OUTPUT, _OVERWRITE, _QUIET, _DEBUG),
        "The folder is a C2SP tlog-tiles log. Exit codes: 0 done, 1 the log contradicts itself or was changed, 2 bad input "
        "or usage, 3 nobody said whose signature counts, 4 internal error.",
    ),
)
