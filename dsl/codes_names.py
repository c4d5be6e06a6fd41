"""Codes RW02xx (names) and RW03xx (types)."""

from __future__ import annotations

from rulewright.diagnostics import Code
from rulewright.dsl.codes_syntax import wrapped

NAMES = (
    Code(
        "RW0201",
        "nothing has this name",
        "Every path names a fact that the vocabulary declares: an attribute of the product, or a field of an element that "
        "a quantifier around it has named. A typo would otherwise be a fact that nobody supplies.",
        wrapped("check iface.telnet_presnt"),
    ),
    Code(
        "RW0202",
        "the element has no such field",
        "The collections and their fields are listed in the reference of the vocabulary.",
        wrapped("check every component c { c.suplier is known }"),
    ),
    Code(
        "RW0203",
        "there is no such parameter",
        "A parameter is declared with `param` in the same module; a policy sets those of a used module by "
        "`set alias.name = …`. From outside it is named by its name, or by MODULE.NAME.",
        wrapped("check every component c { c.license allows ok_licenses }"),
    ),
    Code(
        "RW0204",
        "there is no such `define`",
        "A `define` gives a name to a condition. It is used in the module that declares it, with its elements in "
        "parentheses.",
        wrapped("check every component c where shipped(c) { c.name is known }"),
    ),
    Code(
        "RW0205",
        "a word that the fact cannot have",
        "The vocabulary lists the words of an enum, and of some sets. A word outside that list never matches.",
        wrapped("check every component c where c.type = librry { c.name is known }"),
    ),
    Code(
        "RW0206",
        "there is no such collection",
        "Quantifiers go over the collections of the vocabulary, by their singular or plural name.",
        wrapped("check every componnt c { c.name is known }"),
    ),
    Code(
        "RW0207",
        "there is no such test",
        "After `is` comes `known`, `valid`, `empty`, `conflicting`, `signed`, `stated`, `declared_unknown`, `withheld` or "
        "`malformed`; after `matches` a glob in quotes, or `regex`, `purl` or `cpe` and a pattern in quotes.",
        wrapped("check every component c { c.supplier is present }"),
    ),
    Code(
        "RW0208",
        "a variable that cannot be used",
        "A variable is one short word, and names one element only.",
        wrapped("check every component c { some hash c of c where c.valid }"),
    ),
    Code(
        "RW0209",
        "a word outside its short list",
        "Levels, severities, forces, correspondences, degrees of trust, verdicts, ways to merge: each has a few words. The "
        "hint lists them.",
        wrapped("severity hihg check some component c where c.name is known"),
    ),
    Code(
        "RW0210",
        "a reference that looks like a mistyped alias",
        "`refs` may name a standard that is not used here; then nothing checks that the clause exists. This name is close "
        "to an alias of a `use`.",
        'standard base edition "1" {\n  requirement A shall { check true }\n}\n\nstandard example edition "1" {\n'
        '  use base edition "1" as base\n  requirement R1 shall { refs bsae:A, base:A check true }\n}\n',
    ),
    Code(
        "RW0211",
        "there is no such objective",
        "A vocabulary declares the objectives; requirements of different standards that name the same one can be compared.",
        'vocabulary words edition "1" {\n  objective IFACE-UNUSED "unused interfaces are disabled"\n}\n\n'
        + wrapped("objective IFACE-UNUSD check some component c where c.name is known"),
    ),
    Code(
        "RW0212",
        "a detector that no attribute names",
        "`evidence` lists detectors; the vocabulary says which ones each attribute has. A fact can never come from this one.",
        'vocabulary words edition "1" {\n  attribute a.b : bool choice { detectors firmware }\n}\n\n'
        + wrapped("check a.b evidence any of firmwre"),
    ),
    Code(
        "RW0213",
        "there is no such alias",
        "`use … as ALIAS` gives a module a short name; tailoring, waivers and tests name its requirements by it.",
        'policy example edition "1" {\n  exclude bsi:"5.2.2" because "not applicable"\n}\n',
    ),
    Code(
        "RW0214",
        "a word that is close to a known one",
        "This fact may have other words than those that the vocabulary lists, but this one looks like a mistyped known word.",
        wrapped("check every component c { SHA512 in c.hash_algorithms }"),
    ),
    Code(
        "RW0301",
        "a value of another type",
        "Facts have types, and literals must fit: numbers are compared with numbers, dates with dates, versions with texts "
        "in quotes. Nothing is converted silently.",
        wrapped("check every component c { c.version < 2 }"),
    ),
    Code(
        "RW0302",
        "this is not a condition",
        "A condition is true, false or unknown. A fact of yes-or-no type is one by itself; others are compared or tested.",
        wrapped("check every component c { c.name }"),
    ),
    Code(
        "RW0303",
        "two elements cannot be related",
        "A condition names one element of a collection, with `of` also its owner, and facts of the product. Two elements "
        "are never compared: that keeps every rule decidable, replayable and one pass over the data.",
        wrapped("check every component c { every vulnerability v { v.id = c.name } }"),
    ),
    Code(
        "RW0304",
        "a literal in a bad form",
        "Version ranges are VERS without the prefix (SCHEME/constraints), licences are SPDX identifiers, regular "
        "expressions have RE2's syntax, patterns of package URLs start with `pkg:`, those of CPE names with `cpe:`.",
        wrapped('check every component c { c.version in vers"pypi" }'),
    ),
    Code(
        "RW0305",
        "a set without members",
        "Nothing is a member of an empty set, so the test would always have the same answer.",
        wrapped("check every component c { c.type in {} }"),
    ),
    Code(
        "RW0306",
        "an operator that the type does not have",
        "Order is for numbers, dates and versions; `in` for words, texts, numbers and sets; `allows` and `requires any` for "
        "licences, which are expressions with choices and not words; `empty` for texts and sets; only dates are moved.",
        wrapped("check every component c { c.license in {MIT} }"),
    ),
    Code(
        "RW0307",
        "a `define` with other elements",
        "A `define` is used with as many elements as it declares.",
        'standard example edition "1" {\n  define named(c : component) = c.name is known\n'
        "  requirement R1 shall { check every component c { named(c, c) } }\n}\n",
    ),
    Code(
        "RW0308",
        "a quantifier that makes no sense",
        "`every` needs a block. `of` goes from an owner to what belongs to it, `under` down a dependency graph, with "
        "`every`, `some` or `no`.",
        wrapped("check every component c where c.name is known"),
    ),
    Code(
        "RW0309",
        "there is no such type",
        "Types are bool, int, decimal, string, date, version, license, purl, cpe, `enum {a, b}` and `set {a, b}`; "
        "parameters may also be duration, word, `set<license>`, `set<string>` and the like.",
        'standard example edition "1" {\n  param n : integer = 1\n  requirement R1 shall { check true }\n}\n',
    ),
    Code(
        "RW0310",
        "a value outside its bounds",
        "A parameter's value lies within its declared bound, whoever sets it, and a fact of a test within the range of its "
        "attribute; ranges end after they start.",
        'standard example edition "1" {\n  param days : int = 100 in 1..90\n  requirement R1 shall { check true }\n}\n',
    ),
)
