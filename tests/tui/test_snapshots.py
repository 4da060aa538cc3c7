"""Layout at a glance; what the interface does is asserted elsewhere."""

import pytest
from textual.widgets import Input

from indexes.errors import CollectionNotFound
from tests.tui.fakes import FakeSession, hit, make_app, screen_text, until

TITLES = ["Preserving fruit", "The kitchen in autumn: a calendar of what to do", "preserves-3.md"]


def cookbook():
    hits = [hit(rank, title=title) for rank, title in enumerate(TITLES, start=1)]
    hits += [hit(4, page=12, path="/home/ada/notes/scans/grandmother/cookbook.pdf", type="pdf")]
    return FakeSession(hits)


@pytest.fixture
def snapshot_of(snap_compare):
    def compare(session, size, keys, shows):
        app = make_app(session)
        app.animation_level = "none"

        async def before(pilot):
            await until(pilot, lambda: "ready" in screen_text(app) or "no coll" in screen_text(app))
            await pilot.press(*keys)
            for field in app.screen.query(Input):
                field.cursor_blink = False
            await until(pilot, lambda: shows in screen_text(app), shows)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 16)], ids=lambda size: f"{size[0]}")
def test_results(snapshot_of, size):
    assert snapshot_of(cookbook(), size, ["j", "a", "m", "down"], "Boil the plums with sugar")


def test_first_run(snapshot_of):
    session = FakeSession()
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    session.fails = {"describe": missing, "prepare": missing}
    assert snapshot_of(session, (80, 24), [], "Nothing is indexed yet")


def test_score(snapshot_of):
    keys = ["f3", "a", "tab", "b"]
    assert snapshot_of(FakeSession(), (80, 24), keys, "Similarity")


def test_help(snapshot_of):
    assert snapshot_of(FakeSession(), (80, 24), ["f1"], "Rank by meaning")


MATRIX = ["f3", "f3", *"plum jam", "enter", *"jam of plums", "enter", *"owls", "tab", "tab", "r"]


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=lambda size: f"{size[0]}")
def test_matrix(snapshot_of, size):
    keys = ["space" if key == " " else key for key in MATRIX]
    assert snapshot_of(FakeSession(), size, keys, "3 × 3")


def test_documents(snapshot_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("# Jam\n\nBoil the plums with sugar. Fill the jars. Qqq zzz.\n")
    (tmp_path / "b.txt").write_text("Xyx.\n\nFill the jars!\n\nBoil the plums with sugar.\n")
    keys = ["f3", "f3", "f3", *"a.md", "enter", *"b.txt", "enter"]
    assert snapshot_of(FakeSession(), (80, 24), keys, "line 3: 1.0000")


def test_rendered_markdown(snapshot_of):
    body = "# Fruit\n\n- Boil the **plums** with `sugar`\n- [fill](x) *jars*\n\n```\nx = 1\n```\n"
    found = hit(text="- Boil the **plums** with `sugar`", highlight=((13, 18),))
    assert snapshot_of(FakeSession([found], body), (100, 24), ["j"], "• Boil the plums")
