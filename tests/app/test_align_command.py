"""`jtcse align`: sentences of two documents that say the same."""

import pytest

from app.scoring.alignment import Sentence, align, read_sentences
from jtcse_core.onnx_encoder import OnnxEncoder

pytestmark = pytest.mark.encoder

FERRY = """# Ferry

The ferry leaves the harbour at seven in the morning.
Tickets are sold on board.

- Dogs are welcome.
"""
BOAT = """<h1>By boat</h1>
<p>You can buy a ticket on the ship. In the morning at seven the ferry departs from the port.</p>
<p>The captain is called Ann.</p>
"""


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.fixture
def documents(write):
    return write("ferry.md", FERRY), write("boat.html", BOAT)


def test_sentences_that_say_the_same_are_matched(cli, default_encoder, documents):
    value = cli("align", *documents, "--json").json()
    matched = {pair["a"]["text"]: pair["b"]["text"] for pair in value["pairs"]}
    assert matched["The ferry leaves the harbour at seven in the morning."].startswith("In the mor")
    assert matched["Tickets are sold on board."].startswith("You can buy")


def test_json_has_texts_lines_and_the_rest_of_both_sides(cli, default_encoder, documents):
    value = cli("align", *documents, "--json").json()
    assert value.keys() == {"pairs", "unmatched_a", "unmatched_b"}
    assert all(pair.keys() == {"a", "b", "score"} for pair in value["pairs"])
    assert value["pairs"][-1]["a"]["line"] == 4
    assert {"text": "Dogs are welcome.", "line": 6} in value["unmatched_a"]
    assert "The captain is called Ann." in [s["text"] for s in value["unmatched_b"]]


def test_every_sentence_is_somewhere_once(cli, default_encoder, documents):
    value = cli("align", *documents, "--json").json()
    for side, unmatched in (("a", "unmatched_a"), ("b", "unmatched_b")):
        found = [pair[side]["text"] for pair in value["pairs"]]
        found += [sentence["text"] for sentence in value[unmatched]]
        path = documents[side == "b"]
        assert sorted(found) == sorted(s.text for s in read_sentences(path))


def test_a_score_is_the_pair_s_own(cli, default_encoder, documents):
    pair = cli("align", *documents, "--json").json()["pairs"][-1]
    alone = cli("score", pair["a"]["text"], pair["b"]["text"], "--json").json()["score"]
    assert pair["score"] == pytest.approx(alone, abs=1e-4)


def test_a_document_matches_itself_wholly(cli, default_encoder, documents):
    value = cli("align", documents[0], documents[0], "--json").json()
    assert (value["unmatched_a"], value["unmatched_b"]) == ([], [])
    assert all(pair["a"] == pair["b"] for pair in value["pairs"])


def test_repeated_sentences_match_in_their_order(tiny_encoder):
    sentences = [Sentence("the same words", i) for i in range(1, 6)]
    result = align(OnnxEncoder(tiny_encoder), sentences, sentences, 0.5)
    assert [(m.a, m.b) for m in result.matches] == [(i, i) for i in range(5)]


def test_threshold_is_obeyed(cli, default_encoder, documents):
    value = cli("align", *documents, "--threshold", "0.999", "--json").json()
    assert value["pairs"] == []


@pytest.mark.parametrize("threshold", ["2", "-1.5", "nan"])
def test_threshold_that_is_no_cosine(cli, documents, threshold):
    assert cli("align", *documents, "--threshold", threshold).code == 2


def test_text_shows_pairs_and_the_rest(cli, default_encoder, documents):
    ended = cli("align", *documents)
    assert ended.code == 0
    assert f"Only in {documents[0]}" in ended.out
    assert "Dogs are welcome." in ended.out
    assert "sentences matched" in ended.err


def test_list_marks_and_headings_are_no_text(write):
    path = write("a.md", "# A title\n\n- One thing.\n2. Another thing.\n> A quotation.\n")
    assert [(s.text, s.line) for s in read_sentences(path)] == [
        ("A title", 1),
        ("One thing.", 3),
        ("Another thing.", 4),
        ("A quotation.", 5),
    ]


def test_white_space_inside_a_sentence_is_one_space(write):
    path = write("a.txt", "One sentence\r\nover two lines.\tAnd a tab.\n")
    assert [s.text for s in read_sentences(path)] == ["One sentence over two lines.", "And a tab."]


def test_other_encodings_are_read(write):
    path = write("a.txt", "Zoë schläft. Åse fährt.".encode("utf-16"))
    assert [s.text for s in read_sentences(path)] == ["Zoë schläft.", "Åse fährt."]


def test_escape_sequences_are_not_shown(cli, tiny_encoder, write):
    path = write("a.txt", "A \x1b[31mred\x1b[0m sentence with enough words in it to be text.\n")
    ended = cli("align", path, path, "--model", tiny_encoder)
    assert ended.code == 0
    assert "\x1b" not in ended.out


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 100, b"...\n"])
def test_a_document_without_sentences(cli, documents, write, data):
    ended = cli("align", documents[0], write("bad.bin", data))
    assert (ended.code, ended.out) == (2, "")
    assert "bad.bin" in ended.err


def test_a_missing_document(cli, documents, tmp_path):
    ended = cli("align", documents[0], tmp_path / "absent.md")
    assert ended.code == 2
    assert "absent.md" in ended.err


def test_two_long_documents_share_no_matrix_in_memory(tiny_encoder, monkeypatch):
    monkeypatch.setattr("app.scoring.alignment._BLOCK_ROWS", 4)
    sentences = [Sentence(f"words {i} {'abcdefghij'[i % 10] * i}", i) for i in range(30)]
    result = align(OnnxEncoder(tiny_encoder), sentences, sentences, 0.9)
    assert [(m.a, m.b) for m in result.matches] == [(i, i) for i in range(30)]
