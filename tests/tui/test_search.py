import pytest

from app.settings import Settings
from app.tui.events import Found
from app.tui.jobs import FIRST_REACH
from app.tui.messages import EngineReport
from app.tui.widgets.results import Results
from indexes.errors import CollectionNotFound, Damaged, EncoderMismatch
from indexes.types import Duplicate
from jtcse_core.errors import EncoderNotFound
from tests.tui.fakes import FakeSession, field, hit, make_app, screen_text, thread_of, until


@pytest.fixture
def session():
    return FakeSession()


def shown(app):
    return [found.title for found in app.screen.query_one(Results).hits]


async def type_query(pilot, text):
    await pilot.press(*("space" if char == " " else char for char in text))


async def search(pilot, session, text):
    await type_query(pilot, text)
    await until(pilot, lambda: text in session.searched, f"search for {text}")
    await until(pilot, lambda: " ms" in screen_text(pilot.app), "answer painted")


async def test_query_has_the_focus_and_results_follow_the_typing(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        assert app.focused is not None
        assert app.focused.id == "query"
        await search(pilot, session, "jam")
        text = screen_text(app)
        assert "Preserving fruit 1" in text
        assert "notes/kitchen/preserves-1.md:3" in text
        assert "3 documents in 7 ms" in text


async def test_typing_is_accepted_while_the_engine_loads(session):
    loading = session.gate("describe")
    app = make_app(session)
    async with app.run_test() as pilot:
        await type_query(pilot, "jam")
        await until(pilot, lambda: "loading encoder" in screen_text(app))
        assert "jam" in screen_text(app)
        loading.set()
        await until(pilot, lambda: shown(app))
        assert session.searched == ["jam"]


async def test_a_waiting_search_goes_before_the_loading_of_the_encoder(session):
    opening, preparing = session.gate("describe"), session.gate("prepare")
    app = make_app(session)
    async with app.run_test() as pilot:
        await type_query(pilot, "jam")
        opening.set()
        await until(pilot, lambda: shown(app))
        preparing.set()


async def test_a_key_is_answered_at_once_while_no_answer_is_on_its_way(session):
    app = make_app(session, settings=Settings(tui_debounce_ms=60_000))
    async with app.run_test() as pilot:
        for typed in ("j", "ja", "jam"):
            await pilot.press(typed[-1])
            await until(pilot, lambda typed=typed: session.searched[-1:] == [typed])
            await until(pilot, lambda: "3 documents" in screen_text(app))
        await pilot.press(*["backspace"] * 3)
        await until(pilot, lambda: not shown(app))
        await pilot.press("x")
        await until(pilot, lambda: session.searched[-1:] == ["x"])


async def test_keys_that_come_before_the_answer_are_gathered_into_one_search(session):
    first = session.gate("p")
    app = make_app(session, settings=Settings(tui_debounce_ms=1500))
    async with app.run_test() as pilot:
        await type_query(pilot, "plum jam")
        first.set()
        await until(pilot, lambda: shown(app))
        assert session.searched == ["p", "plum jam"]


async def test_what_was_typed_meanwhile_is_skipped_and_stale_answers_are_dropped(session):
    first, last = session.gate("a"), session.gate("abcd")
    seen: list[object] = []
    app = make_app(session)
    async with app.run_test(message_hook=seen.append) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: session.searched == ["a"])
        await pilot.press("b", "c", "d")
        first.set()
        await until(
            pilot,
            lambda: any(isinstance(m, EngineReport) and isinstance(m.event, Found) for m in seen),
        )
        await until(pilot, lambda: session.searched == ["a", "abcd"])
        assert shown(app) == []
        last.set()
        await until(pilot, lambda: shown(app))
        assert session.searched == ["a", "abcd"]


async def test_emptying_the_query_drops_the_answer_that_is_on_its_way(session):
    gate = session.gate("a")
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("a")
        await until(pilot, lambda: session.searched == ["a"])
        await pilot.press("escape")
        gate.set()
        await until(pilot, lambda: "ready" in screen_text(app))
        assert shown(app) == []
        assert "type a question" in screen_text(app)


async def test_one_thread_opens_uses_and_closes_the_session(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "jam")
    assert session.closed.wait(5)
    assert session.threads == {thread_of(app).ident}


async def test_the_preview_follows_the_selection_and_is_read_once_each(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "Fill the jars" in screen_text(app))
        await until(pilot, lambda: session.previewed == [1, 1])
        await pilot.press("down")
        await until(pilot, lambda: session.previewed == [1, 1, 2])
        await pilot.press("enter", "j")
        await until(pilot, lambda: session.previewed == [1, 1, 2, 3])
        await until(pilot, lambda: screen_text(app).count("preserves-3.md:3") == 2)


async def test_a_screenful_of_the_document_comes_first_and_the_rest_when_typing_rests(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: len(session.reaches) == 2)
        assert session.reaches == [FIRST_REACH, None]
        assert session.previewed == [1, 1]


async def test_a_preview_that_comes_too_late_is_not_shown(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: session.previewed == [1, 1])
        gate = session.gate("document")
        session.body = "a late text"
        await pilot.press("down")
        await until(pilot, lambda: session.previewed == [1, 1, 2])
        await pilot.press("up")
        gate.set()
        await until(pilot, lambda: session.previewed == [1, 1, 2, 1])
        session.body = "the right one"
        await pilot.press("down")
        await until(pilot, lambda: "the right one" in screen_text(app))


async def test_a_document_that_cannot_be_read_leaves_the_results(session):
    session.fails = {"document": Damaged("the document changed", "search again")}
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "the document changed: search again" in screen_text(app))
        assert len(shown(app)) == 3


async def test_the_passage_is_scrolled_to_and_marked():
    lines = [f"line {n}" for n in range(1, 301)]
    lines[199] = "here are the plums"
    session = FakeSession([hit(text="here are the plums", line_start=200)], "\n".join(lines))
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "200▌ here are the plums" in screen_text(app))
        await pilot.press("tab", "tab", "G")
        await until(pilot, lambda: "line 300" in screen_text(app))
        await pilot.press("h")
        await until(pilot, lambda: "200▌ here are the plums" in screen_text(app))


async def test_the_best_sentence_leads_in_the_list_and_is_marked_in_the_preview(session):
    text = "Boil the plums with sugar until they set.\nFill the jars to the brim while all is hot."
    session.hits, session.sentence = [hit(text=text)], "Fill the jars to the brim"
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "      Fill the jars to the brim" in screen_text(app))
        await until(pilot, lambda: "█ Fill the jars to the brim" in screen_text(app))
        assert "▌ Boil the plums" in screen_text(app)


async def test_markdown_is_rendered_until_it_is_wanted_as_it_stands():
    body = "# Fruit\n\nBoil the **plums** with sugar.\n"
    found = hit(text="Boil the **plums** with sugar.", highlight=((11, 16),))
    session = FakeSession([found], body)
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "3▌ Boil the plums with sugar." in screen_text(app))
        assert "1  Fruit" in screen_text(app)
        await pilot.press("tab", "r")
        await until(pilot, lambda: "3▌ Boil the **plums** with sugar." in screen_text(app))
        await pilot.press("tab", "r")
        await until(pilot, lambda: "3▌ Boil the plums with sugar." in screen_text(app))


async def test_documents_that_say_the_same_are_counted(session):
    same = Duplicate("default", "/home/ada/copy.md", 3, None, "md")
    session.hits = [hit(duplicates=(same, same))]
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        assert "preserves-1.md:3 (+2 alike)" in screen_text(app)
        assert session.requests[-1].collapse


async def test_keys_in_the_list(session):
    session.hits = [hit(rank) for rank in range(1, 21)]
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        results = app.screen.query_one(Results)
        await pilot.press("tab")
        assert app.focused is results
        for key, rank in (("j", 2), ("down", 3), ("k", 2), ("up", 1), ("G", 20), ("g", 1)):
            await pilot.press(key)
            assert results.hit.rank == rank, key
        await pilot.press("pagedown")
        assert results.hit.rank > 2
        assert f"> {results.hit.rank:>2}" in screen_text(app)
        await pilot.press("slash")
        assert app.focused.id == "query"


async def test_escape_returns_to_the_query_and_there_empties_it(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await pilot.press("tab", "escape")
        assert app.focused.id == "query"
        assert app.focused.value == "j"
        await pilot.press("escape")
        assert app.focused.value == ""


async def test_a_key_cycles_the_mode_and_searches_again(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        for key, mode in (("f4", "dense"), ("ctrl+t", "lexical"), ("f4", "hybrid")):
            await pilot.press(key)
            await until(pilot, lambda mode=mode: session.modes[-1] == mode)
            await until(pilot, lambda mode=mode: f"{mode} search" in screen_text(app))


async def test_nothing_found_says_so(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await type_query(pilot, "nothing")
        await until(pilot, lambda: session.searched[-1:] == ["nothing"])
        await until(pilot, lambda: "No hits." in screen_text(app))
        assert app.focused.id == "query"


async def test_first_run_says_what_to_do_and_recovers_without_restart(session):
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    session.fails = {"describe": missing, "search": missing, "prepare": missing}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Nothing is indexed yet." in screen_text(app))
        assert "Press Enter to choose a folder" in screen_text(app)
        session.fails = {}
        await search(pilot, session, "jam")
        await until(pilot, lambda: "default: 12 documents" in screen_text(app))


async def test_enter_before_it_is_known_that_nothing_is_indexed_asks_for_a_folder(session):
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    session.fails = {"describe": missing, "search": missing, "prepare": missing}
    gate = session.gate("describe")
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        gate.set()
        await until(pilot, lambda: "Which folder" in screen_text(app))


async def test_enter_before_the_collections_are_known_does_nothing(session):
    gate = session.gate("describe")
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        gate.set()
        await until(pilot, lambda: "ready" in screen_text(app))
        assert app.focused.id == "query"
        await search(pilot, session, "jam")


@pytest.mark.parametrize(
    "error",
    [
        EncoderNotFound("no default encoder", "make it: jtcse export BASE"),
        EncoderMismatch("made with another encoder", "index it again"),
        Damaged("row 7 is not what was written", "run: jtcse verify --repair"),
        RuntimeError("[bold]boom[/nonsense]"),
    ],
)
async def test_what_goes_wrong_is_told_as_text(session, error):
    session.fails = {"prepare": error}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "failed" in screen_text(app))
        text = screen_text(app).casefold()
        assert getattr(error, "message", str(error)).casefold() in text
        assert getattr(error, "hint", "defect").casefold() in text
        assert ("lexical" in text) == isinstance(error, EncoderNotFound | EncoderMismatch)
        session.fails = {"search": error}
        await type_query(pilot, "j")
        await until(pilot, lambda: session.searched == ["j"])
        await until(pilot, lambda: "failed" in screen_text(app))
        session.fails = {}
        await pilot.press("k")
        await until(pilot, lambda: shown(app))


async def test_a_session_that_cannot_be_opened_is_told_and_tried_again(session):
    tries = []

    def factory():
        tries.append(1)
        if len(tries) < 3:
            raise Damaged("the store is damaged", "repair it")
        return session

    app = make_app(session)
    thread_of(app)._session_factory = factory
    async with app.run_test() as pilot:
        await until(pilot, lambda: "The store is damaged" in screen_text(app))
        await search(pilot, session, "j")


async def test_a_collection_without_documents_says_so():
    app = make_app(FakeSession(documents=0))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "The collection is empty." in screen_text(app))


@pytest.mark.parametrize("held", ["describe", "prepare", "j", "document"])
async def test_quitting_waits_for_nothing(session, held):
    gate = session.gate(held)
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("j")
        await pilot.press("ctrl+q")
        assert app.engine.stopping
    assert app.return_code == 0
    gate.set()
    thread_of(app).join(5)
    assert not thread_of(app).is_alive()


async def test_quits_from_help(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("f1", "ctrl+q")
    assert app.return_code == 0


NASTY = "plums \x1b[2J\x1b]0;owned\x07 [bold red]loud[/] [/nope] \x9b31m \u202egnp.exe"


async def test_documents_cannot_act_on_the_screen():
    bad = hit(
        text=NASTY, title=NASTY, heading=NASTY, path=f"/home/ada/notes/{NASTY.replace('/', '-')}"
    )
    session = FakeSession([bad, bad], f"before\n{NASTY}\nafter")
    app = make_app(session, names=("default", "other"))
    async with app.run_test(size=(160, 50)) as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "after" in screen_text(app))
        text = screen_text(app)
        assert text.count("[bold red]loud[/] [/nope]") >= 2
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
        assert "␛[2J␛]0;owned␇" in text


async def test_the_terminal_can_be_any_size(session):
    session.hits = [hit(rank) for rank in range(1, 61)]
    app = make_app(session)
    async with app.run_test(size=(60, 16)) as pilot:
        await search(pilot, session, "j")
        for size in ((160, 50), (20, 5), (80, 24), (60, 16)):
            await pilot.resize_terminal(*size)
            await pilot.press("down", "down", "down")
        text = screen_text(app)
        assert "> 13" in text
        assert "preserves-13.md:3" in text
        assert "^Q Quit" in text


async def test_the_list_begins_with_a_whole_result_whatever_the_size(session):
    session.hits = [hit(rank) for rank in range(1, 21)]
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await search(pilot, session, "j")
        await pilot.press(*["down"] * 5)
        results = app.screen.query_one(Results)
        for size in ((60, 16), (200, 50), (60, 15), (120, 39), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: app.screen.size == size)
            await pilot.pause()
            assert results.scroll_offset.y % results._height == 0, size
            assert ">  6" in screen_text(app), size
        await pilot.press("enter", "G")
        for size in ((60, 16), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: app.screen.size == size)
            await pilot.pause()
            assert "> 20" in screen_text(app), size


async def test_a_query_that_is_cut_is_said_to_be(session):
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        field(app, "query").value = "jam " * 1000
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        assert "cut" not in screen_text(app)
        field(app, "query").value = "jam " * 25_000
        await until(
            pilot,
            lambda: "query cut to 4,000 characters; 3 documents in 7 ms" in screen_text(app),
        )
        field(app, "query").value = "nothing " * 1000
        await until(pilot, lambda: "query cut to 4,000 characters; 0 documents" in screen_text(app))


async def test_the_key_that_shows_a_file_as_it_stands_says_what_it_does_next():
    body = "# Fruit\n\nBoil the **plums** with sugar.\n"
    app = make_app(FakeSession([hit(text="Boil the **plums** with sugar.")], body))
    async with app.run_test() as pilot:
        await type_query(pilot, "j")
        await until(pilot, lambda: "Boil the plums" in screen_text(app))
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "r As in the file" in screen_text(app))
        await pilot.press("r")
        await until(pilot, lambda: "r Rendered" in screen_text(app))
        await pilot.press("r")
        await until(pilot, lambda: "r As in the file" in screen_text(app))


async def test_what_is_shown_as_it_stands_anyway_is_offered_in_no_other_way():
    found = hit(text="def area(radius):", type="py")
    session = FakeSession([found, hit(2)], "def area(radius):\n    return 3 * radius\n")
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await type_query(pilot, "j")
        await until(pilot, lambda: "3 * radius" in screen_text(app))
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "h To the passage" in screen_text(app))
        assert "As in the file" not in screen_text(app)
        await pilot.press("r")
        await until(pilot, lambda: "a .py file is shown as it stands anyway" in screen_text(app))
        await pilot.press("down")  # scrolls; the next result has not been made raw
        await pilot.press("escape", "down")
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "r As in the file" in screen_text(app))


async def test_counts_follow_what_others_index(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await search(pilot, session, "j")
        await until(pilot, lambda: "default: 12 documents" in screen_text(app))
        session.documents, session.passages, session.generation = 15, 120, 2
        await pilot.press("k")
        await until(pilot, lambda: "default: 15 documents" in screen_text(app))


@pytest.mark.parametrize(
    ("width", "place"),
    [
        (82, "hybrid search | default: 12 documents, papers: 12 documents"),
        (80, "hybrid search | default: 12 documents, papers  "),
        (67, "hybrid search | default, papers  "),
        (42, "hybrid search | de…  "),
    ],
)
async def test_a_count_that_does_not_fit_is_left_out_whole(session, width, place):
    session.collections = ["default", "papers"]
    app = make_app(session, ("default", "papers"))
    async with app.run_test(size=(width, 24)) as pilot:
        await search(pilot, session, "j")
        row = screen_text(app).split("\n")[-2]
        assert row.strip().startswith(place), row
