"""The elements of CycloneDX XML and the JSON keys that say the same: models, data, cryptography, workflows, declarations.

The notation is that of `cyclonedx_xml_fields`.
Source: bom-1.4.xsd to bom-1.7.xsd, and the JSON schemas of those versions.  It names fields and converts nothing.
"""

from __future__ import annotations

MORE = """
crypto | assetType:raw algorithmProperties:algorithm certificateProperties:certificate
    relatedCryptoMaterialProperties:material protocolProperties:protocol oid:raw
algorithm | primitive:raw algorithmFamily:raw parameterSetIdentifier:raw curve:raw ellipticCurve:raw
    executionEnvironment:raw implementationPlatform:raw certificationLevel*:raw mode:raw padding:raw
    cryptoFunctions/cryptoFunction:raw classicalSecurityLevel:int nistQuantumSecurityLevel:int
certificate | serialNumber:raw subjectName:raw issuerName:raw notValidBefore notValidAfter signatureAlgorithmRef:raw
    subjectPublicKeyRef:raw certificateFormat:raw certificateExtension:raw certificateFileExtension:raw
    fingerprint:hash certificateState*:certificate_state creationDate activationDate deactivationDate revocationDate
    destructionDate certificateExtensions/certificateExtension:certificate_extension
    relatedCryptographicAssets/relatedCryptographicAsset:related_asset
certificate_state | state:raw name:raw description:raw reason:raw
certificate_extension | commonExtensionName:raw commonExtensionValue:raw customExtensionName:raw
    customExtensionValue:raw
related_asset | type:raw ref:raw
material | type:raw id:raw state:raw algorithmRef:raw creationDate activationDate updateDate expirationDate value:raw
    size:int format:raw securedBy:secured_by fingerprint:hash
    relatedCryptographicAssets/relatedCryptographicAsset:related_asset
secured_by | mechanism:raw algorithmRef:raw
protocol | type:raw version:raw cipherSuites/cipherSuite:cipher_suite ikev2TransformTypes:ikev2
    cryptoRef*=cryptoRefArray:raw relatedCryptographicAssets/relatedCryptographicAsset:related_asset
cipher_suite | name:raw algorithms/algorithm:raw identifiers/identifier:raw tlsGroups/group:raw
    tlsSignatureSchemes/signatureScheme:raw
ikev2 | ?encr*:ikev2_encryption ?prf*:ikev2_named ?integ*:ikev2_named ?ke*:ikev2_exchange esn:bool ?auth*:ikev2_named
ikev2_encryption | name:raw keyLength:int algorithm:raw
ikev2_named | name:raw algorithm:raw
ikev2_exchange | group:int algorithm:raw

model_card | @bom-ref:raw modelParameters:model_parameters quantitativeAnalysis:quantities considerations:considerations
    properties/property:property
model_parameters | approach:approach task:raw architectureFamily:raw modelArchitecture:raw datasets/(dataset)
    inputs/input:model_format outputs/output:model_format
approach | type:raw
dataset | ref=ref dataset:component_data
model_format | format:raw
quantities | performanceMetrics/performanceMetric:metric graphics:graphics
metric | type:raw value:raw slice:raw confidenceInterval:interval
interval | lowerBound:raw upperBound:raw
considerations | users/user:raw useCases/useCase:raw technicalLimitations/technicalLimitation:raw
    performanceTradeoffs/performanceTradeoff:raw ethicalConsiderations/ethicalConsideration:ethics
    environmentalConsiderations:environment fairnessAssessments/fairnessAssessment:fairness
ethics | name:raw mitigationStrategy:raw
fairness | groupAtRisk:raw benefits:raw harms:raw mitigationStrategy:raw
environment | energyConsumptions*/energyConsumption:consumption properties/property:property
consumption | activity:raw energyProviders*:energy_provider activityEnergyCost:measure co2CostEquivalent:measure
    co2CostOffset:measure properties/property:property
energy_provider | @bom-ref:raw description:raw organization:entity energySource:raw energyProvided:measure
    externalReferences/reference:reference
measure | value:num unit:raw
component_data | @bom-ref:raw type:raw name:raw contents:contents classification:raw sensitiveData*:raw
    graphics:graphics description:raw governance:governance
contents | attachment:attachment url properties/property:property
graphics | description:raw collection/graphic:graphic
graphic | name:raw image:attachment
governance | custodians/custodian:responsible stewards/steward:responsible owners/owner:responsible
responsible | organization:entity individual=contact:contact contact:contact

formula | @bom-ref:raw components/component:component services/service:service workflows/workflow:workflow
    properties/property:property
workflow | @bom-ref:raw uid:raw name:raw description:raw resourceReferences/resourceReference:resource
    tasks/task:task !taskDependencies:dependency taskTypes/taskType:raw trigger:trigger steps/step:step
    inputs/input:input outputs/output:output timeStart timeEnd workspaces/workspace:workspace
    !runtimeTopology:dependency properties/property:property
task | @bom-ref:raw uid:raw name:raw description:raw resourceReferences/resourceReference:resource
    taskTypes/taskType:raw trigger:trigger steps/step:step inputs/input:input outputs/output:output timeStart timeEnd
    workspaces/workspace:workspace !runtimeTopology:dependency properties/property:property
resource | ref externalReference:reference
step | name:raw description:raw commands/command:command properties/property:property
command | executed:raw properties/property:property
workspace | @bom-ref:raw uid:raw name:raw aliases/alias:raw description:raw
    resourceReferences/resourceReference:resource accessMode:raw mountPath:raw managedDataType:raw volumeRequest:raw
    volume:volume properties/property:property
volume | uid:raw name:raw mode:raw path:raw sizeAllocated:raw persistent:bool remote:bool properties/property:property
trigger | @bom-ref:raw uid:raw name:raw description:raw resourceReferences/resourceReference:resource type:raw
    event:event conditions/condition:condition timeActivated inputs/input:input outputs/output:output
    properties/property:property
event | uid:raw description:raw timeReceived data:attachment source:resource target:resource
    properties/property:property
condition | description:raw expression:raw properties/property:property
input | resource:resource parameters/parameter:parameter environmentVars/(variable) data:attachment source:resource
    target:resource properties/property:property
output | type:raw resource:resource environmentVars/(variable) data:attachment source:resource target:resource
    properties/property:property
variable | environmentVar:property value:raw
parameter | name:raw value:raw dataType:raw

declarations | assessors/assessor:assessor attestations/attestation:attestation claims/claim:claim
    evidence/evidence:claim_evidence targets:targets affirmation:affirmation
assessor | @bom-ref:raw thirdParty:bool organization:entity
attestation | summary:raw assessor:raw map*:attested
attested | requirement:raw claims/claim:raw counterClaims/counterClaim:raw conformance:conformance
    confidence:confidence
conformance | score:num rationale:raw mitigationStrategies/mitigationStrategy:raw
confidence | score:num rationale:raw
claim | @bom-ref:raw target:raw predicate:raw mitigationStrategies/mitigationStrategy:raw reasoning:raw evidence*:raw
    counterEvidence*:raw externalReferences/reference:reference
claim_evidence | @bom-ref:raw propertyName:raw description:raw data*:claim_data created expires author:contact
    reviewer:contact
claim_data | name:raw contents:contents classification:raw sensitiveData*:raw governance:governance
targets | organizations/organization:entity components/component:component services/service:service
affirmation | statement:raw signatories/signatory:signatory
signatory | name:raw role:raw organization:entity externalReference:reference

definitions | standards/standard:standard patents/(patents)
standard | @bom-ref:raw name:raw version:raw description:raw owner:raw requirements/requirement:requirement
    levels/level:level externalReferences/reference:reference
requirement | @bom-ref:raw identifier:raw title:raw text:raw descriptions/description:raw openCre*:raw parent:raw
    properties/property:property externalReferences/reference:reference
level | @bom-ref:raw identifier:raw title:raw description:raw requirements/requirement:raw
patents | patent:patent patentFamily:patent_family
patent | @bom-ref:raw patentNumber:raw applicationNumber:raw jurisdiction:raw priorityApplication:application
    publicationNumber:raw title:raw abstract:raw filingDate grantDate patentExpirationDate patentLegalStatus:raw
    ~patentAssignee*:party externalReferences/reference:reference
patent_family | @bom-ref:raw familyId:raw priorityApplication:application members/ref:raw
    externalReferences/reference:reference
application | applicationNumber:raw jurisdiction:raw filingDate
patent_assertion | @bom-ref:raw assertionType:raw patentRefs/bom-ref:raw ~asserter:asserter notes:raw
asserter | organization:entity contact:contact ref:raw
citation | @bom-ref:raw pointers/pointer:raw expressions/expression:raw timestamp attributedTo:raw process:raw note:raw
"""
"""Types by name; those that are not here are in `cyclonedx_xml_fields`."""
