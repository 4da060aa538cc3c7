"""The interface's themes go by the names that the configuration knows."""

from app import themes
from app.tui import looks


def test_our_themes_have_the_names_that_the_configuration_knows():
    assert [theme.name for theme in looks.OURS] == list(themes.OURS)
