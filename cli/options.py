"""Every command, argument and option of the command line, declared once.

Guarantees: the lean parser (`lean`), the Typer application (`typer_app`), the help texts and the documentation are all
derived from `COMMANDS`; nothing about an option is said elsewhere.
"""

from __future__ import annotations

from rulewright.cli import options_attest, options_authors
from rulewright.cli.declared import Argument, Command, Option, Request, flag

__all__ = ["BY_NAME", "COMMANDS", "Argument", "Command", "Option", "Request"]
FORMATS = ("terminal", "json", "json-v1", "sarif", "junit", "markdown")
POLICY = Option(
    "policy",
    ("--policy", "-p"),
    "Policy or standard: a .rw file, or the id of a shipped one (ID or ID@EDITION). May be repeated.",
    metavar="ID|FILE",
    many=True,
)
FACTS = Option(
    "facts",
    ("--facts",),
    "Declared facts as YAML, TOML or JSON, for every product. May be repeated.",
    metavar="FILE",
    many=True,
)
FEEDS = Option(
    "feeds",
    ("--feeds",),
    "Feeds of vulnerabilities to look components up in: OSV, CVE, CSAF, RustSec, KEV, EPSS. May be repeated.",
    metavar="DIR|FILE",
    many=True,
)
AS_OF = Option(
    "as_of", ("--as-of",), "The day all dates are compared with (default: today, UTC; recorded).", metavar="DATE"
)
PLACED = Option(
    "placed_on_market",
    ("--placed-on-market",),
    "The day on which the product is placed on the market.",
    metavar="DATE",
)
FORMAT = Option("format", ("--format", "-f"), "How to report (default: terminal).", choices=FORMATS)
FACTS_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to show the facts (default: terminal); json can be read again, policy-input is for exported rules, the others are one document for others.",
    metavar="FORMAT",
    choices=(
        "terminal",
        "json",
        "cyclonedx",
        "cyclonedx-1.6",
        "cyclonedx-1.7",
        "cyclonedx-1.6-xml",
        "cyclonedx-1.7-xml",
        "spdx-2.3",
        "spdx-2.3-tag-value",
        "spdx-2.3-yaml",
        "spdx-2.3-xml",
        "spdx-3.0",
        "policy-input",
    ),
)
ANNOTATE = flag("annotate", "Put findings and disagreements of the sources into a written document, as annotations.")
OUTPUT = Option(
    "output", ("--output", "-o"), "Write the report to a file instead of stdout, whole or not at all.", metavar="FILE"
)
PARAM = Option(
    "param", ("--param",), "Set a parameter of the policy. May be repeated.", metavar="NAME=VALUE", many=True
)
FAIL_ON = Option(
    "fail_on",
    ("--fail-on",),
    "From which level on a fail or unknown blocks (default: shall).",
    choices=("shall", "should", "never"),
)
EXPLAIN = flag("explain", "Show every verdict with its reasons, passes too.")
CLASHES = flag("conflicts", "Say which requirements contradict each other for this product, too.")
SAME = flag("same_product", "Take all PRODUCT documents as sources about one product; the first names it.")
SCAN = Option(
    "scan",
    ("--scan",),
    "Connect to the named host (at most 16 addresses and 1,024 TCP ports of each) and take what answers there as facts. "
    "Only for devices that you may test. PORTS as in 22,80,8000-8010. May be repeated.",
    metavar="HOST[:PORTS]",
    many=True,
)
VALIDATE = flag("validate", "Also judge each document by its official schema and its own references.")
LIMIT = Option(
    "limit",
    ("--limit",),
    "How many elements to show per line of a check (default: 5, or 20 in machine formats).",
    "number",
    "N",
)
ITEMS = Option("limit", ("--limit",), "How many items to show per section of the plan (default: 10).", "number", "N")
ENGINE = Option(
    "engine",
    ("--engine",),
    "Evaluator: the fast one, or the small reference interpreter (default: planes).",
    choices=("planes", "reference"),
)
CONFIG = Option(
    "config",
    ("--config",),
    "Configuration file (default: the nearest rulewright.toml or pyproject.toml upwards).",
    metavar="FILE",
)
FACT = Option(
    "fact",
    ("--fact",),
    "A fact about the product; members of a set between commas. May be repeated.",
    metavar="NAME=VALUE",
    many=True,
)
SAVE = Option("save", ("--save",), "Write what was answered on the terminal to a facts file.", metavar="FILE")
NO_INPUT = flag("no_input", "Ask nothing, even on a terminal.")
DERIVE_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to report (default: terminal).",
    choices=("terminal", "json", "json-v1", "markdown"),
)
QUESTIONS = Option(
    "questions", ("--questions",), "Write what is not known to a file that, filled in, is a facts file.", metavar="FILE"
)
JURISDICTION = Option(
    "jurisdiction",
    ("--jurisdiction",),
    "Only standards of this jurisdiction; of dates, those that concern this market. May be repeated.",
    metavar="EU|UK|US|…",
    many=True,
)
FORCE = Option(
    "force",
    ("--force",),
    "Only standards of this legal force.",
    choices=("law", "regulation", "certification", "contract", "voluntary"),
)
BY_OBJECTIVE = flag("by_objective", "Group the pairs of a crosswalk by objective.", "--objective")
STANDARDS_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to report (default: terminal); not every subcommand has every format.",
    metavar="FORMAT",
    choices=(
        "terminal",
        "json",
        "json-v1",
        "csv",
        "markdown",
        "sarif",
        "oscal-catalog",
        "oscal-profile",
        "cyclonedx",
        "cyclonedx-1.6",
        "cyclonedx-1.7",
    ),
)
PACK_ID = Option("id", ("--id",), "The id of an imported standard, like acme.baseline.", metavar="ID")
PACK_EDITION = Option("edition", ("--edition",), "The edition of an imported standard.", metavar="EDITION")
HISTORY = Option(
    "history",
    ("--history",),
    "An earlier result, from which the age of what is still open is taken. May be repeated.",
    metavar="FILE",
    many=True,
)
OLD_FACTS = Option(
    "old_facts", ("--old-facts",), "Declared facts of OLD alone. May be repeated.", "text", "FILE", many=True
)
NEW_FACTS = Option(
    "new_facts", ("--new-facts",), "Declared facts of NEW alone. May be repeated.", "text", "FILE", many=True
)
COMPARE_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to report (default: terminal).",
    choices=("terminal", "json", "json-v1", "markdown", "html"),
)
STANDARDS = Option(
    "standards",
    ("--standards",),
    "A standard or policy to declare facts for (default: all shipped ones). May be repeated.",
    metavar="ID|FILE",
    many=True,
)
PRODUCT_NAME = Option("product_name", ("--name",), "The name of the product.")
PRODUCT_VERSION = Option("product_version", ("--product-version",), "The version of the product.")
OVERWRITE = flag("overwrite", "Write over a file that is there.", "--force")
NO_CACHE = flag("no_cache", "Compile the policy anew; neither read nor write the cache.")
QUIET = flag("quiet", "Say only the answer; no words on stderr but errors.", "--quiet", "-q")
DEBUG = flag("debug", "Show the traceback of an internal error.")

PRODUCT = Argument(
    "products",
    "PRODUCT",
    "SBOMs, facts files, device trees and images, reports of other tools: recognised by content; - reads stdin.",
)

RULES = Argument(
    "policies",
    "POLICY",
    "Policies or standards: .rw files, or ids of shipped ones (ID or ID@EDITION); all shipped standards when none is given.",
    required=False,
)
PRODUCT_FILES = Option(
    "product",
    ("--product",),
    "Ask only about this product: what its documents say of the context is taken as given. May be repeated.",
    metavar="FILE",
    many=True,
)
ARITY = Option(
    "arity",
    ("--arity",),
    "Look for conflicts of so many requirements at most (default: 4; 2 where no policy is named).",
    "number",
    "N",
)
KINDS = Option(
    "kinds",
    ("--kinds",),
    "Only these kinds, between commas: contradiction, tension, right; dead, vacuous, duplicate, redundant, gap, waiver, "
    "tailoring, prefer, steering.",
    metavar="KIND,…",
)
BUDGET = Option(
    "budget",
    ("--budget",),
    "Stop after so many calls of the solvers, and say what was left out (default: 0, no limit).",
    "number",
    "N",
)
SECOND = flag("second_opinion", "Let a second solver (z3) judge every conflict again.")
OF = Option("of", ("--of",), "Only conflicts with this requirement. May be repeated.", metavar="REQUIREMENT", many=True)
FULL = flag("explain", "Show every finding whole.", "--explain", "--full")
ANALYSIS_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to report (default: terminal).",
    choices=("terminal", "json", "json-v1", "sarif", "markdown", "html"),
)
CONFLICTS_FAIL = Option(
    "fail_on",
    ("--fail-on",),
    "What makes the exit code 1: contradictions of `shall` (default), tensions with `should` too, or nothing.",
    choices=("shall", "should", "never"),
)
MARKETS = Option("markets", ("--markets",), "The markets to serve, between commas.", metavar="EU,US,…")
BY_FACT = Option(
    "by",
    ("--by",),
    "Another set of the context to divide by, like claim.labels (default: product.markets).",
    metavar="FACT",
)
WITHOUT = Option(
    "without",
    ("--without",),
    "Leave this requirement out; the answer lists it. May be repeated.",
    metavar="REQUIREMENT",
    many=True,
)
CERTIFICATE = Option("output", ("--output", "-o"), "Write the certificate to a file instead of stdout.", metavar="FILE")
PLAIN_FORMAT = Option(
    "format",
    ("--format", "-f"),
    "How to report (default: terminal).",
    choices=("terminal", "json", "json-v1"),
)
_CONTEXT = (PRODUCT_FILES, FACTS, FACT, AS_OF)
_ANALYSIS_EXITS = "2 bad input, policy or usage, 3 not everything was analysed, 4 internal error."

COMMANDS = (
    Command(
        "check",
        "Check products against policies and standards.",
        "check",
        PRODUCT,
        (
            POLICY,
            FACTS,
            FEEDS,
            AS_OF,
            PLACED,
            SAME,
            SCAN,
            VALIDATE,
            FORMAT,
            OUTPUT,
            PARAM,
            FAIL_ON,
            EXPLAIN,
            CLASHES,
            LIMIT,
            ENGINE,
            CONFIG,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "Exit codes: 0 nothing blocks, 1 something blocks, 2 bad input, policy or usage, 3 nothing was evaluated, "
        "4 internal error.",
    ),
    Command(
        "facts",
        "Show the facts that were found, and where they come from.",
        "facts_command",
        PRODUCT,
        (
            POLICY,
            FACTS,
            FEEDS,
            AS_OF,
            PLACED,
            SAME,
            SCAN,
            FACTS_FORMAT,
            OUTPUT,
            ANNOTATE,
            LIMIT,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "The JSON can be given to `rulewright check` as a PRODUCT. CycloneDX and SPDX are written valid by their schemas; "
        "what they cannot carry is said on stderr, with counts.",
    ),
    Command(
        "derive",
        "Say which standards and requirements apply to a product, and why the others do not.",
        "derive_command",
        Argument(
            "products",
            "PRODUCT",
            "SBOMs, facts files, device trees …; none for a product of the options alone.",
            required=False,
        ),
        (
            POLICY,
            FACTS,
            FACT,
            AS_OF,
            PLACED,
            SAME,
            DERIVE_FORMAT,
            OUTPUT,
            EXPLAIN,
            SAVE,
            NO_INPUT,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "Without --policy, all shipped standards are looked at. On a terminal it asks for what it needs to know.",
    ),
    Command(
        "plan",
        "Plan the work: gaps by risk, the smallest change, the cheapest evidence.",
        "plan_command",
        Argument(
            "products",
            "PRODUCT",
            "SBOMs, facts files, device trees …; none for a product of the options alone.",
            required=False,
        ),
        (
            POLICY,
            FACTS,
            FACT,
            FEEDS,
            AS_OF,
            PLACED,
            SAME,
            DERIVE_FORMAT,
            OUTPUT,
            QUESTIONS,
            CLASHES,
            FAIL_ON,
            EXPLAIN,
            ITEMS,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "Without --policy, all shipped standards are looked at. Exit codes as of check.",
    ),
    Command(
        "compare",
        "Compare two versions of a product: what was closed, what was opened, what is still open and since when.",
        "compare_command",
        Argument("sides", "OLD NEW", "Two results of `check --format json`, or two products."),
        (
            POLICY,
            FACTS,
            OLD_FACTS,
            NEW_FACTS,
            FEEDS,
            HISTORY,
            AS_OF,
            PLACED,
            COMPARE_FORMAT,
            OUTPUT,
            PARAM,
            FAIL_ON,
            EXPLAIN,
            CONFIG,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "Products need --policy. Exit codes: 0 nothing blocks that did not before, 1 something does, others as of check.",
    ),
    Command(
        "conflicts",
        "Find requirements that contradict each other: for which product, why, and the ways out.",
        "conflicts_command",
        RULES,
        (
            *_CONTEXT,
            ARITY,
            KINDS,
            OF,
            BUDGET,
            SECOND,
            ANALYSIS_FORMAT,
            OUTPUT,
            PARAM,
            CONFLICTS_FAIL,
            FULL,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "Exit codes: 0 everything was looked at and nothing blocks, 1 a contradiction that no `prefer` settles, "
        + _ANALYSIS_EXITS,
    ),
    Command(
        "variants",
        "Say whether one variant of a product can serve all markets, and if not, how many are needed.",
        "variants_command",
        RULES,
        (MARKETS, BY_FACT, *_CONTEXT, WITHOUT, DERIVE_FORMAT, OUTPUT, PARAM, NO_CACHE, QUIET, DEBUG),
        "Exit codes: 0 one variant serves all, 1 it does not, " + _ANALYSIS_EXITS,
    ),
    Command(
        "diff",
        "Say what changed in meaning between two editions or policies, with a product for which it matters.",
        "diff_command",
        Argument("sides", "A B", "Two standards, editions or policies: ids of shipped ones, or .rw files."),
        (*_CONTEXT, DERIVE_FORMAT, OUTPUT, PARAM, FULL, NO_CACHE, QUIET, DEBUG),
        "Exit codes: 0 nothing became weaker, 1 something did, " + _ANALYSIS_EXITS,
    ),
    Command(
        "certify",
        "Write a certificate that no requirements contradict each other, which can be checked without a solver.",
        "certify_command",
        RULES,
        (*_CONTEXT, WITHOUT, CERTIFICATE, PARAM, NO_CACHE, QUIET, DEBUG),
        "Exit codes: 0 the certificate was written, 1 there is a contradiction, " + _ANALYSIS_EXITS,
    ),
    Command(
        "check-certificate",
        "Check a certificate against the policies that it is about.",
        "check_certificate_command",
        Argument("words", "CERTIFICATE POLICY", "The certificate, then the policies or standards that it is about."),
        (PLAIN_FORMAT, OUTPUT, PARAM, NO_CACHE, QUIET, DEBUG),
        "Exit codes: 0 it holds, 1 it does not, 2 bad input, policy or usage, 4 internal error.",
    ),
    Command(
        "init",
        "Write a declaration about a product to fill in: the facts, documents and answers that standards need.",
        "init_command",
        Argument("file", "FILE", "The file to write (default: product.toml); - writes to stdout.", required=False),
        (
            STANDARDS,
            PRODUCT_NAME,
            PRODUCT_VERSION,
            FACTS,
            FACT,
            AS_OF,
            PLACED,
            OVERWRITE,
            NO_INPUT,
            NO_CACHE,
            QUIET,
            DEBUG,
        ),
        "The file is a facts file for --facts. On a terminal it asks for what decides which rules apply.",
    ),
    options_authors.FMT,
    options_authors.LINT,
    options_authors.TEST,
    options_authors.CONVERT,
    Command(
        "explain",
        "Explain a diagnostic's code or a requirement; print a JSON Schema.",
        "explain",
        Argument(
            "subjects",
            "CODE|REQUIREMENT",
            "Like RW0312, repeated-member (a rule of lint), cisa.minimum_elements:CISA26.10, or schema:result.",
        ),
        (POLICY, NO_CACHE, DEBUG),
    ),
    Command(
        "standards",
        "The requirement database: list, show, compare and check standards; their dates.",
        "standards_command",
        Argument(
            "words",
            "WORD",
            "`list` (default), `show ID[@EDITION][:REQUIREMENT]`, `crosswalk A B`, `check [FILE.csv] [ID]`, `calendar`, "
            "`export ID[@EDITION]…`, or `import FILE`.",
            required=False,
        ),
        (JURISDICTION, FORCE, BY_OBJECTIVE, AS_OF, STANDARDS_FORMAT, OUTPUT, PACK_ID, PACK_EDITION, NO_CACHE, DEBUG),
        "Without an edition the newest is meant. Exit code 1: `check` found an error.",
    ),
    options_authors.LSP,
    options_authors.BUNDLE,
    options_authors.PLAYGROUND,
    options_authors.COMPLETION,
    *options_attest.COMMANDS,
)

BY_NAME = {command.name: command for command in COMMANDS}
