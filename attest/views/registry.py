"""The views, in the order of their names.

Guarantees: a module listed here has `NAME`, `MEDIA_TYPE`, `render` and `problems`, and may have `applies`; they are imported when
they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from rulewright.attest.views.context import Context

MODULES: tuple[str, ...] = (
    "cra_declaration",
    "cra_technical",
    "cra_user",
    "csaf",
    "cyclonedx_1_6",
    "cyclonedx_1_7",
    "fda_matrix",
    "gemara",
    "junit",
    "openvex",
    "oscal_poam",
    "oscal_results",
    "report_html",
    "report_markdown",
    "sarif",
)
"""Modules of this folder."""


class View(Protocol):
    """What a module of a view offers."""

    NAME: str
    MEDIA_TYPE: str

    def render(self, context: Context) -> bytes:
        """The document: the same bytes for the same context."""
        ...

    def problems(self, document: bytes, context: Context) -> tuple[str, ...]:
        """What is wrong with a document: references, uniqueness, completeness, statuses."""
        ...


def view(module: str) -> View:
    """A view by the name of its module."""
    return cast("View", import_module(f"rulewright.attest.views.{module}"))


def applies(found: View, context: Context) -> bool:
    """Whether there is anything that the view could tell."""
    decide = getattr(found, "applies", None)
    return decide is None or bool(decide(context))
