"""The codes of the JSON form of rules: RW0801 to RW0849."""

from __future__ import annotations

from rulewright.diagnostics import Code


def _with(item: str) -> str:
    """A policy in JSON with one item."""
    return (
        '{"format": "rulewright-rules/1",\n "modules": [{"policy": "example", "edition": "1", "items": [\n'
        f"  {item}\n ]}}]}}\n"
    )


FORM = (
    Code(
        "RW0801",
        "a rule file in JSON that is not JSON",
        "A rule file that begins with `{` is read as rules in JSON. It must be one JSON object in UTF-8, without comments, "
        "without numbers like NaN, and with each member once: of two members with one name, readers keep different ones.",
        '{"format": "rulewright-rules/1", "modules": [}\n',
    ),
    Code(
        "RW0802",
        "a JSON document that holds no rules",
        'The JSON form of rules names its format: `"format": "rulewright-rules/1"`. Other documents, like an SBOM or a '
        "result, are no rule files; `rulewright convert FILE` shows the JSON form of a rule file.",
        '{"bomFormat": "CycloneDX", "specVersion": "1.6"}\n',
    ),
    Code(
        "RW0803",
        "a member that the JSON form does not have",
        "Every object has a closed list of members; one that is not known is refused, since leaving it out could change what "
        "a rule means. The schema `rulewright-rules-1.schema.json` lists them.",
        _with('{"requirement": "R1", "level": "shall", "severty": "high", "check": ["iface.telnet_present"]}'),
    ),
    Code(
        "RW0804",
        "a member that is missing",
        "Some members say what an object is about, and cannot be left out.",
        _with('{"exclude": "R1"}'),
    ),
    Code(
        "RW0805",
        "an object that is nothing, or two things at once",
        "Items and conditions are told by the member that has the name of the keyword: `requirement`, `waiver`, `every`, "
        "`all`. An object without one means nothing; members that exclude each other mean two things.",
        _with('{"scope": {"value": "support.end", ">=": "2030-01-01", "plus": "1y", "minus": "1y"}}'),
    ),
    Code(
        "RW0806",
        "a value of the wrong kind",
        'A text is a string, a list is an array, a whole number a number. Decimals are strings, as in `"9.0"`, so that they '
        "stay exact.",
        _with('{"param": "score", "type": "decimal", "value": 9.5}'),
    ),
    Code(
        "RW0807",
        "a word that the language could not read",
        "Names, dates, durations and numbers in the JSON form are spelt as in rule text, and are checked as there: a name "
        "with a space or a brace in it would become something else in the text. A text with other signs is written "
        '`{"text": "…"}` where a word could stand, too.',
        _with('{"axiom": "x } requirement y", "holds": "iface.telnet_present"}'),
    ),
    Code(
        "RW0808",
        "rules that the JSON form cannot say",
        "A part or a fact that stands twice has no place in an object, whose members are named once. The compiler refuses it, "
        "too: keep one of the two.",
        'standard example edition "1" {\n  requirement R1 shall {\n    title "one"\n    title "two"\n'
        "    check iface.telnet_present\n  }\n}\n",
    ),
    Code(
        "RW0809",
        "rules in JSON that would read as something else",
        "What stands in JSON is compiled by way of its rule text. Some words are names in one place and keywords in another: "
        "where the text would not say the same as the JSON, it is refused.",
        _with('{"scope": "not"}'),
    ),
    Code(
        "RW0810",
        "JSON beyond a limit",
        "Conditions stand inside one another up to 64 deep, sets have up to 10,000 members and files up to 20,000 items, as "
        "in rule text.",
        _with('{"scope": …}'),
    ),
)
