"""The command that is named is made ready alone, and is what it is among all."""

import pytest

from app.cli.arguments import TAKES_VALUE
from app.cli.tree import TREE, Branch, build


@pytest.mark.parametrize("name", TREE)
def test_a_command_alone_has_the_help_it_has_among_all(cli, name):
    alone = build([name])
    assert list(alone.commands) == [name]
    among = build().commands[name]
    assert alone.commands[name].help == among.help
    assert [p.opts for p in alone.commands[name].params] == [p.opts for p in among.params]
    part = TREE[name]
    if isinstance(part, Branch):
        assert list(alone.commands[name].commands) == list(part.leaves)


def test_values_of_options_before_a_command_are_not_taken_for_it(cli, tmp_path):
    options = [p for p in build().params if not getattr(p, "is_flag", False)]
    assert {opt for p in options for opt in p.opts} == set(TAKES_VALUE)
    assert list(build(["--home", "search", "--debug", "status"]).commands) == ["status"]
    ended = cli("--home", tmp_path / "score", "status", "--json")
    assert ended.code == 0


@pytest.mark.parametrize("arguments", [["--home", "", "status"], ["status", "--home", ""]])
def test_an_empty_home_is_refused(cli, arguments):
    ended = cli(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "--home is empty; give a folder, or leave it out" in ended.err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["serch"], ["--home"], ["--", "x"]])
def test_without_a_known_command_all_are_there(arguments):
    assert list(build(arguments).commands) != []
    assert set(build(arguments).commands) == set(TREE)
