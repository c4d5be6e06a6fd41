"""What the tests of the packs share."""

import pytest

from rulewright.facts.vocabulary import Vocabulary
from tests.standards.packs import shipped_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    return shipped_vocabulary()
