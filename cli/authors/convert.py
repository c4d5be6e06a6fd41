"""`rulewright convert`: rules from text to JSON and back; `--to rego|cel` and policies in YAML go to `bridging`.

Guarantees: what is written means what was read, with every comment; a file with an error is not converted; the output is whole
or not there, and never takes the place of the input, nor of another file without `--force`.
"""

from __future__ import annotations

import os
import sys

from rulewright.cli import exits
from rulewright.cli.declared import Request
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import gather, unreadable
from rulewright.cli.problems import problem, refuse
from rulewright.cli.replacing import replaced, there
from rulewright.cli.streams import put, write_file
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.form.recognised import is_form

BRIDGES = frozenset({"rego", "cel"})
_YAML = (".yaml", ".yml")
_OF_BRIDGES = ("requirement", "id", "edition")


def run(request: Request) -> int:
    """Convert one file; return the exit code."""
    if len(request.arguments) != 1:
        return refuse(
            [problem("RW0002", "`convert` takes one file", "`rulewright convert --help` lists what there is")]
        )
    word, to = request.arguments[0], request.one("to")
    if to in BRIDGES or word.lower().endswith(_YAML):
        from rulewright.cli.authors import bridging

        return bridging.run(request)
    stray = next((option for option in _OF_BRIDGES if request.many(option)), None)
    if stray is not None:
        hint = "it is for `--to rego`, `--to cel` or a policy in YAML"
        return refuse([problem("RW0002", f"`--{stray}` does not go with rules in text or JSON", hint)])
    output = request.one("output")
    lost = replaced(request) or (None if "overwrite" in request.flags else there(output))
    if lost is not None:
        return refuse([lost])
    name, data = read(word)
    if isinstance(data, list):
        return refuse(data)
    made = converted(name, data, to or ("rw" if is_form(data) else "json"))
    if isinstance(made, list):
        return refuse(made, {name: data})
    return _deliver(made, output)


def read(word: str) -> tuple[str, bytes | list[Diagnostic]]:
    """The bytes of a rule file that is named: stdin, a file, or the id of a shipped one; and what it is called."""
    if word == "-":
        try:
            return "<stdin>", sys.stdin.buffer.read()
        except OSError as error:
            return "<stdin>", [unreadable("stdin", error)]
    if os.path.exists(word) or os.sep in word or word.endswith((".rw", ".json")):
        try:
            with open(word, "rb") as stream:
                return word, stream.read()
        except OSError as error:
            return word, [unreadable(name_of(word), error)]
    rules = gather([word])
    if rules.problems:
        return word, rules.problems
    return rules.roots[0], rules.texts[rules.roots[0]]


def converted(name: str, data: bytes, to: str) -> bytes | list[Diagnostic]:
    """A rule file in one of the two forms; or what is wrong with it."""
    from rulewright.dsl.form.reading import converted as other
    from rulewright.dsl.source import Source

    found = other(Source(name, data), to)
    return list(found) if isinstance(found, tuple) else found


def _deliver(data: bytes, output: str | None) -> int:
    """Write the file, or stdout."""
    if output is None or output == "-":
        put(data)
        return exits.OK
    try:
        write_file(output, data)
    except OSError as error:
        why = (error.strerror or "").lower()
        return refuse([problem("RW0006", f"`{name_of(output)}` cannot be written: {why}")])
    return exits.OK
