"""Keys, themes, palette, what is remembered, what is logged."""

import gc

import pytest
from textual.color import Color
from textual.command import CommandPalette

from app.errors import SettingError
from app.memory import LOG_FILE, Memory
from app.settings import Settings
from app.tui import tidy
from app.tui.app import SearchApp
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until


@pytest.fixture
def session():
    return FakeSession()


async def test_keys_are_given_to_actions_by_their_ids(session):
    keys = {"search.mode": "ctrl+g", "help": "f9"}
    app = make_app(session, settings=Settings(tui_debounce_ms=0, tui_keys=keys))
    async with app.run_test() as pilot:
        await pilot.press("f4")
        assert "hybrid search" in screen_text(app)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "dense search" in screen_text(app))
        await until(pilot, lambda: "F9 Help" in screen_text(app))
        assert "^G Mode" in screen_text(app)
        await pilot.press("f9")
        await until(pilot, lambda: "Rank by meaning" in screen_text(app))


@pytest.mark.parametrize("theme", ["dark", "light", "contrast", "none", "nord"])
async def test_themes(session, theme):
    app = make_app(session, settings=Settings(tui_debounce_ms=0, tui_theme=theme))
    async with app.run_test() as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        assert app.current_theme.dark == (theme != "light")
        assert app.no_color == (theme == "none")


def test_the_themes_to_choose_from_are_those_of_the_configuration(session):
    names = make_app(session).available_themes
    assert {"dark", "light", "contrast", "none", "nord"} <= set(names)
    for name in names:
        assert make_app(session, settings=Settings(tui_theme=name)).theme == name


async def test_colour_goes_and_comes_with_the_theme(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        for theme in ("none", "nord", "none", "dark"):
            app.theme = theme
            await until(pilot, lambda theme=theme: app.no_color == (theme == "none"))


def test_an_unknown_theme_is_refused(session):
    with pytest.raises(SettingError):
        make_app(session, settings=Settings(tui_theme="mauve"))


async def test_the_palette_finds_our_actions(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"sentence by sentence")
        await until(pilot, lambda: "Two documents, sentence" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "[Two documents]" in screen_text(app))


@pytest.mark.parametrize(
    ("typed", "shown", "leads_to"),
    [
        ("marked results, or all", "to a file (e)", "Write 3 results to a file"),
        ("more like this", "this (m)", "like preserves-1.md"),
        ("filter by type", "(F5 or ^F)", "type:md,pdf since:30d"),
    ],
)
async def test_the_palette_finds_what_panes_do_whatever_has_the_focus(
    session, typed, shown, leads_to
):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*typed)
        await until(pilot, lambda: shown in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: leads_to in screen_text(app))


async def test_the_next_run_searches_as_this_one_did_the_query_empty_and_focused(session, tmp_path):
    session.collections = ["default", "papers"]
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await pilot.press("f4", "f6")
        await until(pilot, lambda: "papers" in screen_text(app))
        await pilot.press("j", "enter")
        await until(pilot, lambda: "papers: 12" in screen_text(app))
        await pilot.press(*"jam", "f3", "ctrl+q")
    app = make_app(session, names=(), state=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "dense search | papers: 12" in screen_text(app))
        assert app.focused is field(app, "query")
        assert field(app, "query").value == ""


@pytest.mark.parametrize("key", ["f3", "f6", "f7"])
async def test_a_question_typed_at_once_is_a_query_wherever_the_last_time_ended(
    session, tmp_path, key
):
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await pilot.press(key, "ctrl+q")
    app = make_app(session, names=(), state=tmp_path)
    async with app.run_test() as pilot:
        await pilot.press(*"dwarf")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        assert field(app, "query").value == "dwarf"
        assert app.work.task is None


async def test_a_theme_that_was_chosen_stays_until_the_configuration_says_otherwise(
    session, tmp_path
):
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        app.theme = "nord"
        await pilot.press("ctrl+q")
    assert make_app(session, state=tmp_path).theme == "nord"
    assert make_app(session, settings=Settings(tui_theme="light"), state=tmp_path).theme == "light"
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
    assert make_app(session, state=tmp_path).theme == "nord"


async def test_collections_that_are_named_come_before_those_of_the_last_time(session, tmp_path):
    Memory(tmp_path).keep_state({"names": ["papers"]})
    app = make_app(session, names=("notes",), state=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "notes: 12" in screen_text(app))


@pytest.mark.parametrize(
    "state",
    [
        {"names": 1},
        {"mode": 7},
        {"names": [1, {}]},
        {"theme": ["dark", "mauve"]},
        {"theme": ["dark"]},
        {"theme": ["dark", {}]},
    ],
)
async def test_odd_memories_do_no_harm(session, tmp_path, state):
    Memory(tmp_path).keep_state(state)
    app = make_app(session, names=(), state=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "default: 12" in screen_text(app))


async def test_a_crash_is_logged(session, tmp_path):
    app = make_app(session, state=tmp_path)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  it comes out of the block
        async with app.run_test() as pilot:
            await until(pilot, lambda: "ready" in screen_text(app))
            app.call_later(lambda: 1 / 0)
            await until(pilot, lambda: not app.is_running)
    assert app.return_code == 1
    assert "ZeroDivisionError" in (tmp_path / LOG_FILE).read_text()


async def test_what_a_crash_is_about_is_told_inert(session, tmp_path, capsys):
    def fail():
        raise OSError("\x1b]0;owned\x07 \x9b31m.md")

    app = make_app(session, state=tmp_path)
    with pytest.raises(OSError, match="owned"):  # noqa: PT012  it comes out of the block
        async with app.run_test() as pilot:
            await until(pilot, lambda: "ready" in screen_text(app))
            app.call_later(fail)
            await until(pilot, lambda: not app.is_running)
    told = capsys.readouterr().err.replace("\n", "") + (tmp_path / LOG_FILE).read_text()
    assert "owned" in told
    assert str(tmp_path / LOG_FILE) in told
    assert not set(told) & set("\x1b\x07\x9b")


async def test_a_defect_behind_a_search_names_the_log(session, tmp_path):
    session.fails = {"search": RuntimeError("boom")}
    app = make_app(session, state=tmp_path)
    async with app.run_test(size=(160, 30)) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: LOG_FILE in screen_text(app))
    assert "RuntimeError: boom" in (tmp_path / LOG_FILE).read_text()


@pytest.mark.parametrize("key", ["f2", "f3", "f6", "f7", "f1", "ctrl+p", "ctrl+l", "f5"])
async def test_quits_from_everywhere(session, key):
    app: SearchApp = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await pilot.press(key)
        await pilot.pause()
        await pilot.press("ctrl+q")
        assert app.engine.stopping
    assert app.return_code == 0


@pytest.mark.parametrize("size", [(60, 16), (40, 10), (20, 5)])
@pytest.mark.parametrize("key", ["f2", "f3", "f6", "f7", "f1", "ctrl+p", "ctrl+l", "f5"])
async def test_every_screen_stands_any_size(session, size, key):
    app = make_app(session)
    async with app.run_test(size=size) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: session.searched == ["j"])
        await pilot.press(key)
        await pilot.pause()
        assert screen_text(app).strip()


def luminance(colour):
    parts = [part / 255 for part in (colour.r, colour.g, colour.b)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
@pytest.mark.parametrize("ground", ["background", "surface", "panel", "primary-muted"])
@pytest.mark.parametrize("role", ["foreground", "text-accent", "text-warning", "text-success"])
def test_what_is_written_can_be_read(session, theme, ground, role):
    app = make_app(session, settings=Settings(tui_theme=theme))
    colours = app.current_theme.to_color_system().generate()
    base = Color.parse(colours["background"])
    behind = base + Color.parse(colours[ground])
    lights = sorted(luminance(one) for one in (behind, behind + Color.parse(colours[role])))
    # What the accessibility guidelines of the web ask of text (WCAG 2.2, AA).
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5


@pytest.fixture
def old():
    """Grows whenever all objects are looked through for garbage."""
    found: list[str] = []

    def noted(phase, told):
        if told["generation"] == 2:
            found.append(phase)

    gc.callbacks.append(noted)
    yield found
    gc.callbacks.remove(noted)


async def test_no_garbage_of_old_is_looked_for_until_the_keyboard_rests(session, old, monkeypatch):
    monkeypatch.setattr(tidy, "RESTED", 60.0)  # keys may come slowly here
    monkeypatch.setattr(tidy, "AT_LATEST", 60.0)
    before = gc.get_threshold()
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        old.clear()
        for _ in range(20):
            await pilot.press(*"jam", "ctrl+u")
        assert not old
        monkeypatch.setattr(tidy, "RESTED", 0.3)
        await until(pilot, lambda: bool(old))
    assert gc.get_threshold() == before


async def test_it_is_looked_for_in_small_parts_while_keys_come_without_a_rest(
    session, old, monkeypatch
):
    monkeypatch.setattr(tidy, "RESTED", 60.0)
    monkeypatch.setattr(tidy, "AT_LATEST", 0.5)
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        old.clear()
        await pilot.press(*"jam")
        await until(pilot, lambda: bool(old))
