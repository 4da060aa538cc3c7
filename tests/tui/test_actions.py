"""The registry of keys, and all that is made from it."""

import ast
import re

import pytest

from app.keys import ACTIONS, SCOPES
from app.settings import Settings
from app.tui.screens.chooser import Chooser
from app.tui.screens.help import HelpScreen
from benchmarks.keys import MARK, PAGE, table
from jtcse_core.errors import EncoderNotFound
from tests.conftest import ROOT
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until

PLACES = {"search": [], "results": ["enter"], "preview": ["tab", "tab"], "score": ["f3"]}
PLACES |= {"app": [], "help": ["f1"], "collections": ["f6"], "encoders": ["f7"]}
PLACES |= {"chooser": ["ctrl+l"], "pair": ["f3"], "matrix": ["f3"] * 2, "lines": ["f6"]}
PLACES |= {"heat": [*["f3"] * 2, "tab", "tab"], "sentences": ["f3"] * 3}
PLACES |= {"align": ["f3"] * 3, "pairs": ["f3"] * 4}


def test_ids_are_unique_and_every_scope_has_a_heading():
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert {action.scope for action in ACTIONS} == set(SCOPES) == set(PLACES)


@pytest.mark.parametrize("scope", list(PLACES))
async def test_every_action_is_reached_by_its_keys_where_it_works(scope):
    session = FakeSession()
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("j")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        await pilot.press(*PLACES[scope])
        screens = {"help": HelpScreen, "chooser": Chooser}
        if scope in screens:
            await until(pilot, lambda: isinstance(app.screen, screens[scope]))
        if scope == "sentences":
            app.screen.set_class(False, "-notice")  # as once two documents are compared
            app.screen.query_one("#left").focus()
        await pilot.pause()
        active = app.screen.active_bindings
        for action in ACTIONS:
            if action.scope != scope:
                continue
            for key in action.keys.split(","):
                assert key in active, (action.id, key)
                # Enter goes first to the screen, which hands it on to the focused pane.
                handed = (
                    scope in ("search", "score", "pair", "matrix", "align", "pairs")
                    or key == "enter"
                )
                assert active[key].binding.id == action.id or handed, key


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 50)])
async def test_footer_and_help_name_the_keys(size):
    app = make_app(FakeSession())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for label in ("F1 Help", "F4 Mode", "F5 Filter", "F8 Why", "^O Open", "^Q Quit"):
            assert label in screen_text(app)
        await pilot.press("f1")
        await until(pilot, lambda: "Rank by meaning" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "type a question" in screen_text(app))
        assert app.focused.id == "query"


async def test_help_tells_every_action():
    app = make_app(FakeSession())
    async with app.run_test(size=(120, 220)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: "Rank by meaning" in screen_text(app))
        text = screen_text(app)
        for action in ACTIONS:
            assert action.help in text, action.id
            assert action.shown in text, action.id


def test_the_documentation_has_the_keys_of_the_registry():
    assert PAGE.read_text(encoding="utf-8").endswith(MARK + table()), "python -m benchmarks.keys"


GIVEN = {
    "help": "f9",
    "palette": "ctrl+e",
    "score": "f10",
    "collections": "f11",
    "search.mode": "ctrl+g",
    "search.filter": "ctrl+b",
    "search.history": "ctrl+n",
    "search.saved": "ctrl+w",
    "search.down": "ctrl+down",
    "collections.add": "i",
    "collections.skips": "l",
    "collections.pause": "b",
    "collections.cancel": "z",
    "matrix.read": "ctrl+b",
    "score.next": "ctrl+n",
}


async def test_texts_name_the_keys_that_the_user_gave():
    session = FakeSession()
    session.gate("file 2")
    app = make_app(session, settings=Settings(tui_debounce_ms=0, tui_keys=GIVEN))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        text = screen_text(app)
        assert "Ctrl-Down, Up" in text
        for told in ("^B  ", "Up, ^N", "^W saved ones", "^E  ", "F9 shows all keys"):
            assert told in text
        await pilot.press(*"nothing")
        await until(pilot, lambda: "No hits" in screen_text(app))
        await pilot.press("f11")
        await until(pilot, lambda: "l lists them" in screen_text(app))
        await pilot.press("u")
        await until(pilot, lambda: "b pauses, z stops" in screen_text(app))
        await pilot.press("f10")
        await until(pilot, lambda: "^N changes sides" in screen_text(app))
        assert "F10: next" in screen_text(app)
        await pilot.press("f10")
        await until(pilot, lambda: "^B reads a file" in screen_text(app))
        await pilot.press("f11", "z")


@pytest.mark.parametrize("screen", [[], ["f3"], ["f3"] * 2, ["f3"] * 3])
async def test_what_errors_say_names_the_keys_that_the_user_gave(screen, tmp_path):
    session = FakeSession()
    hint = "jtcse models list names those at hand"
    lost = EncoderNotFound("no encoder of that name", hint)
    session.fails = dict.fromkeys(["score", "search"], lost)
    (tmp_path / "a.md").write_text("plums")
    settings = Settings(tui_debounce_ms=0, tui_keys={"encoders": "f9"})
    app = make_app(session, settings=settings)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press(*screen)
        if len(screen) == 3:
            for name in ("first", "second"):
                field(app, name).value = str(tmp_path / "a.md")
            await pilot.press("enter")
        else:
            await pilot.press(*"jam", "tab", *"pie")
        await until(pilot, lambda: "f9 names those at hand" in screen_text(app).lower())


LITERAL = re.compile(
    r"\bF\d{1,2}\b|\^[A-Z]\b"
    # A letter that is a word by itself, but for articles and what belongs to something else.
    r"|(?<![\w\\<\[{'?.-])(?:[B-HJ-Zb-z]|[Aa](?! [\w.])|[Aa](?= (?!is |has )[a-z]+s\b))"
    r"(?![\w'>\]-]|\.\w)"
)
WORD = re.compile(r"[^\W\d_]{2}")


def names_a_key(text):
    return bool(WORD.search(text) and LITERAL.search(text))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("press u", True),
        ("Press U.", True),
        ("r repairs it, v checks it", True),
        ("o opens it with the system's program", True),
        ("y: yes   n: no", True),
        ("under Collections, a adds a folder", True),
        ("Add a folder: Collections, then a.", True),
        ("F6 shows the work", True),
        ("^L chooses another one", True),
        ("a question, or a few words", False),
        ("A filter is set", False),
        ("jtcse index -c NAME; in 3s", False),
        ("the user's file, a.md", False),
        ("s", False),
    ],
)
def test_a_key_that_is_named_by_itself_is_seen(text, named):
    assert names_a_key(text) == named


def said(path):
    """Return the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in comments
    ]


def test_no_text_of_the_interface_names_a_key_by_itself():
    named = [
        (str(path.relative_to(ROOT)), text)
        for path in sorted((ROOT / "app" / "tui").rglob("*.py"))
        for text in said(path)
        if names_a_key(text)
    ]
    assert named == []
    assert [one.help for one in ACTIONS if names_a_key(f"{one.label}; {one.help}")] == []
