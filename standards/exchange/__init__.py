"""Standards in and out: OSCAL catalogues and profiles, CycloneDX `definitions.standards`.

Guarantees: pure; bytes in, a standard or a diagnostic out, and the other way; importing this package loads nothing else.
"""
