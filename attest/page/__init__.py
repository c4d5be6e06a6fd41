"""The page that verifies a bundle in a browser: `verify.html`, one file, put together from the sources beside this one.

Guarantees: the same bytes for the same sources; nothing is loaded from anywhere, and its content policy forbids the page to try: only
the one script and the one style sheet that it was put together from are run, each named there by its SHA-256.  The checks themselves
are JavaScript of their own (`procedure.js`), written from docs/reference/attestation.md and not from the Python verifier.
"""

from __future__ import annotations

import pkgutil
from hashlib import sha256

from rulewright.attest.encoding import to_base64

SCRIPTS = (
    "bytes.js", "json.js", "container.js", "envelope.js", "asn1.js", "keys.js", "tree.js", "model.js", "derived.js", "time.js",
    "log.js", "trust.js", "content.js", "procedure.js", "words.js", "results.js", "view.js",
)  # fmt: skip
"""The sources of the script, in the order in which they need each other."""
_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; "
    "form-action 'none'; connect-src 'none'; frame-src 'none'; object-src 'none'"
)


def page() -> bytes:
    """The page: HTML in UTF-8."""
    script = '(() => {\n"use strict";\n' + "\n".join(map(_source, SCRIPTS)) + "})();\n"
    style = _source("style.css")
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    made = _source("template.html")
    for place, text in (("POLICY", policy), ("STYLE", style), ("SCRIPT", script)):
        made = made.replace(f"[[{place}]]", text)
    return made.encode()


def _source(name: str) -> str:
    """A source as text."""
    data = pkgutil.get_data(__name__, name)
    assert data is not None
    return data.decode()


def _digest(text: str) -> str:
    """As the content policy names a script or a style sheet (CSP level 3, section 2.3.1)."""
    return to_base64(sha256(text.encode()).digest())
