"""The commands about keys, trust policies and status lists, and the options by which every command that signs names its keys.

Guarantees: plain declarations, as in `options`; nothing is opened or checked here.
"""

from __future__ import annotations

from rulewright.cli.declared import Argument, Command, Option, flag

KEY = Option(
    "key",
    ("--key",),
    "A private key to sign with: a file, or hsm:, awskms:, gcpkms:, azurekms:, hv: for keys that live elsewhere, sigstore:FOLDER for none. May be repeated.",
    metavar="FILE|URI",
    many=True,
)
EPHEMERAL = flag("ephemeral", "Sign with a key that is made now and thrown away: for trials only; nobody trusts it.")
PASSPHRASE_FILE = Option(
    "passphrase_file",
    ("--passphrase-file",),
    "The file whose first line is the passphrase of the keys, or the PIN of the token (default: the variable "
    "RULEWRIGHT_PASSPHRASE; asked for on a terminal).",
    metavar="FILE",
)
ALGORITHMS = ("ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "ml-dsa-65", "hybrid")
_ALGORITHM = Option(
    "algorithm",
    ("--algorithm",),
    "What kind of key (default: ed25519); hybrid makes two, one of them post-quantum.",
    choices=ALGORITHMS,
)
_UNENCRYPTED = flag("unencrypted", "Write the key without a passphrase: whoever reads the file can sign.")
_DAY = Option("as_of", ("--as-of",), "The day on which this is done (default: today, UTC).", metavar="DATE")
_OUTPUT = Option(
    "output",
    ("--output", "-o"),
    "The file to write, whole or not at all (default: the file that is changed).",
    metavar="FILE",
)
_REASON = Option("reason", ("--reason",), "Why, in a few words; everybody reads them.")
_OWNER = Option("owner", ("--owner",), "Whose key it is (default: the owner of the key that it replaces).")
_FROM = Option(
    "start", ("--from",), "The first day of the new key (default: the day on which this is done).", metavar="DATE"
)
_UNTIL = Option(
    "until", ("--until",), "The last day of the new key (default: two years after its first).", metavar="DATE"
)
_EXPIRES = Option(
    "expires", ("--expires",), "The last day of the new trust policy (default: as before).", metavar="DATE"
)
_COMPROMISED = Option(
    "compromised_since",
    ("--compromised-since",),
    "Revoke the old key: nothing counts that it signed from this day on.",
    metavar="DATE",
)
_LIST_ID = Option("id", ("--id",), "The name of the list, as attestations name it, like urn:acme:status.", metavar="ID")
_DAYS = Option(
    "days", ("--days",), "For how many days the list speaks (default: 30 for a new one, else as before).", "number", "N"
)
_SIGNED_BY = Option(
    "signed_by",
    ("--signed-by",),
    "The public key that signed the list as it is now, where the keys given are new. May be repeated.",
    metavar="FILE",
    many=True,
)
_FORMAT = Option(
    "format", ("--format", "-f"), "How to show it (default: terminal); toml only by `trust show`.",
    choices=("terminal", "json", "toml"),
)  # fmt: skip
_KEYS_FORMAT = Option("format", ("--format", "-f"), "How to show it (default: terminal).", choices=("terminal", "json"))
_QUIET = flag("quiet", "Say only the answer; no words on stderr but errors.", "--quiet", "-q")
_DEBUG = flag("debug", "Show the traceback of an internal error.")
_SIGNING = (KEY, PASSPHRASE_FILE)
_EXITS = "Exit codes: 0 done, 2 bad input or usage, 4 internal error."

COMMANDS: tuple[Command, ...] = (
    Command(
        "keys",
        "Make, show and rotate the keys that attestations are signed with.",
        "keys_command",
        Argument(
            "words",
            "WORD",
            "`new FILE`, `show FILE…`, `public FILE|URI` for the public half, or `rotate TRUST OLD NEW`.",
        ),
        (
            *(_ALGORITHM, _UNENCRYPTED, *_SIGNING, _OWNER, _FROM, _UNTIL, _EXPIRES, _COMPROMISED, _REASON),
            *(_DAY, _KEYS_FORMAT, _OUTPUT, _QUIET, _DEBUG),
        ),
        "`new` writes FILE (private, with a passphrase) and FILE.pub; it never writes over a file. " + _EXITS,
    ),
    Command(
        "trust",
        "Sign and show trust policies: whose signature counts for what.",
        "trust_command",
        Argument("words", "WORD", "`sign POLICY.toml`, `sign TRUST.json` to add a signature, or `show FILE`."),
        (*_SIGNING, _DAY, _FORMAT, _OUTPUT, _QUIET, _DEBUG),
        _EXITS,
    ),
    Command(
        "status",
        "Keep a status list: which attestations were revoked, suspended or superseded.",
        "status_command",
        Argument(
            "words",
            "WORD",
            "`new LIST`, `revoke LIST BUNDLE`, `suspend LIST BUNDLE`, `restore LIST BUNDLE`, `supersede LIST OLD NEW`, "
            "`renew LIST`, or `show LIST`.",
        ),
        (*_SIGNING, _LIST_ID, _DAYS, _REASON, _SIGNED_BY, _DAY, _KEYS_FORMAT, _OUTPUT, _QUIET, _DEBUG),
        "BUNDLE may also be the SHA-256 of a root. " + _EXITS,
    ),
)
