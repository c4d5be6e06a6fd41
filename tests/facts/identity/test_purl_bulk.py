"""Package URLs judged together are judged as one by one."""

from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.identity.purl import is_valid
from rulewright.facts.identity.purl_bulk import valid_all
from rulewright.facts.identity.purl_types import RULES

PIECES = st.sampled_from(
    ["a", "B", "..", ".", "", "%41", "@", "/", "?", "#", ":", "+", "a=b", "1.0", "\n", " ", "é", "-", "~"]
)
TAILS = st.lists(PIECES, max_size=6).map("".join)
TYPES = st.sampled_from([*RULES, "npm", "generic", "docker", "x-y", "NPM", "1a", ""])
TEXTS = st.one_of(
    st.text(max_size=20), st.builds("pkg:{}/{}".format, TYPES, TAILS), st.builds("pkg:{}/a/b@{}".format, TYPES, TAILS)
)


@given(st.lists(TEXTS, max_size=20))
def test_together_as_one_by_one(texts: list[str]) -> None:
    """Texts with line breaks included, which the bulk judgement must not take for two."""
    assert valid_all(texts) == bytes(is_valid(text) for text in texts)
