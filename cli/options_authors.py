"""The commands for those who write rules, and their options.

Guarantees: plain declarations, as in `options`; nothing is opened or checked here.
"""

from __future__ import annotations

from rulewright.cli.declared import Argument, Command, Option, flag
from rulewright.cli.options_keys import EPHEMERAL, KEY, PASSPHRASE_FILE

_QUIET = flag("quiet", "Say only the answer; no words on stderr but errors.", "--quiet", "-q")
_DEBUG = flag("debug", "Show the traceback of an internal error.")
_NO_CACHE = flag("no_cache", "Compile the policy anew; neither read nor write the cache.")
_OVERWRITE = flag("overwrite", "Write over a file that is there.", "--force")
_OUTPUT = Option(
    "output", ("--output", "-o"), "Write to a file instead of stdout, whole or not at all.", metavar="FILE"
)
_AS_OF = Option("as_of", ("--as-of",), "The day all dates are compared with (default: today, UTC).", metavar="DATE")
_CHECK = flag("check", "Change nothing; exit code 1 where a file is not laid out as it would be.")
_DIFF = flag("diff", "Change nothing; show what would change.")
_STDIN_NAME = Option(
    "stdin_name", ("--stdin-name",), "How to call what is read from stdin (default: <stdin>).", metavar="FILE"
)
_LINT_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to report (default: terminal).",
    choices=("terminal", "concise", "json", "json-v1", "sarif", "github"),
)
_FIX = flag("fix", "Put right what can be put right without changing the meaning of a rule.")
_UNSAFE = flag("unsafe_fixes", "With --fix, also what may change the meaning.", "--unsafe-fixes")
_PERSONA = Option(
    "persona",
    ("--persona",),
    "How much to say: to a build (errors only), an author (default), or an auditor (everything).",
    choices=("ci", "author", "auditor"),
)
_SELECT = Option(
    "select",
    ("--select",),
    "Only these rules of the linter, by code or name. May be repeated.",
    metavar="RULE",
    many=True,
)
_IGNORE = Option(
    "ignore", ("--ignore",), "Leave these rules of the linter out. May be repeated.", metavar="RULE", many=True
)
_WARNINGS = flag("deny_warnings", "Warnings block, too: exit code 1.")
_ANALYSE = flag("analyse", "Also ask the analyser: applicability that nothing can meet, checks that always hold, …")
_TEST_FORMAT = Option(
    "format", ("--format", "-f"), "How to report (default: terminal).", choices=("terminal", "json", "json-v1", "junit")
)
_WATCH = flag("watch", "Stay, and run the tests again whenever a file changes.")
_COVERAGE = flag("coverage", "Say which lines of checks the tests have seen true, false and unknown.")
_MUTATION = flag("mutation", "Change each check in small ways, and say which changes no test notices.")
_PROPOSE = flag("propose", "Write tests that would notice what no test notices.")
_UNDER = Option(
    "fail_under",
    ("--fail-under",),
    "Block when coverage, or the share of changes noticed, is less than so many percent.",
    "number",
    "N",
)
_ONLY = Option("only", ("--only",), "Only the tests of this requirement. May be repeated.", metavar="ID", many=True)
_JOBS = Option(
    "jobs", ("--jobs",), "How many processes to run at once (default: as many as there are cores).", "number", "N"
)
_SNAPSHOTS = Option(
    "snapshots",
    ("--snapshots",),
    "Compare the reports about the products in this folder with those kept there.",
    metavar="FOLDER",
)
_UPDATE = flag("update", "With --snapshots, keep the reports as they are now.")
_TO = Option(
    "to", ("--to",), "What to write (default: the other of rw and json).", choices=("rw", "json", "rego", "cel")
)
_ID = Option("id", ("--id",), "The id of an imported policy, like acme.sbom.", metavar="ID")
_EDITION = Option("edition", ("--edition",), "The edition of an imported policy.", metavar="EDITION")
_REQUIREMENT = Option(
    "requirement", ("--requirement",), "Only this requirement. May be repeated.", metavar="ID", many=True
)

_BUNDLE_TRUST = Option(
    "trust", ("--trust",), "The trust policy that says who may vouch for which packs.", metavar="FILE"
)
_BUNDLE_ANCHOR = Option(
    "anchor",
    ("--anchor",),
    "A public key that must have signed the trust policy. May be repeated.",
    metavar="FILE",
    many=True,
)
_LOCK = Option(
    "lock",
    ("--lock",),
    "The lock of the project (default: the nearest rulewright.lock upwards; `add` makes one here).",
    metavar="FILE",
)
_NO_TESTS = flag("no_tests", "Build without running the tests of the rule files; the package says so.")
_AS_OF_BUNDLE = Option(
    "as_of", ("--as-of",), "The day on which keys must be valid (default: today, UTC).", metavar="DATE"
)
_BUNDLE_FORMAT = Option(
    "format", ("--format", "-f"), "How to report (default: terminal).", choices=("terminal", "json")
)

FMT = Command(
    "fmt",
    "Lay out rule files: every comment and every meaning stays.",
    "authors.fmt",
    Argument("files", "FILE", "Rule files, or folders of them; - reads stdin and writes stdout."),
    (_CHECK, _DIFF, _STDIN_NAME, _QUIET, _DEBUG),
    "Exit codes: 0 done, 1 --check or --diff found something, 2 a file cannot be read.",
)
LINT = Command(
    "lint",
    "Look for what compiles and is still not well: unused, untested, without effect, unclear.",
    "authors.lint",
    Argument(
        "files",
        "FILE|ID",
        "Rule files, folders of them, or ids; - reads stdin; all shipped ones, not those of packs, when none is given.",
        required=False,
    ),
    (
        _LINT_FORMAT,
        _OUTPUT,
        _FIX,
        _UNSAFE,
        _DIFF,
        _PERSONA,
        _SELECT,
        _IGNORE,
        _WARNINGS,
        _ANALYSE,
        _STDIN_NAME,
        _AS_OF,
        _NO_CACHE,
        _QUIET,
        _DEBUG,
    ),
    "Exit codes: 0 nothing blocks, 1 something does or --diff found a change, 2 bad input. `rulewright explain CODE` shows the page of a rule.",
)
TEST = Command(
    "test",
    "Run the tests that rule files hold; say what they cover, and what they would not notice.",
    "testing.command",
    Argument(
        "files",
        "FILE|ID",
        "Rule files, folders of them, or ids; all shipped ones, not those of packs, when none is given.",
        required=False,
    ),
    (
        _TEST_FORMAT,
        _OUTPUT,
        _ONLY,
        _COVERAGE,
        _MUTATION,
        _PROPOSE,
        _UNDER,
        _SNAPSHOTS,
        _UPDATE,
        _WATCH,
        _JOBS,
        _NO_CACHE,
        _QUIET,
        _DEBUG,
    ),
    "Exit codes: 0 all pass, 1 a test fails or --fail-under is missed, 2 bad input, 3 rules without a test.",
)
CONVERT = Command(
    "convert",
    "Turn rules into JSON and back, into Rego or CEL, or take over an sbomqs policy.",
    "authors.convert",
    Argument("files", "FILE|ID", "A rule file, its JSON form, an id of a shipped one, or a policy of sbomqs in YAML."),
    (_TO, _REQUIREMENT, _ID, _EDITION, _OUTPUT, _OVERWRITE, _NO_CACHE, _QUIET, _DEBUG),
    "What another language cannot say is said on stderr, never left out in silence.",
)
LSP = Command(
    "lsp",
    "Serve an editor: diagnostics, completion, hover, definitions, rename (Language Server Protocol on stdio).",
    "lsp.command",
    Argument("words", "WORD", "None: the editor speaks on stdin.", required=False),
    (flag("stdio", "Speak on stdin and stdout; the only way there is."), _DEBUG),
)
BUNDLE = Command(
    "bundle",
    "Packages of rules: build, sign, verify, add to a project.",
    "packages.command",
    Argument(
        "words",
        "WORD",
        "`build FOLDER`, `sign PACKAGE`, `verify PACKAGE`, `add SOURCE [NAME[@EDITION]]`, `list`, `remove NAME`, or "
        "`index FOLDER`.",
    ),
    (
        KEY,
        PASSPHRASE_FILE,
        EPHEMERAL,
        _BUNDLE_TRUST,
        _BUNDLE_ANCHOR,
        _LOCK,
        _NO_TESTS,
        _AS_OF_BUNDLE,
        _BUNDLE_FORMAT,
        _OUTPUT,
        _OVERWRITE,
        _QUIET,
        _DEBUG,
    ),
    "Exit codes: 0 done, or valid; 1 invalid, or a locked pack is not what it was; 2 bad input; 3 it cannot be told whom to believe.",
)
PLAYGROUND = Command(
    "playground",
    "Open a page on which a policy and a product are edited side by side, served to this machine alone.",
    "playground.command",
    Argument("files", "FILE", "A policy and a product to begin with.", required=False),
    (
        Option("port", ("--port",), "The port on 127.0.0.1 (default: any free one).", "number", "N"),
        flag("no_browser", "Only say the address; open no browser."),
        _QUIET,
        _DEBUG,
    ),
)
COMPLETION = Command(
    "completion",
    "Print the completion script of a shell.",
    "authors.completion",
    Argument("shell", "bash|zsh|fish", "The shell."),
    (_DEBUG,),
)
