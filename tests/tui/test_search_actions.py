"""What can be done with results: filters, explanation, copying, exporting, coming back."""

from contextlib import nullcontext

import pytest

from app.memory import Memory, SavedSearch
from app.settings import Settings
from app.tui.app import SearchApp
from app.tui.screens.chooser import Ask, Chooser
from app.tui.screens.search import LIMIT, SearchScreen
from app.tui.widgets.preview import Preview
from app.tui.widgets.results import Results
from indexes.types import Duplicate
from tests.tui.fakes import FakeSession, field, hit, make_app, screen_text, until


@pytest.fixture
def session():
    return FakeSession()


async def search(pilot, session, text="jam"):
    await pilot.press(*text)
    await until(pilot, lambda: text in session.searched and " ms" in screen_text(pilot.app))


async def to_results(pilot, session):
    await search(pilot, session)
    await pilot.press("enter")
    assert pilot.app.focused.id == "results"


async def test_keys_after_enter_go_to_the_list(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session)
        app.simulate_key("enter")
        app.simulate_key("j")
        await until(pilot, lambda: app.screen.query_one(Results).selected == 1)
        assert field(app, "query").value == "jam"


async def test_filters_are_typed_shown_and_searched(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await search(pilot, session)
        await pilot.press("f5")
        assert app.focused.id == "filter"
        await pilot.press(*"type:md path:kitchen in:papers,notes")
        await until(pilot, lambda: session.names[-1] == ("papers", "notes"))
        assert session.requests[-1].filters.types == ("md",)
        assert session.requests[-1].filters.path == "kitchen"
        await until(pilot, lambda: "papers, notes | type:md path:kitchen" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not session.requests[-1].filters)
        assert app.focused.id == "query"
        assert not app.screen.query_one("#filter-row").display


async def test_a_filter_that_makes_no_sense_is_told(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f5", *"kind:md")
        await until(pilot, lambda: "there is no filter 'kind'" in screen_text(app))


async def test_more_results_come_when_the_end_is_near(session):
    session.hits = [hit(rank) for rank in range(1, 71)]
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        results = app.screen.query_one(Results)
        assert len(results.hits) == LIMIT
        await pilot.press("G")
        await until(pilot, lambda: len(results.hits) == 70)
        assert results.selected == LIMIT - 1
        await pilot.press("G")
        assert results.hit.rank == 70


async def test_ten_thousand_results_scroll(session):
    session.hits = [hit(rank) for rank in range(1, 10_001)]
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        results = app.screen.query_one(Results)
        while len(results.hits) < 10_000:
            known = len(results.hits)
            await pilot.press("G")
            await until(pilot, lambda known=known: len(results.hits) > known)
        await pilot.press("G")
        await until(pilot, lambda: "preserves-10000.md" in screen_text(app))
        assert len(results._items) < 200


async def test_the_selected_hit_is_explained(session):
    app = make_app(session)
    async with app.run_test(size=(140, 40)) as pilot:
        await to_results(pilot, session)
        await pilot.press("w")
        await until(pilot, lambda: "found: plums" in screen_text(app))
        assert "Score 1.000" in screen_text(app)
        assert "plums +0.210" in screen_text(app)
        await pilot.press("f8")
        await until(pilot, lambda: "plums +0.210" not in screen_text(app))


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("y", "/preserves-1.md"),
        ("Y", "/preserves-1.md:3"),
        ("c", "Boil the plums"),
        ("C", "(Preserving fruit 1, /home/ada"),
    ],
)
async def test_what_is_copied(session, key, part):
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press(key)
        assert part in app.clipboard
        await until(pilot, lambda: "copied 1 " in screen_text(app))


async def test_several_results_are_marked_copied_and_exported(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await to_results(pilot, session)
        await pilot.press("space", "down", "space")
        await until(pilot, lambda: "2 marked" in screen_text(app))
        await pilot.press("y")
        assert [path.rpartition("/")[2] for path in app.clipboard.split("\n")] == [
            "preserves-1.md",
            "preserves-3.md",
        ]
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        field(app, "answer").value = "list.odt"
        await pilot.press("enter")
        await until(pilot, lambda: "does not say the form" in screen_text(app))
        (tmp_path / "mine.csv").write_text("mine")
        field(app, "answer").value = "mine.csv"
        await pilot.press("enter")
        await until(pilot, lambda: "exists already; give another name" in screen_text(app))
        assert (tmp_path / "mine.csv").read_text() == "mine"
        field(app, "answer").value = "list.csv"
        await pilot.press("enter")
        await until(pilot, lambda: "wrote " in screen_text(app))
    assert len((tmp_path / "list.csv").read_text().strip().splitlines()) == 3


async def test_more_like_this_looks_by_meaning_and_leaves_the_document_out(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press("m")
        await until(pilot, lambda: session.liked == [1])
        assert session.requests[-1].mode == "dense"
        await until(pilot, lambda: "like preserves-1.md:3" in screen_text(app))
        assert [found.rank for found in app.screen.query_one(Results).hits] == [2, 3]
        await pilot.press("escape", "escape")
        await until(pilot, lambda: session.requests[-1].text == "jam")


async def test_more_like_this_does_not_look_as_if_it_was_like_the_query(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press("m")
        await until(pilot, lambda: "Like preserves-1.md:3" in screen_text(app).split("\n")[0])
        assert field(app, "query").rich_style.dim
        await pilot.press("slash", "s")
        await until(pilot, lambda: session.requests[-1].text == "jams")
        assert screen_text(app).startswith(" Search  jams")
        assert not field(app, "query").rich_style.dim


async def test_the_systems_program_opens_a_document(session, monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **named: started.append(command))
    path = tmp_path / "scan.pdf"
    path.touch()
    session.hits = [hit(path=str(path))]
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press("o")
        assert started[0][1:] == [str(path)]


@pytest.mark.parametrize("pane", ["results", "preview"])
async def test_what_no_editor_can_show_is_opened_by_the_key_that_is_named(
    session, monkeypatch, tmp_path, pane
):
    started = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **named: started.append(command))
    path = tmp_path / "scan.pdf"
    path.touch()
    session.hits = [hit(path=str(path), type="pdf")]
    keys = {"preview.system": "b", "results.system": "z"}
    app = make_app(session, settings=Settings(tui_debounce_ms=0, tui_keys=keys))
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press(*["tab"] * (pane == "preview"), "enter")
        told = "not a text file; b opens it with the system's program"
        await until(pilot, lambda: told in screen_text(app))
        await pilot.press("b")
        assert started[0][1:] == [str(path)]


async def test_nothing_is_offered_for_what_nothing_here_can_open(session, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "scan.pdf"
    path.touch()
    session.hits = [hit(path=str(path), type="pdf")]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await to_results(pilot, session)
        await pilot.press("o")
        await until(pilot, lambda: "to open it with" in screen_text(app))
        assert "$EDITOR" not in screen_text(app)


async def test_the_editor_opens_at_the_sentence_that_answers(session, monkeypatch, tmp_path):
    path, told = tmp_path / "plums.md", tmp_path / "told"
    path.touch()
    editor = tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\necho "$1" > "{told}"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setattr(SearchApp, "suspend", lambda app: nullcontext())
    text = "Wash the plums.\n\nBoil them\nuntil they set."
    session.hits = [hit(path=str(path), text=text, line_start=3, line_end=6)]
    session.sentence = "Boil them\nuntil they set."
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await to_results(pilot, session)
        await until(pilot, lambda: "plums.md:5" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "back from the editor" in screen_text(app))
    assert told.read_text() == "+5\n"


async def test_a_system_without_such_a_program_is_named(session, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "scan.pdf"
    path.touch()
    session.hits = [hit(path=str(path))]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await to_results(pilot, session)
        await pilot.press("o")
        await until(pilot, lambda: "to open it with; Enter opens it in $EDITOR" in screen_text(app))


async def test_the_last_row_has_the_keys_of_the_pane_that_has_the_focus(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await to_results(pilot, session)
        await until(pilot, lambda: "Space Mark  y Copy path  e Export" in screen_text(app))
        await pilot.press("tab")
        await until(pilot, lambda: "h To the passage" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "F1 Help  F4 Mode" in screen_text(app))


async def test_a_file_that_is_gone_is_not_opened(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press("o")
        await until(pilot, lambda: "the file is gone" in screen_text(app))


@pytest.mark.parametrize("key", ["up", "ctrl+r"])
async def test_earlier_queries_come_back(session, tmp_path, key):
    Memory(tmp_path).remember_query("plum jam")
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press("enter")
        await until(pilot, lambda: session.searched == ["plum jam"])


async def test_queries_that_led_somewhere_are_remembered(session, tmp_path):
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        await search(pilot, session)
        assert Memory(tmp_path).history() == []
        await pilot.press("enter")
    assert Memory(tmp_path).history() == ["jam"]


async def test_a_search_is_saved_brought_back_and_dropped(session, tmp_path):
    app = make_app(session, state=tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        await search(pilot, session)
        await pilot.press("f4", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: "saved as jam" in screen_text(app))
        await pilot.press("escape", "f4", "f4")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press("enter")
        await until(pilot, lambda: "dense search" in screen_text(app))
        assert field(app, "query").value == "jam"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press("ctrl+d")
        assert Memory(tmp_path).saved() == []


async def test_a_search_that_is_not_saved_is_not_said_to_be(session, tmp_path):
    (tmp_path / "file").touch()
    app = make_app(session, state=tmp_path / "file" / "state")
    async with app.run_test() as pilot:
        await search(pilot, session)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: "not saved: Not a directory" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        assert "saved as" not in screen_text(app)


async def test_a_saved_search_that_is_not_forgotten_is_not_said_to_be(session, tmp_path):
    Memory(tmp_path).save(SavedSearch("plums", "plum jam", "hybrid"))
    app = make_app(session, state=tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "plums" in screen_text(app))
        (tmp_path / "searches.json").unlink()
        (tmp_path / "searches.json").mkdir()
        await pilot.press("ctrl+d")
        await until(pilot, lambda: "not forgotten: Is a directory" in screen_text(app))


async def test_several_collections_are_chosen(session):
    session.collections = ["default", "papers", "notes"]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await search(pilot, session)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press(*"pap", "tab", "enter")
        await until(pilot, lambda: session.names[-1] == ("default", "papers"))
        await until(pilot, lambda: "papers: 12 documents" in screen_text(app))


async def test_code_is_coloured_once_the_preview_stands():
    body = "# what it does\ndef area(radius):\n    return 3 * radius\n"
    session = FakeSession([hit(text="def area(radius):", type="py")], body)
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session)
        preview = app.screen.query_one(Preview)
        await until(pilot, lambda: preview._colours)
        roles = {role for _, _, role in preview._colours}
        assert {"comment", "keyword", "name", "numeral"} <= roles
        assert "3 * radius" in screen_text(app)


async def test_leaving_an_empty_filter_puts_its_row_away(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session)
        for leave in ("escape", "enter", "tab", "f5"):
            await pilot.press("f5")
            assert app.screen.query_one("#filter-row").display
            await pilot.press(leave)
            assert not app.screen.query_one("#filter-row").display, leave
            field(app, "query").focus()
        assert field(app, "query").value == "jam"


async def test_a_filter_completes_the_name_of_any_collection(session):
    session.collections = ["default", "papers", "letters"]
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        search = app.screen
        assert isinstance(search, SearchScreen)
        for name in ("papers", "letters", "default"):
            await pilot.press("f5")
            await until(pilot, lambda: len(search.completing.names) == 3)
            await pilot.press(*f"in:{name[0]}")
            await until(pilot, lambda name=name: f"in:{name}" in screen_text(app))
            await pilot.press("escape")


async def test_a_filter_that_is_typed_stays_in_sight(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("f5", *"type:md", "enter")
        assert app.focused.id == "query"
        assert app.screen.query_one("#filter-row").display


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("ctrl+o", "there is no result to open"),
        ("ctrl+y", "there is no result to copy"),
        ("f8", "there is no result to explain"),
    ],
)
async def test_what_needs_a_result_says_so_where_there_is_none(session, key, told):
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press(*"nothing")
        await until(pilot, lambda: "No hits." in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: told in screen_text(app))
        assert isinstance(app.screen, SearchScreen)
        assert not app.screen.explaining


async def test_explanations_can_be_switched_off_where_there_is_no_result(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session)
        await pilot.press("f8", "escape")
        await pilot.press("f8")
        await until(pilot, lambda: "results are explained no more" in screen_text(app))


async def test_searching_a_collection_from_its_list_leads_to_the_query(session):
    session.collections = ["default", "papers"]
    app = make_app(session)
    async with app.run_test() as pilot:
        await to_results(pilot, session)
        await pilot.press("f6")
        await until(pilot, lambda: "papers" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "papers: 12 documents" in screen_text(app))
        await pilot.press("m", "y")
        assert field(app, "query").value == "jammy"
        assert app.clipboard == ""


async def test_the_explanation_names_the_documents_that_say_the_same(session):
    places = [("default", "jam"), ("papers", "plums"), *[("default", f"{n}") for n in range(9)]]
    session.hits = [
        hit(
            duplicates=tuple(
                Duplicate(name, f"/home/ada/notes/{file}.md", 7, None, "md")
                for name, file in places
            )
        )
    ]
    app = make_app(session)
    async with app.run_test(size=(140, 40)) as pilot:
        await to_results(pilot, session)
        await pilot.press("w")
        await until(pilot, lambda: "The same is said in: notes/jam.md:7" in screen_text(app))
        assert "papers: notes/plums.md:7" in screen_text(app)
        assert "and 7 more" in screen_text(app)


async def test_an_explanation_can_be_asked_for_before_the_answer_is_there(session):
    gate = session.gate("jam")
    app = make_app(session)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"jam", "f8")
        gate.set()
        await until(pilot, lambda: "plums +0.210" in screen_text(app))
