"""What is said differently when one bill of materials is written in another encoding: the differences that tests allow."""

BY_PLACE = {"component": {"dependency_count"}, "document": {"dependencies_stated"}}
"""In tag-value a file belongs to a package by its place; the library's JSON says so by a CONTAINS relationship, which counts."""

FIRST_OF_MANY = {"cpe", "purl", "author_contact"}
"""RDF has no order, so the first of several is another one."""

SHARED_FIELDS = ("version", "purl", "cpe", "supplier", "hash_algorithms", "is_root", "description")
"""What CycloneDX and SPDX say in the same words."""

NAME_AND_GROUP = ("{name}", "{group}/{name}")
"""SPDX has no group: the generator writes the scope of npm into the name."""

TEXT = """## The same facts from every format
Tests write one bill of materials in every format that can carry it and compare every column, relation and extent.

- **CycloneDX, JSON and XML**: documents of versions 1.5 and 1.6, written in both by cyclonedx-python-lib: no difference. What XML
  becomes is valid by the strict JSON schema of its version, for every valid XML document of the corpus.
- **CycloneDX, JSON, XML, protobuf and its text**: the specification's own test files in all encodings. Protobuf holds an instant and
  not the text of a time, has no signatures, and cannot tell an empty list from none: these three differ. Some twins say other things
  (other names, one more component); the test names each.
- **SPDX 2, JSON, YAML, tag-value, XML and RDF**: documents of the corpus, written in all five by spdx-tools. YAML and XML: no
  difference. Tag-value: a file belongs to a package by its place, which JSON says with a `CONTAINS` relationship, so JSON has these
  relationships more, and what counts them (`dependency_count`, `dependencies_stated`). RDF: statements have no order, so joined names
  and the members of licence expressions come in another one, and of several package URLs, CPEs or authors' addresses another one is the first.
- **CycloneDX and SPDX**: 300 components written by one generator in both. Version, package URL, CPE, supplier, hashes, description
  and the root are the same. SPDX has no group, so the scope of an npm package is part of its name; a licence by name becomes a
  `LicenseRef`; SPDX has *none* and *no assertion* for a licence and a copyright, which CycloneDX does not say; a dependency list that is
  empty can only be said in CycloneDX.
"""
