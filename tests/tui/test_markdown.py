"""Markdown is shown as it is meant to be read, line for line, and nothing in it acts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tui.markdown import RULE, rendered
from app.tui.page import page_of
from indexes.types import DocumentView
from tests.tui.fakes import hit

SOURCE = """# Jam **now** and `then` ##

Setext
======

- one *two* `co*de`
  - [x] done
> quoted [text](https://x.example "title") and ![pic](p.png)

```python
x = "**not bold**"
```
| a | b |
|---|:-:|
***
snake_case_name, 2 * 3 * 4, \\*kept\\*, __loud__
"""

SHOWN = f"""Jam now and then

Setext


• one two co*de
  • ☑ done
│ quoted text and pic


x = "**not bold**"

| a | b |
|───|───|
{RULE}
snake_case_name, 2 * 3 * 4, *kept*, loud
"""


def test_marks_are_taken_out_and_lines_stay():
    assert rendered(SOURCE)[0] == SHOWN


def test_roles_stand_where_the_words_do():
    text, _, roles = rendered(SOURCE)
    told = [(text[a:b], role) for a, b, role in roles]
    assert ("Setext", "heading") in told
    assert ("two", "emphasis") in told
    assert ("co*de", "string") in told
    assert ("text", "name") in told
    assert ("loud", "strong") in told


def test_places_move_with_the_text():
    text, moved, _ = rendered(SOURCE)
    for word in ("Setext", "done", "quoted", "snake_case_name"):
        start = SOURCE.index(word)
        assert text[moved(start) : moved(start + len(word))] == word


@given(st.text(alphabet="#*_`[]()!\\> -+=|~xab\n\t", max_size=300))
def test_whatever_stands_there_lines_stay_and_places_are_in_order(source):
    text, moved, roles = rendered(source)
    assert text.count("\n") == source.count("\n")
    places = [moved(place) for place in range(len(source) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(text)
    for start, end, _ in roles:
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("raw", [True, False])
def test_a_page_marks_the_same_words_rendered_or_not(raw):
    source = "# One\n\n**Boil** the\tplums with *sugar* until they set.\n"
    start = source.index("**Boil")
    found = hit(text=source[start:-1], highlight=((13, 18),), sentence=(0, len(source) - start - 1))
    view = DocumentView("/a.md", "One", "md", source, start, len(source) - 1, 1)
    page = page_of(view, found, raw=raw)
    assert [page.text[a:b] for a, b in page.marks] == ["plums"]
    assert ("**" in page.text) == raw
    assert page.text[slice(*page.passage)].endswith("they set.")
    assert page.sentence[1] == page.passage[1]
    assert "\t" not in page.text


def test_a_page_is_inert():
    nasty = "[x](javascript:1) \x1b]8;;http://x\x07 \x9b31m\n"
    view = DocumentView("/a.md", "One", "md", nasty, 0, len(nasty), 1)
    page = page_of(view, hit(text=nasty, highlight=()), raw=False)
    assert not set(page.text) & {"\x1b", "\x07", "\x9b"}


def test_marks_within_a_link_go_too():
    text, moved, roles = rendered("* [`const` and **static**](x.md) owl")
    assert text == "• const and static owl"
    assert [text[a:b] for a, b, _ in roles] == ["const and static"]
    assert text[moved(33) :] == "owl"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("see [the\nguide](x.md) now", "see the\nguide now"),
        ("* see [the\n  guide](x.md)\n* more", "• see the\n  guide\n• more"),
        ("> see [the\n> guide](x.md)", "│ see the\n│ guide"),
        ("[![built](https://x/b.svg)](https://x) owl", "built owl"),
        ("**very\nloud** and `a\nb`", "very\nloud and a\nb"),
        ("1. [one\n2. two](x.md)", "1. [one\n2. two](x.md)"),
        ("[one\n\ntwo](x.md)", "[one\n\ntwo](x.md)"),
        ("[one\n# two](x.md)", "[one\ntwo](x.md)"),
        ("[one\n```\ntwo](x.md)\n```", "[one\n\ntwo](x.md)\n"),
        ("| [one |\n| two](x.md) |", "| [one |\n| two](x.md) |"),
    ],
)
def test_a_link_may_run_over_a_line_break_but_not_out_of_its_paragraph(source, shown):
    assert rendered(source)[0] == shown


def test_the_words_of_a_link_over_a_line_break_are_coloured_line_by_line():
    text, moved, roles = rendered("> see [the\n> guide](x.md) owl")
    assert [text[a:b] for a, b, _ in roles] == ["the", " guide"]
    assert text[moved(26) :] == "owl"


def test_a_long_paragraph_of_brackets_takes_no_time():
    source = "\n".join(["[[x](" * 300] * 200)
    began = time.perf_counter()
    rendered(source)
    assert time.perf_counter() - began < 2
