"""Terminals that close with their test."""

import pytest

from tests.tui.terminal import Terminal


@pytest.fixture
def start():
    started = []

    def launch(kind, errors=None, **environment):
        started.append(Terminal(kind, errors, **environment))
        return started[-1]

    yield launch
    for terminal in started:
        terminal.close()
