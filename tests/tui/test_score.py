from app.tui.screens.score import bar
from jtcse_core.errors import EncoderNotFound
from tests.tui.fakes import FakeSession, make_app, screen_text, until


async def test_scores_while_typing_and_keeps_both_screens():
    session = FakeSession()
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("j", "f3")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "first")
        await pilot.press("a", "down", "b")
        await until(pilot, lambda: "Similarity 0.2500" in screen_text(app))
        assert "█" in screen_text(app)
        await pilot.press("backspace", "a")
        await until(pilot, lambda: "Similarity 1.0000" in screen_text(app))
        await pilot.press("f2")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        await pilot.press("f3")
        await until(pilot, lambda: "Similarity 1.0000" in screen_text(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "Type two sentences" in screen_text(app))
        assert app.focused.id == "first"


async def test_a_missing_encoder_is_told():
    session = FakeSession()
    session.fails = {"score": EncoderNotFound("no default encoder", "make it: jtcse export")}
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "first")
        await pilot.press("a", "down", "b")
        await until(pilot, lambda: "make it: jtcse export" in screen_text(app))


async def test_a_score_of_older_texts_is_not_shown():
    session = FakeSession()
    gate = session.gate("score")
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "first")
        await pilot.press("a", "down", "b", "backspace")
        gate.set()
        await pilot.press("f2", "j")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        await pilot.press("f3")
        await until(pilot, lambda: "Type two sentences" in screen_text(app))


def test_bar_shows_more_for_more():
    assert bar(0.5, 10) == "0 [█████·····] 1"
    assert bar(-0.3, 10) == "0 [··········] 1"
    assert bar(1.0000001, 10) == "0 [██████████] 1"
