"""The best sentence of a hit: found by meaning and words, and shown."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.paths import find_paths
from app.results import shown_from
from app.sentences import LONGEST, candidates
from app.session import Session
from app.settings import Settings
from indexes.types import Hit, Request, Root

STORY = """# A week in the hills

We left the village on a bright morning with two donkeys and a week of bread.

The path climbs for hours through pine woods. At noon the older donkey refused to go on. \
Nobody had told us that the spring at the pass dries up in August, and our flasks were empty. \
In the evening a shepherd sold us cheese and let us sleep in his barn.
"""


@pytest.fixture
def session(tmp_path, default_encoder):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "hills.md").write_text(STORY)
    opened = Session(find_paths(tmp_path / "home"), Settings())
    opened.index([Root(docs)])
    yield opened
    opened.close()


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("running out of drinking water", "Nobody had told us"),
        ("where did they spend the night", "In the evening a shepherd"),
        ("shepherd", "In the evening a shepherd"),
        ("stubborn animal", "At noon the older donkey"),
    ],
)
def test_the_sentence_that_answers_is_found(session, query, begins):
    (hit,) = session.with_sentences(session.search(Request(query))).hits
    start, end = hit.sentence
    assert hit.text[start:end].startswith(begins)
    assert hit.text[end - 1] == "."


@pytest.mark.encoder
def test_without_meaning_the_words_choose(session):
    (hit,) = session.with_sentences(session.search(Request("cheese", mode="lexical"))).hits
    start, end = hit.sentence
    assert "cheese" in hit.text[start:end]


@pytest.mark.encoder
def test_further_down_the_words_choose_or_nothing_does(session):
    (hit,) = session.search(Request("cheese")).hits
    wordless = hit._replace(terms=(), highlight=())
    answer = session.search(Request("cheese"))._replace(hits=(hit,) * 5 + (wordless,))
    spans = [hit.sentence for hit in session.with_sentences(answer).hits]
    assert spans[4] == spans[0]
    assert spans[5] is None
    alone = session.with_sentences(answer._replace(hits=(wordless,))).hits[0]
    assert alone.sentence == spans[0]


@pytest.mark.encoder
def test_sentences_are_encoded_once(session, monkeypatch):
    answer = session.search(Request("cheese"))
    encoder = session.encoder().plain
    session.with_sentences(answer)
    encoded: list[str] = []
    encode = encoder.encode

    def watched(texts, reached=None):
        encoded.extend(texts)
        return encode(texts, reached)

    monkeypatch.setattr(encoder, "encode", watched)
    session.with_sentences(answer._replace(query="bread"))
    assert encoded == ["bread"]


@pytest.mark.encoder
def test_the_command_line_tells_and_shows_it(cli, session):
    home = ("--home", session.paths.data)
    hit = cli("search", "running out of drinking water", "--json", *home).json()["hits"][0]
    start, end = hit["sentence"]
    assert hit["text"][start:end].startswith("Nobody had told us")
    shown = cli("search", "running out of drinking water", *home).out
    assert "Nobody had told us" in shown
    assert "We left the village" not in shown


def _hit(text: str) -> Hit:
    return Hit(1, 1.0, 0.5, None, "c", "/p", "T", "md", "T > Part", 1, 1, None, text, (), 1, 1)


@given(st.text(max_size=1000))
def test_candidates_are_spans_in_order_and_not_long(text):
    spans = list(candidates(_hit(text)))
    assert all(0 <= a < b <= len(text) and b - a <= LONGEST for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert spans or not any(char.isalnum() for char in text)


@pytest.mark.parametrize("heading", ["# T", "Part\n====", "## Part ##"])
def test_headings_give_way_to_what_they_stand_over(heading):
    hit = _hit(f"{heading}\n\nSomething is said.")
    assert [hit.text[a:b] for a, b in candidates(hit)] == ["Something is said."]
    assert list(candidates(_hit(heading)))


MAIL = "From: Ada <ada@x.org>\nDate: Mon, 5 Apr 1993. All day\nNewsgroups: sci.med"
FRONT = "---\ntitle: Is it worth it?\ntags:\n  - hay fever\n---"


@pytest.mark.parametrize("end", ["\n\n", "\n"])
@pytest.mark.parametrize("before", [FRONT, f"T\n\n{MAIL}\n", f"Said before.\n\n{MAIL}\n"])
def test_what_is_said_of_a_text_gives_way_to_the_text(before, end):
    hit = _hit(f"{before}{end}I had shots. They helped.")
    found = [hit.text[a:b] for a, b in candidates(hit)]
    assert found[-2:] == ["I had shots.", "They helped."]
    assert not any("1993" in text or "fever" in text for text in found)
    assert list(candidates(_hit(before)))


@pytest.mark.parametrize(
    "text",
    ["Ada: Are they?\nBob: They are.", "From: the sea.", "---\n\nA rule above.\n\n---\n\nB."],
)
def test_what_only_looks_like_it_is_text(text):
    hit = _hit(f"{text}\n\nMore is said.")
    found = [hit.text[a:b] for a, b in candidates(hit)]
    assert sum(map(len, found)) > 20
    assert any(word in "".join(found) for word in ("Bob", "sea", "rule"))


@pytest.mark.parametrize("before", [FRONT, MAIL, f"T\n\n{MAIL}"])
def test_a_passage_whose_sentences_are_not_told_apart_is_shown_from_its_text(before):
    hit = _hit(f"{before}\n\nI had shots.\n\nThey helped.")
    assert hit.text[shown_from(hit) :].startswith("I had shots.")
    found = hit._replace(highlight=((len(before) - 3, len(before)),))
    assert shown_from(found) == 0
    assert shown_from(found._replace(sentence=(5, 7))) == 5


def test_a_word_of_the_heading_keeps_no_headers_in_sight():
    hit = _hit(f"Shots\n\n{MAIL}\n\nThey helped.")._replace(highlight=((0, 5),))
    assert hit.text[shown_from(hit) :] == "They helped."


@pytest.mark.parametrize(
    "text", [MAIL, FRONT, "Said.\n\nAnd more.", f"One.\n\nTwo.\n\n{MAIL}\n\nX"]
)
def test_any_other_passage_is_shown_from_its_beginning(text):
    assert shown_from(_hit(text)) == 0
