"""Other encodings of what the writers write as JSON: through the official libraries of the formats.

`cyclonedx-python-lib` writes CycloneDX XML, `spdx-tools` writes SPDX tag-value, YAML and XML.  What a library's model has no
place for is lost here, and seen in the receipt, which is made of these bytes.
Guarantees: nothing is imported before it is needed; where a library is missing or fails, that is a diagnostic.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import refusal, shown

if TYPE_CHECKING:
    from spdx_tools.spdx.model.document import Document


def encode(data: bytes, encoding: str, version: str, name: str) -> bytes | Diagnostic:
    """The JSON document in another encoding, a key of `ENCODERS`; `version` is that of the format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a library thinks of the facts is for its authors
            return ENCODERS[encoding](data, version)
    except ImportError as error:
        hint = "install `rulewright[interchange]`"
        return refusal("RW1021", name, f"writing this needs `{error.name}`, which is not installed", None, hint)
    except Exception as error:  # noqa: BLE001  a library's own exceptions are many
        said = shown(str(error).partition("\n")[0], 160)
        return refusal("RW1052", name, f"the library of the format refuses the document: {said}")


def _cyclonedx_xml(data: bytes, version: str) -> bytes:
    from cyclonedx.model.bom import Bom
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    bom = Bom.from_json(json.loads(data))  # type: ignore[attr-defined]
    made = make_outputter(bom, OutputFormat.XML, SchemaVersion.from_version(version))
    return made.output_as_string(indent=2).encode()


def _spdx(data: bytes, write: Callable[[Document, TextIO], object]) -> bytes:
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser

    stream = io.StringIO()
    write(JsonLikeDictParser().parse(json.loads(data)), stream)  # type: ignore[no-untyped-call]
    return stream.getvalue().encode()


def _tag_value(data: bytes, _: str) -> bytes:
    from spdx_tools.spdx.writer.tagvalue.tagvalue_writer import write_document

    return _spdx(data, write_document)


def _yaml(data: bytes, _: str) -> bytes:
    from spdx_tools.spdx.writer.yaml.yaml_writer import write_document_to_stream

    return _spdx(data, lambda document, stream: write_document_to_stream(document, stream, validate=False))


def _xml(data: bytes, _: str) -> bytes:
    from spdx_tools.spdx.writer.xml.xml_writer import write_document_to_stream

    return _spdx(data, lambda document, stream: write_document_to_stream(document, stream, validate=False))


ENCODERS: MappingProxyType[str, Callable[[bytes, str], bytes]] = MappingProxyType(
    {"cyclonedx-xml": _cyclonedx_xml, "tag-value": _tag_value, "yaml": _yaml, "spdx-xml": _xml}
)
"""The encodings, and the library that writes each."""
