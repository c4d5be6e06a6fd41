"""Whatever a result holds as words, the views for reading are whole, and nothing hidden or active gets into them."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rulewright.attest.views import junit, report_html, report_markdown, sarif
from rulewright.attest.views.context import Context
from rulewright.attest.views.visible import visible
from rulewright.engine import result as r
from tests.attest.views.contexts import context, every_status
from tests.cli import reports

BAD = [
    "</style>",
    "<script>",
    "]]>",
    "<!--",
    "--&gt;",
    "|",
    "\n# x",
    "`",
    "\u202e",
    "\x00",
    "\x1b[2J",
    "&#x3c;",
    '"',
    "\\",
    "{}",
    "$",
    "@x",
]
words = st.lists(st.sampled_from(BAD) | st.text(st.characters(codec="utf-8"), max_size=6), max_size=4).map("".join)
SHOWN = st.builds(
    r.Shown,
    st.sampled_from(["device.x", "<b>.y", "a\u202eb"]),
    words | st.none(),
    words | st.none(),
    words | st.none(),
    words | st.none(),
)
ELEMENTS = st.builds(r.Element, words, words, words, st.just("fail"), st.lists(SHOWN, max_size=1).map(tuple))
REASONS = st.builds(
    r.Reason,
    line=words,
    verdict=st.sampled_from(r.VERDICTS),
    text=words,
    note=words,
    elements=st.lists(ELEMENTS, max_size=2).map(tuple),
    elements_total=st.integers(0, 3),
    values=st.lists(SHOWN, max_size=2).map(tuple),
)
RESULTS = st.builds(
    lambda name, product, verdict, reason, told: reports.result(
        name, verdict, product=product, reason=reason, title=told[0], fix=told[1], note=told[2], refs=(told[3],),
        level=told[4], severity=told[5],
    ),
    words, words, st.sampled_from(r.VERDICTS), st.lists(REASONS, max_size=2).map(tuple), st.tuples(*[words] * 6),
)  # fmt: skip
CONTEXTS = st.builds(
    lambda found, name, policy: context(
        replace(
            every_status(),
            results=(*every_status().results, *found),
            products=(replace(every_status().products[0], name=name, version=name),),
            policies=(r.PolicyInfo(policy, policy, policy, policy, policy),),
        )
    ),
    st.lists(RESULTS, max_size=3, unique_by=lambda item: (item.requirement, item.product)),
    words,
    words,
)


@settings(max_examples=12)
@given(CONTEXTS)
def test_the_views_are_whole(found: Context) -> None:
    for view in (sarif, junit, report_html, report_markdown):
        document = view.render(found)
        assert view.problems(document, found) == ()
        text = document.decode()
        assert all(visible(line) == line for line in text.split("\n"))
        assert view is sarif or "<script" not in text
