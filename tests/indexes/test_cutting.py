"""Passages: where they begin and end, and what they know of their place."""

from hypothesis import given
from hypothesis import strategies as st

from indexes.cutting import MIN_TOKENS, TARGET_TOKENS, cut, encoded_text, text_hash
from indexes.extract import records
from indexes.extract.code import extract_units
from indexes.extract.html import extract_html
from indexes.extract.markdown import extract_markdown
from indexes.extract.plain import extract_code, extract_plain, extract_underlined
from indexes.extract.records import extract_csv
from indexes.types import Extracted, Passage
from tests.indexes.word_encoder import WordEncoder

COUNTER = WordEncoder()

_MARKS = st.sampled_from(
    ["# A\n", "## B\n\n", "\n\n", "word ", "A sentence. ", "- item\n", "```\ncode\n```\n", "é日本",
     "\t", "===\n", "\u2028", "> quote\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "no stop" * 40]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=400), st.lists(_MARKS, max_size=120).map("".join))
EXTRACTORS = st.sampled_from([extract_plain, extract_code, extract_markdown, extract_underlined])


def words(count: int) -> str:
    return " ".join(f"w{i}" for i in range(count))


def texts_of(extracted: Extracted, passages: list[Passage]) -> list[str]:
    return [extracted.text[p.start : p.end] for p in passages]


@given(TEXTS, EXTRACTORS)
def test_passages_cover_all_that_is_not_white_space_in_order(text, extract):
    extracted = extract(text)
    end = 0
    for passage in cut(extracted, COUNTER):
        assert end <= passage.start < passage.end
        assert not extracted.text[end : passage.start].strip()
        end = passage.end
    assert not extracted.text[end:].strip()


@given(TEXTS, EXTRACTORS)
def test_lines_are_those_of_the_span(text, extract):
    extracted = extract(text)
    for passage in cut(extracted, COUNTER):
        assert passage.line_start == extracted.text.count("\n", 0, passage.start) + 1
        assert passage.line_end == extracted.text.count("\n", 0, passage.end - 1) + 1


@given(TEXTS, EXTRACTORS)
def test_no_passage_is_much_longer_than_the_target(text, extract):
    extracted = extract(text)
    for piece in texts_of(extracted, cut(extracted, COUNTER)):
        assert COUNTER.count_tokens([piece])[0] <= TARGET_TOKENS + MIN_TOKENS


def test_sections_that_are_long_enough_stand_alone():
    extracted = extract_markdown(f"# One\n\n{words(100)}\n\n# Two\n\n{words(100)}\n")
    pieces = texts_of(extracted, cut(extracted, COUNTER))
    assert [piece.splitlines()[0] for piece in pieces] == ["# One", "# Two"]


def test_short_sections_are_merged():
    extracted = extract_markdown("# One\n\nshort\n\n# Two\n\nshort too\n")
    assert len(cut(extracted, COUNTER)) == 1


def test_a_heading_goes_with_what_follows_it():
    extracted = extract_markdown(f"{words(70)}\n\n# Next\n\n{words(150)}\n")
    pieces = texts_of(extracted, cut(extracted, COUNTER))
    assert pieces[1].startswith("# Next")


def test_a_heading_is_never_a_passage_of_its_own():
    extracted = extract_markdown(f"# Top\n\n## Part\n\n{words(TARGET_TOKENS)}\n")
    (passage,) = cut(extracted, COUNTER)
    assert passage.start == 0


def test_crumbs_of_what_was_cut_go_to_the_passage_before():
    sentences = " ".join(f"{words(66)[:-1]}." for _ in range(3))
    extracted = extract_plain(f"{sentences} The end of it.")
    assert len(cut(extracted, COUNTER)) == 1


def test_a_long_function_is_cut_at_its_blank_lines_and_not_cut_short():
    steps = "\n\n".join(f"    step{i} = {words(60)}" for i in range(6))
    text = f"def first():\n    pass\n\n\ndef long():\n{steps}\n"
    passages = cut(extract_units(text, "py"), COUNTER)
    pieces = texts_of(extract_units(text, "py"), passages)
    assert [piece.split(" =")[0].split("\n")[0] for piece in pieces] == [
        "def first():", "def long():", "step3",
    ]  # fmt: skip
    assert [passage.heading for passage in passages] == ["first", "long", "long"]


def test_rows_of_a_table_that_is_cut_stand_under_the_names_of_its_columns():
    rows = "".join(f"| {words(20)} | {i} |\n" for i in range(30))
    passages = cut(extract_markdown(f"# Trees\n\n| Name | Size |\n|--|--|\n{rows}"), COUNTER)
    assert len(passages) > 3
    assert {passage.heading for passage in passages[1:]} == {"Trees > Name | Size"}


def test_a_list_that_is_too_long_is_cut_between_its_lines():
    extracted = extract_plain("\n".join(f"{i:03} {words(9)}" for i in range(60)))
    for piece in texts_of(extracted, cut(extracted, COUNTER)):
        assert piece[:3].isdigit()
        assert piece.endswith("w8")


def test_rows_beyond_the_most_that_have_a_passage_each_share_one(monkeypatch):
    table = "name,born\n" + "".join(f"p{i},{i}\n" for i in range(40))
    assert len(cut(extract_csv(table), COUNTER)) == 41
    monkeypatch.setattr(records, "MAX_RECORDS", 10)
    shared = cut(extract_csv(table), COUNTER)
    assert len(shared) < 10
    assert shared[0].page == 1


def test_lines_of_markup_reach_to_where_the_next_passage_begins():
    item = "<li>\n<b>\n{}\n</b>\n</li>\n"
    page = "".join(item.format(words(150)) for _ in range(3)) + "<!--\n" + "\n" * 500 + "-->"
    passages = cut(extract_html(page), COUNTER)
    assert [(p.line_start, p.line_end) for p in passages] == [(3, 7), (8, 12), (13, 13)]


def test_a_passage_knows_the_headings_it_stands_under():
    extracted = extract_markdown(
        f"# Top\n\n{words(90)}\n\n## Inner\n\n{words(150)}\n\n{words(150)}"
    )
    assert [p.heading for p in cut(extracted, COUNTER)] == ["", "Top", "Top > Inner"]


def test_a_long_paragraph_is_cut_between_sentences():
    sentences = [f"Sentence {i} has {words(20)}." for i in range(30)]
    extracted = extract_plain(" ".join(sentences))
    for piece in texts_of(extracted, cut(extracted, COUNTER)):
        assert piece.startswith("Sentence")
        assert piece.endswith(".")


def test_a_sentence_that_alone_is_too_long_is_cut_between_words():
    extracted = extract_plain(words(1000))
    pieces = texts_of(extracted, cut(extracted, COUNTER))
    assert len(pieces) >= 5
    assert " ".join(pieces).split() == words(1000).split()


def test_the_heading_path_is_encoded_with_the_passage():
    assert encoded_text("Title", "Title > Part", "text") == "Title > Part\ntext"
    assert encoded_text("Title", "Part", "text") == "Title > Part\ntext"
    assert encoded_text("", "", "text") == "text"


def test_a_title_that_the_passage_begins_with_is_not_encoded_twice():
    assert encoded_text("Title", "", "Title of things") == "Title of things"


@given(st.text(), st.text())
def test_equal_hashes_mean_equal_texts(a, b):
    assert (text_hash(a) == text_hash(b)) == (a == b)
