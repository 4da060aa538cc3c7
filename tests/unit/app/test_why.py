"""The explanation of a hit, as the interface shows it."""

from app.explanation import Explanation
from app.tui.widgets.why import why_text


def test_after_more_like_this_nothing_is_said_of_a_query():
    why = Explanation(0.5, 0.0, 0.522, (), compared="the example")
    assert "cosine with the example 0.522" in why_text(why).plain
    assert "query" not in why_text(why).plain


def test_words_of_the_headings_are_named_among_those_found():
    why = Explanation(0.0, 0.032, None, ("goats", "yard"), elsewhere=(("yard", "heading"),))
    assert "found: goats, yard (in the heading)" in why_text(why).plain
