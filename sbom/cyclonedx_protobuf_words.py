"""The enumerations of CycloneDX protobuf and the words of the JSON form.

One line for each: name, what the names of its values begin with, and number and word of each value.  A value's name is
that beginning and the word in capitals, but for `word=NAME`.  A zero without a word stands for nothing.
Source: bom-1.7.proto, which has those of all versions, and bom-1.7.schema.json.  It converts nothing.
"""

from __future__ import annotations

WORDS = """
Classification | CLASSIFICATION_ 1:application 2:framework 3:library 4:operating-system 5:device 6:file 7:container
    8:firmware 9:device-driver 10:platform 11:machine-learning-model 12:data 13:cryptographic-asset
DataFlowDirection | DATA_FLOW_ 1:inbound 2:outbound 3:bi-directional 4:unknown
ExternalReferenceType | EXTERNAL_REFERENCE_TYPE_ 0:other 1:vcs 2:issue-tracker 3:website 4:advisories 5:bom
    6:mailing-list 7:social 8:chat 9:documentation 10:support 11:distribution 12:license 13:build-meta
    14:build-system 15:security-contact 16:attestation 17:threat-model 18:adversary-model 19:risk-assessment
    20:distribution-intake 21:vulnerability-assertion 22:exploitability-statement 23:pentest-report
    24:static-analysis-report 25:dynamic-analysis-report 26:runtime-analysis-report 27:component-analysis-report
    28:maturity-report 29:certification-report 30:quality-metrics 31:codified-infrastructure 32:model-card 33:poam
    34:log 35:configuration 36:evidence 37:formulation 38:source-distribution 39:electronic-signature
    40:digital-signature 41:rfc-9116 42:release-notes 43:patent 44:patent-family 45:patent-assertion 46:citation
HashAlg | HASH_ALG_ 1:MD5 2:SHA-1 3:SHA-256 4:SHA-384 5:SHA-512 6:SHA3-256 7:SHA3-384 8:SHA3-512 9:BLAKE2b-256
    10:BLAKE2b-384 11:BLAKE2b-512 12:BLAKE3 13:Streebog-256 14:Streebog-512
IssueClassification | ISSUE_CLASSIFICATION_ 1:defect 2:enhancement 3:security
LicenseAcknowledgementEnumeration | LICENSE_ACKNOWLEDGEMENT_ENUMERATION_ 1:declared 2:concluded
LicensingTypeEnum | LICENSING_TYPE_ 1:academic 2:appliance 3:client-access 4:concurrent-user 5:core-points
    6:custom-metric 7:device 8:evaluation 9:named-user 10:node-locked 11:oem 12:perpetual 13:processor-points
    14:subscription 15:user 16:other
LifecyclePhase | LIFECYCLE_PHASE_ 0:design 1:pre-build 2:build 3:post-build 4:operations 5:discovery 6:decommission
PatchClassification | PATCH_CLASSIFICATION_ 1:unofficial 2:monkey 3:backport 4:cherry-pick
Scope | SCOPE_ 1:required 2:optional 3:excluded
TlpClassification | TLP_CLASSIFICATION_ 0:CLEAR 1:GREEN 2:AMBER 3:AMBER_AND_STRICT 4:RED
Aggregate | AGGREGATE_ 0:not_specified 1:complete 2:incomplete 3:incomplete_first_party_only
    4:incomplete_third_party_only 5:unknown 6:incomplete_first_party_proprietary_only
    7:incomplete_first_party_opensource_only 8:incomplete_third_party_proprietary_only
    9:incomplete_third_party_opensource_only
EvidenceFieldType | EVIDENCE_FIELD_ 1:group 2:name 3:version 4:purl 5:cpe 6:swid 7:hash 8:omniborId 9:swhid
EvidenceTechnique | EVIDENCE_TECHNIQUE_ 0:source-code-analysis 1:binary-analysis 2:manifest-analysis
    3:ast-fingerprint 4:hash-comparison 5:instrumentation 6:dynamic-analysis 7:filename 8:attestation 9:other
Severity | SEVERITY_ 0:unknown 1:critical 2:high 3:medium 4:low 5:info 6:none
ScoreMethod | SCORE_METHOD_ 1:CVSSv2 2:CVSSv3 3:CVSSv31 4:OWASP 5:other 6:CVSSv4 7:SSVC
ImpactAnalysisState | IMPACT_ANALYSIS_STATE_ 1:resolved 2:resolved_with_pedigree 3:exploitable 4:in_triage
    5:false_positive 6:not_affected
ImpactAnalysisJustification | IMPACT_ANALYSIS_JUSTIFICATION_ 1:code_not_present 2:code_not_reachable
    3:requires_configuration 4:requires_dependency 5:requires_environment 6:protected_by_compiler
    7:protected_at_runtime 8:protected_at_perimeter 9:protected_by_mitigating_control
VulnerabilityResponse | VULNERABILITY_RESPONSE_ 1:can_not_fix 2:will_not_fix 3:update 4:rollback
    5:workaround_available
VulnerabilityAffectedStatus | VULNERABILITY_AFFECTED_STATUS_ 0:unknown 1:affected 2:unaffected=NOT_AFFECTED
ActivityType | ACTIVITY_TYPE_ 1:other 2:design 3:data-collection 4:data-preparation 5:training 6:fine-tuning
    7:validation 8:deployment 9:inference
EnergySourceType | ENERGY_SOURCE_TYPE_ 1:unknown 2:other 3:coal 4:oil 5:natural-gas 6:nuclear 7:wind 8:solar
    9:geothermal 10:hydropower 11:biofuel
EnergyMeasureUnitType | ENERGY_MEASURE_UNIT_TYPE_ 1:kWh=KILOWATT_HOURS
CO2MeasureUnitType | CO2_MEASURE_UNIT_TYPE_ 1:tCO2eq=TONNES_CO2_EQUIVALENT
ModelParameterApproachType | MODEL_PARAMETER_APPROACH_TYPE_ 0:supervised 1:unsupervised
    2:reinforcement-learning=REINFORCED_LEARNING 3:semi-supervised 4:self-supervised
ComponentDataType | COMPONENT_DATA_TYPE_ 0:source-code 1:configuration 2:dataset 3:definition 4:other
AccessMode | ACCESS_MODE_ 0:read-only 1:read-write 2:read-write-once 3:write-once 4:write-only
VolumeMode | VOLUME_MODE_ 0:filesystem 1:block
TriggerType | TRIGGER_TYPE_ 0:manual 1:api 2:webhook 3:scheduled
OutputTypeType | OUTPUT_TYPE_ 0:artifact 1:attestation 2:log 3:evidence 4:metrics 5:other
TaskType | TASK_TYPE_ 0:copy 1:clone 2:lint 3:scan 4:merge 5:build 6:test 7:deliver 8:deploy 9:release 10:clean
    11:other
CryptoAssetType | CRYPTO_ASSET_TYPE_ 1:algorithm 2:certificate 3:protocol 4:related-crypto-material
CryptoPrimitive | CRYPTO_PRIMITIVE_ 1:unknown 2:other 3:drbg 4:mac 5:block-cipher 6:stream-cipher 7:signature 8:hash
    9:pke 10:xof 11:kdf 12:key-agree 13:kem 14:ae 15:combiner 16:key-wrap
CryptoExecutionEnvironment | CRYPTO_EXECUTION_ENVIRONMENT_ 1:unknown 2:other 3:software-plain-ram
    4:software-encrypted-ram 5:software-tee 6:hardware
CryptoImplementationPlatform | CRYPTO_IMPLEMENTATION_PLATFORM_ 1:unknown 2:other 3:generic 4:x86_32 5:x86_64
    6:armv7-a 7:armv7-m 8:armv8-a 9:armv8-m 10:armv9-a 11:armv9-m 12:s390x=X390X 13:ppc64 14:ppc64le
CryptoAlgorithmMode | CRYPTO_ALGORITHM_MODE_ 1:unknown 2:other 3:cbc 4:ecb 5:ccm 6:gcm 7:cfb 8:ofb 9:ctr
CryptoAlgorithmPadding | CRYPTO_ALGORITHM_PADDING_ 1:unknown 2:other 3:pkcs5 4:pkcs7 5:pkcs1v15 6:oaep 7:raw
CryptoAlgorithmFunction | CRYPTO_ALGORITHM_FUNCTION_ 1:unknown 2:other 3:generate 4:keygen 5:encrypt 6:decrypt
    7:digest 8:tag 9:keyderive 10:sign 11:verify 12:encapsulate 13:decapsulate
PredefinedState | PREDEFINED_STATE_ 1:pre-activation 2:active 3:suspended 4:deactivated 5:revoked 6:destroyed
CommonExtensionName | COMMON_EXTENSION_NAME_ 1:basicConstraints 2:keyUsage 3:extendedKeyUsage
    4:subjectAlternativeName 5:authorityKeyIdentifier 6:subjectKeyIdentifier 7:authorityInformationAccess
    8:certificatePolicies 9:crlDistributionPoints 10:signedCertificateTimestamp
CryptoRelatedType | CRYPTO_RELATED_TYPE_ 1:unknown 2:other 3:private-key 4:public-key 5:secret-key 6:key 7:ciphertext
    8:signature 9:digest 10:initialization-vector 11:nonce 12:seed 13:salt 14:shared-secret 15:tag 16:additional-data
    17:password 18:credential 19:token
CryptoRelatedState | CRYPTO_RELATED_STATE_ 1:pre-activation 2:active 3:suspended 4:deactivated 5:compromised
    6:destroyed
CryptoProtocolType | CRYPTO_PROTOCOL_TYPE_ 1:unknown 2:other 3:tls 4:ssh 5:ipsec 6:ike 7:sstp 8:wpa 9:dtls 10:quic
    11:eap-aka 12:eap-aka-prime 13:prins 14:5g-aka
PatentLegalStatus | PATENT_LEGAL_STATUS_ 1:pending 2:granted 3:revoked 4:expired 5:lapsed 6:withdrawn 7:abandoned
    8:suspended 9:reinstated 10:opposed 11:terminated 12:invalidated 13:in-force
PatentAssertionType | PATENT_ASSERTION_TYPE_ 1:ownership 2:license 3:third-party-claim 4:standards-inclusion
    5:prior-art 6:exclusive-rights 7:non-assertion 8:research-or-evaluation
"""
