"""The typed vocabulary: which collections and attributes there are, and of what type.

Guarantees: every path that a rule may name is here or is a compile error; the built-in collections are those that the
SBOM readers fill.  Device attributes are declared in `.rw` vocabulary modules and joined by `Vocabulary.extended`.
What it does not do: hold facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from rulewright.facts.types import MICRO, FieldType, Kind, Level


class Field(msgspec.Struct, frozen=True):
    """One typed field of a collection's elements, with its meaning for people."""

    name: str
    type: FieldType
    doc: str


class Collection(msgspec.Struct, frozen=True):
    """A table of facts.  `parents` names the collections whose elements own elements of this one (`every x v of c`).

    `graph` is true where `under` works: the elements depend on one another.
    """

    name: str
    plural: str
    doc: str
    fields: Mapping[str, Field]
    parents: tuple[str, ...] = ()
    graph: bool = False


class Attribute(msgspec.Struct, frozen=True):
    """A scalar fact about the product.  `given` = context, the maker cannot choose it; else a design choice.

    `fresh` is the default freshness in days, `detectors` the ways to observe it, `merge` how sources combine, `level` from
    where on a graded finding counts.
    """

    name: str
    type: FieldType
    doc: str
    given: bool = False
    detectors: tuple[str, ...] = ()
    merge: str = "agree"
    fresh: int | None = None
    emb3d: tuple[str, ...] = ()
    """the device properties of the EMB3D threat model that it tells of"""
    level: Level = Level.ENABLED
    low: int | None = None
    """the least value that there can be, in the representation of the kind; None: no bound"""
    high: int | None = None

    def has(self, value: int) -> bool:
        """Whether a number (days, millionths) can be a value of it."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def domain(self) -> str:
        """The range of its values as it is declared: `0..100`, `0..`; empty where nothing is said."""
        ends = (self.low, self.high)
        return "" if ends == (None, None) else "..".join("" if end is None else self._text(end) for end in ends)

    def _text(self, end: int) -> str:
        """One end of the range."""
        if self.type.kind is Kind.DATE:
            from rulewright.facts.identity.dates import format_date

            return format_date(end)
        if self.type.kind is Kind.DECIMAL:
            from decimal import Decimal

            return f"{Decimal(end) / MICRO:f}"
        return str(end)


class Vocabulary(msgspec.Struct, frozen=True):
    """Collections and attributes by name."""

    collections: Mapping[str, Collection] = msgspec.field(default_factory=dict)
    attributes: Mapping[str, Attribute] = msgspec.field(default_factory=dict)

    def collection(self, name: str) -> Collection | None:
        """Find a collection by its singular or plural name."""
        found = self.collections.get(name)
        if found is None:
            found = next((c for c in self.collections.values() if c.plural == name), None)
        return found

    def extended(self, attributes: Iterable[Attribute]) -> Vocabulary:
        """This vocabulary with more attributes (a later declaration of a name replaces an earlier one)."""
        joined = dict(self.attributes)
        joined.update((a.name, a) for a in attributes)
        return msgspec.structs.replace(self, attributes=joined)


LEVELS = " ".join(level.word for level in Level)
"""The levels of findings as the words of an enum."""

_KINDS = {
    "bool": FieldType(Kind.BOOL),
    "int": FieldType(Kind.INT),
    "decimal": FieldType(Kind.DECIMAL),
    "string": FieldType(Kind.STRING),
    "date": FieldType(Kind.DATE),
    "version": FieldType(Kind.VERSION),
    "license": FieldType(Kind.LICENSE),
    "purl": FieldType(Kind.PURL),
    "cpe": FieldType(Kind.CPE),
    "set": FieldType(Kind.SET),
}


def _type(text: str) -> FieldType:
    """Read `bool`, `enum a b c`, `set`, `set a b c`; a trailing `…` says that other words are legal."""
    kind, _, words = text.partition(" ")
    values = words.split()
    open_values = bool(values) and values[-1] == "…"
    if open_values:
        values.pop()
    if kind == "enum":
        return FieldType(Kind.ENUM, tuple(values), open_values=open_values)
    if kind == "set" and values:
        return FieldType(Kind.SET, tuple(values), open_values=open_values)
    return _KINDS[kind]


def _collection(
    name: str, plural: str, doc: str, fields: str, parents: tuple[str, ...] = (), *, graph: bool = False
) -> Collection:
    """Read one `name : type -- meaning` line per field."""
    table: dict[str, Field] = {}
    for line in fields.strip().splitlines():
        head, _, meaning = line.partition("--")
        field_name, _, kind = head.partition(":")
        table[field_name.strip()] = Field(field_name.strip(), _type(kind.strip()), meaning.strip())
    return Collection(name, plural, doc, MappingProxyType(table), parents, graph)


HASHES = (
    "MD5 SHA-1 SHA-224 SHA-256 SHA-384 SHA-512 SHA3-224 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 "
    "BLAKE3 MD2 MD4 MD6 ADLER32 Streebog-256 Streebog-512"
)
CONTEXTS = "design source build analyzed deployed runtime discovery decommission pre_build post_build operations"

BUILTIN = Vocabulary(
    collections=MappingProxyType(
        {
            c.name: c
            for c in (
                _collection(
                    "document",
                    "documents",
                    "an SBOM document as received",
                    f"""
                format : enum cyclonedx spdx swid other -- data format
                format_name : string -- name of the format as the document writes it
                format_version : version -- version of the format
                encoding : enum json xml tag_value rdf yaml protobuf text_protobuf json_ld -- serialisation
                unique_id : string -- serial number, namespace or URI of the document
                doc_version : int -- revision of this document
                timestamp : date -- day (UTC) on which the data was assembled
                timestamp_text : string -- the timestamp as written
                timestamp_rfc3339 : bool -- the timestamp is a valid RFC 3339 date-time
                author : string -- who made the SBOM data (a person or an organisation, never a tool)
                author_kind : enum person organization unknown -- what the author is
                author_contact : string -- e-mail address or URL of the author
                supplier : string -- supplier of the document's subject
                manufacturer : string -- maker of the document's subject
                tool_name : string -- generator tool(s)
                tool_version : string -- version(s) of the generator tool; missing when one tool lacks it
                generation_context : set {CONTEXTS} … -- life-cycle phases in which the data was gathered
                signature_present : bool -- the document carries a signature, inside or around it
                signature : enum none unverified valid invalid -- state of that signature
                data_license : license -- licence of the SBOM data itself
                license_list_version : string -- SPDX licence list version that the creator used
                primary_name : string -- name of the described product
                primary_version : string -- version of the described product
                primary_id : string -- purl or other identifier of the described product
                completeness : enum complete incomplete unknown -- what the document says of its own list
                completeness_stated : bool -- the document says something on completeness
                contains_vulnerabilities : bool -- vulnerability data is inside
                dependencies_stated : bool -- the document carries a dependency graph
                components_total : int -- number of components stored
                schema_valid : bool -- the official schema accepts the document (false with findings)
                findings_total : int -- number of findings of the reader and the semantic judge
                dangling_references : int -- references to elements that are not in the document
                duplicate_identifiers : int -- element identifiers used more than once
                comment : string -- the document's own comment
                """,
                ),
                _collection(
                    "component",
                    "components",
                    "a component of the product, nested ones and the described product included",
                    f"""
                id : string -- reference within the document (bom-ref, SPDXID)
                type : enum application framework library container platform operating_system device device_driver firmware file machine_learning_model data cryptographic_asset archive source install other -- kind of component
                group : string -- namespace or group
                name : string -- name
                version : version -- version
                purl : purl -- package URL
                cpe : cpe -- CPE 2.2 or 2.3 name (the first one)
                swid : string -- SWID tag id
                swhid : string -- SoftWare Hash identifier
                unique_id : set purl cpe swid swhid omnibor gitoid other -- kinds of unique identifier it carries
                supplier : string -- supplier
                supplier_contact : string -- e-mail address or URL of the supplier
                manufacturer : string -- maker
                publisher : string -- publisher
                author : string -- author(s)
                producer : string -- whoever made it: manufacturer, supplier, author or publisher, the first that is stated
                producer_contact : string -- e-mail address or URL of the producer
                license : license -- licence as it applies: concluded if stated, else declared
                license_declared : license -- licence that the authors declare
                license_concluded : license -- licence that the SBOM's author concludes
                license_text : string -- licence names that are not SPDX identifiers or expressions
                copyright : string -- copyright notice
                description : string -- description
                scope : enum required optional excluded -- whether it is needed at run time
                dev_only : bool -- used in development only
                is_root : bool -- it is the product that the document describes
                is_external : bool -- listed but not part of the delivery
                nested : bool -- listed inside another component
                hash_algorithms : set {HASHES} … -- algorithms of the hashes stated for it
                deployable_hash_algorithms : set {HASHES} … -- algorithms of hashes stated for the deployable form
                filename : string -- file name of the component
                executable : bool -- it is executable
                archive : bool -- it is an archive
                structured : bool -- its archive keeps the structure of its parts
                source_uri : string -- where its source code is
                deployable_uri : string -- where its deployable form is
                download_location : string -- where it can be fetched
                homepage : string -- home page
                sbom_uri : string -- where its own SBOM is
                files_analyzed : bool -- SPDX: files were analysed
                dependency_count : int -- number of direct dependencies stated; known only where the document states them
                dependencies_complete : enum complete incomplete unknown -- what the document says of its dependency list
                support_level : string -- level of support by its maintainer
                end_of_support : date -- day on which support ends
                pedigree_stated : bool -- ancestors, patches or notes on changes are given
                fixes : set -- vulnerabilities that patches in its pedigree resolve
                asset_type : enum algorithm certificate protocol related_crypto_material -- kind of cryptographic asset
                crypto_primitive : string -- primitive of a cryptographic algorithm
                crypto_parameter : string -- parameter set of a cryptographic algorithm
                crypto_functions : set -- functions of a cryptographic algorithm
                quantum_level : int -- NIST quantum security level
                oid : string -- object identifier of a cryptographic asset
                crypto_family : string -- family of a cryptographic algorithm
                crypto_curve : string -- elliptic curve of a cryptographic algorithm
                crypto_mode : string -- mode of operation of a cryptographic algorithm
                crypto_padding : string -- padding of a cryptographic algorithm
                crypto_environment : string -- where a cryptographic algorithm is executed
                crypto_certification : set -- certifications of the implementation of a cryptographic algorithm
                classical_level : int -- classical security level in bits
                certificate_subject : string -- subject of a certificate
                certificate_issuer : string -- issuer of a certificate
                certificate_serial : string -- serial number of a certificate
                certificate_format : string -- format of a certificate
                certificate_states : set -- states of a certificate
                not_valid_before : date -- first day of a certificate
                not_valid_after : date -- last day of a certificate
                signature_algorithm : string -- reference to the algorithm that a certificate is signed with
                public_key : string -- reference to the public key of a certificate
                material_type : string -- kind of key, secret or other related material
                material_state : string -- state of a key or other related material
                material_size : int -- size of a key or other related material in bits
                material_expires : date -- day on which a key or other related material expires
                material_secured_by : string -- how a key or other related material is secured
                crypto_algorithm : string -- reference to the algorithm of a key or other related material
                protocol_type : string -- kind of cryptographic protocol
                protocol_version : version -- version of a cryptographic protocol
                cipher_suites : set -- cipher suites of a cryptographic protocol
                device_type : string -- kind of hardware device
                device_function : string -- function of a hardware device
                device_location : string -- place of a hardware device in the product
                device_quantity : int -- number of such hardware devices in the product
                device_serial : string -- serial number of a hardware device
                device_sku : string -- stock keeping unit of a hardware device
                device_lot : string -- lot number of a hardware device
                device_mac : string -- MAC address of a hardware device
                matchable : bool -- a vulnerability feed could be asked about it; missing where no feed was given
                unmatchable_reason : string -- why no feed could be asked
                """,
                    ("component", "document"),
                    graph=True,
                ),
                _collection(
                    "hash",
                    "hashes",
                    "one hash of a component",
                    f"""
                algorithm : enum {HASHES} … -- algorithm
                value : string -- value in hexadecimal
                valid : bool -- the value has the length and alphabet of its algorithm
                """,
                    ("component",),
                ),
                _collection(
                    "license_claim",
                    "license_claims",
                    "one licence statement of a component",
                    """
                role : enum declared concluded -- who says so
                id : string -- SPDX identifier
                name : string -- name where it is not an identifier
                expression : license -- expression
                text_present : bool -- the licence text itself is included
                """,
                    ("component",),
                ),
                _collection(
                    "property",
                    "properties",
                    "a name and value that the document attaches to a component",
                    """
                name : string -- name, with its namespace
                value : string -- value
                """,
                    ("component",),
                ),
                _collection(
                    "reference",
                    "references",
                    "an external reference of a component",
                    """
                type : string -- kind of reference
                url : string -- address
                hash_algorithms : set -- algorithms of the hashes stated for what is there
                """,
                    ("component",),
                ),
                _collection(
                    "vulnerability",
                    "vulnerabilities",
                    "a vulnerability that a source connects with the product",
                    """
                id : string -- CVE or other identifier
                source : string -- who published it
                severity : enum none low medium high critical info unknown -- highest stated severity
                score : decimal -- highest stated CVSS base score
                cwes : set -- CWE numbers
                published : date -- day of publication
                updated : date -- day of the last change
                exploited : bool -- known to be exploited in the wild
                vex : enum affected not_affected fixed under_investigation -- exploitability statement
                vex_state : enum exploitable in_triage false_positive not_affected resolved resolved_with_pedigree affected fixed under_investigation -- statement in the document's own words
                justification : string -- why it is not affected
                response : set -- what the maker does about it
                detail : string -- explanation
                fix_available : bool -- a recommendation or fixed version is stated
                fixed_versions : set -- versions in which it is fixed
                aliases : set -- other identifiers of the same vulnerability
                vector : string -- CVSS vector of the score
                exploited_since : date -- day on which KEV listed it
                automatable : bool -- an attacker can reliably automate its exploitation (SSVC)
                technical_impact : enum partial total -- control over the vulnerable part that its exploitation gives (SSVC)
                epss : decimal -- probability of exploitation within 30 days (EPSS)
                epss_percentile : decimal -- share of vulnerabilities with a lower EPSS
                epss_date : date -- day of the EPSS data
                epss_model : string -- version of the EPSS model
                match : enum stated exact range hash name_only -- how surely it concerns the component
                match_by : enum reference purl cpe hash -- by which identifier it was connected with the component
                backport : string -- evidence that the vendor fixed it in this version
                """,
                    ("component", "document"),
                ),
                _collection(
                    "service",
                    "services",
                    "a service that the product offers or calls",
                    """
                id : string -- reference within the document
                name : string -- name
                version : version -- version
                provider : string -- who runs it
                authenticated : bool -- it asks for authentication
                crosses_trust_boundary : bool -- calling it crosses a trust boundary
                endpoints : set -- addresses
                data_classifications : set -- classes of data that it handles
                """,
                    ("document",),
                ),
                _collection(
                    "file",
                    "files",
                    "a file that the document lists",
                    f"""
                id : string -- reference within the document
                name : string -- name with its path
                hash_algorithms : set {HASHES} … -- algorithms of the hashes stated
                license : license -- licence as it applies
                copyright : string -- copyright notice
                types : set -- kinds of file
                """,
                    ("component", "document"),
                ),
                _collection(
                    "daemon",
                    "daemons",
                    "a program of the device that serves others",
                    f"""
                name : string -- kind of service: telnet, ssh, http, mqtt
                binary : string -- path of the program
                level : enum {LEVELS} -- how surely it runs
                ports : set -- ports that it listens on, as tcp/23
                exposed : bool -- it listens beyond the device itself
                user : string -- user that it runs as
                unit : string -- unit or script that starts it
                chain : string -- what starts it, from init to the program
                nx : bool -- no page of it is writable and executable, libraries included
                pie : bool -- its program and libraries are position-independent
                relro : bool -- its relocations are read-only, libraries included
                canary : bool -- its functions guard the stack, libraries included
                fortify : bool -- it calls the checked variants of library functions
                sandboxed : bool -- it is confined
                authenticated : bool -- it asks for authentication
                encrypted : bool -- its traffic is encrypted
                """,
                ),
                _collection(
                    "account",
                    "accounts",
                    "a user account of the device",
                    """
                name : string -- user name
                uid : int -- user number
                login : bool -- it can log in
                shell : string -- program started at login
                hash : enum none locked des md5 sha256 sha512 bcrypt yescrypt apr1 other plain -- how the password is kept
                default_password : bool -- its password is one of the well-known ones
                """,
                ),
                _collection(
                    "key",
                    "keys",
                    "a key found on the device",
                    """
                path : string -- file
                kind : enum private public -- kind of key
                algorithm : string -- algorithm
                size : int -- size in bits
                encrypted : bool -- it is kept encrypted
                world_readable : bool -- every user may read it
                shared : bool -- every unit has the same
                """,
                ),
                _collection(
                    "certificate",
                    "certificates",
                    "a certificate found on the device",
                    """
                subject : string -- subject
                issuer : string -- issuer
                algorithm : string -- algorithm of its key
                size : int -- size of its key in bits
                signature : string -- algorithm of its signature
                not_before : date -- first day
                not_after : date -- last day
                self_signed : bool -- it is signed with its own key
                path : string -- file
                """,
                ),
                _collection(
                    "finding",
                    "findings",
                    "anything else that a detector noticed on the device",
                    f"""
                subject : string -- what it is about
                level : enum {LEVELS} -- how far it is known to matter
                path : string -- file
                detail : string -- what was found
                chain : string -- what leads to it
                """,
                ),
                _collection(
                    "relationship",
                    "relationships",
                    "a relationship that the document states",
                    """
                type : string -- kind, in the document's own words
                from_id : string -- from which element
                to_id : string -- to which element
                resolved : bool -- both ends are in the document
                """,
                    ("document",),
                ),
            )
        }
    ),
    attributes=MappingProxyType({}),
)
