"""The identities of documents, in the one form in which they are compared.

Guarantees: the same document has one name, however it is referred to.  It knows no document.
"""

from __future__ import annotations


def document_name(name: str) -> str:
    """A document's identity without its form and revision: `urn:cdx:UUID/1` and `urn:uuid:UUID` are one document."""
    if name.startswith("urn:cdx:"):
        return name[8:].partition("/")[0].lower()
    return name.removeprefix("urn:uuid:").lower() if name.startswith("urn:uuid:") else name
