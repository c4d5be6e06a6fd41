"""The bounds on what is read.

Guarantees: every loop over untrusted bytes ends at one of these.  It does not hold the bounds of the rule language.
"""

MAX_BYTES = 2 << 30
"""Bytes of a document after unpacking (2 GiB).  The next larger one is refused with `RW1003`."""

MAX_RATIO = 200
"""Bytes out per byte in of a compressed stream; what is more is a bomb (`RW1003`)."""

MAX_FREE_RATIO = 1_000
FREE_BYTES = 64 << 20
"""Up to 64 MiB of output a stream may be packed as tightly as 1,000 to 1: small made-up documents are."""

MAX_XZ_MEMORY = 256 << 20
"""Bytes of working memory that an xz stream may ask for."""

MAX_MEMBERS = 10_000
"""Files of one archive or folder."""

MAX_WINDOW = 128 << 20
"""Bytes of the window that a Zstandard stream may ask for."""

MAX_DEPTH = 200
"""Levels of components in components, services in services.  Other nesting is bounded by the decoder (`RW1005`)."""

MAX_LINES_BYTES = 512 << 20
"""Bytes of a document that is read line by line (512 MiB)."""

MAX_YAML_BYTES = 256 << 20
"""Bytes of a YAML document (256 MiB): each value of it is an object while it is read."""

MAX_ALIASED = 100_000
"""Values that the aliases of a YAML document may stand for together (`RW1034`)."""

MAX_XML_BYTES = 512 << 20
"""Bytes of an XML document (512 MiB): its tree takes several times as much memory."""

MAX_RDF_BYTES = 128 << 20
"""Bytes of an RDF/XML document (128 MiB): every statement of it is an object while it is read."""

MAX_XML_DEPTH = 500
"""Levels of elements: two for each of `MAX_DEPTH` components, and what is around and inside them (`RW1005`)."""

CHUNK = 1 << 12
"""Bytes looked at together while the encoding is checked."""

SAME_CODE = 100
"""Findings of one code that are kept; the rest are counted in one more finding."""
