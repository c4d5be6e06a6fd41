"""`rulewright packages`."""

from __future__ import annotations

from rulewright.cli.declared import Request


def run(request: Request) -> int:
    """Run the command; return the exit code."""
    raise NotImplementedError(request.command)
