"""Codes RW04xx (modules and tailoring) and RW05xx (tests in files)."""

from __future__ import annotations

from rulewright.diagnostics import Code

_BASE = 'standard base edition "1" {\n  requirement A shall { severity high check true }\n}\n\n'


def _policy(*lines: str, before: str = _BASE) -> str:
    """A policy that uses a small standard."""
    body = "".join(f"  {line}\n" for line in ('use base edition "1" as base', *lines))
    return f'{before}policy example edition "1" {{\n{body}}}\n'


_OBJECTIVE = 'vocabulary words edition "1" {\n  objective TELNET "no telnet"%s\n}\n\n'


def _asking(line: str, objective: str = "") -> str:
    """A standard with one requirement, beside a vocabulary with an objective."""
    standard = f'standard base edition "1" {{\n  requirement A shall {{ check {line} }}\n}}\n'
    return _OBJECTIVE % objective + standard


LINKING = (
    Code(
        "RW0401",
        "a module that stands twice",
        "A module is known by its id and edition. Two texts under one name would make a result ambiguous.",
        _BASE + _BASE,
    ),
    Code(
        "RW0402",
        "a name that is declared twice",
        "Requirements, parameters, `define`s, aliases, attributes, objectives, axioms and waivers have names of their own "
        "within their module.",
        'standard base edition "1" {\n  requirement A shall { check true }\n  requirement A shall { check false }\n}\n',
    ),
    Code(
        "RW0403",
        "a module that is not there",
        "`use` names a module by its id and its exact edition. It must be among the files given, or among the packs that "
        "come with the program.",
        'policy example edition "1" {\n  use bsae edition "1" as base\n}\n',
    ),
    Code(
        "RW0404",
        "a definition that leads back to itself",
        "There is no recursion: a `define` cannot use itself, nor a policy.",
        'standard base edition "1" {\n  define f() = g()\n  define g() = f()\n  requirement A shall { check f() }\n}\n',
    ),
    Code(
        "RW0405",
        "there is no such requirement",
        "Tailoring, waivers and references name requirements that exist: a rule taken out by a typo would be one that stays.",
        _policy('exclude base:B because "not applicable"'),
    ),
    Code(
        "RW0406",
        "a module whose digest is not pinned",
        "An edition is a name; the digest is the text itself. Pin it, and the result can be replayed years later.",
        "# file: base.rw\n"
        + _BASE
        + '# file: main.rw\npolicy example edition "1" {\n  use base edition "1" as base\n}\n',
    ),
    Code(
        "RW0407",
        "a module that is not the one that was pinned",
        "The text of the used module has another digest than the policy pins. Read what changed, then pin the new digest.",
        "# file: base.rw\n"
        + _BASE
        + f'# file: main.rw\npolicy example edition "1" {{\n  use base edition "1" sha256 "{"0" * 64}" as base\n}}\n',
    ),
    Code(
        "RW0408",
        "a `use` that nothing needs",
        "A standard uses another one to refer to its clauses. This alias is never mentioned.",
        _BASE
        + 'standard example edition "1" {\n  use base edition "1" as base\n  requirement R1 shall { check true }\n}\n',
    ),
    Code(
        "RW0409",
        "tailoring that contradicts itself",
        "The order of tailoring lines never matters, so the same thing is set, tightened, weakened or excluded at most once.",
        _policy("tighten base:A severity critical", "tighten base:A severity critical"),
    ),
    Code(
        "RW0410",
        "a reason is missing",
        "What takes protection away has a reason, and every result shows it.",
        _policy("weaken base:A severity low"),
    ),
    Code(
        "RW0411",
        "tailoring in the wrong direction",
        "`tighten` only raises a severity or a level, `weaken` only lowers it.",
        _policy("tighten base:A severity low"),
    ),
    Code(
        "RW0412",
        "a waiver that is not complete",
        "A waiver says for which product it holds, why, who took the risk and when, and when it ends.",
        _policy('waiver w-1 for base:A { product "pkg:generic/acme/cam2@2.3" because "factory line only" }'),
    ),
    Code(
        "RW0413",
        "two policies that disagree about a standard",
        "A requirement has one meaning in a run. When two policies tailor the same standard differently, check them apart.",
        _policy("tighten base:A severity critical") + 'policy other edition "1" {\n  use base edition "1" as base\n}\n',
    ),
    Code(
        "RW0414",
        "a waiver that nothing needs",
        "The policy excludes the requirement, so it has no verdict that could be waived.",
        _policy(
            'exclude base:A because "not applicable"',
            'waiver w-1 for base:A { product "p" because "r" approved by "x" on 2026-01-01 until 2026-12-31 }',
        ),
    ),
    Code(
        "RW0415",
        "an objective that cannot be met",
        "`meets` puts in the check of an objective. An objective without a check only groups requirements: write the "
        "condition into the requirement, or a `check` into the objective.",
        _asking("meets TELNET"),
    ),
    Code(
        "RW0416",
        "an objective that does not rest on facts alone",
        "The check of an objective reads facts of the product and nothing else: no other objective, so that there is no "
        "going round in circles, and no answer of a person, which belongs to one requirement of one standard.",
        _asking("true", ' { check manual "Is telnet off?" }'),
    ),
    Code(
        "RW0417",
        "a question in the wrong place",
        "An answer is recorded for one question of one requirement, so a question stands in a requirement's `check` or "
        "`applies when`. In a scope, a `define`, an axiom or a waiver nobody could say which requirement it belongs to.",
        'policy example edition "1" {\n  scope manual "Is it a product of ours?"\n}\n',
    ),
    Code(
        "RW0418",
        "a question that is none",
        "`manual` asks a person something that is answered with yes or no; yes is the good answer. The text ends in a "
        "question mark.",
        _asking('manual "The maker trains its developers."'),
    ),
    Code(
        "RW0419",
        "one name, two meanings",
        "Attributes and objectives are shared by all rules of a run. Two vocabularies that declare one of them with different types, "
        "freshness, detectors, words or checks would leave it to chance which is meant. Choose another name, or use one of the two.",
        'vocabulary one edition "1" {\n  attribute acme.led : bool choice { meaning "it has a lamp" }\n}\n'
        'vocabulary two edition "1" {\n  attribute acme.led : int choice { meaning "how many lamps it has" }\n}\n'
        'policy example edition "1" {\n}\n',
    ),
    Code(
        "RW0501",
        "a test of something else",
        "A test names one requirement of its file: by its id, or by alias and id, and not one that the policy excludes.",
        _BASE + "test B {\n  given { } expect pass\n}\n",
    ),
    Code(
        "RW0502",
        "a fact that is given twice",
        "In the facts of a test, each attribute, collection and field stands once.",
        _BASE + 'test A {\n  given { component = [ { name = "a", name = "b" } ] } expect pass\n}\n',
    ),
    Code(
        "RW0503",
        "an answer without a question",
        "In a test, `manual` is the answer to the first question of the requirement under test, `manual.2` to the second.",
        _BASE + "test A {\n  given { manual = true } expect pass\n}\n",
    ),
    Code(
        "RW0504",
        "a collection beside a document",
        "`with` sets single facts of a document that a test names. Elements of its collections are not replaced: write "
        "another document, or give the facts in the test.",
        _BASE + 'test A {\n  given "sbom.json" with { component = [ ] } expect pass\n}\n',
    ),
)
