import pytest
from textual import events
from textual.widgets import Static

from app.settings import Settings
from app.tui.screens.chooser import Ask
from app.tui.screens.score import bar
from app.tui.widgets.heatmap import HeatMap
from app.tui.widgets.sentences import Sentences
from app.tui.widgets.texts import Texts
from app.tui.work import WorkChanged
from jtcse_core.errors import EncoderNotFound
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until

NASTY = "plums \x1b[2J\x1b]0;owned\x07 [bold red]loud[/] \x9b31m"


@pytest.fixture
def session():
    return FakeSession()


async def shows(pilot, words):
    await until(pilot, lambda: words in screen_text(pilot.app), words)


async def opened(pilot, times=1):
    await until(pilot, lambda: pilot.app._state.phase == "ready")
    for _ in range(times):
        await pilot.press("f3")
        await pilot.pause()


def texts(app, name) -> Texts:
    found: Texts = app.screen.query_one(f"#{name}", Texts)
    return found


@pytest.mark.parametrize(("key", "leads_to"), [("f6", "Passages"), ("f7", "Encoder  ")])
@pytest.mark.parametrize("times", [1, 2, 3, 4])
async def test_keys_that_work_everywhere_work_while_one_types(session, key, leads_to, times):
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press(*["f3"] * times, *"jam", key)
        await until(pilot, lambda: leads_to in screen_text(app))


async def test_a_key_that_was_given_works_while_one_types_whatever_the_field_does_with_it(session):
    app = make_app(session, settings=Settings(tui_debounce_ms=0, tui_keys={"help": "ctrl+k"}))
    async with app.run_test() as pilot:
        await pilot.press(*"jam", "ctrl+k")
        await until(pilot, lambda: "Rank by meaning" in screen_text(app))


async def test_scores_while_typing_and_keeps_both_screens(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("j")
        await opened(pilot)
        await until(pilot, lambda: app.focused is not None and app.focused.id == "first")
        await pilot.press("a", "tab", "b")
        await shows(pilot, "Similarity 0.0001")
        await pilot.press("backspace", "a")
        await shows(pilot, "Similarity 1.0000")
        assert "closer than all unrelated pairs" in screen_text(app)
        assert "█" in screen_text(app)
        await pilot.press("f2")
        await shows(pilot, "3 documents")
        await pilot.press("f3")
        await shows(pilot, "Similarity 1.0000")
        await pilot.press("escape", "escape")
        await shows(pilot, "Type two texts")
        assert app.focused.id == "first"


async def test_what_is_not_read_is_told(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        texts(app, "first").put("a" * 1200)
        texts(app, "second").put("a")
        await shows(pilot, "the first text has 1,200 tokens; only the first 998 were read")
        await pilot.press("f3")
        texts(app, "rows").put("b" * 1200 + "\nb")
        await shows(pilot, "2 × 2; 1 text is longer than 998 tokens")


async def test_texts_have_several_lines(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("a", "enter", "b", "tab", "b", "a")
        await shows(pilot, "Similarity 1.0000")
        assert texts(app, "first").text == "a\nb"
        await pilot.press("ctrl+t")
        await until(pilot, lambda: texts(app, "first").text == "ba")
        assert texts(app, "second").text == "a\nb"


async def test_a_missing_encoder_is_told(session):
    session.fails = {"score": EncoderNotFound("no default encoder", "make it: jtcse export")}
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("a", "tab", "b")
        await shows(pilot, "make it: jtcse export")


async def test_a_score_of_older_texts_is_not_shown(session):
    gate = session.gate("score")
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot)
        await pilot.press("a", "tab", "b", "backspace")
        gate.set()
        await pilot.press("f2", "j")
        await shows(pilot, "3 documents")
        await pilot.press("f3")
        await shows(pilot, "Type two texts")


def test_bar_shows_more_for_more():
    assert bar(0.5, 10) == "0 [█████·····] 1"
    assert bar(-0.3, 10) == "0 [··········] 1"
    assert bar(1.0000001, 10) == "0 [██████████] 1"


async def test_f3_goes_through_the_ways_to_compare(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot)
        for way in ("[Matrix]", "[Two documents]", "[File of pairs]", "[Two texts]"):
            await pilot.press("f3")
            await shows(pilot, way)
        await pilot.press("f3", "f2", "f3")
        await shows(pilot, "[Matrix]")


# The matrix


async def test_a_matrix_follows_the_typing(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot, 2)
        await pilot.press(*"abc", "enter", *"abd", "enter", "z")
        await shows(pilot, "3 × 3")
        text = screen_text(app)
        assert "█1.00▓0.67 0.00" in text
        await pilot.press("tab", *"zz")
        await shows(pilot, "3 × 1")
        assert app.screen.query_one(HeatMap).columns == ("zz",)


async def test_the_matrix_is_walked_sorted_and_its_pairs_are_listed(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, 2)
        texts(app, "rows").put("abc\nzzz\nabd\nyyz")
        await shows(pilot, "4 × 4")
        heat = app.screen.query_one(HeatMap)
        await pilot.press("tab", "tab")
        assert app.focused is heat
        await pilot.press("r")
        assert [heat.rows[place] for place in heat._row_order][:2] == ["abc", "abd"]
        await pilot.press("j", "l")
        assert heat.cursor == (2, 1)
        await shows(pilot, "3: abd")
        await pilot.press("o")
        assert heat.cursor == (2, 1)
        assert heat._row_order == [0, 1, 2, 3]
        await pilot.press("c")
        assert heat.columns[heat._column_order[0]] == "abd"
        await pilot.press("v")
        await shows(pilot, "Pairs, the closest first")
        await pilot.press("enter")
        await until(pilot, lambda: heat.cursor == (0, 2))
        await pilot.press("escape")
        assert app.focused.id == "rows"


async def test_a_large_matrix_makes_only_the_cells_in_sight(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot, 2)
        lines = [f"{chr(97 + n % 26)}{chr(97 + n // 26)} number {n}" for n in range(200)]
        texts(app, "rows").put("\n".join(lines))
        await shows(pilot, "200 × 200")
        heat = app.screen.query_one(HeatMap)
        await pilot.press("tab", "tab", "G", "end")
        assert heat.cursor == (199, 199)
        await shows(pilot, "200 rh number 199")
        await pilot.press("pageup", "home")
        assert heat.cursor is not None
        assert heat.cursor[1] == 0


@pytest.mark.parametrize("name", ["m.csv", "m.json"])
async def test_a_matrix_is_written(session, tmp_path, name):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot, 2)
        texts(app, "rows").put('a, "b"\nc')
        await shows(pilot, "2 × 2")
        await pilot.press("ctrl+s")
        await shows(pilot, "Write the matrix")
        field(app, "answer").value = str(tmp_path / name)
        await pilot.press("enter")
        await until(pilot, (tmp_path / name).exists)
        await shows(pilot, "wrote")
    told = (tmp_path / name).read_text()
    assert ('"a, ""b"""' if name == "m.csv" else '"a, \\"b\\""') in told


async def test_a_matrix_cannot_be_written_without_a_form(session, tmp_path):
    app = make_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await opened(pilot, 2)
        texts(app, "rows").put("a\nb")
        await shows(pilot, "2 × 2")
        await pilot.press("ctrl+s")
        await shows(pilot, "Write the matrix")
        field(app, "answer").value = str(tmp_path / "m.doc")
        await pilot.press("enter")
        await shows(pilot, "m.doc does not say the form; end it with .csv")


async def matrix_asked_for(pilot, key, shown):
    await opened(pilot, 2)
    texts(pilot.app, "rows").put("a\nb")
    await shows(pilot, "2 × 2")
    await pilot.press(key)
    await shows(pilot, shown)


@pytest.mark.parametrize("name", ["m.csv", "m.json", "m.png"])
async def test_a_matrix_replaces_no_file(session, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("mine")
    app = make_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await matrix_asked_for(pilot, "ctrl+s", "Write the matrix")
        field(app, "answer").value = name
        await pilot.press("enter")
        await shows(pilot, f"{name} exists already; give another name")
        assert isinstance(app.screen, Ask)
    assert (tmp_path / name).read_text() == "mine"


async def test_where_a_matrix_could_not_be_written_to_need_not_be_typed_again(session, tmp_path):
    app = make_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await matrix_asked_for(pilot, "ctrl+s", "Write the matrix")
        session.fails = {"score": EncoderNotFound("no default encoder", "make it: jtcse export")}
        field(app, "answer").value = str(tmp_path / "out.csv")
        await pilot.press("enter")
        await shows(pilot, "no default encoder")
        await pilot.press("ctrl+s")
        await shows(pilot, "Write the matrix")
        assert field(app, "answer").value == str(tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("key", "shown", "typed", "told"),
    [
        ("ctrl+s", "Write the matrix", "out.xyz", "does not say the form"),
        ("ctrl+s", "Write the matrix", "gone/out.csv", "is not a folder"),
        ("ctrl+o", "Which file", "gone.txt", "does not exist"),
        ("ctrl+o", "Which file", "", "Is a directory"),
    ],
)
async def test_a_path_that_is_wrong_can_be_mended_where_it_was_typed(
    session, tmp_path, key, shown, typed, told
):
    app = make_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await matrix_asked_for(pilot, key, shown)
        field(app, "answer").value = f"{tmp_path}/{typed}"
        await pilot.press("enter")
        await shows(pilot, told)
        assert field(app, "answer").value == f"{tmp_path}/{typed}"


async def test_a_list_is_filled_from_a_file(session, tmp_path):
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbfone\r\n\r\ntwo \x1b[2J\r\n")
    app = make_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await opened(pilot, 2)
        await pilot.press("ctrl+o")
        await shows(pilot, "Which file")
        field(app, "answer").value = str(tmp_path / "list.txt")
        await pilot.press("enter")
        await shows(pilot, "2 × 2")
        assert texts(app, "rows").filled == ("one", "two ␛[2J")
        assert "\x1b" not in screen_text(app)


@pytest.mark.parametrize("size", [(60, 16), (40, 10)])
async def test_the_texts_of_a_pair_have_a_row_each(session, size):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(pilot, 2)
        texts(app, "rows").put("abc " * 40 + "\n" + "zzz " * 40)
        await shows(pilot, "2 × 2")
        await pilot.press("tab", "tab", "l")
        await shows(pilot, "2: zzz")
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: pair_rows(app)[1:] == ["1: abc", "2: zzz"])
        assert app.screen.query_one("#pair").region.bottom <= size[1] - 2


def pair_rows(app):
    """The beginnings of the rows below the matrix or the list, where they are cut."""
    pair = app.screen.query_one("#pair")
    rows = screen_text(app).split("\n")[pair.region.y : pair.region.bottom]
    return [row.strip()[:6] for row in rows if row.rstrip().endswith("…") or "0.0" in row]


async def test_the_texts_of_a_pair_of_a_file_have_a_row_each(session, tmp_path):
    (tmp_path / "pairs.tsv").write_text(f"{'abc ' * 40}\t{'zzz ' * 40}\t1\na\tb\t5\n")
    app = make_app(session)
    async with app.run_test(size=(60, 16)) as pilot:
        await opened(pilot, 4)
        await pilot.press(*f"{tmp_path}/pairs.tsv", "enter")
        await until(pilot, lambda: pair_rows(app)[-2:] == ["abc ab", "zzz zz"])


async def test_rows_have_the_numbers_of_their_lines(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, 2)
        texts(app, "rows").put("abc\n\nzzz")
        await shows(pilot, "2 × 2")
        await pilot.press("tab", "tab", "j")
        await shows(pilot, " 3: zzz ")
        assert "3 zzz" in screen_text(app)


# Two documents


@pytest.fixture
def documents(tmp_path):
    (tmp_path / "a.md").write_text(
        "# Jam\n\nBoil the plums. Fill the jars.\n\nZzz zz zzz.\n" + "Qqq. " * 60
    )
    (tmp_path / "b.txt").write_text("Xyx yxy.\n\nFill the jars.\n\nBoil the plums!\n")
    return tmp_path


async def test_documents_are_matched_and_scroll_together(session, documents):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot, 3)
        await pilot.press(*f"{documents}/a.md", "enter")
        assert app.focused.id == "second"
        await pilot.press(*f"{documents}/b.txt", "enter")
        await shows(pilot, "Boil the plums!")
        left, right = (app.screen.query_one(name, Sentences) for name in ("#left", "#right"))
        await until(pilot, lambda: app.focused is left and left.selected is not None)
        left.select(1)
        await until(pilot, lambda: right.selected == 2)
        await shows(pilot, "line 3: 1.0000")
        await pilot.press("j")
        await until(pilot, lambda: right.selected == 1)
        await pilot.press("n")
        await shows(pilot, "only in this document")
        assert right.selected is None
        await pilot.press("tab", "g", "j")
        await until(pilot, lambda: left.selected == 2)
        await pilot.press("escape")
        assert app.focused.id == "first"


async def test_paths_are_emptied_one_then_all(session, documents):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot, 3)
        await pilot.press(*f"{documents}/a.md", "enter", *f"{documents}/b.txt", "enter")
        await shows(pilot, "Boil the plums!")
        await until(pilot, lambda: isinstance(app.focused, Sentences))
        await pilot.press("escape")
        assert field(app, "first").value
        await pilot.press("escape")
        assert not field(app, "first").value
        assert field(app, "second").value
        await pilot.press("escape")
        assert not field(app, "second").value
        await shows(pilot, "Which two documents?")


async def test_a_document_that_cannot_be_read_is_told(session, documents):
    app = make_app(session)
    async with app.run_test() as pilot:
        await opened(pilot, 3)
        await pilot.press(*f"{documents}/a.md", "enter", *"/nowhere.pdf", "enter")
        await shows(pilot, "/nowhere.pdf: No such file")


# A file of pairs


async def test_a_file_of_pairs_is_scored_and_its_worst_are_shown(session, tmp_path):
    lines = [f"{n % 6}\t{'a' * n} bcd\t{'a' * (n % 7)} xyz" for n in range(1, 60)]
    (tmp_path / "pairs.tsv").write_text("\n".join(lines))
    app = make_app(session)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot, 4)
        await pilot.press(*f"{tmp_path}/pairs.tsv", "enter")
        await shows(pilot, "59 pairs, Spearman")
        await shows(pilot, "columns 2,3,1")
        await until(pilot, lambda: any(char > "⠀" for char in screen_text(app)))
        first = str(app.screen.query_one("#pair", Static).content)
        await pilot.press("j")
        await until(pilot, lambda: str(app.screen.query_one("#pair", Static).content) != first)


async def test_the_path_and_the_columns_of_a_file_are_emptied(session):
    app = make_app(session)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot, 4)
        await pilot.press(*"x.tsv", "tab", *"1,2", "escape")
        assert field(app, "columns").value == ""
        assert field(app, "file").value == "x.tsv"
        await pilot.press("escape")
        assert field(app, "file").value == ""
        assert app.focused is field(app, "file")


async def test_a_file_without_gold_shows_how_scores_are_spread(session, tmp_path):
    (tmp_path / "pairs.tsv").write_text("ab\tac\nbb\tbc\nzz\tab\n")
    app = make_app(session)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot, 4)
        await pilot.press(*f"{tmp_path}/pairs.tsv", "enter")
        await shows(pilot, "3 pairs, no gold")
        await shows(pilot, "how many pairs")


@pytest.mark.parametrize(
    ("columns", "said"), [("x", "is not A,B or A,B,GOLD"), ("7,8", "holds no pair of texts")]
)
async def test_what_is_wrong_with_a_file_is_told(session, tmp_path, columns, said):
    (tmp_path / "pairs.tsv").write_text("ab\tac\n")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(pilot, 4)
        field(app, "columns").value = columns
        await pilot.press(*f"{tmp_path}/pairs.tsv", "enter")
        await shows(pilot, said)


async def test_another_collections_work_is_no_report(session, tmp_path):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(pilot, 4)
        app.screen.post_message(WorkChanged(stored=True))
        await pilot.pause()
        assert "Which file?" in screen_text(app)


async def test_pasted_texts_cannot_act_on_the_screen(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(pilot)
        for name in ("first", "second"):
            texts(app, name).focus()
            await pilot.pause()
            app.post_message(events.Paste(f"{NASTY}\rnext"))
            await until(pilot, lambda name=name: "next" in texts(app, name).text)
        await shows(pilot, "Similarity 1.0000")
        assert texts(app, "first").text.split("\n")[1] == "next"
        assert not set(screen_text(app)) & {"\x1b", "\x07", "\x9b"}
        assert "[bold red]loud[/]" in screen_text(app)
