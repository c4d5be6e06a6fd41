"""The exit codes: part of the contract, never renumbered."""

OK = 0
"""Nothing blocks."""
BLOCKED = 1
"""A blocking `fail` or `unknown`."""
BAD_INPUT = 2
"""Bad input, policy or usage."""
NOTHING = 3
"""No requirement was evaluated."""
INTERNAL = 4
"""An internal error, or a requirement whose verdict is `error`."""
INTERRUPTED = 130
"""Stopped by the user."""
