"""A result as declarations of CycloneDX 1.6.

Guarantees: those of `cyclonedx`; what is looked at is in `cyclonedx_integrity`.
"""

from __future__ import annotations

from rulewright.attest.views import cyclonedx, cyclonedx_integrity
from rulewright.attest.views.context import Context

VERSION = "1.6"
NAME = f"declarations-{VERSION}.cdx.json"
MEDIA_TYPE = f"application/vnd.cyclonedx+json; version={VERSION}"


def applies(context: Context) -> bool:
    """Whether there is a row to tell of."""
    return bool(context.rows)


def render(context: Context) -> bytes:
    """The document.  Raises `ValueError` where rows and results do not belong together."""
    return cyclonedx.render(context, VERSION)


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document beside what its schema tells; nothing where it is right."""
    return cyclonedx_integrity.problems(document, context, VERSION)
