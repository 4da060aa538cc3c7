"""A word is found as the full-text index has it, however it was typed and written."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from indexes import lexical
from indexes.collection import Collection
from indexes.likeness import with_words
from indexes.postings import Postings
from indexes.query import parse
from indexes.search import search
from indexes.sync import Record
from indexes.tokens import Tokens
from indexes.types import Answer, Example, Request
from indexes.unsegmented import runs
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder

Ask = Callable[..., Answer]


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def has_no_run(word: str) -> bool:
    """Whether none of it is written without spaces: the index cuts no words there."""
    return not runs(word) and not runs(decomposed(word))


LETTERS = st.one_of(
    st.sampled_from("aeßﬁﬀﬅŉſİıǰΣςσάΆᾳᾼὦΐևԵйёЇ한글क़ऩאָقẞÅKΩaZ"),
    st.characters(categories=["L"]),
)
WORDS = st.text(LETTERS, min_size=1, max_size=6).filter(has_no_run)


@pytest.fixture
def say(folder: Path, docs: Path, index: Callable[..., object]) -> Callable[[str, str], None]:
    """Return a function that writes and indexes one more document."""

    def write(name: str, text: str) -> None:
        (docs / name).write_text(text)
        index()

    return write


def names(answer: Answer) -> set[str]:
    return {Path(hit.path).name for hit in answer.hits}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Die Straße ist gesperrt.", ["Straße", "STRAßE", "STRAẞE", '"Straße"', '"die straße"']),
        ("Große Häuser stehen dort.", ["große", "Große", "HÄUSER", decomposed("Häuser")]),
        ("Open the ﬁle now.", ["ﬁle", '"the ﬁle"']),
        ("Grosse Strasse, open file", ["Straße", "große", "ﬁle", '"große straße"']),
        ("She was naïve then.", ["naïve", decomposed("naïve"), "NAÏVE", "naive"]),
        (decomposed("She was naïve."), ["naïve", decomposed("naïve"), "naive"]),
        (decomposed("She was naïve."), ['"was naïve"', f'"{decomposed("was naïve")}"']),
        ("She was naïve.", ['"was naïve"', f'"{decomposed("WAS NAÏVE")}"']),
        ("Ἐν ἀρχῇ ἦν ὁ λόγος", ["ἀρχῇ", decomposed("ἀρχῇ"), '"ἦν ὁ λόγος"']),
        (decomposed("Ἐν ἀρχῇ ἦν ὁ λόγος"), ["ἀρχῇ", decomposed("ἀρχῇ"), '"ἦν ὁ λόγος"']),
        ("Երևան և Գյումրի", ["և", "Երևան"]),
        (decomposed("мой край"), ["мой", decomposed("мой"), '"мой край"']),
        ("мой край", ["мой", decomposed("мой"), f'"{decomposed("мой край")}"']),
        (decomposed("한국어 문서"), ["한국어", decomposed("한국어"), '"한국어 문서"']),
        ("हिन्दी में लिखा", ["हिन्दी", '"हिन्दी में"']),
        (decomposed("がっこう"), ['"がっこう"', f'"{decomposed("がっこう")}"']),
        ("がっこう", ["がっこう", decomposed("がっこう"), f'"{decomposed("がっこう")}"']),
    ],
)
def test_a_word_is_found_however_it_is_spelled(
    say: Callable[[str, str], None], ask: Ask, text: str, typed: list[str]
) -> None:
    say("odd.txt", text)
    assert [query for query in typed if names(ask(query, "lexical")) != {"odd.txt"}] == []


@pytest.mark.parametrize(
    "excluded", ["große", "GROßE", "naïve", decomposed("naïve"), "край", decomposed("край")]
)
def test_an_excluded_word_is_one_however_it_is_spelled(
    say: Callable[[str, str], None], ask: Ask, excluded: str
) -> None:
    say("one.txt", "stones, große naïve край")
    say("two.txt", decomposed("stones, große naïve край"))
    say("three.txt", "stones alone")
    assert names(ask(f"stones -{excluded}", "lexical")) == {"three.txt"}


def test_the_marks_on_a_letter_count_in_a_phrase(say: Callable[[str, str], None], ask: Ask) -> None:
    say("accent.txt", "the café culture")
    say("apart.txt", decomposed("the café culture"))
    say("plain.txt", "the cafe culture")
    assert names(ask('"café culture"', "lexical")) == {"accent.txt", "apart.txt"}
    assert names(ask('"cafe culture"', "lexical")) == {"plain.txt"}


def test_a_word_that_comes_twice_is_looked_for_once() -> None:
    assert parse("Honey honey HONEY").words == ("honey",)
    assert len(parse("Straße STRAßE straße").words) == 1
    assert len(parse(f"Über {decomposed('über')}").words) == 1
    assert len(parse("strasse straße").words) == 2, "the first finds less"


def test_both_spellings_of_a_word_count_as_one_word(folder: Path) -> None:
    texts = ["в край", decomposed("в край"), "нет"]
    records = (Record(f"/r/{i}", "", "txt", text) for i, text in enumerate(texts))
    Collection(folder).add_records(records, WordEncoder())
    view = View(folder, 10_000)
    with view.reader.consistent():
        scores = [lexical.scores(view.postings(), parse(typed)) for typed in texts[:2]]
        (posting,) = view.postings().of(["край"])
    view.close()
    assert scores[0].tolist() == scores[1].tolist()
    assert scores[0][0] == scores[0][1] > 0
    assert (scores[0][2], posting.count) == (0, 2)


def test_telling_words_of_an_example_are_those_of_the_index(folder: Path) -> None:
    texts = ["Die Straße, STRAßE und naïve", "noch eine straße", decomposed("naïve")]
    records = (Record(f"/r/{i}", "", "txt", text) for i, text in enumerate(texts))
    Collection(folder).add_records(records, WordEncoder())
    view = View(folder, 10_000)
    request = Request("", "lexical", like=(Example((texts[0],), path="/r/0"),))
    answer = search([view], request, lambda row: WordEncoder())
    with view.reader.consistent():
        words = with_words(view.postings(), parse(""), request).words
    view.close()
    assert {"Straße", "naïve"} <= set(words)
    assert "STRAßE" not in words
    assert names(answer) == {"1", "2"}


def test_what_was_found_decomposed_is_marked(say: Callable[[str, str], None], ask: Ask) -> None:
    text = decomposed("Был мой край, und naïve Straße")
    say("odd.txt", text)
    (hit,) = ask("край naïve straße", "lexical").hits
    marked = [hit.text[a:b] for a, b in hit.highlight]
    assert marked == [decomposed("край"), decomposed("naïve"), "Straße"]


def test_a_word_is_marked_with_the_vowel_sign_that_ends_it(
    say: Callable[[str, str], None], ask: Ask
) -> None:
    say("cats.txt", "घर में बिल्ली है।")
    (hit,) = ask("बिल्ली है", "lexical").hits
    assert [hit.text[a:b] for a, b in hit.highlight] == ["बिल्ली", "है"]
    assert hit.terms == ("बिल्ली", "है")


@pytest.fixture
def postings(folder: Path) -> Iterator[Postings]:
    Collection(folder).add_records(iter([Record("/r/0", "T", "txt", "word")]), WordEncoder())
    view = View(folder, 10_000)
    with view.reader.consistent():
        yield view.postings()
    view.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS)
def test_what_is_looked_for_is_what_the_index_made_of_the_word(
    postings: Postings, word: str
) -> None:
    """Whether it stands in a document as it was typed, composed or decomposed, in any case."""
    tokens = postings.tokens
    (looked_for,) = tokens.readings(parse(word).words)
    for written in (word, composed(word), decomposed(word)):
        assert tokens.of([written])[0] in looked_for
        for cased in (written.lower(), written.upper(), written.title()):
            if tokens.of([cased]) == tokens.of([written]):
                (of_cased,) = tokens.readings(parse(cased).words)
                assert tokens.of([written])[0] in of_cased


@settings(max_examples=25, deadline=None)
@example("\u09dc")  # Unicode leaves it apart when it composes, keyboards may not
@example("\u1f71")  # and this one it replaces
@given(WORDS)
def test_a_document_that_is_the_word_is_found_by_it(
    tmp_path_factory: pytest.TempPathFactory, word: str
) -> None:
    forms = list(dict.fromkeys((word, composed(word), decomposed(word))))
    assume(all(Tokens().of(forms)))
    folder = tmp_path_factory.mktemp("collections") / "notes"
    records = (Record(f"/r/{i}", "", "txt", form) for i, form in enumerate(forms))
    Collection(folder).add_records(records, WordEncoder())
    view = View(folder, 10_000)
    try:
        with view.reader.consistent():
            for form in forms:
                query = parse(form)
                documents = lexical.documents_with_any(view.postings(), query.words)
                assert len(documents) == len(forms)
                phrase = parse(f'"{form}"')
                assert len(lexical.passages_with_phrases(view.reader, phrase)) == len(forms)
    finally:
        view.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_marks_stand_right_whatever_the_text_contains(
    postings: Postings, around: list[str]
) -> None:
    """NUL and lone surrogates are taken out of every text before it is kept."""
    text = " alpha ".join(["x", *around, "y"])
    (spans,) = lexical.highlights(postings, parse("alpha"), {1: text}).values()
    assert {text[a:b].lower() for a, b in spans} == {"alpha"}
    assert len(spans) >= len(around) + 1


def test_letters_for_private_use_shift_no_mark(say: Callable[[str, str], None], ask: Ask) -> None:
    say("odd.txt", "before \U0010fe01 \U0010fe02 \U0010fffd alpha beta and alpha again")
    (hit,) = ask("alpha", "lexical").hits
    assert [hit.text[a:b] for a, b in hit.highlight] == ["alpha", "alpha"]
