"""Pictures of the interface: `python -m benchmarks.screenshots [OUT]`.

Indexes this project's own documentation into a temporary home, runs the interface over it, and
writes what it paints as SVG.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from app.memory import Memory
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from app.tui.app import SearchApp
from app.tui.remote import Processes
from indexes.types import Root

ROOT = Path(__file__).resolve().parent.parent
PLACE = "~/jtcse"
SIZE = (120, 34)
QUERY = "why is the graph only a cache?"

MATRIX = "\n".join(
    ("A dog runs after a ball", "A puppy is chasing a toy", "The cat sleeps on the sofa",
     "A kitten naps on the couch", "Interest rates went up again", "The bank raised its rates",
     "Water boils at 100 degrees")
)  # fmt: skip

SCREENS: dict[str, tuple[Sequence[str], tuple[int, int]]] = {
    "search": ((*QUERY, "enter"), SIZE),
    "explain": ((*QUERY, "enter", "w"), SIZE),
    "narrow": ((*QUERY, "enter", "j"), (80, 24)),
    "filter": ((*QUERY, "f5", *"path:decisions type:md"), SIZE),
    "collections": (("f6",), SIZE),
    "encoders": (("f7",), SIZE),
    "score": (("f3", *"A dog runs after a ball", "tab", *"A puppy is chasing a toy"), SIZE),
    "matrix": (("f3", "f3", *MATRIX, "tab", "tab"), SIZE),
    "align": (
        ("f3", "f3", "f3", *f"{ROOT}/README.md", "enter", *f"{ROOT}/docs/scoring.md", "enter"),
        SIZE,
    ),
}


async def picture(make: Callable[[], SearchApp], keys: Sequence[str], size: tuple[int, int]) -> str:
    """Run the interface, press keys, and return what it shows as SVG."""
    app = make()
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await _settled(pilot, app)
        for key in keys:
            await pilot.press({" ": "space", "\n": "enter"}.get(key, key))
        await asyncio.sleep(1.5)
        for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
            field.cursor_blink = False
        await pilot.pause()
        return app.export_screenshot(title="jtcse")


def _placed(svg: str) -> str:
    """Name this checkout as everybody's; each stretch of text keeps its width."""

    def moved(match: re.Match[str]) -> str:
        text = match.group().replace(str(ROOT), PLACE)
        return text + "&#160;" * (len(match.group()) - len(text))

    return re.sub(rf"(?<=>)[^<]*{re.escape(str(ROOT))}[^<]*", moved, svg)


async def _settled(pilot: Pilot[None], app: SearchApp) -> None:
    while app._state.phase == "loading":
        await pilot.pause(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=ROOT / "docs" / "screens")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    settings = Settings(tui_debounce_ms=0)
    with tempfile.TemporaryDirectory() as folder:
        paths = find_paths(Path(folder) / "home")
        session = Session(paths, settings)
        roots = [
            Root(ROOT / n, exclude=("*.svg",))
            for n in ("docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
        ]
        session.index(roots, "default")
        session.close()

        def make() -> SearchApp:
            crew = Processes(paths, settings, Memory(None))
            return SearchApp(crew, ("default",), settings)

        for name, (keys, size) in SCREENS.items():
            svg = asyncio.run(picture(make, keys, size))
            (out / f"{name}.svg").write_text(_placed(svg), encoding="utf-8")
            print(out / f"{name}.svg")


if __name__ == "__main__":
    main()
