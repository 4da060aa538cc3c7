import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.visible import visible, visible_line

REORDERING = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_spans_still_fit(text):
    assert len(visible(text)) == len(text)


@given(ANY_TEXT)
def test_nothing_that_acts_is_left(text):
    shown = visible(text)
    assert all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in shown)
    assert not any(ord(c) in REORDERING for c in shown)
    shown.encode()


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_shows_is_not_touched(text):
    assert visible(text) == text


@given(ANY_TEXT)
def test_twice_is_as_good_as_once(text):
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1b[2J\x1b[H",  # clears the screen
        b"\x1b]0;owned\x07",  # sets the title
        b"\x1b]52;c;ZXZpbA==\x1b\\",  # writes the clipboard
        b"\x1bP+q544e\x1b\\",  # asks the terminal to answer as if typed
        b"\xc2\x9b31m",  # the same as ESC [, as one C1 character
        b"\xc2\x9d52;c;ZXZpbA==\xc2\x9c",
        b"\x08\x08\x08\x7f",  # rubs out what came before
        b"safe\rgone",  # overwrites the line
        b"\x0e\x0f",  # changes the character set
        b"\x00\x05",
    ],
)
def test_real_bytes_do_nothing(raw):
    sent = visible(raw.decode()).encode()
    assert not set(sent) & (set(range(0x20)) | {0x7F})
    assert not any(0x80 <= ord(c) <= 0x9F for c in sent.decode())


def test_controls_are_shown_as_their_pictures():
    assert visible("a\x1b[31mb\x7f") == "a␛[31mb␡"


def test_line_feeds_and_tabs_stay():
    assert visible("a\tb\nc") == "a\tb\nc"
    assert visible_line("a\tb\nc") == "a b c"


def test_windows_line_ends_look_like_any_other():
    assert visible("a\r\nb\rc") == "a \nb␍c"


@pytest.mark.parametrize("code", REORDERING)
def test_reordering_is_undone(code):
    assert visible(f"a{chr(code)}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_path_that_is_not_utf8_can_be_printed():
    assert (
        visible(os.fsdecode(b"caf\xe9.txt")).encode() == "caf\N{REPLACEMENT CHARACTER}.txt".encode()
    )


def test_joined_emoji_and_right_to_left_words_stay():
    assert visible("👩‍💻 שלום") == "👩‍💻 שלום"
