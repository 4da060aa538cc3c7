"""Documents of many formats from the command line: inspect, a pipe, filters, watching."""

import signal
import time

import pytest

from tests.indexes.formats.making import docx, pdf, word_paragraph

GERMAN = "Die Bienen im Garten machen Honig für den Winter und das ist es was sie mit sich tun. "


@pytest.fixture(autouse=True)
def _small_encoder(tiny_encoder, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))


def test_inspect_shows_what_is_read_and_how_it_is_cut(cli, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf([["First page."], ["Second page."]], title="Report"))
    value = cli("inspect", path, "--json").json()
    assert (value["type"], value["title"], value["unit"]) == ("pdf", "Report", "page")
    assert [(p["page"], p["text"]) for p in value["passages"]] == [
        (1, "First page."), (2, "Second page."),
    ]  # fmt: skip
    shown = cli("inspect", path)
    assert shown.code == 0
    assert "page 2" in shown.out


def test_inspect_says_why_a_file_would_be_skipped(cli, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7 cut")
    assert "damaged" in cli("inspect", path, "--json").json()["skip"]
    assert "would be skipped: damaged" in cli("inspect", path).out


def test_inspect_of_nothing_is_a_usage_error(cli, tmp_path):
    assert cli("inspect", tmp_path / "none").code == 2


def test_nothing_of_an_inspected_file_acts_on_the_terminal(cli, tmp_path):
    path = tmp_path / "\x1b[31mred.txt"
    path.write_text("bell\x07 \u202eabc")
    out = cli("inspect", path).out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_text_from_a_pipe_is_indexed_under_its_title_and_replaced(jtcse, tiny_encoder, tmp_path):
    environment = {"JTCSE_DEFAULT_ENCODER": str(tiny_encoder)}
    home = ("--home", tmp_path / "home")
    first = jtcse("index", "-", "--title", "Note", "--json", *home, stdin=b"the first words",
                  environment=environment)  # fmt: skip
    assert first.json()["added"] == 1
    again = jtcse("index", "-", "--title", "Note", "--json", *home, stdin=b"other words",
                  environment=environment)  # fmt: skip
    assert again.json()["updated"] == 1
    hits = jtcse("search", "words", "--mode", "lexical", "--json", *home,
                 environment=environment).json()["hits"]  # fmt: skip
    assert [(hit["title"], hit["text"]) for hit in hits] == [("Note", "other words")]


@pytest.mark.parametrize("nothing", [b"", b" \n\t\n"])
def test_a_pipe_that_brings_nothing_leaves_the_document_that_is_there(
    jtcse, tiny_encoder, tmp_path, nothing
):
    environment = {"JTCSE_DEFAULT_ENCODER": str(tiny_encoder)}
    home = ("--home", tmp_path / "home")
    jtcse("index", "-", "--title", "Note", *home, stdin=b"the first words",
          environment=environment)  # fmt: skip
    ended = jtcse("index", "-", "--title", "Note", *home, stdin=nothing, environment=environment)
    assert (ended.code, ended.out) == (1, "")
    assert "nothing came through the pipe for 'Note'" in ended.err
    (info,) = jtcse("collections", "list", "--json", *home).json()
    assert (info["documents"], info["skipped"]) == (1, 0)


@pytest.mark.parametrize("data", [b"the first words", bytes(range(9)) * 50])
def test_what_came_through_a_pipe_is_forgotten_by_its_title(jtcse, tiny_encoder, tmp_path, data):
    environment = {"JTCSE_DEFAULT_ENCODER": str(tiny_encoder)}
    home = ("--home", tmp_path / "home")
    title = "A/note: //x"
    for one in ("Kept", title):
        jtcse("index", "-", "--title", one, *home, stdin=b"words" if one == "Kept" else data,
              environment=environment)  # fmt: skip
    ended = jtcse("collections", "forget", "default", f"stdin:{title}", *home)
    assert (ended.code, ended.err) == (0, f"default no longer holds stdin:{title}\n")
    (info,) = jtcse("collections", "list", "--json", *home).json()
    assert (info["documents"], info["skipped"]) == (1, 0)
    again = jtcse("collections", "forget", "default", f"stdin:{title}", *home)
    assert again.code == 2
    assert "is no document of default" in again.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("-",),
        ("-", "--title", "T", "--watch"),
        (".", "--title", "T"),
        (".", "--dry-run", "--watch"),
    ],
)
def test_options_that_do_not_go_together_are_refused(cli, arguments):
    assert cli("index", *arguments).code == 2


def test_search_filters_by_tag_language_and_date(cli, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "tagged.md").write_text("---\ntags: [Bread]\n---\n\nwords of bread\n")
    (docs / "german.md").write_text(f"words {GERMAN}")
    (docs / "old.eml").write_text(
        "From: a@b\nSubject: S\nDate: Mon, 02 Jan 2006 15:04:05 +0000\n\nold words\n"
    )
    indexed = cli("index", docs)
    assert "de 1" in indexed.err

    def found(*options):
        hits = cli("search", "words", "--mode", "lexical", "--json", *options).json()["hits"]
        return {hit["path"].rpartition("/")[2] for hit in hits}

    assert found("--tag", "bread") == {"tagged.md"}
    assert found("--lang", "de") == {"german.md"}
    assert found("--before", "2007-01-01") == {"old.eml"}
    assert "old.eml" not in found("--since", "2007-01-01")


def test_languages_stand_in_the_json(cli, tmp_path):
    (tmp_path / "a.md").write_text(GERMAN)
    value = cli("index", tmp_path / "a.md", "--json").json()
    assert value["languages"] == {"de": 1}
    assert value["unknown_languages"] == {"de": 1}


def test_a_hit_says_what_its_page_counts(cli, tmp_path):
    (tmp_path / "a.csv").write_text("name,born\nAda,1815\n")
    cli("index", tmp_path / "a.csv")
    (hit,) = cli("search", "Ada", "--mode", "lexical", "--json").json()["hits"]
    assert (hit["unit"], hit["page"]) == ("row", 2)
    assert ", row 2" in cli("search", "Ada", "--mode", "lexical").out


def test_dry_run_names_what_is_passed_over(cli, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / ".hidden.md").write_text("x")
    (docs / "a.docx").write_bytes(docx(word_paragraph("words")))
    plan = {
        step["path"].rpartition("/")[2]: (step["what"], step["reason"])
        for step in cli("index", docs, "--dry-run", "--json").json()["would"]
    }
    assert plan == {".hidden.md": ("skip", "hidden"), "a.docx": ("add", "")}


def test_watching_follows_changes_until_it_is_interrupted(
    jtcse_process, jtcse, tiny_encoder, tmp_path
):
    environment = {"JTCSE_DEFAULT_ENCODER": str(tiny_encoder)}
    docs, home = tmp_path / "docs", tmp_path / "home"
    docs.mkdir()
    (docs / "a.txt").write_text("first words")
    process = jtcse_process("index", docs, "--watch", "--home", home, environment=environment)
    try:
        assert b"1 added" in process.stdout.readline()
        assert b"watching" in process.stderr.readline()
        time.sleep(1)  # until the system tells of changes
        for i in range(5):
            (docs / f"late{i}.txt").write_text(f"late words {i}")
        assert b"added" in process.stdout.readline()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    files = jtcse("search", "late", "--mode", "lexical", "--files", "--home", home,
                  environment=environment).out  # fmt: skip
    assert files.count("late") == 5


def test_search_says_when_files_of_its_hits_changed(cli, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("words of old")
    cli("index", path)
    assert "changed" not in cli("search", "words", "--mode", "lexical").err
    path.write_text("other words by now")
    assert "1 of these files changed" in cli("search", "words", "--mode", "lexical").err
    path.unlink()
    assert "1 of these files changed" in cli("search", "words", "--mode", "lexical").err


def test_search_names_the_collection_whose_files_changed(cli, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("words of old")
    cli("index", path, "-c", "notes")
    path.write_text("other words by now")
    note = cli("search", "words", "--mode", "lexical", "-c", "notes").err
    assert "jtcse index -c notes brings them up to date" in note


def test_search_says_when_other_files_of_the_collection_changed(cli, tmp_path):
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "a.txt").write_text("words of old")
    (docs / "sub" / "b.txt").write_text("something else")
    cli("index", docs, "-c", "notes")

    def told():
        ended = cli("search", "words", "--mode", "lexical", "-c", "notes", "-k", "1")
        return "files of notes changed" in ended.err

    assert not told()
    (docs / "sub" / "b.txt").write_text("something longer by now")
    assert told()
    cli("index", "-c", "notes")
    assert not told()
    time.sleep(0.05)  # a file system's clock is coarse
    (docs / "sub" / "new.txt").write_text("a newcomer")
    assert told()
    cli("index", "-c", "notes")
    (docs / "sub" / "new.txt").unlink()
    assert told()


def test_a_search_says_when_it_goes_by_words(cli, tmp_path):
    (tmp_path / "a.md").write_text(GERMAN)
    cli("index", tmp_path / "a.md")
    word = next(word for word in GERMAN.split() if len(word) > 4 and word.isalpha())
    ended = cli("search", word, "--json")
    assert ended.json()["unknown_languages"] == ["de"]
    assert "(de): words count for more" in ended.err
    assert "--mode hybrid" in cli("search", word, "--mode", "dense").err
