"""The completion script of fish.

Guarantees: only `complete` is called; every text is in single quotes; files are offered only where one may stand.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.cli.authors.completion_shape import Shape, Taken, Values

_HEAD = """# Completion of rulewright for fish.  Load it with: rulewright completion fish | source
function __rulewright_first
    set -l words (commandline -opc)
    test (count $words) -eq 1
end
function __rulewright_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end
function __rulewright_next
    set -l words (commandline -opc)
    test (count $words) -eq 2; and test $words[2] = $argv[1]
end
complete -c rulewright -f
complete -c rulewright -n __rulewright_first -s h -l help -d 'Show the help.'
complete -c rulewright -n __rulewright_first -l version -d 'Show the version.'
"""


def script(shapes: Iterable[Shape], ids: Iterable[str]) -> str:
    """Write the script."""
    known = " ".join(ids)
    return _HEAD + "\n".join(line for shape in shapes for line in _command(shape, known)) + "\n"


def _command(shape: Shape, ids: str) -> list[str]:
    """Write the lines of one command."""
    head = "complete -c rulewright -n"
    inside = f"{head} '__rulewright_in {shape.name}'"
    lines = [f"{head} __rulewright_first -a {shape.name} -d {_quoted(shape.about)}"]
    lines += [f"{inside} {_option(option, ids)}" for option in shape.options]
    if shape.subs:
        lines.append(f"{head} '__rulewright_next {shape.name}' -a {_quoted(' '.join(shape.subs))}")
    offered = _act(shape.values, ids)
    return [*lines, f"{inside} {offered}"] if offered else lines


def _option(option: Taken, ids: str) -> str:
    """Write one option."""
    words = [f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags]
    if option.values is not None:
        words += ["-x" if not option.values.files else "-r", _act(option.values, ids)]
    return " ".join([*(word for word in words if word), f"-d {_quoted(option.about)}"])


def _act(values: Values, ids: str) -> str:
    """Say what completes a kind of values: nothing where it is free text."""
    words = " ".join(values.words) or (ids if values.ids else "")
    return " ".join([*(["-F"] if values.files else []), *([f"-a {_quoted(words)}"] if words else [])])


def _quoted(text: str) -> str:
    """Put a text in single quotes, as fish reads them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
