"""Chinese and Japanese: words are found although no space stands between them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.query import parse
from indexes.unsegmented import merged, pieces

TEXTS = {
    "apg.md": "# apg\n\n生成任意复杂度的随机密码。更多信息，请看手册。\n",
    "mongod.md": "# mongod\n\n数据库服务器。指定存储目录。\n",
    "tokyo.md": "# Tokyo\n\n東京タワーは、港区にある電波塔である。\n",
}


@pytest.fixture
def library(docs, index):
    for name, text in TEXTS.items():
        (docs / name).write_text(text)
    index()


def names(answer):
    return [Path(hit.path).name for hit in answer.hits]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("随机密码", "apg.md"),
        ("密码随机", "apg.md"),
        ("数据库的目录", "mongod.md"),
        ("タワー", "tokyo.md"),
        ("塔", "tokyo.md"),
        ("apg密码", "apg.md"),
    ],
)
def test_a_word_inside_a_sentence_is_found(library, ask, query, name):
    assert names(ask(query, "lexical"))[0] == name


def test_what_was_found_is_highlighted(library, ask):
    (hit,) = ask("随机密码 手册", "lexical").hits
    assert [hit.text[a:b] for a, b in hit.highlight] == ["随机密码", "手册"]


def test_phrases_and_excluded_words_hold(library, ask):
    assert names(ask('"随机密码"', "lexical")) == ["apg.md"]
    assert names(ask('"密码随机"')) == []
    assert "apg.md" not in names(ask("信息 -密码"))


def test_other_words_are_not_touched(library, ask):
    assert names(ask("honey", "lexical")) == ["bees.txt"]
    assert parse("use snake_case and naïve").words == ("use", "snake_case", "naïve")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("honey", ["honey"]),
        ("密", ["密"]),
        ("密码", ["密码"]),
        ("随机密码", ["随机", "机密", "密码"]),
        ("用python编写", ["用", "python", "编写"]),
    ],
)
def test_runs_are_cut_into_pairs(word, expected):
    assert list(pieces(word)) == expected


@given(st.text(min_size=1, max_size=30))
def test_no_character_is_lost(word):
    assert set("".join(pieces(word))) == set(word)


def test_spans_that_meet_are_one():
    assert merged([(4, 6), (0, 2), (1, 3), (6, 7)]) == [(0, 3), (4, 7)]
