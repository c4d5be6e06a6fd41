"""The elements of CycloneDX XML and the JSON keys that say the same: the product, its parts and their vulnerabilities.

One line for each type of element, holding the fields of all versions from 1.0 to 1.7:

    name:kind         an element; kinds: text with spaces trimmed (none given), raw text, bool, int, num, or a type
    @name:kind        an attribute
    #:kind            the text of the element itself
    wrapper/item:kind a list; `wrapper/item@ref` a list of the values of one attribute
    name*:kind        a list without wrapper; `wrapper*/item`: the wrapper may stand several times
    wrapper/(type)    a list whose items are of several names: those of the type; an item is the value itself,
                      or, where its field names a key, an object with that key alone
    ~name:type        the value is the one inner value of the element, in place of an object
    <name:type        the fields of the element belong to the object around it
    ?name:type        an object where the element has elements inside, else raw text
    !name:type        see `cyclonedx_xml_special`
    …=key             the JSON key where it is another than the name

Source: bom-1.0.xsd to bom-1.7.xsd, and bom-1.2 to bom-1.7.schema.json.  It names fields and converts nothing.
"""

from __future__ import annotations

FIELDS = """
bom | @version:int @serialNumber:raw metadata:metadata components/component:component services/service:service
    externalReferences/reference:reference !dependencies:dependency compositions/composition:composition
    properties/property:property vulnerabilities/vulnerability:vulnerability annotations/annotation:annotation
    formulation/formula:formula declarations:declarations definitions:definitions citations/citation:citation

metadata | timestamp lifecycles/lifecycle:lifecycle !tools:tools authors/author:contact component:component
    manufacturer:entity manufacture:entity supplier:entity licenses/(license_choice) properties/property:property
    distributionConstraints:distribution
lifecycle | phase:raw name description:raw
distribution | tlp:raw
tools | tool*:tool components/component:component services/service:service
tool | vendor name version hashes/hash:hash externalReferences/reference:reference

entity | name address:address url* contact*:contact @bom-ref:raw
contact | name email phone @bom-ref:raw
address | country:raw region:raw locality:raw postOfficeBoxNumber:raw postalCode:raw streetAddress:raw @bom-ref:raw

component | @type:raw @mime-type @isExternal:bool @bom-ref:raw supplier:entity manufacturer:entity
    authors/author:contact author publisher group name version versionRange description scope:raw hashes/hash:hash
    licenses/(license_choice) copyright patentAssertions/patentAssertion:patent_assertion cpe:raw purl omniborId*:raw
    swhid*:raw swid:swid modified:bool pedigree:pedigree externalReferences/reference:reference
    properties/property:property components/component:component evidence:evidence releaseNotes:release_notes
    modelCard:model_card data*:component_data cryptoProperties:crypto tags/tag
hash | @alg:raw #=content
swid | @tagId:raw @name:raw @version:raw @tagVersion:int @patch:bool text:attachment url
attachment | @content-type=contentType @encoding:raw #=content:raw
property | @name:raw #=value
reference | @type:raw url comment:raw hashes/hash:hash properties/property:property

license_choice | license=license:license expression:expression expression-detailed:expression_detailed
license | @bom-ref:raw @acknowledgement:raw id:raw name text:attachment url licensing:licensing
    properties/property:property
expression | @bom-ref:raw @acknowledgement:raw #=expression
expression_detailed | @bom-ref:raw @acknowledgement:raw @expression details*=expressionDetails:expression_details
    licensing:licensing properties/property:property
expression_details | @license-identifier=licenseIdentifier @bom-ref:raw text:attachment url
licensing | altIds/altId licensor:party licensee:party purchaser:party purchaseOrder:raw licenseTypes/licenseType:raw
    lastRenewal expiration
party | organization:entity individual:contact

pedigree | ancestors/component:component descendants/component:component variants/component:component
    commits/commit:commit patches/patch:patch notes:raw
commit | uid url author:action committer:action message
action | timestamp name email
patch | @type:raw diff:diff resolves/issue:issue
diff | text:attachment url
issue | @type:raw id name description source:source references/url
source | name url

evidence | identity*:identity occurrences/occurrence:occurrence callstack:callstack licenses/(license_choice)
    copyright/(copyright)
identity | field:raw confidence:num concludedValue:raw methods/method:method tools/tool@ref
method | technique:raw confidence:num value:raw
occurrence | @bom-ref:raw location:raw line:int offset:int symbol:raw additionalContext:raw
callstack | frames/frame:frame tools/tool@ref
frame | package:raw module:raw function:raw parameters/parameter:raw line:int column:int fullFilename:raw
copyright | text=text:raw

service | @bom-ref:raw provider:entity group name version description endpoints/endpoint authenticated:bool
    x-trust-boundary:bool trustZone:raw data/(service_data) licenses/(license_choice)
    patentAssertions/patentAssertion:patent_assertion externalReferences/reference:reference
    properties/property:property services/service:service releaseNotes:release_notes tags/tag
service_data | classification:classification dataflow:dataflow
classification | @flow:raw #=classification
dataflow | @name:raw @description:raw <classification:classification governance:governance source/url destination/url

dependency | @ref:raw dependency*:dependency provides*:dependency
composition | @bom-ref:raw aggregate:raw assemblies*/assembly@ref dependencies*/dependency@ref
    vulnerabilities*/vulnerability@ref

vulnerability | @bom-ref:raw id source:source references/reference:vulnerability_reference ratings/rating:rating
    cwes/cwe:int description:raw detail:raw recommendation:raw workaround:raw proofOfConcept:proof
    advisories/advisory:advisory created published updated rejected credits:credits !tools:tools analysis:analysis
    affects/target:target properties/property:property
vulnerability_reference | id source:source
rating | source:source score:num severity:raw method:raw vector justification:raw
proof | reproductionSteps:raw environment:raw supportingMaterial/attachment:attachment
advisory | title url
credits | organizations/organization:entity individuals/individual:contact
analysis | state:raw justification:raw responses/response=response:raw detail:raw firstIssued lastUpdated
target | ref:raw versions/version:affected
affected | version range status:raw

annotation | @bom-ref:raw subjects/subject@ref annotator:annotator timestamp text:raw
annotator | organization:entity individual:contact component:component service:service
release_notes | type title:raw featuredImage socialImage description:raw timestamp aliases/alias tags/tag
    resolves/issue:issue notes/note:note properties/property:property
note | locale:raw text:attachment
"""
"""Types by name; `cyclonedx_xml_more` has the rest."""
