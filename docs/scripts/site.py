"""A hook of MkDocs: adds the pages of the standards to the site, and to its navigation.

Guarantees: the pages are those of `docs/scripts/standards.py`, made at every build, so they cannot be stale; links and anchors
are checked like any other (strict).  MkDocs calls the two functions by their names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from docs.scripts import standards

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

NAV = "Standards"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every page under *Standards*."""
    for entry in config.nav or []:
        if isinstance(entry, dict) and NAV in entry:
            entry[NAV] += [{title: f"standards/{name}"} for title, name in standards.navigation()]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages."""
    from mkdocs.structure.files import File

    for name, text in standards.built().items():
        files.append(File.generated(config, f"standards/{name}", content=text))
    return files
