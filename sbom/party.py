"""Names and addresses of people and organisations.

Guarantees: a contact is an e-mail address or a URL as written, the first that is stated.  It checks no address.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.sbom.cyclonedx_model import Contact, Entity


def entity_name(entity: Entity | None) -> str | None:
    """Name of an organisation; of its first contact where it has none."""
    if entity is None:
        return None
    if entity.name:
        return entity.name
    people = contact_names(entity.contact)
    return people or entity.name


def entity_contact(entity: Entity | None) -> str | None:
    """E-mail address or URL of an organisation."""
    if entity is None:
        return None
    for person in entity.contact or ():
        if person.email:
            return person.email
    urls = [entity.url] if isinstance(entity.url, str) else entity.url or []
    return next((url for url in urls if url), None)


def contact_names(people: Iterable[Contact] | None) -> str | None:
    """Names of people joined with `, `; the e-mail address of one without a name."""
    names = [name for person in people or () if (name := person.name or person.email)]
    return ", ".join(names) or None


def contact_address(people: Iterable[Contact] | None) -> str | None:
    """The first e-mail address of several people."""
    return next((person.email for person in people or () if person.email), None)
