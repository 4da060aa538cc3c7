"""How soon does a key show its results? `python -m benchmarks.interface [--passages N] [--json]`.

Types real questions, key by key, into the interface over a made-up collection (see
`benchmarks.made_up`), as `jtcse tui` runs it: engine and long work in processes of their own. Times
each key until its results are painted, nothing subtracted, and how long the event loop ever stood
still: while the engine loads, idle, and with another collection being indexed in the background,
which stands still while somebody types: once with one key after the other, and once with rests
between the keys in which the indexing goes on. Keys come once the answer to the one before is
painted, or at the steady pace of a fast typist: then the last key of a question is timed. A stall
is told as wall time, which other programs lengthen, and as the interface's own processor time,
which they do not. With `--home` the collection is kept and used again; with `--collection` and
`--questions` (a question a line) one that is there is asked, such as those of `benchmarks.scale`,
which are of real sentences.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from textual import events

from app.courtesy import MOMENT
from app.memory import Memory
from app.paths import Paths, find_paths
from app.session import Session
from app.settings import Settings
from app.tui.app import SearchApp
from app.tui.remote import Processes
from app.tui.tasks import IndexTask
from app.tui.widgets.results import Results
from benchmarks.made_up import QUERIES, build, write_files
from indexes.types import Root

BEAT = 0.001
PATIENCE = 30
FILES = 6000
PACE = 0.03
"""Seconds from the results of a key to the next one."""

FAST = 0.08
"""Seconds from key to key of somebody who types fast, 150 words a minute."""

RESTED = MOMENT + 0.3
"""The same, where what is indexed is to go on in between."""


class Stalls:
    """Milliseconds that the event loop stood still, and those it computed meanwhile.

    In arrays: hundreds of thousands of objects would make the search for garbage a stall itself.
    """

    def __init__(self) -> None:
        self.walls = array("d")
        self.own = array("d")


class Beat:
    """Notes for how long the event loop does not come back."""

    def __init__(self) -> None:
        self.stalls = Stalls()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            began, computed = time.perf_counter(), time.thread_time()
            await asyncio.sleep(BEAT)
            wall = time.perf_counter() - began - BEAT
            self.stalls.walls.append(wall * 1000)
            self.stalls.own.append((time.thread_time() - computed) * 1000)

    async def __aenter__(self) -> Stalls:
        self._task = asyncio.create_task(self.run())
        return self.stalls

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


def told(stalls: Stalls) -> dict[str, float]:
    walls, own = np.array(stalls.walls), np.array(stalls.own)
    return {
        "longest_stall_ms": round(float(walls.max()), 1),
        "stall_p99_ms": round(float(np.percentile(walls, 99)), 1),
        "longest_own_stall_ms": round(float(own.max()), 1),
    }


async def noise() -> dict[str, float]:
    """Return the stalls of a loop that has nothing to do: the machine's own."""
    async with Beat() as stalls:
        await asyncio.sleep(5)
    return told(stalls)


def press(app: SearchApp, char: str) -> None:
    app.post_message(events.Key("space" if char == " " else char, char))


@contextlib.contextmanager
def painted_lists(app: SearchApp, told: Callable[[], None]) -> Iterator[None]:
    """Have it told whenever a list of results has been painted."""
    results = app.screen.query_one(Results)
    show = results.show

    def shown(*values: Any, **named: Any) -> None:
        show(*values, **named)
        results.call_after_refresh(told)

    results.show = shown  # type: ignore[method-assign]
    yield
    results.show = show  # type: ignore[method-assign]


async def typed(app: SearchApp, questions: Sequence[str], rest: float = PACE) -> dict[str, float]:
    """Type all queries, waiting after each key until its results are painted, and then a while."""
    painted: list[float] = []
    searched: list[float] = []
    done = asyncio.Event()
    with painted_lists(app, done.set):
        async with Beat() as stalls:
            for query in questions:
                for char in query:
                    done.clear()
                    began = time.perf_counter()
                    press(app, char)
                    await asyncio.wait_for(done.wait(), PATIENCE)
                    painted.append((time.perf_counter() - began) * 1000)
                    searched.append(app.screen.answer.took_ms)  # type: ignore[attr-defined]
                    await asyncio.sleep(rest)
                done.clear()
                app.post_message(events.Key("escape", None))
                await asyncio.wait_for(done.wait(), PATIENCE)
    return figures(painted, searched) | told(stalls)


async def typed_fast(app: SearchApp, questions: Sequence[str]) -> dict[str, float]:
    """Type all queries without waiting, and time the last key of each until its answer."""
    painted: list[float] = []
    searched: list[float] = []
    done = asyncio.Event()
    wanted = ""

    def look() -> None:
        answer = app.screen.answer  # type: ignore[attr-defined]
        if answer is not None and answer.query == wanted:
            done.set()

    with painted_lists(app, look):
        async with Beat() as stalls:
            for query in questions:
                for char in query[:-1]:
                    press(app, char)
                    await asyncio.sleep(FAST)
                wanted, began = query, time.perf_counter()
                done.clear()
                press(app, query[-1])
                await asyncio.wait_for(done.wait(), PATIENCE)
                painted.append((time.perf_counter() - began) * 1000)
                searched.append(app.screen.answer.took_ms)  # type: ignore[attr-defined]
                app.post_message(events.Key("escape", None))
                await asyncio.sleep(0.5)
    return figures(painted, searched) | told(stalls)


def figures(painted: list[float], searched: list[float]) -> dict[str, float]:
    whole = np.array(painted)
    values = {"key_to_paint": whole, "search": np.array(searched)}
    values["all_but_search"] = whole - values["search"]
    found: dict[str, float] = {"keys": len(painted)}
    for name, one in values.items():
        for part in (50, 95):
            found[f"{name}_p{part}_ms"] = round(float(np.percentile(one, part)), 1)
    return found


async def typed_while_loading(app: SearchApp, question: str) -> dict[str, float]:
    """Type from the first paint on, at a fast typist's pace, until the engine is there."""
    async with Beat() as stalls:
        for char in question:
            press(app, char)
            await asyncio.sleep(0.05)
        await until_ready(app)
    app.post_message(events.Key("escape", None))
    await asyncio.sleep(0.5)
    return told(stalls)


async def until_ready(app: SearchApp) -> None:
    end = time.monotonic() + PATIENCE
    while app._state.phase == "loading":
        if time.monotonic() > end:
            raise SystemExit("the engine does not get ready")
        await asyncio.sleep(0.02)
    if app._state.problem is not None:
        raise SystemExit(f"{app._state.problem.message}; {app._state.problem.hint}")


async def measure(
    paths: Paths, files: Path, settings: Settings, name: str, questions: Sequence[str]
) -> dict[str, dict[str, float]]:
    app = SearchApp(Processes(paths, settings, Memory(None)), (name,), settings)
    found = {"nothing to do": await noise()}
    async with app.run_test(size=(120, 40)):
        found["while the engine loads"] = await typed_while_loading(app, questions[0])
        found["idle"] = await typed(app, questions)
        found["idle, typed fast"] = await typed_fast(app, questions)
        app.work.submit(IndexTask("other", (Root(files),)))
        while app.work.task is not None and app.work.progress.share is None:
            await asyncio.sleep(0.05)
        found["while indexing"] = await typed(app, questions)
        resting = await typed(app, questions[:2], RESTED)
        found["while indexing, with rests"] = resting
        resting["still_indexing"] = float(app.work.task is not None)
    app.engine.stop()
    app.work.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="where the collection is kept")
    parser.add_argument("--collection", help="ask this one; needs --home")
    parser.add_argument("--questions", type=Path, help="what to ask it")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    settings = Settings()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        paths, files = find_paths(given.home or Path(folder)), Path(folder) / "files"
        session = Session(paths, settings)
        name = given.collection or f"made-up-{given.passages}"
        if name not in session.catalog.names():
            build(session, given.passages, name)
        if "other" in session.catalog.names():
            session.remove("other")
        passages = session.describe(name).passages
        session.close()
        questions = given.questions.read_text().splitlines() if given.questions else QUERIES
        write_files(files, FILES)
        found = asyncio.run(measure(paths, files, settings, name, questions))
    tell(found, passages, settings, given.json)


def tell(
    found: dict[str, dict[str, float]], passages: int, settings: Settings, as_json: bool
) -> None:
    if as_json:
        print(json.dumps({"passages": passages, "runs": found}, indent=2))
        return
    print(f"{passages:,} passages, debounce {settings.tui_debounce_ms} ms")
    for name, values in found.items():
        print(f"\n{name}")
        for what, value in values.items():
            print(f"  {what:<36}{value:>8}")


if __name__ == "__main__":
    main()
