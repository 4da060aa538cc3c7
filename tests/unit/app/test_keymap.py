"""Keys of the interface as the configuration gives them."""

import pytest

from app.errors import SettingError
from app.settings import load_settings


@pytest.fixture
def read(tmp_path):
    def read(text):
        config = tmp_path / "config.toml"
        config.write_text(text)
        return load_settings(config).settings.tui_keys

    return read


def test_keys_stand_in_a_table_of_the_configuration(read):
    keys = read('[tui.keys]\nhelp = "f9, ctrl+h"\nsearch.mode = "ctrl+g"\n"results.mark" = "+"\n')
    assert keys == {"help": "f9,ctrl+h", "search.mode": "ctrl+g", "results.mark": "plus"}


@pytest.mark.parametrize("text", ["[tui]\nkeys = 1\n", "[tui.keys]\nhelp = 1\n"])
def test_what_is_no_table_of_keys_is_refused(read, text):
    with pytest.raises(SettingError):
        read(text)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ('serch = "f9"', "no action 'serch'", "'search'"),
        ('"search.mod" = "f9"', "no action 'search.mod'", "'search.mode'"),
        ('qqqq = "f9"', "no action 'qqqq'", "F1"),
        ('help = "f99"', "no key is called 'f99'", "'f9'"),
        ('help = "Ctrl+g"', "no key is called 'Ctrl+g'", "'ctrl+g'"),
        ('help = "f9,,f8"', "no key is called ''", "such as"),
        ('quit = "q"', "'q' is typed as text there", "ctrl+g"),
        ('"search.where" = "?"', "is typed as text there", "ctrl+g"),
        ('help = "f9"\nsearch = "f9"', "f9 would do both help and search", "another key"),
        ('"results.mark" = "y"', "y would do both results.mark and results.copy_path", "another"),
        ('pause = "f4"', "f4 would do both pause and search.mode", "another key"),
    ],
)
def test_keys_that_cannot_work_are_refused(read, line, message, hint):
    with pytest.raises(SettingError) as raised:
        read(f"[tui.keys]\n{line}\n")
    assert message in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    "lines",
    [
        'search.mode = "f5"\nsearch.filter = "f4"',  # exchanged
        'help = "f1,question_mark"',  # what the key does elsewhere, too
        '"results.mark" = "x"',
        '"results.why" = "f8"',
        'pause = "f4"\nsearch.mode = "ctrl+g"',
        'help = "z"',
    ],
)
def test_keys_that_can_work_are_taken(read, lines):
    assert read(f"[tui.keys]\n{lines}\n")
