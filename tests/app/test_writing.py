import pytest

from app.errors import OutputError, UsageError
from app.writing import check_new, new_file


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "out.csv"
    check_new(path, (".csv",))
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists already"), new_file(path, errors="replace"):
        pass
    assert path.read_text() == "mine"


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path):
    path = tmp_path / "out.csv"
    path.symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match="exists already"):
        check_new(path, (".csv",))


def test_what_the_system_refuses_is_told(tmp_path):
    path = tmp_path / ("x" * 300)
    with pytest.raises(OutputError, match="cannot be written"), new_file(path, errors="replace"):
        pass
