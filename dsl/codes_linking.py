"""Codes RW04xx (modules and tailoring) and RW05xx (tests in files)."""

from __future__ import annotations

from rulewright.diagnostics import Code

_BASE = 'standard base edition "1" {\n  requirement A shall { severity high check true }\n}\n\n'


def _policy(*lines: str, before: str = _BASE) -> str:
    """A policy that uses a small standard."""
    body = "".join(f"  {line}\n" for line in ('use base edition "1" as base', *lines))
    return f'{before}policy example edition "1" {{\n{body}}}\n'


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
)
