"""How much a verifier takes before it says no: every bound in one place, the same in the page (`page/verify.js`).

Guarantees: nothing here depends on what is being verified.  Peers' bounds: sigstore-go takes 1,024 subjects and 32 digests,
sigstore-python 32 timestamps.
"""

from __future__ import annotations

ARCHIVE = 64 * 1024 * 1024
"""Bytes of a bundle: it is held in memory twice, and a verifier takes less than 200 MB."""
MEMBERS = 4_096
"""Members of a bundle."""
ENVELOPE = 8 * 1024 * 1024
"""Bytes of an envelope's JSON."""
PAYLOAD = 4 * 1024 * 1024
"""Bytes of a signed payload."""
SIGNATURES = 32
"""Signatures of an envelope."""
SIGNATURE = 8_192
"""Bytes of one signature; ML-DSA-87 has 4,627."""
SUBJECTS = 1_024
"""Subjects of a statement."""
DIGESTS = 32
"""Digests of a subject."""
ROWS = 10_000
"""Rows of an attestation: leaves of its tree."""
TALLIES = 1_024
"""Standards that a root tallies."""
PRODUCTS = 1_024
"""Products of a root."""
TOKENS = 32
"""Timestamp tokens of a bundle."""
TOKEN = 64 * 1024
"""Bytes of one timestamp token."""
DEPTH = 64
"""Levels of JSON."""
DOCUMENT = 16 * 1024 * 1024
"""Bytes of one JSON document; a thousand requirements with their evidence take about one."""
VALUES = 1_000_000
"""Brackets and commas of one JSON document: a bound of its values, counted before anything is built."""
INTEGER = 2**53 - 1
"""The largest magnitude of an integer: beyond it, parsers round."""
PROOF = 64
"""Hashes of one proof."""
KEYS = 256
"""Keys of a trust policy."""
NOTE = 256 * 1024
"""Bytes of a signed note, and of a log's proof."""
