"""The completion script of zsh.

Guarantees: made for `_arguments`, so options, their values and files complete as zsh users know it; every text is in
single quotes, with what `_arguments` reads escaped.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.cli.authors.completion_shape import Shape, Taken, Values

_HEAD = """#compdef rulewright
# Completion of rulewright for zsh.  Load it with: source <(rulewright completion zsh)
_rulewright_ids() {{
    local -a ids
    ids=({ids})
    compadd -a ids
}}
_rulewright_ids_or_files() {{
    _alternative 'ids:shipped rules:_rulewright_ids' 'files:file:_files'
}}
_rulewright() {{
    local curcontext="$curcontext" state line
    typeset -A opt_args
    _arguments -C '(- *)'{{-h,--help}}'[Show the help.]' '(- *)--version[Show the version.]' '1: :->command' '*:: :->rest'
    case $state in
        command)
            local -a commands
            commands=(
{commands}
            )
            _describe -t commands 'command' commands
            ;;
        rest)
            case $words[1] in
{cases}
            esac
            ;;
    esac
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _rulewright "$@"
else
    compdef _rulewright rulewright
fi
"""


def script(shapes: Iterable[Shape], ids: Iterable[str]) -> str:
    """Write the script."""
    shapes = tuple(shapes)
    return _HEAD.format(
        ids=" ".join(ids),
        commands="\n".join(f"                {_quoted(f'{s.name}:{_plain(s.about)}')}" for s in shapes),
        cases="\n".join(_case(shape) for shape in shapes),
    )


def _case(shape: Shape) -> str:
    """Write the branch of one command."""
    parts = [part for option in shape.options for part in _option(option)]
    rest = _act(shape.values)
    if shape.subs:
        parts.append(_quoted(f"1:command:({' '.join(shape.subs)})"))
    parts.append(_quoted(f"*:{_bare(shape.metavar)}:{rest}"))
    lines = " \\\n".join(f"                        {part}" for part in parts)
    return f"                {shape.name})\n                    _arguments -s -S \\\n{lines}\n                    ;;"


def _option(option: Taken) -> list[str]:
    """Write one option, each spelling for itself; one that may be given once excludes its other spellings."""
    others = " ".join(option.flags)
    found = []
    for flag in option.flags:
        head = f"*{flag}" if option.many else f"({others}){flag}"
        long = "=" if option.values is not None and flag.startswith("--") else ""
        text = f"{head}{long}[{_plain(option.about)}]"
        if option.values is not None:
            text += f":{_bare(option.metavar)}:{_act(option.values)}"
        found.append(_quoted(text))
    return found


def _act(values: Values) -> str:
    """Say what completes a kind of values; a space where nothing does."""
    if values.words:
        return f"({' '.join(values.words)})"
    if values.ids:
        return "_rulewright_ids_or_files"
    return "_files" if values.files else " "


def _plain(text: str) -> str:
    """Escape what ends a description."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def _bare(metavar: str) -> str:
    """Return a placeholder without what ends it."""
    return metavar.replace(":", "\\:").replace("[", "").replace("]", "") or " "


def _quoted(text: str) -> str:
    """Put a text in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
