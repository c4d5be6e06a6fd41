"""`rulewright lsp`: a language server on stdin and stdout.

Guarantees: stdout carries the protocol and nothing else; the log goes to stderr; without the libraries of the extra
`authors` a diagnostic names it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

from rulewright.cli import exits
from rulewright.cli.declared import Request
from rulewright.cli.problems import problem, refuse


def run(request: Request) -> int:
    """Serve until the client ends it; return the exit code."""
    if request.arguments:
        return refuse(
            [problem("RW0002", f"`lsp` takes no words, such as `{request.arguments[0]}`", "an editor starts it")]
        )
    if find_spec("pygls") is None:
        hint = "install the extra: `pip install 'rulewright[authors]'`"
        return refuse([problem("RW0022", "the language server is not installed", hint)])
    import gc
    import logging

    from rulewright.cli.lsp.server import make

    debug = "debug" in request.flags
    form = "%(levelname)s %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG if debug else logging.WARNING, format=form)
    gc.enable()  # short commands do without
    gc.set_threshold(50_000, 20, 100)
    out, sys.stdout = sys.stdout, sys.stderr  # whatever prints by mistake does not break the protocol
    make().serve(sys.stdin.buffer, out.buffer)
    return exits.OK
