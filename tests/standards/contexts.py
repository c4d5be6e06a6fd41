"""For each pack, products that it applies to: the reference product with a context, and with what the pack wants otherwise.

The reference product holds what the objectives ask for.  Where a pack asks for another value of a fact, or its branches
exclude each other (updates or none), the value stands here beside the context.  All questions are answered with yes.
"""

from __future__ import annotations

from collections.abc import Mapping

Facts = Mapping[str, object]

DAYS = {
    "bsi.tr_03183_2@2.0.0": "2025-12-01",
    "cisa.minimum_elements@2025-draft": "2025-12-01",
    "cen.en_18031@2024": "2028-01-15",
    "eu.cra@2024": "2028-01-15",
    "eu.red_2025_138@2025": "2028-01-15",
    "eu.data_act@2023": "2027-01-15",
}
"""The day of a pack's products, where it is not 2026-11-21."""

RADIO: Facts = {
    "product.is_radio_equipment": True,
    "product.internet_connectable": True,
    "product.processes_personal_data": True,
    "product.handles_payment": True,
    "product.markets": ["EU"],
    "product.audience": ["child"],
    "product.type": "toy",
    "product.type_approval_regime": ["none"],
    "product.placed_on_market_date": "2026-03-01",
    "claim.standards": ["cen.en_18031"],
}
CRA: Facts = {
    "product.markets": ["EU"],
    "product.cra_class": "default",
    "product.type": "consumer_iot",
    "product.type_approval_regime": ["none"],
    "product.placed_on_market_date": "2028-01-10",
    "product.hardware": True,
    "product.processes_personal_data": True,
    "product.tailor_made": False,
    "product.meant_for_integration": True,
    "product.expected_lifetime_years": 8,
}
ETSI: Facts = {
    "product.type": "consumer_iot",
    "product.markets": ["UK"],
    "product.audience": ["consumer"],
    "product.processes_personal_data": True,
    "product.remote_service": True,
    "product.resource_constrained": False,
    "product.external_sensors": ["camera"],
}
US: Facts = {
    "product.markets": ["US"],
    "product.audience": ["consumer"],
    "product.hardware": True,
    "product.internet_connectable": True,
    "product.companion_app": True,
    "product.remote_service": True,
    "product.public_sector_use": ["US_federal"],
    "product.variant_has_ui": True,
    "claim.standards": [],
    "claim.labels": [],
}
ISVS: Facts = {
    "claim.standards": ["owasp.isvs"],
    "claim.isvs_level": 3,
    "product.radio_technologies": ["wifi", "ble", "zigbee", "lora"],
    "product.is_radio_equipment": True,
    "product.safety_function": True,
    "product.companion_app": True,
    "product.remote_service": True,
    "product.expected_lifetime_years": 10,
    "product.placed_on_market_date": "2026-06-01",
}
ISVS_HELD: Facts = {
    **ISVS,
    "sbom.contains_vulnerabilities": True,
    "os.isolation": ["containers", "namespaces", "cgroups", "seccomp"],
}
PSTI: Facts = {
    "product.type": "consumer_iot",
    "product.markets": ["UK"],
    "product.audience": ["consumer"],
    "product.internet_connectable": True,
    "claim.standards": ["etsi.en_303_645", "iso.iso_iec_29147"],
    "claim.labels": ["jc_star_1", "cls_2"],
}
IACS: Facts = {
    "product.type": "industrial_component",
    "product.is_radio_equipment": True,
    "product.radio_technologies": ["wifi", "ble"],
    "product.safety_function": True,
    "product.iacs_component": ["software_application", "embedded_device", "host_device", "network_device"],
}
NATIONAL: Facts = {"product.public_sector_use": ["US_national_security"]}

CONTEXTS: Mapping[str, tuple[Facts, ...]] = {
    "asd.ism@2024-12": ({"product.public_sector_use": ["AU_government"], "crypto.pqc_mode": "pure"},),
    "bsi.tr_02102@2025": (
        {"product.public_sector_use": ["DE_federal"], "tls.cipher_suites": ["TLS_AES_128_GCM_SHA256"]},
    ),
    "bsi.tr_03183_2@2.0.0": ({},),
    "bsi.tr_03183_2@2.1.0": ({},),
    "cen.en_18031@2024": (
        {
            **RADIO,
            "product.radio_technologies": ["wifi"],
            "product.variant_has_ui": True,
            "product.external_sensors": ["camera"],
        },
        {**RADIO, "product.type": "router", "product.variant_has_ui": False, "product.external_sensors": []},
    ),
    "cisa.bod_26_04@2026": (
        {"product.public_sector_use": ["US_federal"], "product.publicly_exposed": True},
        {"product.public_sector_use": ["US_federal"], "product.publicly_exposed": False},
    ),
    "cisa.minimum_elements@2025-draft": ({},),
    "cisa.minimum_elements@2026": ({},),
    "cn.cryptography@2020": (
        {"product.markets": ["CN"], "crypto.approved_list": ["OSCCA"], "crypto.module_validated": ["GM/T0028"]},
    ),
    "cn.rmsv@2021": ({"product.markets": ["CN"], "report.recipients": ["MIIT"]},),
    "csa_iot.matter@1.5": ({"claim.labels": ["matter"]},),
    "etsi.en_303_645@2.1.1": (
        {**ETSI, "data.categories": ["health"]},
        {**ETSI, "update.supported": False, "product.resource_constrained": True},
    ),
    "etsi.en_303_645@3.1.3": (
        {**ETSI, "update.automatic_default": "ask_at_setup", "data.categories": ["health"]},
        {**ETSI, "update.supported": False},
    ),
    "eu.cra@2024": ({**CRA, "dev.pentest_date": "2027-11-17"},),
    "eu.data_act@2023": ({**CRA, "product.internet_connectable": True, "product.placed_on_market_date": "2027-01-10"},),
    "eu.ecodesign_2023_1670@2023": ({**CRA, "product.placed_on_market_date": "2026-06-01"},),
    "eu.gdpr@2016": (
        {"product.markets": ["EU"], "product.processes_personal_data": True, "product.remote_service": True},
    ),
    "eu.mdr@2017": ({"product.markets": ["EU"], "product.type": "medical"},),
    "eu.nis2@2022": ({"product.markets": ["EU"], "product.audience": ["essential_entity"]},),
    "eu.red_2025_138@2025": (RADIO,),
    "eu.type_approval_2018_858@2018": (
        {
            "product.markets": ["EU"],
            "product.type": "vehicle_ecu",
            "product.open_diagnostic_port_required": True,
            "iface.diagnostic_access_control": "open",
        },
    ),
    "fcc.sdr@2015": ({"product.markets": ["US"], "product.is_radio_equipment": True},),
    "fda.cybersecurity_524b@2026-02": (
        {
            "product.type": "medical",
            "product.markets": ["US"],
            "authz.least_privilege_processes_ratio": "1.0",
            "dev.risk_assessment_date": "2026-03-01",
            "report.recipients": ["users", "FDA"],
        },
    ),
    "fsf.gpl@3.0": ({},),
    "iec.iec_62304@2006": ({"product.type": "medical"},),
    "iec.iec_62443_4_1@2018": (IACS,),
    "iec.iec_62443_4_2@2019": (
        {**IACS, "key.owner_keys_enrollable": True},
        {**IACS, "key.owner_keys_enrollable": True, "iface.mobile_code": True},
    ),
    "ieee.ieee_802_11@2020": ({"product.radio_technologies": ["wifi"], "wifi.security": ["WPA2", "WPA3"]},),
    "ietf.rfc_7925@2016": (
        {"claim.standards": ["ietf.rfc_7925"], "tls.cipher_suites": ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"]},
    ),
    "ietf.rfc_8520@2019": ({"claim.standards": ["ietf.rfc_8520"]},),
    "ietf.rfc_9019@2021": ({"claim.standards": ["ietf.rfc_9019"], "update.delivery_modes": ["unicast", "multicast"]},),
    "ietf.rfc_9325@2022": ({"claim.standards": ["ietf.rfc_9325"]},),
    "in.cert_in@2022": ({"product.markets": ["IN"]},),
    "iso.iso_5962@2021": ({"claim.standards": ["iso.iso_5962"]},),
    "jp.jc_star@1": ({"claim.labels": ["jc_star_1"]},),
    "nerc.cip@7": (
        {"product.critical_infrastructure": ["bulk_electric_system"], "update.change_approval_required": "operator"},
    ),
    "nist.fips_140@3": (US,),
    "nist.ir_8259a@2020": (US,),
    "nist.ir_8259b@2021": (US,),
    "nist.ir_8425@2022": (US,),
    "nist.sp_800_213a@2021": (US,),
    "nist.sp_800_53@r5": (US,),
    "nist.sp_800_63b@4": ({**US, "auth.password_rotation_days": 0},),
    "nist.ssdf@1.1": ({},),
    "nsa.cnsa@2.0": ({**NATIONAL, "tls.min_version": "TLS1.3"},),
    "ntia.minimum_elements@2021": (
        {},
        {"sbom.delivered_to": ["customer"]},
    ),
    "openchain.telco_sbom_guide@1.1": ({},),
    "owasp.asvs@5.0": ({"claim.standards": ["owasp.asvs"], "auth.password_rotation_days": 0},),
    "owasp.isvs@1.0": (
        ISVS_HELD,
        {
            **ISVS_HELD,
            "claim.isvs_level": 2,
            "auth.m2m_uses_password": True,
            "wifi.security": ["WPA2"],
            "comp.licenses": ["GPL-2.0-only"],
        },
        {**ISVS_HELD, "ble.version": "4.1"},
    ),
    "owasp.masvs@2.1": ({"product.companion_app": True},),
    "owasp.scvs@1.0": ({"claim.scvs_level": 3},),
    "pci.dss@4.0.1": ({"product.handles_payment": True, "auth.password_composition_rules": True},),
    "sg.cls@1.4": ({"product.markets": ["SG"], "product.type": "consumer_iot", "claim.labels": ["cls_4"]},),
    "uk.psti@2025": (PSTI,),
    "unece.r155@2021": ({"product.type_approval_regime": ["UN_R155", "UN_R156"]},),
    "unece.r156@2021": ({"product.type_approval_regime": ["UN_R155", "UN_R156"]},),
    "us_ca.sb_327@2020": (
        {"product.markets": ["US-CA"], "product.type": "consumer_iot", "product.internet_connectable": True},
        {
            "product.markets": ["US-CA"],
            "product.type": "consumer_iot",
            "product.internet_connectable": True,
            "auth.default_password_kind": "user_defined_at_setup",
        },
    ),
}

OTHERWISE: Mapping[str, frozenset[str]] = {
    # the format itself: the reference product's SBOM is CycloneDX
    "iso.iso_5962@2021": frozenset({"ed"}),
    "openchain.telco_sbom_guide@1.1": frozenset({"3.1", "3.2"}),
    # questions about elements that the reference product's lists do not have
    "bsi.tr_03183_2@2.1.0": frozenset({"5.2.5-1", "5.2.5-2", "5.2.5-3"}),
}
"""Requirements that the reference product cannot pass; the tests in their files show that another product does."""

NO_ELEMENT: Mapping[str, frozenset[str]] = {
    "bsi.tr_03183_2@2.1.0": frozenset(
        {"3.1-b", "3.2.1-b", "3.2.1-e", "3.2.2", "3.2.4", "3.2.5-a", "3.2.5-b", "5.1-c", "6.1-2", "6.1-3"}
    ),
    "fsf.gpl@3.0": frozenset({"6"}),
}
"""Requirements about elements (links, archives, components under the GPL) that the reference product does not have."""

NO_VULNERABILITY = frozenset({"cisa.bod_26_04@2026"})
"""Packs that are about open vulnerabilities alone: the reference product has none."""
