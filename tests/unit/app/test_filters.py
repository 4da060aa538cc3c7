import time

import pytest

from app.errors import UsageError
from app.filters import FilterLine, parse_line


def test_a_line_names_collections_types_age_and_path():
    line = parse_line('in:papers,notes type:.MD,pdf since:7d path:"my notes/*"')
    assert line == FilterLine(("papers", "notes"), ("md", "pdf"), "7d", "my notes/*")
    filters = line.filters()
    assert filters.types == ("md", "pdf")
    assert filters.path == "my notes/*"
    assert filters.since is not None
    assert time.time() - filters.since == pytest.approx(7 * 86400, abs=5)


def test_an_empty_line_filters_nothing():
    assert not parse_line("  ").filters()


def test_a_word_alone_is_part_of_a_path():
    assert parse_line("kitchen").path == "kitchen"


@pytest.mark.parametrize("line", ['"my in:papers notes"', 'path:"my in:papers notes"'])
def test_what_stands_in_quotation_marks_is_one_path(line):
    assert parse_line(line) == FilterLine(path="my in:papers notes")


@pytest.mark.parametrize("line", ["kind:md", "since:soon"])
def test_what_makes_no_sense_is_told(line):
    with pytest.raises(UsageError):
        parse_line(line)
