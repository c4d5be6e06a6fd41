"""Places in CycloneDX protobuf: a JSON pointer into the JSON form to the path of the field, `components[3].purl`.

Guarantees: names are those of the official schema, by the table that the conversion goes by; what the JSON form has in
another shape gets the path of the nearest message around it.  It looks at no document.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.sbom.cyclonedx_protobuf_table import Field, Message, message


def place(pointer: str) -> str:
    """The path that a JSON pointer names."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return ".".join(_follow(message("Bom"), steps))


def _by_key(kind: Message, key: str) -> list[Field]:
    """The fields that lead to a key: the field itself, or a message whose fields belong here and then its field."""
    for field in kind.by_number.values():
        if field.key == key and field.mark != "<":
            return [field]
    for field in kind.by_number.values():
        if field.mark == "<":
            inner = _by_key(message(field.type), key)
            if inner:
                return [field, *inner]
    return []


def _follow(kind: Message, steps: Sequence[str]) -> list[str]:
    """The path from a message on."""
    found = _by_key(kind, steps[0]) if steps else []
    if not found:
        return []
    field, rest = found[-1], steps[1:]
    names = [f.name for f in found]
    if field.many and rest and rest[0].isdigit():
        names[-1] += f"[{rest[0]}]"
        rest = rest[1:]
    return names + (_follow(message(field.type), rest) if field.is_message else [])
