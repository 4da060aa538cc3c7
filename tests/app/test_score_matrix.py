"""`jtcse score --matrix` on a terminal."""

import re

import pytest

from app.cli import heatmap
from app.scoring.heat import heat
from app.scoring.matrix import make_matrix
from jtcse_core.onnx_encoder import OnnxEncoder

STYLE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture
def shown(tiny_encoder, capsys, monkeypatch):
    """Show a matrix as a terminal of some width would have it."""

    def shown(rows, columns=None, width=80, terminal=True):
        monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm-256color")
        heatmap.show(make_matrix(OnnxEncoder(tiny_encoder), rows, columns or rows))
        return capsys.readouterr()

    return shown


def plain(text):
    return STYLE.sub("", text)


def test_values_stand_on_colours(shown):
    out = shown(["a cat", "xyz"]).out
    assert "48;5;" in out
    assert plain(out).splitlines()[1].split() == ["1", "a", "cat", "1.00", plain(out).split()[-2]]


def test_without_colour_the_same_values_stand(shown, monkeypatch):
    coloured = plain(shown(["a cat", "xyz"]).out)
    monkeypatch.setenv("NO_COLOR", "1")
    out = shown(["a cat", "xyz"]).out
    assert "\x1b" not in out
    assert [line.rstrip() for line in coloured.splitlines()] == out.splitlines()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(shown, width):
    rows = [f"row {i} {'of many words ' * 5} 漢字" for i in range(60)]
    out = plain(shown(rows, width=width).out)
    assert max(map(heatmap.cells, out.splitlines())) <= width
    assert len(out.splitlines()) == 61


def test_columns_that_do_not_fit_are_told(shown):
    ended = shown([f"text {i}" for i in range(60)])
    assert re.search(r"columns 1 to \d+ of 60", ended.err)


def test_a_matrix_that_fits_needs_no_note(shown):
    assert shown(["a", "b"]).err == ""


def test_texts_of_the_columns_stand_below(shown):
    out = plain(shown(["a cat"], ["a kitten", "the law"]).out)
    assert out.splitlines()[-2:] == ["1 a kitten", "2 the law"]


def test_control_characters_are_not_shown(shown):
    out = shown(["\x1b[2Jred", "b"], ["\x1b[31mc"]).out
    assert "\x1b[2J" not in out
    assert "\x1b[31m" not in out


def test_near_and_far_have_other_colours_and_light_text_only_on_dark():
    assert heat(0.05) != heat(0.95)
    assert (heat(-1), heat(2)) == (heat(0.0), heat(1.0))
    assert (heat(0.0).foreground_hex, heat(1.0).foreground_hex) == ("#ffffff", "#000000")


def test_blocks_are_the_whole_matrix(tiny_encoder, monkeypatch):
    monkeypatch.setattr("app.scoring.matrix.BLOCK_ROWS", 3)
    matrix = make_matrix(OnnxEncoder(tiny_encoder), list("abcdefgh"), list("xyz"))
    rows = list(matrix.scored_rows())
    assert len(rows) == 8
    assert abs(rows - matrix.block(0, 8)).max() < 1e-6


def test_lines_that_cannot_be_read_are_named(cli, tiny_encoder, tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"good\nfine\n\xff\nlast\n")
    ended = cli("score", "--matrix", path, "--model", tiny_encoder, "--json")
    assert ended.json()["rows"] == ["good", "fine", "last"]
    assert "line 3 was passed over: not UTF-8" in ended.err


def test_texts_in_utf16(cli, tiny_encoder, tmp_path):
    path = tmp_path / "f"
    path.write_bytes("Zoë\r\nÅse\r\n".encode("utf-16"))
    value = cli("score", "--matrix", path, "--model", tiny_encoder, "--json").json()
    assert value["rows"] == ["Zoë", "Åse"]
