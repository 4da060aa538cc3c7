"""Whatever was painted in parts is what a paint of everything would have put there."""

import gc
import re

import pytest
from rich.cells import cell_len
from rich.console import Console
from textual._compositor import CompositorUpdate
from textual.strip import Strip

from app.tui.painting import Painter
from app.tui.screens.search import SearchScreen
from app.tui.widgets.virtual import Virtual
from tests.tui.fakes import FakeSession, hit, make_app, screen_text, until

CONSOLE = Console(force_terminal=True, color_system="truecolor")
WIDE, NARROW = (130, 40), (80, 24)


class Display:
    """What stands on a terminal: of each cell, its character and style."""

    def __init__(self, app, *, follow=True):
        self.cells = {}
        self.updates = 0
        if not follow:
            return
        display = app._display

        def shown(screen, update):
            if isinstance(update, CompositorUpdate):
                self.take(update)
            display(screen, update)

        app._display = shown

    def take(self, update):
        self.updates += 1
        x = y = 0
        style = ""
        found = re.findall(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|([^\x1b\n])", _sent(update))
        for row, column, colours, char in found:
            if row:
                x, y = int(column) - 1, int(row) - 1
            elif char:
                self.cells[x, y] = char, style
                x += cell_len(char)
            else:
                style = "" if colours in ("", "0") else colours


def _sent(update):
    return update.render_segments(CONSOLE)


def all_painted(app):
    """Return what a paint of everything, no row kept, would send; nothing is changed by that."""
    display, compositor = Display(app, follow=False), app.screen._compositor
    kept = {widget: widget._painted for widget in app.screen.query(Virtual)}
    dirty = compositor._dirty_regions.copy()
    for widget in kept:
        widget._painted = {}
    display.take(compositor.render_full_update())
    compositor._dirty_regions |= dirty
    for widget, rows in kept.items():
        widget._painted = rows
    return display.cells


async def same(pilot, display):
    await until(pilot, lambda: display.cells == all_painted(pilot.app))


def others(*ranks):
    return [
        hit(rank, path=f"/home/ada/notes/{rank}.md", title=f"Title {rank}", heading=f"Part {rank}",
            text=f"Number {rank} of the plums.\n\n" + "Words that stand here. " * rank)
        for rank in ranks
    ]  # fmt: skip


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_nothing_stale_is_left(size):
    session = FakeSession(hits=others(*range(1, 16)))
    app = make_app(session)
    display = Display(app)
    async with app.run_test(size=size) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: "Title 1" in screen_text(app))
        await same(pilot, display)
        session.hits = others(1, 7, 3)
        await pilot.press("a")
        await until(
            pilot, lambda: "Title 7" in screen_text(app) and "Title 2" not in screen_text(app)
        )
        await same(pilot, display)
        session.hits = others(*range(2, 40))
        keys = ["m", "down", "down", "enter", "space", "G", "pageup", "g", "f8", "tab", "j", "f5",
                "t", "escape", "f8", "f6", "f2", "ctrl+l", "escape", "escape", "x"]  # fmt: skip
        for key in keys:
            await pilot.press(key)
            await same(pilot, display)
        app.theme = "nord"
        await same(pilot, display)


async def test_only_rows_that_changed_are_sent():
    session = FakeSession(hits=others(*range(1, 9)))
    app = make_app(session)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: "Title 8" in screen_text(app))
        screen = app.screen
        assert isinstance(screen, SearchScreen)
        results = screen.results
        results._exchange_repaint_regions()
        results.show(others(1, 2, 3, 4, 5, 6, 7, 9), screen.roots)
        rows = {y for region in results._exchange_repaint_regions() for y in region.line_range}
        assert rows == {28, 29, 30}


async def test_what_is_wholly_behind_others_is_not_asked_for_rows():
    app = make_app(FakeSession())
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: "Preserving fruit 1" in screen_text(app))
        screen, compositor = app.screen, app.screen._compositor
        assert isinstance(screen, SearchScreen)
        assert isinstance(compositor, Painter)
        seen = compositor._find_seen()
        assert screen not in seen
        assert screen.query_one("#panes") not in seen
        assert {screen.results, screen.preview, screen.field} <= set(seen)


async def test_rows_forgotten_while_others_are_made_are_painted_all_the_same():
    class Forgetful(Virtual):
        def paint_row(self, index, width):
            self._set_dirty()
            return Strip.blank(width)

    app = make_app(FakeSession())
    async with app.run_test() as pilot:
        widget = Forgetful(id="forgetful")
        await app.screen.mount(widget)
        region = widget.size.region
        widget.render_lines(region.crop_size((region.width, 1)))
        assert len(widget.render_lines(region)) == region.height
        await pilot.pause()


async def test_what_was_painted_before_leaves_hardly_any_garbage():
    session = FakeSession()
    app = make_app(session)
    collected: list[int] = []

    def noted(phase, told):
        if phase == "stop":
            collected.append(told["collected"])

    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        gc.collect()
        gc.callbacks.append(noted)
        try:
            for key in "plumstart":
                session.hits = [hit(i, title=f"{key} {i}") for i in range(1, 40)]
                await pilot.press(key)
                await until(pilot, lambda key=key: f"{key} 1" in screen_text(app))
            gc.collect()
        finally:
            gc.callbacks.remove(noted)
    # A screen of strips would be 40 for each key, and a dozen objects with each.
    assert sum(collected) < len("plumstart") * 100
