"""`rulewright completion`: the script by which a shell completes our command line.

Guarantees: the script is made from the tables of commands and codes and the heads of the shipped rules, and is static:
pressing TAB runs no Python.  After an update of Rulewright it has to be loaded again, as a new shell does.
"""

from __future__ import annotations

from rulewright.cli import exits, library
from rulewright.cli.authors import completion_bash, completion_fish, completion_zsh
from rulewright.cli.authors.completion_shape import safe_ids, shapes
from rulewright.cli.declared import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import put
from rulewright.diagnostics import Diagnostic

SHELLS = {"bash": completion_bash.script, "zsh": completion_zsh.script, "fish": completion_fish.script}


def run(request: Request) -> int:
    """Print the script of one shell; return the exit code."""
    if len(request.arguments) > 1:
        return refuse([problem("RW0002", "`completion` takes one shell", "`rulewright completion bash`")])
    (name,) = request.arguments
    if name not in SHELLS:
        return refuse([_unknown(name)])
    ids = tuple(module.id for module in library.shipped() if module.kind != "vocabulary")
    put(SHELLS[name](shapes(), safe_ids(ids)))
    return exits.OK


def _unknown(name: str) -> Diagnostic:
    """Say that there is no script for a shell."""
    from difflib import get_close_matches

    close = get_close_matches(name.rpartition("/")[2], SHELLS, 1)
    hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(SHELLS)}"
    return problem("RW0002", f"there is no completion for the shell `{name}`", hint)
