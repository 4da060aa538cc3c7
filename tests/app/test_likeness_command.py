"""`jtcse search --like` and `--unlike`: documents and passages as examples."""

from pathlib import Path

import pytest

from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.types import MODES, Request, Root

TEXTS = {
    "bees.md": "# Bees\n\nA hive of bees makes honey. Beekeepers wear veils against stings.\n",
    "honey.md": "# Honey\n\nHoney is spun out of the combs that the bees have filled.\n",
    "boats.md": "# Boats\n\nRaise the sail and steer with the rudder when the wind is fair.\n",
    "harbour.md": "# Harbour\n\nSailing ships wait in the harbour for a fair wind.\n",
    "bread.md": "# Bread\n\nKnead the dough, let it rise, and bake it in a hot oven.\n",
}


@pytest.fixture
def docs(tmp_path, default_encoder):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def session(tmp_path, docs, monkeypatch):
    monkeypatch.setenv("JTCSE_HOME", str(tmp_path / "home"))
    opened = Session(find_paths(None), Settings())
    opened.index([Root(docs)])
    yield opened
    opened.close()


@pytest.fixture
def like(cli, session):
    """Return a function from arguments to the names of the documents found."""

    def ask(*arguments):
        ended = cli("search", *arguments, "--json")
        assert ended.code == 0, ended.err
        return [Path(hit["path"]).name for hit in ended.json()["hits"]]

    return ask


@pytest.mark.parametrize("mode", MODES)
def test_what_is_like_a_document_comes_first_and_itself_never(like, docs, mode):
    found = like("--like", docs / "bees.md", "--mode", mode)
    assert found[0] == "honey.md"
    assert "bees.md" not in found


def test_a_part_of_the_path_is_enough(like):
    assert like("--like", "boats.md")[0] == "harbour.md"
    assert like("--like", "docs/boats.md")[0] == "harbour.md"


def test_a_file_that_is_not_indexed_serves_too(like, tmp_path):
    (tmp_path / "note.txt").write_text("Flour, water and yeast become a loaf.")
    assert like("--like", tmp_path / "note.txt")[0] == "bread.md"


def test_several_examples_and_a_query_are_weighed(like, docs):
    both = ["--like", docs / "bees.md", "--like", docs / "boats.md"]
    assert set(like(*both)[:2]) == {"honey.md", "harbour.md"}
    heavy = ["--like", docs / "bees.md^0.2", "--like", docs / "boats.md^2"]
    assert like(*heavy)[0] == "harbour.md"
    assert like("dough", "--like", docs / "bees.md^0.1")[0] == "bread.md"


def test_what_is_not_wanted_goes_down(like, docs):
    before = like("fair", "wind", "and", "honey", "--mode", "dense")
    after = like("fair", "wind", "and", "honey", "--mode", "dense", "--unlike", docs / "boats.md^2")
    assert before.index("harbour.md") < after.index("harbour.md")


def test_filters_and_k_hold(like, docs):
    assert len(like("--like", docs / "bees.md", "-k", 4)) == 4
    assert like("--like", docs / "bees.md", "--path", "b*.md", "-k", 1) != ["honey.md"]


def test_a_line_chooses_the_passage(like, session, docs):
    parts = [f"# Part {i}\n\n{' '.join(f'word{i}x{j}' for j in range(90))}\n" for i in range(3)]
    (docs / "long.md").write_text("\n".join([*parts, "# Ovens\n\nThe oven bakes the bread.\n"]))
    session.index([])
    last = len((docs / "long.md").read_text().splitlines())
    assert like("--like", f"long.md:{last}")[0] == "bread.md"


def test_a_name_with_a_colon_or_a_caret_is_taken_as_it_is(like, session, docs):
    (docs / "a:1").write_text("Flour, water and yeast become a loaf.")
    (docs / "b^2").write_text("The keeper of the bees sells honey in jars.")
    session.index([])
    assert like("--like", docs / "a:1")[0] == "bread.md"
    assert set(like("--like", docs / "b^2:1^3")[:2]) == {"bees.md", "honey.md"}


def test_the_answer_names_its_examples(cli, session, docs):
    answer = cli("search", "--like", docs / "bees.md:3^2", "--unlike", "boats.md", "--json").json()
    assert answer["query"] == ""
    assert answer["like"] == [
        {"path": str(docs / "bees.md"), "line": 3, "weight": 2.0},
        {"path": str(docs / "boats.md"), "line": None, "weight": -0.5},
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--like", "nowhere.md"], "neither indexed nor a file"),
        (["--like", "empty.txt"], "no text"),
        (["--like", "bees.md:99"], "no line or page 99"),
        (["--like", "note.txt:99"], "no line or page 99"),
        (["--like", "."], "neither"),
        (["--unlike", "bees.md"], "missing argument"),
        (["--like", "bees.md^0"], "the query is empty"),
    ],
)
def test_what_cannot_be_an_example_is_refused(cli, session, tmp_path, monkeypatch, arguments, says):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "note.txt").write_text("A line on bees.")
    monkeypatch.chdir(tmp_path)
    ended = cli("search", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_several_documents_of_a_name_are_refused_by_name(cli, session, docs):
    (docs / "old").mkdir()
    (docs / "old/bees.md").write_text("Old notes on bees.")
    session.index([])
    ended = cli("search", "--like", "bees.md")
    assert ended.code == 2
    assert str(docs / "old/bees.md") in ended.err


def test_a_hit_serves_as_an_example(session):
    (bees, *_) = session.search(Request("beekeeper's veil")).hits
    answer = session.more_like(bees, Request("", k=3))
    assert Path(answer.hits[0].path).name == "honey.md"
    assert len(answer.hits) == 3
    both = session.more_like(bees, Request("kneading dough", mode="dense"))
    assert {Path(hit.path).name for hit in both.hits[:2]} == {"honey.md", "bread.md"}


def test_a_hit_of_a_document_that_went_is_refused(session, docs):
    from app.errors import UsageError

    (bees, *_) = session.search(Request("beekeeper's veil")).hits
    (docs / "bees.md").unlink()
    session.index([])
    with pytest.raises(UsageError, match="changed"):
        session.more_like(bees, Request(""))


def test_stored_vectors_are_used(session, monkeypatch):
    encoder = session.encoder().plain
    monkeypatch.setattr(encoder, "encode", lambda texts, *_: pytest.fail(f"encoded: {texts}"))
    (bees,) = session.search(Request("beekeepers", mode="lexical")).hits
    assert session.more_like(bees, Request("", mode="dense")).hits
