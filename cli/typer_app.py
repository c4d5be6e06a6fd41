"""The Typer application, derived from `options.COMMANDS`: help, completion, and the words for what is wrong.

Guarantees: it takes the same commands and options as the lean parser; it runs nothing: `parse` returns a `Request`, an
exit code when help was printed, or a usage error as a diagnostic.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated

from rulewright.cli.options import BY_NAME, COMMANDS, Command, Option, Request
from rulewright.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    import typer

Sink = Callable[[Request], None]
_LARGEST = 999_999_999
"""The largest number that an option takes; the lean parser leaves longer ones to us."""


def application(sink: Sink, commands: Sequence[Command] = COMMANDS) -> typer.Typer:
    """Build the application of some commands; a command's request goes to `sink`."""
    import typer

    app = typer.Typer(
        name="rulewright",
        help="Check the SBOM and the declared facts of a product against security requirements.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )
    app.callback()(_root())
    for command in commands:
        app.command(command.name, help=command.help, epilog=command.details or None)(_function(command, sink))
    return app


def _root() -> Callable[..., None]:
    """Make the function behind `rulewright` itself, which knows `--version`."""
    import typer

    def show(value: bool) -> None:  # noqa: FBT001  a callback gets the value alone
        if value:
            from rulewright import __version__

            print(f"rulewright {__version__}")
            raise typer.Exit

    def root(version: bool = False) -> None:  # noqa: FBT001, FBT002  shape of Typer
        """Check the SBOM and the declared facts of a product against security requirements."""

    option = typer.Option("--version", callback=show, is_eager=True, help="Show the version.")
    _describe(root, {"version": (Annotated[bool, option], False)})
    return root


def _describe(function: Callable[..., None], parameters: dict[str, tuple[object, object]]) -> None:
    """Give a function the signature that Typer reads."""
    shape = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in parameters.items()
    ]
    function.__signature__ = inspect.Signature(shape)  # type: ignore[attr-defined]
    function.__annotations__ = {name: annotation for name, (annotation, _) in parameters.items()}


def _function(command: Command, sink: Sink) -> Callable[..., None]:
    """Make the function of one command: it packs its values into a request."""
    import typer

    def function(**values: object) -> None:
        sink(_request(command, values))

    argument = typer.Argument(metavar=command.argument.metavar, help=command.argument.help, show_default=False)
    default: object = ... if command.argument.required else ()
    parameters: dict[str, tuple[object, object]] = {
        "arguments": (
            Annotated[list[str], argument] if command.argument.required else Annotated[list[str] | None, argument],
            inspect.Parameter.empty if default is ... else None,
        )
    }
    for option in command.options:
        parameters[option.name] = _parameter(option)
    _describe(function, parameters)
    function.__name__ = command.name
    return function


def _parameter(option: Option) -> tuple[object, object]:
    """Translate one option into annotation and default."""
    import typer

    minimum = 0 if option.kind == "number" else None
    info = typer.Option(
        *option.flags,
        help=option.help,
        metavar=None if option.kind == "flag" else "|".join(option.choices) or option.metavar,
        show_default=False,
        min=minimum,
        max=_LARGEST if option.kind == "number" else None,
    )
    if option.kind == "flag":
        return Annotated[bool, info], False
    if option.kind == "number":
        return Annotated[int | None, info], None
    if option.choices:
        words = Enum(option.name, {choice: choice for choice in option.choices})  # type: ignore[misc]
        return Annotated[words | None, info], None
    return (Annotated[list[str] | None, info] if option.many else Annotated[str | None, info]), None


def _request(command: Command, values: dict[str, object]) -> Request:
    """Turn Typer's values into a request."""
    texts: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, int] = {}
    for option in command.options:
        match values[option.name]:
            case bool() | None:
                pass
            case int(number):
                numbers[option.name] = number
            case Enum(value=str(word)):
                texts[option.name] = (word,)
            case str(word):
                texts[option.name] = (word,)
            case list(words):
                if words:
                    texts[option.name] = tuple(str(word) for word in words)
            case other:
                raise TypeError(type(other))
    given = values["arguments"]
    flags = frozenset(option.name for option in command.options if values[option.name] is True)
    return Request(command.name, tuple(given) if isinstance(given, list) else (), texts, flags, numbers)


def parse(words: Sequence[str]) -> Request | int | Diagnostic:
    """Let Typer read the words; an int is the exit code after help was printed."""
    from typer._click.exceptions import ClickException, NoArgsIsHelpError  # the exceptions that Typer raises
    from typer.main import get_command

    caught: list[Request] = []
    named = BY_NAME.get(words[0]) if words else None
    try:
        code = get_command(application(caught.append, [named] if named else COMMANDS)).main(
            args=list(words), prog_name="rulewright", standalone_mode=False
        )
    except NoArgsIsHelpError as help_wanted:
        print(help_wanted.format_message())
        return 2
    except ClickException as problem:
        return _usage(problem.format_message(), words)
    if caught:
        return caught[0]
    return code if isinstance(code, int) else 0


def _usage(message: str, words: Sequence[str]) -> Diagnostic:
    """Turn a usage error into a diagnostic in our own words."""
    value = _no_value(message, words)
    if value is not None:
        return value
    said, _, more = message.partition("(Possible option")
    if not more:
        said, _, more = message.partition("Did you mean")
    said = re.sub(r"'([^']*)'", r"`\1`", said.strip().rstrip("."))
    command = words[0] if words and words[0] in {c.name for c in COMMANDS} else ""
    said = re.sub(r": (\w)", lambda m: f": {m[1].lower()}", said)
    close = re.findall(r"-{0,2}[\w-]{2,}", more.replace("s:", ""))
    hint = (
        f"did you mean `{close[0]}`?"
        if close
        else f"`rulewright {command} --help`".replace("  ", " ") + " lists what there is"
    )
    return Diagnostic("RW0002", Severity.ERROR, said[:1].lower() + said[1:], hint=hint)


def _no_value(message: str, words: Sequence[str]) -> Diagnostic | None:
    """What is wrong with the value of an option that takes a number or one of some words; `None`: it is another error."""
    command = BY_NAME.get(words[0]) if words else None
    refused = re.match(r"Invalid value for '(--?[\w-]+)'", message)
    option = next((o for o in command.options if refused and refused[1] in o.flags), None) if command else None
    if option is None or not (option.kind == "number" or option.choices):
        return None
    flag, given = option.flags[0], _given(option, words[1:])
    said = (
        f"`{flag}` cannot be `{given}`"
        if given
        else f"`{flag}` takes a {'number' if option.kind == 'number' else 'word'}"
    )
    if option.kind == "number":
        return Diagnostic("RW0002", Severity.ERROR, said, hint=f"give a whole number from 0 to {_LARGEST:,}")
    from difflib import get_close_matches

    close = get_close_matches(given.lower(), option.choices, 1)
    hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(option.choices)}"
    return Diagnostic("RW0002", Severity.ERROR, said, hint=hint)


def _given(option: Option, words: Sequence[str]) -> str:
    """The last value that the words give to an option; empty where there is none."""
    found = ""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        flag, equals, value = word.partition("=")
        short = word[:2] if not word.startswith("--") else ""
        if word in option.flags:
            found = following
        elif equals and flag in option.flags and flag.startswith("--"):
            found = value
        elif short in option.flags:
            found = word[2:]
    return found
