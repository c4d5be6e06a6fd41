"""The output formats: one file each, one tiny interface, `render(report, options) -> str`.

Guarantees: a format is imported only when asked for, and asked for by a name of `NAMES`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import msgspec

from rulewright.cli.paint import Paint
from rulewright.engine.result import Report

NAMES = ("terminal", "json", "json-v1", "sarif", "junit", "markdown")
"""`json` is an alias of the newest `json-v…`."""

_MODULES = {
    "terminal": "terminal",
    "json": "json_",
    "json-v1": "json_",
    "sarif": "sarif",
    "junit": "junit",
    "markdown": "markdown",
}


class Options(msgspec.Struct, frozen=True):
    """How to render: the stream's looks (terminal only), how many elements, whether to explain every verdict."""

    paint: Paint = Paint()
    limit: int = 3
    explain: bool = False
    quiet: bool = False


Render = Callable[[Report, Options], str]


def renderer(name: str) -> Render:
    """Find the renderer of a format.  Raises `KeyError` for a name that is not in `NAMES`."""
    module = import_module(f"rulewright.cli.formats.{_MODULES[name]}")
    render: Render = module.render
    return render
