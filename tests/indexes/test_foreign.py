"""Languages that the encoder was not made for: their words count for more."""

from pathlib import Path

import numpy as np
import pytest

from indexes.foreign import is_foreign_script, known_languages
from indexes.fusion import GREATEST, fuse
from indexes.search import search
from indexes.types import Request
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder

GERMAN = (
    "Der Mieter kann die Wohnung mit einer Frist von drei Monaten kündigen, und das gilt auch "
    "dann, wenn der Vermieter es nicht will oder die Wohnung schon einem anderen versprochen hat."
)
ENGLISH_TEXT = (
    "The tenant may give notice of three months, and that holds also when the landlord does not "
    "want it, or when he has promised the flat to somebody else who is waiting for it."
)
ENGLISH = frozenset({"en"})


class EnglishEncoder(WordEncoder):
    languages = ("en",)


@pytest.fixture
def mixed(docs, folder):
    from indexes.collection import Collection
    from indexes.types import Root

    (docs / "german.txt").write_text(GERMAN)
    (docs / "english.txt").write_text(ENGLISH_TEXT)
    report = Collection(folder, 10_000).index([Root(docs)], EnglishEncoder())
    view = View(folder, 10_000)
    yield report, view
    view.close()


def ask(view, text, mode="hybrid", encoder=None):
    made = encoder or EnglishEncoder()
    return search([view], Request(text, mode), lambda row: made)


def hit_of(answer, name):
    (found,) = [hit for hit in answer.hits if Path(hit.path).name == name]
    return found


def test_a_run_counts_what_the_encoder_does_not_know(mixed):
    report, _ = mixed
    assert report.unknown_languages == {"de": 1}


def test_in_a_foreign_document_the_words_count_for_more(mixed):
    _, view = mixed
    known = ask(view, "Wohnung kündigen", encoder=WordEncoder())
    strange = ask(view, "Wohnung kündigen")
    before, after = hit_of(known, "german.txt"), hit_of(strange, "german.txt")
    assert after.dense_part == pytest.approx(before.dense_part / 2)
    assert after.lexical_part > before.lexical_part
    english = hit_of(strange, "english.txt"), hit_of(known, "english.txt")
    assert english[0].score == pytest.approx(english[1].score)


def test_the_answer_names_the_languages(mixed):
    _, view = mixed
    assert ask(view, "Wohnung").unknown_languages == ("de",)
    assert ask(view, "Wohnung", encoder=WordEncoder()).unknown_languages == ()


def test_a_query_in_foreign_letters_goes_by_words_everywhere(mixed):
    _, view = mixed
    for hit in ask(view, "как кормить пчёл").hits:
        assert hit.dense_part == pytest.approx(hit.cosine / 2 / GREATEST)


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_a_mode_that_was_chosen_is_kept(mixed, mode):
    _, view = mixed
    for one, other in zip(
        ask(view, "Wohnung", mode).hits,
        ask(view, "Wohnung", mode, WordEncoder()).hits,
        strict=True,
    ):
        assert one.score == pytest.approx(other.score)


def test_no_score_passes_one():
    dense, words = fuse(np.ones(4), np.ones(4), np.array([True, False, True, False]))
    assert ((dense + words) <= 1 + 1e-9).all()


@pytest.mark.parametrize(
    ("text", "known", "foreign"),
    [
        ("naïve café", ENGLISH, False),
        ("правда", ENGLISH, True),
        ("правда", frozenset({"en", "ru"}), False),
        ("правда", frozenset(), False),
        ("東京タワー", frozenset({"ja"}), False),
        ("人权", frozenset({"zh"}), False),
        ("αλήθεια", ENGLISH, True),
        ("1234 !?", ENGLISH, False),
        ("the word правда in an English sentence", ENGLISH, False),
    ],
)
def test_a_script_is_foreign_when_no_known_language_has_it(text, known, foreign):
    assert is_foreign_script(text, known) == foreign


def test_an_encoder_that_does_not_say_knows_all(encoder):
    assert known_languages(encoder) == frozenset()
