"""Names, texts and memories full of controls and markup: every screen and dialog stays whole."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from app.explanation import Explanation, Word
from app.memory import Memory, SavedSearch
from app.paths import Paths
from app.settings import Settings
from app.status import Problem
from app.tui.app import SearchApp
from app.visible import visible
from indexes.types import Duplicate, Finding, Root, Skip
from tests.tui.fakes import FakeSession, Threads, hit, until

CONTROLS = "".join(map(chr, [*range(32), 127, *range(128, 160)]))
EVIL = (
    f"plums \x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1bP+q544e\x1b\\\x9b31m{CONTROLS}"
    " [red]x[/red] [/] [/nope] [@click=app.quit]q[/] [b $error]y "
    "\u202egnp.exe\u202c \u2066a\u2069 \u200b\u200d\ufeff b\u0301\u0301\u0301 "
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 漢字 \u2764\ufe0f \udc80 "
)
LONG = EVIL + "very-long/" * 500


class EvilSession(FakeSession):
    def __init__(self, folder):
        bad = hit(
            text=EVIL * 3, title=LONG, heading=LONG, path=f"/home/ada/notes/{LONG}.md",
            duplicates=(Duplicate("default", f"/home/{EVIL}", 1, None, "md"),),
        )  # fmt: skip
        code = bad._replace(type="py", passage_id=2, document_id=2, page=3)
        super().__init__([bad, code], f"# {EVIL}\n\n{EVIL * 3}\n\n```\n{EVIL}\n```\n\t{EVIL}")
        self.paths = Paths(folder, folder, folder, folder)

    def describe_all(self):
        infos, _ = super().describe_all()
        roots = (Root(Path(f"/home/{LONG}".replace("\0", "")), (EVIL,), (EVIL,)),)
        return [replace(one, roots=roots, encoder=LONG) for one in infos], [
            Problem("broken", LONG, EVIL)
        ]

    def explain(self, hit, query, like=()):
        return Explanation(0.5, 0.5, 0.5, (LONG,), (Word(LONG, 0.3, ()), Word(EVIL, 0.2, ())))

    def skips(self, name):
        return [Skip(f"/home/{LONG}", EVIL), Skip(EVIL, LONG)]

    def verify(self, name, *, repair, on_event):
        return [Finding("damage", LONG, EVIL)]

    def curves(self, run):
        return {EVIL: [(1, 1.0)], "loss": [(1, float("nan")), (2, 1.0)], "dev/spearman": [(1, 1.0)]}


LIST = ["p", "enter"]
STEPS = {
    "results": LIST,
    "preview": [*LIST, "tab"],
    "code": [*LIST, "j", "r"],
    "why": [*LIST, "w"],
    "like": [*LIST, "m"],
    "export": [*LIST, "e"],
    "history": ["ctrl+r"],
    "history, chosen": ["ctrl+r", "enter"],
    "saved": ["ctrl+s"],
    "saved, chosen": ["ctrl+s", "enter"],
    "where": ["ctrl+l"],
    "collections": ["f6"],
    "damaged collection": ["f6", "home"],
    "checked": ["f6", "end", "v"],
    "skipped": ["f6", "end", "s"],
    "remove": ["f6", "end", "d"],
    "forget": ["f6", "end", "f"],
    "forgotten": ["f6", "end", "f", "y"],
    "add": ["f6", "a"],
    "add, wrong": ["f6", "a", "enter"],
    "encoders": ["f7"],
    "damaged encoder": ["f7", "j"],
    "follow": ["f7", "f"],
    "help": ["f1"],
    "palette": ["ctrl+p"],
    "paste into the palette": ["ctrl+p", "paste"],
    "paste into the query": ["paste"],
    "paste into the filter": ["f5", "paste"],
    "paste into a dialog": ["ctrl+l", "paste"],
    "paste into a question": ["f6", "a", "paste", "enter"],
    "score": ["f3", "paste", "tab", "paste"],
    "matrix": ["f3", "f3", "paste", "enter", "a", "tab", "paste", "tab"],
    "matrix, closest": ["f3", "f3", "paste", "enter", "a", "ctrl+l"],
    "align": ["f3", "f3", "f3", "paste", "enter", "paste", "enter"],
    "pairs": ["f3", "f3", "f3", "f3", "paste", "enter"],
}


def assert_whole(app):
    width, height = app.size
    for strip in list(app.screen._compositor.render_strips(app.size))[:height]:
        for segment in strip:
            assert segment.text == visible(segment.text).replace("\t", " ").replace("\n", " ")
            assert segment.style is None or not segment.style.meta.get("@click")
            assert segment.style is None or segment.style.link is None
        assert cell_len(strip.text) == width


@pytest.fixture
def make(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "encoders" / "evil"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x")
    (folder / "tokenizer.json").write_bytes(b"{}")
    card = {"name": EVIL, "base": LONG, "pooling": "mean", "dim": 384, "max_length": 256,
            "fingerprint": "f", "model_bytes": 1, "licence": EVIL,
            "scores": {EVIL: {EVIL: 1.0}, "sts": {"avg": 79.25}}}  # fmt: skip
    (folder / "encoder.json").write_text(json.dumps(card))
    (tmp_path / "data" / "encoders" / "\x1b[31mred").mkdir()
    here = tmp_path / "\x1b[2J\x07here[red]"
    here.mkdir()
    monkeypatch.chdir(here)
    memory = Memory(tmp_path / "state")
    memory.remember_query(EVIL)
    memory.save(SavedSearch(EVIL, EVIL, "hybrid", f"path:{EVIL}"))
    memory.keep_state({"names": ["default", EVIL]})

    def factory():
        session = EvilSession(tmp_path / "data")
        return SearchApp(Threads(lambda: session), (), Settings(tui_debounce_ms=0), memory)

    return factory


SIZES = [pytest.param((80, 24), id="80")]
SIZES += [
    pytest.param(size, id=f"{size[0]}", marks=pytest.mark.deep)
    for size in ((160, 50), (60, 16), (20, 6))
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", STEPS.values(), ids=STEPS)
async def test_every_screen_stays_whole(make, size, keys):
    app = make()
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app._state.phase == "ready")
        for key in keys:
            if key == "paste":
                from textual import events

                app.post_message(events.Paste(EVIL.encode("utf-8", "replace").decode()))
            else:
                await pilot.press(key)
            await pilot.pause(0.02)
            assert_whole(app)
        await pilot.pause(0.2)
        assert_whole(app)
        await pilot.press("ctrl+q")
    assert app.return_code == 0
