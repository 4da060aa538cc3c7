"""What a score means: compared with the best hits of unrelated questions."""

import pytest

from indexes.background import GOOD_MATCH, Background, summarise
from indexes.calibration import OUTGROWN, needs_measuring
from indexes.errors import Damaged
from indexes.store import Store
from indexes.types import MODES
from indexes.view import BACKGROUND_KEY

SCORES = {mode: [0.1 + 0.002 * i for i in range(100)] for mode in MODES}


def test_a_score_in_the_middle_of_the_unrelated_is_worth_nothing():
    assert summarise(SCORES, 10).match("hybrid", 0.2) == pytest.approx(0.5, abs=0.01)


def test_a_higher_score_is_a_better_match_and_far_above_is_certain():
    background = summarise(SCORES, 10)
    values = [background.match("dense", 0.1 * i) for i in range(10)]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(1.0)


def test_a_few_questions_that_do_have_an_answer_change_nothing():
    answered = {mode: [*values[:90], *[0.9] * 10] for mode, values in SCORES.items()}
    plain, disturbed = summarise(SCORES, 10), summarise(answered, 10)
    assert disturbed.centre["hybrid"] == pytest.approx(plain.centre["hybrid"], abs=0.005)
    assert disturbed.spread["hybrid"] == pytest.approx(plain.spread["hybrid"], rel=0.05)


def test_scores_that_are_no_numbers_are_called_damage():
    with pytest.raises(Damaged, match="no number"):
        summarise({"dense": [0.1, float("nan")]}, 10)


def test_it_survives_being_stored():
    background = summarise(SCORES, 10)
    assert Background.from_json(background.to_json()) == background


def test_it_is_measured_again_when_the_collection_outgrew_it():
    background = summarise(SCORES, 100)
    assert not needs_measuring(background, int(100 * OUTGROWN))
    assert needs_measuring(background, int(100 * OUTGROWN) + 1)
    assert needs_measuring(background, int(100 / OUTGROWN) - 1)
    assert needs_measuring(None, 1)
    assert not needs_measuring(None, 0)


@pytest.mark.parametrize("mode", MODES)
def test_a_question_about_the_collection_matches_and_another_does_not(index, ask, docs, mode):
    for i in range(30):
        (docs / f"n{i}.txt").write_text(f"gearbox torque rotor stator winding number{i} part{i}")
    index()
    good = ask("gearbox torque rotor stator winding", mode)
    bad = ask("what is the capital of mongolia", mode)
    assert good.hits[0].match >= GOOD_MATCH
    assert good.good_match
    assert not bad.good_match


def test_a_collection_that_was_never_measured_says_nothing(index, folder, ask):
    index()
    set_background(folder, None)
    answer = ask("honey")
    assert answer.hits[0].match is None
    assert answer.good_match is None


def test_what_stands_there_word_for_word_is_a_good_match_whatever_its_score(index, folder, ask):
    index()
    set_background(folder, Background(dict.fromkeys(MODES, 0.99), dict.fromkeys(MODES, 0.01), 3))
    answer = ask("honey clover")
    assert answer.hits[0].match < GOOD_MATCH
    assert answer.good_match
    assert not ask("honey elsewhere").good_match


def set_background(folder, background):
    store = Store(folder)
    with store.transaction():
        store.set_meta(BACKGROUND_KEY.format(encoder=1), background.to_json() if background else "")
    store.close()
