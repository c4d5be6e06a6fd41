"""One reader a feed format: OSV, CVE 5, CSAF, RustSec, KEV and EPSS, recognised by content.

Guarantees: a record that cannot be read is a finding with its place, and the next one is read.
"""
