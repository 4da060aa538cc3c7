"""Columns stay in their place on a terminal that counts the cells of a script otherwise."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.tui.placing import placed
from tests.tui.fakes import FakeSession, hit, make_app, screen_text, until
from tests.tui.test_painting import CONSOLE

HINDI = "किताब की कहानी"


def rows_of(painted, sign=1):
    """What stands on a terminal that gives so many cells to each vowel sign, row by row."""
    cells = {}
    x = y = 0
    found = re.findall(r"\x1b\[(\d+);(\d+)H|\x1b\[(\d+)G|\x1b\[[\d;]*m|([^\x1b\n])", painted)
    for row, column, back, char in found:
        if row:
            y, x = int(row) - 1, int(column) - 1
        elif back:
            x = int(back) - 1
        elif char:
            cells[x, y] = char
            x += sign if unicodedata.category(char) == "Mc" else cell_len(char)
    width = max(x for x, _ in cells) + 1
    rows = range(max(y for _, y in cells) + 1)
    return ["".join(cells.get((x, y), " ") for x in range(width)) for y in rows]


def test_what_is_behind_a_gap_or_a_line_stands_in_its_column():
    for behind in ("  0.50", "│ text", "▒.50"):
        text = HINDI + behind
        assert cell_len(HINDI) < len(HINDI)
        (row,) = rows_of(placed(f"\x1b[1;1H{text}", 40))
        assert row.index(behind.strip()[0]) == cell_len(HINDI + behind) - len(behind.lstrip())


def test_styles_between_a_text_and_its_gap_do_not_matter():
    for gap in ("\x1b[0m\x1b[32m   \x1b[0m", " \x1b[0m\x1b[32m  ", "\x1b[32m   "):
        painted = f"\x1b[1;3H\x1b[1m{HINDI}{gap}0.50"
        (row,) = rows_of(placed(painted, 40))
        assert row.index("0.50") == 2 + cell_len(HINDI) + 3


def test_spaces_at_the_end_of_a_row_cover_nothing():
    painted = f"\x1b[1;1H{HINDI}{' ' * (39 - cell_len(HINDI))}\x1b[0m "
    assert rows_of(placed(painted, 40))[0].startswith(HINDI + " ")


@pytest.mark.parametrize(
    "text", ["plums  │ jam", "漢字  │ ▒.50", f"{HINDI} और", f"{HINDI} \x1b[1mऔर"]
)
def test_what_needs_no_mending_is_painted_as_it_is(text):
    assert placed(f"\x1b[2;1H{text}", 40) == f"\x1b[2;1H{text}"


@given(st.lists(st.text("aकिी │▒漢", min_size=1, max_size=12), max_size=6), st.integers(1, 60))
def test_a_terminal_that_counts_as_we_do_shows_the_same(texts, width):
    painted = "\x1b[1;1H." + "\x1b[1m".join(texts)
    assert rows_of(placed(painted, width), sign=0) == rows_of(painted, sign=0)


def test_it_is_done_for_all_that_is_painted(start):
    terminal = start("nasty")
    terminal.until("ready")
    terminal.send(b"plums")
    terminal.until("1 document")
    assert re.search(rb"\x1b\[\d+G", terminal.output)
    assert terminal.quit()[0] == 0


async def test_scores_and_panes_stand_in_their_columns():
    text = f"plums {HINDI} " * 12
    session = FakeSession([hit(1, title=HINDI, text=text), hit(2)], body=text)
    app = make_app(session)
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: HINDI in screen_text(app))
        painted = app.screen._compositor.render_full_update().render_segments(CONSOLE)
        pane = app.screen.query_one("#document").region.x
    rows = rows_of(placed(painted, 130))
    scores = {row.index(score) for row in rows for score in ("1.00", "0.50") if score in row}
    assert len(scores) == 1
    dividers = [row[pane] for row in rows_of(painted, sign=0)]
    assert len(set(dividers[3:-3])) == 1
    assert [row[pane] for row in rows] == dividers
