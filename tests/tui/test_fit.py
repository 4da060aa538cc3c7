import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.tui.editor import editor_command
from app.tui.fit import expand_tabs, flow, segments, shorten, shorten_path, snippet, wrap
from app.tui.widgets.rows import item, rows
from indexes.types import Root
from tests.tui.fakes import hit

NAME = st.text("abcdefgh äß漢字.-", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (40, "notes/kitchen/winter/preserves-1.md"),
        (30, "notes/…/winter/preserves-1.md"),
        (25, "…/winter/preserves-1.md"),
        (18, "…/preserves-1.md"),
        (14, "preserves-1.md"),
        (9, "pres…1.md"),
        (1, "…"),
        (0, ""),
    ],
)
def test_a_path_loses_its_middle_or_head_first(width, expected):
    assert shorten_path("notes/kitchen/winter/preserves-1.md", width) == expected


@given(st.lists(NAME, max_size=8), NAME, st.integers(0, 80))
def test_a_path_fits_and_keeps_its_name_when_there_is_room(folders, name, width):
    short = shorten_path("/".join(["", *folders, name]), width)
    assert cell_len(short) <= width
    if cell_len(name) <= width:
        assert short.endswith(name)


@given(st.text(), st.integers(0, 40))
def test_shortened_text_fits(text, width):
    assert cell_len(shorten(text, width)) <= max(0, width)


@given(st.text("ab ~\n\t漢", max_size=300), st.data(), st.integers(4, 80))
def test_a_snippet_fits_and_its_marks_are_the_words(text, data, width):
    words, at = [], 0
    for part in text.replace("\n", " ").replace("\t", " ").replace("~", " ").split(" "):
        start = text.index(part, at)
        if part and data.draw(st.booleans()):
            words.append((start, start + len(part)))
        at = start + len(part)
    line, marks = snippet(text, words, width)
    assert cell_len(line) <= width
    assert "\n" not in line
    wanted = {text[a:b] for a, b in words}
    for a, b in marks:
        assert any(word.startswith(line[a:b].rstrip("…")) for word in wanted)


def test_a_snippet_shows_where_most_words_are():
    text = "plums are fruit. " + "x" * 200 + " boil the plums with sugar for an hour or longer"
    spans = [(0, 5), (text.index("plums", 20), text.index("plums", 20) + 5)]
    spans.append((text.index("sugar"), text.index("sugar") + 5))
    line, marks = snippet(text, spans, 60)
    assert [line[a:b] for a, b in marks] == ["plums", "sugar"]
    assert line.startswith("…")


ANSWER = "Rust has had async since version 1.39, and the compiler is on the stable channel. "
LATER = "Macros by example came with Rust 1.30."


def found(text, word):
    return [(match.start(), match.end()) for match in re.finditer(word, text)]


@pytest.mark.parametrize("count", [1, 2])
def test_a_snippet_fills_its_rows_where_the_words_are_near_the_end_of_a_text(count):
    text = "Lorem ipsum dolor sit amet. " * 9 + ANSWER + LATER
    line, marks = snippet(text, found(text, "Macros|1.30"), 50, count)
    assert [line[a:b] for a, b in marks] == ["Macros", "1.30"]
    assert line.startswith("…")
    assert line.endswith("Rust 1.30.")
    assert 50 * count - 12 < len(line) <= 50 * count
    assert len(list(wrap(line, 50))) == count


def test_a_snippet_fills_its_rows_in_scripts_without_spaces():
    text = "漢字仮名" * 30 + "梅" + "漢" * 5
    line, marks = snippet(text, found(text, "梅"), 40)
    assert [line[a:b] for a, b in marks] == ["梅"]
    assert 38 <= cell_len(line) <= 40


@pytest.mark.parametrize("tall", [True, False])
def test_the_best_sentence_leads_the_snippet_wherever_other_words_stand(tall):
    text = "Before it. " + ANSWER + "Lorem ipsum dolor sit amet. " * 9 + LATER + " Rust macros."
    made = hit(text=text, highlight=tuple(found(text, "[Mm]acros|1.30")), sentence=(11, 60))
    laid = rows(item(made, [], name_collection=False), 60, tall=tall, selected=False)
    at = 2 if tall else 1
    assert "".join(piece.text for piece in laid[at]).strip().startswith("Rust has had async")


def test_underlines_of_headings_are_no_part_of_a_snippet():
    assert snippet("Title\n=====\n\nText", [(13, 17)], 60) == ("Title Text", [(6, 10)])


@given(st.text("ab \t\n漢", max_size=100))
def test_expanding_tabs_moves_spans_along(text):
    spans = [(i, i + 1) for i, char in enumerate(text) if char not in "\t\n"]
    expanded, moved = expand_tabs(text, spans)
    assert "\t" not in expanded
    assert [expanded[a:b] for a, b in moved] == [text[a:b] for a, b in spans]


def test_tabs_end_at_stops():
    assert expand_tabs("a\tb\n\tc", [])[0] == "a   b\n    c"


@given(st.text("abc 漢字", max_size=120), st.integers(2, 40))
def test_wrapped_rows_fit_and_lose_only_spaces(line, width):
    spans = list(wrap(line, width))
    assert all(cell_len(line[a:b]) <= width for a, b in spans)
    assert "".join(line[a:b] for a, b in spans).replace(" ", "") == line.replace(" ", "")
    assert spans


def test_segments_split_at_marks():
    assert list(segments(2, 10, [(0, 3), (5, 7), (9, 20)])) == [
        (2, 3, True), (3, 5, False), (5, 7, True), (7, 9, False), (9, 10, True),
    ]  # fmt: skip


@pytest.mark.parametrize("tall", [True, False])
@pytest.mark.parametrize("width", [40, 54, 79, 120])
@pytest.mark.parametrize("title", ["Preserves", "T" * 200, "漢" * 80, "preserves-1.md"])
@pytest.mark.parametrize("several", [True, False])
def test_rows_fit_and_name_file_line_and_score(width, tall, title, several):
    made = hit(title=title, path=f"/home/ada/notes/{'deep/' * 30}preserves-1.md")
    prepared = item(made, [Root(Path("/home/ada/notes"))], name_collection=several)
    laid = rows(prepared, width, tall=tall, selected=True)
    texts = ["".join(piece.text for piece in row) for row in laid]
    assert len(texts) == (4 if tall else 2)
    assert all(cell_len(text) <= width for text in texts)
    assert any("preserves-1.md:3" in text for text in texts)
    assert texts[0].startswith(">  1  ")
    assert texts[0].rstrip().endswith("1.00")
    assert ("plums", "match") in [tuple(piece) for row in laid for piece in row]


def test_a_page_stands_in_place_of_a_line():
    assert item(hit(page=7), [], name_collection=False).suffix == " p. 7"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"EDITOR": ""}, None),
        ({"EDITOR": "vim"}, ["vim", "+7", "/a b"]),
        ({"EDITOR": "/usr/bin/nano -w"}, ["/usr/bin/nano", "-w", "+7", "/a b"]),
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, ["code", "--wait", "--goto", "/a b:7"]),
        ({"EDITOR": "hx"}, ["hx", "/a b:7"]),
        ({"EDITOR": "something"}, ["something", "/a b"]),
        ({"EDITOR": "it's"}, ["it's", "/a b"]),
    ],
)
def test_editors_are_told_the_line_their_way(environment, expected):
    assert editor_command(environment, "/a b", 7) == expected


def test_what_stands_together_is_not_torn_apart():
    parts = ["plum +0.1", "jam +0.2", "a" * 30, "owl +0.3"]
    assert flow(parts, 20) == ["plum +0.1  jam +0.2", "a" * 19 + "…", "owl +0.3"]
    assert flow(parts[:2], 20, begun=8) == ["plum +0.1", "jam +0.2"]
    assert flow([], 20) == [""]
