"""The diagnostics of the exchange of standards: RW3101 and on."""

from __future__ import annotations

from rulewright.diagnostics import Code

_ALL = (
    Code(
        "RW3101",
        "a file of a standard cannot be read",
        "`standards import` reads JSON of bounded size and depth, with no key given twice. The file is none, or has more than that; "
        "nothing is written.",
        "rulewright standards import broken.json --output pack.rw",
    ),
    Code(
        "RW3102",
        "the file holds no standard",
        "A standard is imported from an OSCAL catalogue, or from the `definitions.standards` of a CycloneDX document, and a policy "
        "from an OSCAL profile. The file is none of these, or there is no requirement in it.",
        "rulewright standards import product.cdx.json --output pack.rw",
    ),
    Code(
        "RW3103",
        "a part of an imported standard cannot be used",
        "A requirement without any id, a text where a list should be, more requirements than a rule file may hold, a profile of a "
        "catalogue that is no pack at hand: what would be written would not compile, or would silently hold less than the file. "
        "Nothing is written.",
        "rulewright standards import nameless.oscal.json --output pack.rw",
    ),
    Code(
        "RW3104",
        "an imported standard needs a name",
        "A pack has an id like `acme.baseline` and an edition. They are taken from the file; where it has none that can be used, or "
        "holds several standards and one name is given, say them with `--id` and `--edition`, or import the files one by one.",
        "rulewright standards import catalog.json --id 'not a name' --output pack.rw",
    ),
    Code(
        "RW3105",
        "this cannot be exported",
        "A profile is the selection that one policy makes; a catalogue and `definitions.standards` hold requirements. A document has a "
        "day: that of the edition, or `--as-of`.",
        "rulewright standards export nist.ssdf owasp.scvs --format oscal-profile",
    ),
    Code(
        "RW3106",
        "not everything is carried over",
        "Checks, waivers and assumptions of a policy are rules, and a profile has no place for rules; an import leaves out controls "
        "that a catalogue says are withdrawn. The note counts what was left out. Share the rule files where that matters.",
        "rulewright standards export acme.gateway --format oscal-profile",
    ),
    Code(
        "RW3107",
        "a reference of an imported file leads nowhere",
        "A requirement names a parent, a level a requirement, or a profile a control, that is not there. Every requirement is imported "
        "all the same; only this connection is missing. The publisher's file is to be mended.",
        "rulewright standards import stray.cdx.json --output pack.rw",
    ),
    Code(
        "RW3108",
        "an id stands twice in an imported standard",
        "The ids of a pack are unique. Every requirement is imported; a later one of the same id gets a number behind it. The "
        "publisher's file is to be mended.",
        "rulewright standards import twice.cdx.json --output pack.rw",
    ),
)
CODES = {code.code: code for code in _ALL}
