"""Bounds on what a feed may hold.

Guarantees: whatever goes beyond is refused with a finding (RW1404), never cut off in silence.
"""

MAX_RECORD = 32 << 20
"""Bytes of one record: a line of JSON lines, a member of an archive, a document."""

MAX_CATALOGUE = 512 << 20
"""Bytes of one document that holds many records (KEV as JSON, a JSON list)."""

MAX_FEED = 8 << 30
"""Bytes that one feed may unpack to."""

MAX_FILES = 1_000_000
"""Files below one folder, or members of one archive."""

MAX_LINE = 4096
"""Characters of one line of EPSS."""

MAX_VERSIONS = 100_000
"""Versions and ranges that one package of a record may list."""

SMALL = 1 << 20
"""Documents of a folder up to this many bytes are indexed together."""
