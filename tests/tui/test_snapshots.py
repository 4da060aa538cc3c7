"""Layout at a glance; what the interface does is asserted elsewhere."""

import asyncio

import pytest
from textual.widgets import Input, TextArea

from app.settings import Settings
from indexes.errors import CollectionNotFound
from tests.tui.fakes import QUICK, FakeSession, hit, make_app, screen_text, until

TITLES = ["Preserving fruit", "The kitchen in autumn: a calendar of what to do", "preserves-3.md"]


def cookbook():
    hits = [hit(rank, title=title) for rank, title in enumerate(TITLES, start=1)]
    hits += [hit(4, page=12, path="/home/ada/notes/scans/grandmother/cookbook.pdf", type="pdf")]
    return FakeSession(hits)


@pytest.fixture
def snapshot_of(snap_compare):
    def compare(session, size, keys, shows, settings=QUICK):
        app = make_app(session, settings=settings)
        app.animation_level = "none"

        async def before(pilot):
            await until(pilot, lambda: "ready" in screen_text(app) or "no coll" in screen_text(app))
            await pilot.press(*keys)
            for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
                field.cursor_blink = False
            await until(pilot, lambda: shows in screen_text(app), shows)
            before, now = "", screen_text(app)
            while now != before:  # what else is under way
                await asyncio.sleep(0.2)
                await pilot.pause()
                before, now = now, screen_text(app)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 16)], ids=lambda size: f"{size[0]}")
def test_results(snapshot_of, size):
    assert snapshot_of(cookbook(), size, ["j", "a", "m", "down"], "Boil the plums with sugar")


BOTH = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=lambda size: f"{size[0]}")


@BOTH
def test_first_run(snapshot_of, size):
    session = FakeSession()
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    session.fails = {"describe": missing, "prepare": missing}
    assert snapshot_of(session, size, [], "Nothing is indexed yet")


@BOTH
def test_score(snapshot_of, size):
    keys = ["f3", "a", "tab", "b"]
    assert snapshot_of(FakeSession(), size, keys, "Similarity")


@BOTH
def test_help(snapshot_of, size):
    assert snapshot_of(FakeSession(), size, ["f1"], "Rank by meaning")


@BOTH
def test_explanation(snapshot_of, size):
    assert snapshot_of(cookbook(), size, ["j", "down", "f8"], "Meaning is carried by")


@BOTH
def test_collections(snapshot_of, size, monkeypatch):
    session = cookbook()
    session.collections = ["default", "papers"]
    monkeypatch.setattr("time.time", lambda: 86400.0 * 3)  # the age of what is indexed
    assert snapshot_of(session, size, ["f6", "j"], "encoder   tiny")


@BOTH
def test_a_list_to_choose_from(snapshot_of, size):
    session = cookbook()
    session.collections = ["default", "papers"]
    assert snapshot_of(session, size, ["ctrl+l"], "papers   12 documents")


@BOTH
def test_a_question(snapshot_of, size, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("time.time", lambda: 86400.0 * 3)
    assert snapshot_of(cookbook(), size, ["f6", "a"], "Which folder of documents?")


@pytest.mark.parametrize("theme", ["light", "contrast", "none"])
def test_themes(snapshot_of, theme):
    settings = Settings(tui_debounce_ms=0, tui_theme=theme)
    keys = ["j", "down", "enter", "space"]
    assert snapshot_of(cookbook(), (80, 24), keys, "1 marked", settings)


MATRIX = ["f3", "f3", *"plum jam", "enter", *"jam of plums", "enter", *"owls", "tab", "tab", "r"]


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 16)], ids=lambda size: f"{size[0]}")
def test_matrix(snapshot_of, size):
    keys = ["space" if key == " " else key for key in MATRIX]
    assert snapshot_of(FakeSession(), size, keys, "3 × 3")


@BOTH
def test_documents(snapshot_of, tmp_path, monkeypatch, size):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("# Jam\n\nBoil the plums with sugar. Fill the jars. Qqq zzz.\n")
    (tmp_path / "b.txt").write_text("Xyx.\n\nFill the jars!\n\nBoil the plums with sugar.\n")
    keys = ["f3", "f3", "f3", *"a.md", "enter", *"b.txt", "enter"]
    assert snapshot_of(FakeSession(), size, keys, "line 3: 1.0000")


def test_pairs(snapshot_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = (f"plum jam {'o' * n}\tjam of plums{'y' * (n % 3)}\t{n % 5}\n" for n in range(12))
    (tmp_path / "p.tsv").write_text("".join(lines))
    keys = ["f3", "f3", "f3", "f3", *"p.tsv", "enter"]
    assert snapshot_of(FakeSession(), (160, 50), keys, "12 pairs, Spearman")


def test_rendered_markdown(snapshot_of):
    body = "# Fruit\n\n- Boil the **plums** with `sugar`\n- [fill](x) *jars*\n\n```\nx = 1\n```\n"
    found = hit(text="- Boil the **plums** with `sugar`", highlight=((13, 18),))
    assert snapshot_of(FakeSession([found], body), (100, 24), ["j"], "• Boil the plums")
