"""The completion script of bash.

Guarantees: one function and no subprocess but bash's own; file names are completed and quoted by readline; works with
and without the package bash-completion, from bash 3.2 on; `--option=value` is completed as `--option value` is.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.cli.authors.completion_shape import Shape, Values

_HEAD = """# Completion of rulewright for bash.  Load it with: source <(rulewright completion bash)
_rulewright_ids="{ids}"
_rulewright_give() {{  # words
    local word
    COMPREPLY=()
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}}
_rulewright_files() {{  # leave it to readline, which quotes
    compopt -o default 2>/dev/null
}}
_rulewright_ids_or_files() {{
    local file
    _rulewright_give "$_rulewright_ids"
    if [[ -n $cur || ${{#COMPREPLY[@]}} -eq 0 ]]; then
        if [[ ${{#COMPREPLY[@]}} -eq 0 ]]; then
            _rulewright_files
        else
            while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
        fi
    fi
}}
_rulewright() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} previous= command= words=0 i
    COMPREPLY=()
    ((COMP_CWORD > 0)) && previous=${{COMP_WORDS[COMP_CWORD - 1]}}
    ((COMP_CWORD > 1)) && command=${{COMP_WORDS[1]}}
    if [[ $cur == "=" ]]; then
        cur=
    elif [[ $previous == "=" ]] && ((COMP_CWORD > 2)); then
        previous=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    if [[ -z $command ]]; then
        _rulewright_give "{commands} --help --version"
        return
    fi
    case "$command $previous" in
{options}
    esac
    if [[ $cur == -* ]]; then
        case "$command" in
{flags}
        esac
        return
    fi
    for ((i = 2; i < COMP_CWORD; i++)); do
        [[ ${{COMP_WORDS[i]}} != -* ]] && words=$((words + 1))
    done
    case "$command $words" in
{firsts}
    esac
    case "$command" in
{values}
    esac
}}
complete -F _rulewright rulewright
"""


def script(shapes: Iterable[Shape], ids: Iterable[str]) -> str:
    """Write the script."""
    options, flags, firsts, values = [], [], [], []
    names = []
    for shape in shapes:
        names.append(shape.name)
        for option in shape.options:
            if option.values is not None:
                pattern = "|".join(f'"{shape.name} {each}"' for each in option.flags)
                options.append(f"        {pattern}) {_act(option.values)}; return ;;")
        every = " ".join(each for option in shape.options for each in option.flags)
        flags.append(f'            {shape.name}) _rulewright_give "{every}" ;;')
        if shape.subs:
            firsts.append(f'        "{shape.name} 0") _rulewright_give "{" ".join(shape.subs)}"; return ;;')
        values.append(f"        {shape.name}) {_act(shape.values)} ;;")
    return _HEAD.format(
        ids=" ".join(ids),
        commands=" ".join(names),
        options="\n".join(options),
        flags="\n".join(flags),
        firsts="\n".join(firsts),
        values="\n".join(values),
    )


def _act(values: Values) -> str:
    """Say what to call for a kind of values."""
    if values.words:
        return f'_rulewright_give "{" ".join(values.words)}"'
    if values.ids:
        return "_rulewright_ids_or_files"
    return "_rulewright_files" if values.files else ":"
