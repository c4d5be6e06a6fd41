"""The JSON Schema (2020-12) of the JSON form, made of the tables that write and read it.

Guarantees: what is written validates; what the schema refuses is refused in reading, too.  What it does not say (limits, a member
twice, words that would read as something else) is reading's alone to refuse.
"""

from __future__ import annotations

from rulewright.dsl.form.cases import CASE, FACT_CODEC, FACTS_CODEC, TEST
from rulewright.dsl.form.document import COMMENT_SCHEMA, FORMAT
from rulewright.dsl.form.expressions import CONDITION, EXPRESSION
from rulewright.dsl.form.items import ITEM_CODEC, MODULE_CODEC, TARGET_CODEC
from rulewright.dsl.form.shape import COMMENTS, Codec, Schema, Value
from rulewright.dsl.form.words import (
    COUNT,
    DAY,
    DURATION,
    ID,
    LENGTH,
    LITERAL,
    LITERAL_OR_SET,
    NAME,
    SET,
    SETLIKE,
    TEXT,
)

_WORDS: dict[str, Codec] = {
    "name": NAME,
    "text": TEXT,
    "id": ID,
    "literal": LITERAL,
    "set": SET,
    "literalOrSet": LITERAL_OR_SET,
    "setLike": SETLIKE,
    "date": DAY,
    "duration": DURATION,
    "length": LENGTH,
    "count": COUNT,
}
"""What occurs often, by its name in the schema."""

ABOUT = (
    "Rules of Rulewright as JSON: `rulewright convert` writes it from rule text, and text from it. A bare word of the language is a "
    'string, a text in a place for words is {"text": …}, decimals, dates and durations are strings. docs/reference/json-form.md.'
)


def schema() -> Schema:
    """The schema of a rule file in JSON, with what occurs often under a name of its own."""
    words = {name: codec.schema() for name, codec in _WORDS.items()}
    made: Schema = _whole()
    named = {**made.pop("$defs"), **words}
    return {**_shared(made, words), "$defs": {name: _inside(each, words) for name, each in named.items()}}


def _shared(node: Value, words: Schema) -> Value:
    """A schema in which each one that has a name is a reference to it; its description stays."""
    if isinstance(node, dict):
        plain = {key: value for key, value in node.items() if key != "description"}
        for name, known in words.items():
            if plain == known:
                about = {"description": node["description"]} if "description" in node else {}
                return {"$ref": f"#/$defs/{name}", **about}
    return _inside(node, words)


def _inside(node: Value, words: Schema) -> Value:
    """The same for what is inside a schema."""
    if isinstance(node, dict):
        return {key: _shared(value, words) for key, value in node.items()}
    return [_shared(value, words) for value in node] if isinstance(node, list) else node


def _whole() -> Schema:
    """The schema as the tables have it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rulewright:schema:rulewright-rules-1",
        "title": FORMAT,
        "description": ABOUT,
        "type": "object",
        "properties": {
            "format": {"const": FORMAT, "description": "The name of this format."},
            "modules": _listed("module", "Standards, policies and vocabularies, in their order."),
            "tests": _listed("test", "Tests of requirements, in their order."),
            COMMENTS: {"$ref": "#/$defs/comments", "description": "The comments at the end of the file."},
        },
        "required": ["format"],
        "additionalProperties": False,
        "$defs": {
            "module": MODULE_CODEC.schema(),
            "item": ITEM_CODEC.schema(),
            "expression": {**EXPRESSION.schema(), "title": "a condition"},
            "condition": CONDITION.schema(),
            "target": {**TARGET_CODEC.schema(), "title": "a requirement that is named"},
            "test": TEST.schema(),
            "case": CASE.schema(),
            "facts": FACTS_CODEC.schema(),
            "fact": {**FACT_CODEC.schema(), "title": "what is given of a fact"},
            "comments": COMMENT_SCHEMA,
        },
    }


def _listed(name: str, about: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}, "description": about}
