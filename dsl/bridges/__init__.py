"""Bridges to other languages: requirements as Rego and CEL, and policies of sbomqs as rules.

Guarantees: what a target cannot say is *unknown* there, never a pass, and is named in a statement of what is lost; nothing
is opened or written.  What it does not do: run the other languages, or judge products.
"""
