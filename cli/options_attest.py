"""The commands about attestations, declared once, as `options` declares the others.

Guarantees: as there; this is the part of its table that regulators and signers use.
"""

from __future__ import annotations

from rulewright.cli.declared import Command

COMMANDS: tuple[Command, ...] = ()
