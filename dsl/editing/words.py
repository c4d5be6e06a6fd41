"""The words of the language: one line of meaning for each keyword, the words of fixed lists, and snippets.

Guarantees: every keyword of the grammar has its line (a test holds the two together); the lists are those that the
compiler judges by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rulewright.dsl.attributes import MERGES
from rulewright.dsl.module import FORCES, JURISDICTIONS
from rulewright.dsl.params import SCALARS
from rulewright.dsl.predicates import ADJECTIVES
from rulewright.dsl.requirement import EFFORTS, EVIDENCE_LEVELS, GRADES, LEVELS, STRENGTHS, TRUST

MEANINGS: Mapping[str, str] = {
    "after": "later than another date",
    "all": "`all { …; … }`: every line is true; after `evidence`: every detector counts",
    "allows": "some choice of the licence expression's ORs fits entirely in the set",
    "and": "both are true; unknown where neither side decides",
    "any": "`any { …; … }`: at least one line is true; after `evidence`: one detector is enough",
    "applies": "`applies when …`: whether the requirement concerns a product; written over given attributes",
    "approved": '`approved by "…" on DATE`: who accepted the deviation, and when',
    "as": "the short name under which the module is used here; in a test, `as of DATE`",
    "assume": '`assume COLLECTION complete because "…"`: treat an unstated list as closed',
    "at": "`at least n`, `at most n`: a count; after a fact or `evidence`: how far a finding is known to matter",
    "attribute": "declares a typed attribute of the product that rules may name",
    "attributes": "the attributes that bear on the objective",
    "axiom": "what is true of every product by the meaning of the words; only analysis reads it",
    "because": "the reason, shown in every result",
    "before": "earlier than another date",
    "by": "who approved it",
    "check": "what must be true; each line of a block has a verdict of its own",
    "clause": "the clause of the original, where the id is another",
    "complete": "the list holds everything that there is",
    "completeness": "`unstated completeness is open`: treat every unstated list as open",
    "condition": "the condition of the original in words, for people",
    "contested": "the clause can be read in another way",
    "define": "a name for a condition that is used more than once",
    "detectors": "who could observe the attribute",
    "edition": "the publisher's edition; it is always pinned",
    "effective": "from when and until when the requirement counts",
    "effort": "what kind of work putting it right is",
    "emb3d": "the device properties of the EMB3D threat model that the attribute tells of",
    "every": "no selected element makes the block false, and none leaves it open",
    "evidence": "which detectors count, how old a fact may be, which trust and level it needs",
    "exclude": '`exclude REF because "…"`: take a requirement out; shown in every result',
    "expect": "the verdict that the test expects",
    "fail": "`if unknown fail`: an unknown verdict counts as a failure",
    "fix": "what to do about a failure",
    "for": "the requirement that the waiver is for",
    "force": "how binding the module is",
    "fresh": "how long an observation counts",
    "from": "the first day",
    "given": "the facts of a test case, or a document beside the rule file",
    "if": "`if unknown fail`: an unknown verdict counts as a failure",
    "implies": "false only where the left is true and the right false",
    "in": "one of several values; for a set, its members are all among them",
    "is": "asks about the fact itself: `is known`, `is valid`, `is empty`, …",
    "jurisdiction": "where the module has force",
    "least": "`at least n`: the count is, surely, n or more",
    "level": "how binding a requirement is; of an attribute, from which level on a finding counts",
    "license": "the licence of this module's text",
    "manual": 'a question to a person: `manual "…?"`; yes is the good answer',
    "matches": "a glob, or a regular expression of RE2's syntax",
    "meaning": "what the attribute tells, for people",
    "meets": "the check of an objective, put in here",
    "merge": "how several sources of the attribute become one answer",
    "most": "`at most n`: the count is, surely, n or less",
    "no": "no element is or may be selected",
    "not": "true becomes false, false true; unknown stays unknown",
    "note": "a remark for readers",
    "objective": "what a requirement is for; in a vocabulary, declares one",
    "of": "the elements that belong to another one",
    "on": "the elements at fault that the test expects; of an approval, its day",
    "or": "one of both is true; unknown where neither side decides",
    "over": "the requirement that gives way",
    "param": "a value that whoever uses the module may choose within its range",
    "policy": "uses standards by pinned edition, tailors them, adds its own requirements and carries waivers",
    "prefer": '`prefer REF over REF because "…"`: settle a conflict',
    "product": "the products that the waiver is for, as a package URL",
    "provided": "the waiver counts only while this is true",
    "publisher": "who publishes the module",
    "reading": '`reading contested "…"`: the clause can be read in another way, and in which',
    "refs": "which clauses of which standards the requirement answers, and how far",
    "related": "objectives that go with this one",
    "requirement": "one thing that must be true of a product, with its level, its check and its sources",
    "requires": "`requires any {…}`: every choice of the licence expression needs at least one of these",
    "right": "with `may`: a freedom that others must not take away",
    "scope": "which products the module is about",
    "set": "`set REF = …`: choose a parameter of a standard, within its range",
    "severity": "how bad a failure is",
    "sha256": "the digest of the file that is used: it is pinned",
    "some": "an element surely selected makes the block true",
    "source": "how far the text was held against the original",
    "standard": "holds requirements and belongs to its publisher's edition",
    "test": "facts, and the verdict expected of them",
    "threats": "what it is against: CWE, CAPEC, ATT&CK ids",
    "tighten": "`tighten REF …`: a higher level or severity",
    "title": "one sentence that says what must be true; of a module, its name",
    "trust": "how far a source must be believed",
    "under": "everything that an element depends on, directly or not",
    "unit": "the unit of the attribute's values",
    "unknown": "`if unknown fail`: an unknown verdict counts as a failure",
    "unstated": "`unstated completeness is open`: treat every unstated list as open",
    "until": "the last day",
    "use": '`use ID edition "…" as NAME`: take a module at a pinned edition',
    "valid": "from when and until when the edition counts",
    "vocabulary": "declares the typed attributes that rules may name, axioms and objectives",
    "waiver": "accepts a deviation, with reason, approver and end",
    "weaken": '`weaken REF … because "…"`: a lower level or severity; shown in every result',
    "when": "`applies when …`: whether the requirement concerns a product",
    "where": "which elements are meant",
    "with": "facts that are set instead of the document's own",
    "within": "no further from another date than a duration",
}

ATTRIBUTE_TYPES = (
    "bool", "int", "decimal", "string", "enum", "date", "version", "license", "purl", "cpe", "set",
)  # fmt: skip
PARAM_TYPES = (*SCALARS, "enum", "set")
VERDICTS = ("pass", "fail", "unknown", "not_applicable", "error")

LISTS: Mapping[str, tuple[str, ...]] = {
    "FORCE": FORCES,
    "JURISDICTION": JURISDICTIONS,
    "SEVERITY": tuple(GRADES),
    "LEVEL": tuple(reversed(LEVELS)),
    "EFFORT": tuple(EFFORTS),
    "MERGE": MERGES,
    "TRUST": tuple(TRUST),
    "EXPECT": VERDICTS,
}
"""The words that may stand after a keyword, in the order in which they are offered."""
ADJECTIVE_WORDS = tuple(ADJECTIVES)
STRENGTH_WORDS = tuple(STRENGTHS)
GRADE_WORDS = tuple(EVIDENCE_LEVELS)
LEVEL_WORDS = tuple(reversed(LEVELS))


class Snippet(NamedTuple):
    """A block to fill in: the keyword that starts it, what it is, and its text with numbered gaps."""

    keyword: str
    detail: str
    body: str


SNIPPETS: tuple[Snippet, ...] = (
    Snippet(
        "requirement",
        "a requirement with title, severity and check",
        'requirement ${1:id} ${2|shall,should,may|} {\n  title     "${3:What must be true}"\n'
        "  severity  ${4|low,medium,high,critical|}\n  check     $0\n}",
    ),
    Snippet(
        "policy",
        "a policy that uses a standard",
        'policy ${1:acme.product} edition "${2:1.0.0}" {\n  title "${3:Our rules}"\n\n  $0\n}',
    ),
    Snippet(
        "standard",
        "a standard",
        'standard ${1:acme.baseline} edition "${2:1}" {\n  title     "${3:Our baseline}"\n  publisher "${4:Acme}"\n'
        "  force     ${5|house,voluntary,contract,certification,regulation,law|}\n\n  $0\n}",
    ),
    Snippet(
        "vocabulary",
        "a vocabulary",
        'vocabulary ${1:acme.words} edition "${2:1}" {\n  title "${3:Our attributes}"\n\n  $0\n}',
    ),
    Snippet(
        "test",
        "a test with one case for each verdict",
        "test ${1:id} {\n  given { ${2:fact} = ${3:true} }  expect pass\n  given { ${2:fact} = ${4:false} } expect fail\n"
        "  given { ${2:fact} = ? }     expect unknown\n}",
    ),
    Snippet(
        "waiver",
        "a waiver",
        'waiver ${1:w-1} for ${2:requirement} {\n  product  "${3:pkg:generic/acme/product@1.0}"\n'
        '  because  "${4:why it may be}"\n  approved by "${5:who}" on ${6:2026-01-31}\n  until    ${7:2026-12-31}\n}',
    ),
    Snippet("every", "every element of a collection", "every ${1:component} ${2:c} { ${2:c}.$0 }"),
    Snippet("some", "some element of a collection", "some ${1:component} ${2:c} where ${2:c}.$0"),
    Snippet("no", "no element of a collection", "no ${1:vulnerability} ${2:v} where ${2:v}.$0"),
)
