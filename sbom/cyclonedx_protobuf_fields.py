"""The messages of CycloneDX protobuf and the JSON keys that say the same.

One line for each message, holding the fields of all versions from 1.3 to 1.7; their numbers have never changed:

    number:name:kind  a field; kinds: string (none given), int, bool, float, double, time, day, a message, an @enumeration
    name=key          the JSON key where it is another than the name
    name*             repeated: a list
    name+             without presence: what is not there has the type's zero value, which JSON has to spell out
    ~name             the value is the one inner value of the message, in place of an object
    <name             the fields of the message belong to the object around it
    !name             see `cyclonedx_protobuf_build`

Source: bom-1.3.proto to bom-1.7.proto, and the JSON schemas of those versions.  It names fields and converts nothing.
"""

from __future__ import annotations

FIELDS = """
AttachedText | 1:content_type=contentType 2:encoding 3:value=content+
Bom | 1:spec_version=specVersion 2:version:int 3:serial_number=serialNumber 4:metadata:Metadata
    5:components*:Component 6:services*:Service 7:external_references=externalReferences*:ExternalReference
    8:!dependencies*:Dependency 9:compositions*:Composition 10:vulnerabilities*:Vulnerability
    11:annotations*:Annotation 12:properties*:Property 13:formulation*:Formula 14:!declarations*:Declarations
    15:!definitions*:Definition 16:citations*:Citation
Commit | 1:uid 2:url 3:author:IdentifiableAction 4:committer:IdentifiableAction 5:message
Component | 1:type:@Classification 2:mime_type=mime-type 3:bom_ref=bom-ref 4:supplier:OrganizationalEntity 5:author
    6:publisher 7:group 8:name 9:version 33:versionRange 10:description 11:scope:@Scope 12:hashes*:Hash
    13:licenses*:LicenseChoice 14:copyright 15:cpe 16:purl 17:swid:Swid 18:modified:bool 19:pedigree:Pedigree
    20:external_references=externalReferences*:ExternalReference 21:components*:Component 22:properties*:Property
    23:!evidence:Evidence 24:releaseNotes:ReleaseNotes 25:modelCard:ModelCard 26:data*:ComponentData
    27:cryptoProperties:CryptoProperties 28:manufacturer:OrganizationalEntity 29:authors*:OrganizationalContact
    30:tags* 31:omniborId* 32:swhid* 34:isExternal:bool 35:patent_assertions=patentAssertions*:PatentAssertion
DataFlow | 1:flow:@DataFlowDirection 2:value=classification 3:name 4:description 5:source* 6:destination*
    7:governance:DataGovernance
Dependency | 1:ref 2:dependencies=dependsOn*:Dependency 3:provides*
Diff | 1:text:AttachedText 2:url
ExternalReference | 1:type+:@ExternalReferenceType 2:url 3:comment 4:hashes*:Hash 5:properties*:Property
Hash | 1:alg:@HashAlg 2:value=content
IdentifiableAction | 1:timestamp:time 2:name 3:email
Issue | 1:type:@IssueClassification 2:id 3:name 4:description 5:source:Source 6:references*
Source | 1:name 2:url
LicenseChoice | 1:license:License 2:expression 5:<expression_detailed=expressionDetailed:LicenseExpressionDetailed
    3:acknowledgement:@LicenseAcknowledgementEnumeration 4:bom_ref=bom-ref
License | 1:id 2:name 3:text:AttachedText 4:url 5:bom_ref=bom-ref 6:licensing:Licensing 7:properties*:Property
    8:acknowledgement:@LicenseAcknowledgementEnumeration
LicenseExpressionDetailed | 1:expression 2:details=expressionDetails*:ExpressionDetails 3:bom_ref=bom-ref
    4:acknowledgement:@LicenseAcknowledgementEnumeration 5:licensing:Licensing 6:properties*:Property
ExpressionDetails | 1:license_identifier=licenseIdentifier 2:bom_ref=bom-ref 3:text:AttachedText 4:url
Licensing | 1:altIds* 2:licensor:OrganizationalEntityOrContact 3:licensee:OrganizationalEntityOrContact
    4:purchaser:OrganizationalEntityOrContact 5:purchaseOrder 6:licenseTypes*:@LicensingTypeEnum 7:lastRenewal:time
    8:expiration:time
OrganizationalEntityOrContact | 1:organization:OrganizationalEntity 2:individual:OrganizationalContact
Metadata | 1:timestamp:time 2:!tools*:Tool 3:authors*:OrganizationalContact 4:component:Component
    5:manufacture:OrganizationalEntity 6:supplier:OrganizationalEntity 7:licenses*:LicenseChoice
    8:properties*:Property 9:lifecycles*:Lifecycles 10:manufacturer:OrganizationalEntity
    11:distributionConstraints:DistributionConstraints
DistributionConstraints | 1:tlp:@TlpClassification
Lifecycles | 1:phase:@LifecyclePhase 2:name 3:description
OrganizationalContact | 1:name 2:email 3:phone 4:bom_ref=bom-ref
OrganizationalEntity | 1:name 2:url* 3:contact*:OrganizationalContact 4:bom_ref=bom-ref 5:address:PostalAddressType
Patch | 1:type:@PatchClassification 2:diff:Diff 3:resolves*:Issue
Pedigree | 1:ancestors*:Component 2:descendants*:Component 3:variants*:Component 4:commits*:Commit 5:patches*:Patch
    6:notes
Service | 1:bom_ref=bom-ref 2:provider:OrganizationalEntity 3:group 4:name 5:version 6:description 7:endpoints*
    8:authenticated:bool 9:x_trust_boundary=x-trust-boundary:bool 10:data*:DataFlow 11:licenses*:LicenseChoice
    12:external_references=externalReferences*:ExternalReference 13:services*:Service 14:properties*:Property
    15:releaseNotes:ReleaseNotes 16:trustZone 17:tags* 18:patent_assertions=patentAssertions*:PatentAssertion
Swid | 1:tag_id=tagId 2:name 3:version 4:tag_version=tagVersion:int 5:patch:bool 6:text:AttachedText 7:url
Tool | 1:vendor 2:name 3:version 4:hashes*:Hash 5:external_references=externalReferences*:ExternalReference
    6:components*:Component 7:services*:Service
Property | 1:name 2:value
Composition | 1:aggregate+:@Aggregate 2:assemblies* 3:dependencies* 4:vulnerabilities* 5:bom_ref=bom-ref
EvidenceCopyright | 1:text
Evidence | 1:licenses*:LicenseChoice 2:copyright*:EvidenceCopyright 3:identity*:EvidenceIdentity
    4:occurrences*:EvidenceOccurrences 5:callstack:Callstack
Callstack | 1:frames*:Frames
Frames | 1:package 2:module 3:function 4:parameters* 5:line:int 6:column:int 7:fullFilename
EvidenceIdentity | 1:field:@EvidenceFieldType 2:confidence:float 3:methods*:EvidenceMethods 4:tools* 5:concludedValue
EvidenceMethods | 1:technique+:@EvidenceTechnique 2:confidence+:float 3:value
EvidenceOccurrences | 1:bom_ref=bom-ref 2:location 3:line:int 4:offset:int 5:symbol 6:additionalContext
Note | 1:locale 2:text:AttachedText
ReleaseNotes | 1:type 2:title 3:featuredImage 4:socialImage 5:description 6:timestamp:time 7:aliases* 8:tags*
    9:resolves*:Issue 10:notes*:Note 11:properties*:Property
Vulnerability | 1:bom_ref=bom-ref 2:id 3:source:Source 4:references*:VulnerabilityReference
    5:ratings*:VulnerabilityRating 6:cwes*:int 7:description 8:detail 9:recommendation 10:advisories*:Advisory
    11:created:time 12:published:time 13:updated:time 14:credits:VulnerabilityCredits 15:!tools*:Tool
    16:analysis:VulnerabilityAnalysis 17:affects*:VulnerabilityAffects 18:properties*:Property 19:rejected:time
    20:proofOfConcept:ProofOfConcept 21:workaround
ProofOfConcept | 1:reproductionSteps 2:environment 3:supportingMaterial*:AttachedText
VulnerabilityReference | 1:id 2:source:Source
VulnerabilityRating | 1:source:Source 2:score:double 3:severity:@Severity 4:method:@ScoreMethod 5:vector
    6:justification
Advisory | 1:title 2:url
VulnerabilityCredits | 1:organizations*:OrganizationalEntity 2:individuals*:OrganizationalContact
VulnerabilityAnalysis | 1:state:@ImpactAnalysisState 2:justification:@ImpactAnalysisJustification
    3:response*:@VulnerabilityResponse 4:detail 5:firstIssued:time 6:lastUpdated:time
VulnerabilityAffects | 1:ref 2:versions*:VulnerabilityAffectedVersions
VulnerabilityAffectedVersions | 1:version 2:range 3:status:@VulnerabilityAffectedStatus
AnnotatorChoice | 1:organization:OrganizationalEntity 2:individual:OrganizationalContact 3:component:Component
    4:service:Service
Annotation | 1:bom_ref=bom-ref 2:subjects* 3:annotator:AnnotatorChoice 4:timestamp:time 5:text
ModelCard | 1:bom_ref=bom-ref 2:modelParameters:ModelParameters 3:quantitativeAnalysis:QuantitativeAnalysis
    4:considerations:ModelCardConsiderations 5:properties*:Property
ModelParameters | 1:approach:Approach 2:task 3:architectureFamily 4:modelArchitecture 5:datasets*:Datasets
    6:inputs*:MachineLearningInputOutputParameters 7:outputs*:MachineLearningInputOutputParameters
Approach | 1:type:@ModelParameterApproachType
Datasets | 1:<dataset:ComponentData 2:ref
MachineLearningInputOutputParameters | 1:format
QuantitativeAnalysis | 1:performanceMetrics*:PerformanceMetrics 2:graphics:GraphicsCollection
PerformanceMetrics | 1:type 2:value 3:slice 4:confidenceInterval:ConfidenceInterval
ConfidenceInterval | 1:lowerBound 2:upperBound
ModelCardConsiderations | 1:users* 2:useCases* 3:technicalLimitations* 4:performanceTradeoffs*
    5:ethicalConsiderations*:EthicalConsiderations 6:fairnessAssessments*:FairnessAssessments
    7:environmentalConsiderations:EnvironmentalConsiderations
EthicalConsiderations | 1:name 2:mitigationStrategy
FairnessAssessments | 1:groupAtRisk 2:benefits 3:harms 4:mitigationStrategy
EnvironmentalConsiderations | 1:energyConsumptions*:EnergyConsumption 2:properties*:Property
EnergyConsumption | 1:activity:@ActivityType 2:energyProviders*:EnergyProviderType
    3:activityEnergyCost:EnergyMeasureType 4:co2CostEquivalent:CO2MeasureType 5:co2CostOffset:CO2MeasureType
    6:properties*:Property
EnergyProviderType | 1:bom_ref=bom-ref 2:description 3:organization:OrganizationalEntity
    4:energySource:@EnergySourceType 5:energyProvided:EnergyMeasureType
    6:external_references=externalReferences*:ExternalReference
EnergyMeasureType | 1:value+:float 2:unit:@EnergyMeasureUnitType
CO2MeasureType | 1:value+:float 2:unit:@CO2MeasureUnitType
PostalAddressType | 1:bom_ref=bom-ref 2:country 3:region 4:locality 5:postOfficeBoxNumber 6:postalCodeue=postalCode
    7:streetAddress
ComponentData | 1:bom_ref=bom-ref 2:type+:@ComponentDataType 3:name 4:contents:ComponentDataContents 5:classification
    6:sensitiveData* 7:graphics:GraphicsCollection 8:description 9:governance:DataGovernance
ComponentDataContents | 1:attachment:AttachedText 2:url 3:properties*:Property
DataGovernance | 1:custodians*:DataGovernanceResponsibleParty 2:stewards*:DataGovernanceResponsibleParty
    3:owners*:DataGovernanceResponsibleParty
DataGovernanceResponsibleParty | 1:organization:OrganizationalEntity 2:contact:OrganizationalContact
GraphicsCollection | 1:description 2:graphic=collection*:Graphic
Graphic | 1:name 2:image:AttachedText
Formula | 1:bom_ref=bom-ref 2:components*:Component 3:services*:Service 4:workflows*:Workflow 5:properties*:Property
Workflow | 1:bom_ref=bom-ref 2:uid 3:name 4:description 5:properties*:Property
    6:resourceReferences*:ResourceReferenceChoice 7:tasks*:Task 8:!taskDependencies*:Dependency
    9:taskTypes*:@TaskType 10:trigger:Trigger 11:steps*:Step 12:inputs*:InputType 13:outputs*:OutputType
    14:timeStart:time 15:timeEnd:time 16:workspaces*:Workspace 17:!runtimeTopology*:Dependency
Task | 1:bom_ref=bom-ref 2:uid 3:name 4:description 5:properties*:Property
    6:resourceReferences*:ResourceReferenceChoice 7:taskTypes*:@TaskType 8:trigger:Trigger 9:steps*:Step
    10:inputs*:InputType 11:outputs*:OutputType 14:timeStart:time 15:timeEnd:time 16:workspaces*:Workspace
    17:!runtimeTopology*:Dependency
Step | 1:name 2:description 3:commands*:Command 4:properties*:Property
Command | 1:executed 2:properties*:Property
Workspace | 1:bom_ref=bom-ref 2:uid 3:name 4:aliases* 5:description 6:properties*:Property
    7:resourceReferences*:ResourceReferenceChoice 8:accessMode:@AccessMode 9:mountPath 10:managedDataType
    11:volumeRequest 12:volume:Volume
Volume | 1:uid 2:name 3:mode:@VolumeMode 4:path 5:sizeAllocated 6:persistent:bool 7:remote:bool
    8:properties*:Property
Trigger | 1:bom_ref=bom-ref 2:uid 3:name 4:description 5:properties*:Property
    6:resourceReferences*:ResourceReferenceChoice 7:type+:@TriggerType 8:event:Event 9:conditions*:Condition
    10:timeActivated:time 11:inputs*:InputType 12:outputs*:OutputType
Event | 1:uid 2:description 3:timeReceived:time 4:data:AttachedText 5:source:ResourceReferenceChoice
    6:target:ResourceReferenceChoice 7:properties*:Property
InputType | 1:source:ResourceReferenceChoice 2:target:ResourceReferenceChoice 3:resource:ResourceReferenceChoice
    4:parameters*:Parameter 5:~environmentVars*:EnvironmentVars 6:data:AttachedText 7:properties*:Property
OutputType | 1:type:@OutputTypeType 2:source:ResourceReferenceChoice 3:target:ResourceReferenceChoice
    4:resource:ResourceReferenceChoice 5:data:AttachedText 6:~environmentVars*:EnvironmentVars 7:properties*:Property
ResourceReferenceChoice | 1:ref 2:externalReference:ExternalReference
Condition | 1:description 2:expression 3:properties*:Property
Parameter | 1:name 2:value 3:dataType
EnvironmentVars | 1:property:Property 2:value
Declarations | 1:assessors*:Assessor 2:attestations*:Attestation 3:claims*:Claim 4:evidence*:DeclarationsEvidence
    5:targets:Targets 6:affirmation:Affirmation
Assessor | 1:bom_ref=bom-ref 2:thirdParty:bool 3:organization:OrganizationalEntity
Attestation | 1:summary 2:assessor 3:map*:AttestationMap
AttestationMap | 1:requirement 2:claims* 3:counterClaims* 4:conformance:AttestationConformance
    5:confidence:AttestationConfidence
AttestationConformance | 1:score:double 2:rationale 3:mitigationStrategies*
AttestationConfidence | 1:score:double 2:rationale
Claim | 1:bom_ref=bom-ref 2:target 3:predicate 4:mitigationStrategies* 5:reasoning 6:evidence* 7:counterEvidence*
    8:externalReferences*:ExternalReference
DeclarationsEvidence | 1:bom_ref=bom-ref 2:propertyName 3:description 4:data*:Data 5:created:time 6:expires:time
    7:author:OrganizationalContact 8:reviewer:OrganizationalContact
Data | 1:name 2:contents:Contents 3:classification 4:sensitiveData* 5:governance:DataGovernance
Contents | 1:attachment:AttachedText 2:url
Targets | 1:organizations*:OrganizationalEntity 2:components*:Component 3:services*:Service
Affirmation | 1:statement 2:signatories*:Signatory
Signatory | 1:name 2:role 3:organization:OrganizationalEntity 4:externalReference:ExternalReference
Definition | 1:standards*:Standard 2:~patents*:PatentOrFamily
Standard | 1:bom_ref=bom-ref 2:name 3:version 4:description 5:owner 6:requirements*:Requirement 7:levels*:Level
    8:externalReferences*:ExternalReference
Requirement | 1:bom_ref=bom-ref 2:identifier 3:title 4:text 5:descriptions* 6:openCre* 7:parent
    8:properties*:Property 9:externalReferences*:ExternalReference
Level | 1:bom_ref=bom-ref 2:identifier 3:title 4:description 5:requirements*
CryptoProperties | 1:assetType:@CryptoAssetType 2:algorithmProperties:AlgorithmProperties
    3:certificateProperties:CertificateProperties 4:relatedCryptoMaterialProperties:RelatedCryptoMaterialProperties
    5:protocolProperties:ProtocolProperties 6:oid
AlgorithmProperties | 1:primitive:@CryptoPrimitive 12:algorithmFamily 2:parameterSetIdentifier 3:curve
    13:ellipticCurve 4:executionEnvironment:@CryptoExecutionEnvironment
    5:implementationPlatform:@CryptoImplementationPlatform 6:certificationLevel* 7:mode:@CryptoAlgorithmMode
    8:padding:@CryptoAlgorithmPadding 9:cryptoFunctions*:@CryptoAlgorithmFunction 10:classicalSecurityLevel:int
    11:nistQuantumSecurityLevel:int
CertificateState | 1:reason 2:predefined_state=state:@PredefinedState 3:name 4:description
CertificateProperties | 9:serialNumber 1:subjectName 2:issuerName 3:notValidBefore:time 4:notValidAfter:time
    5:signatureAlgorithmRef 6:subjectPublicKeyRef 7:certificateFormat 8:certificateExtension
    10:certificateFileExtension 11:fingerprint:Hash 12:certificateState*:CertificateState 13:creationDate:time
    14:activationDate:time 15:deactivationDate:time 16:revocationDate:time 17:destructionDate:time
    18:~certificateExtensions:CertificateExtensions 19:~relatedCryptographicAssets:RelatedCryptographicAssets
CertificateExtensions | 1:extensions*:Extension
Extension | 1:<commonExtension:CommonExtension 2:<customExtension:CustomExtension
CommonExtension | 1:name=commonExtensionName:@CommonExtensionName 2:value=commonExtensionValue
CustomExtension | 1:name=customExtensionName 2:value=customExtensionValue
RelatedCryptographicAssets | 1:assets*:RelatedCryptographicAsset
RelatedCryptographicAsset | 1:type 2:ref
RelatedCryptoMaterialProperties | 1:type:@CryptoRelatedType 2:id 3:state:@CryptoRelatedState 4:algorithmRef
    5:creationDate:time 6:activationDate:time 7:updateDate:time 8:expirationDate:time 9:value 10:size:int 11:format
    12:securedBy:CryptoRelatedSecuredBy 13:fingerprint:Hash 14:~relatedCryptographicAssets:RelatedCryptographicAssets
CryptoRelatedSecuredBy | 1:mechanism 2:algorithmRef
ProtocolProperties | 1:type:@CryptoProtocolType 2:version 3:cipherSuites*:CryptoProtocolCipherSuite
    4:ikev2TransformTypes:Ikev2TransformTypes
    7:ikev2TransformTypesDetailed=ikev2TransformTypes:Ikev2TransformTypesDetailed 5:cryptoRef=cryptoRefArray*
    6:~relatedCryptographicAssets:RelatedCryptographicAssets
CryptoProtocolCipherSuite | 1:name 2:algorithms* 3:identifiers* 4:tlsGroups* 5:tlsSignatureSchemes*
Ikev2TransformTypes | 1:encr* 2:prf* 3:integ* 4:ke* 5:esn:bool 6:auth*
Ikev2TransformTypesDetailed | 1:encr*:Encr 2:prf*:Prf 3:integ*:Integ 4:ke*:Ke 5:esn:bool 6:auth*:Auth
Encr | 1:name 2:keyLength:int 3:algorithm
Prf | 1:name 2:algorithm
Integ | 1:name 2:algorithm
Ke | 1:group:int 2:algorithm
Auth | 1:name 2:algorithm
PatentOrFamily | 1:patent:Patent 2:patent_family=patentFamily:PatentFamily
PriorityApplication | 1:application_number=applicationNumber 2:jurisdiction 3:filing_date=filingDate:day
Patent | 1:bom_ref=bom-ref 2:patent_number=patentNumber 3:application_number=applicationNumber 4:jurisdiction
    5:priority_application=priorityApplication:PriorityApplication 6:publication_number=publicationNumber 7:title
    8:abstract 9:filing_date=filingDate:day 10:grant_date=grantDate:day
    11:patent_expiration_date=patentExpirationDate:day 12:patent_legal_status=patentLegalStatus:@PatentLegalStatus
    13:~patent_assignee=patentAssignee*:OrganizationalEntityOrContact
    14:external_references=externalReferences*:ExternalReference
PatentFamily | 1:bom_ref=bom-ref 2:family_id=familyId 3:priority_application=priorityApplication:PriorityApplication
    4:members* 5:external_references=externalReferences*:ExternalReference
PatentAssertion | 1:bom_ref=bom-ref 2:assertion_type=assertionType:@PatentAssertionType 3:patent_refs=patentRefs*
    4:~asserter:Asserter 5:notes
Asserter | 1:organization:OrganizationalEntity 2:individual:OrganizationalContact 3:ref
Citation | 1:bom_ref=bom-ref 2:~pointers:Pointers 3:~expressions:Expressions 4:timestamp:time
    5:attributed_to=attributedTo 6:process 7:note
Pointers | 1:pointer*
Expressions | 1:expression*
"""
"""Messages by name; a nested one has the names of both together where its own is not the only one."""
