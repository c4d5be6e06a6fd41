"""How much a rule file may ask for.  Beyond these numbers the answer is a diagnostic, quickly.

They are far above what people write; they bound time and memory on hostile input.
"""

MAX_BYTES = 4_000_000
"""Bytes of one rule file."""

MAX_DEPTH = 64
"""Brackets and expressions inside one another."""

MAX_QUANTIFIERS = 3
"""Quantifiers inside one another."""

MAX_ITEMS = 20_000
"""Items (requirements, tests, …) in one file."""

MAX_STRING = 10_000
"""Characters of one string."""

MAX_TOKENS = 40_000
"""Words and signs of one item."""

MAX_NODES = 20_000
"""IR nodes of one requirement, after `define`s are put in."""

MAX_ALL_NODES = 2_000_000
"""IR nodes of one program."""

MAX_DIAGNOSTICS = 100
"""Diagnostics of one run; the rest is counted."""

MAX_FOUND = 500
"""Errors after which a compilation stops."""

MAX_GUESSES = 400
"""Names that a guess is chosen from."""

MAX_SET = 10_000
"""Members of one set."""
