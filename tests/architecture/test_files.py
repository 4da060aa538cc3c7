"""What every package ships, and how long a file may be."""

import ast
import tomllib

import pytest

from tests.conftest import ROOT

PACKAGES = ("app", "indexes", "jtcse_core")
MAX_LINES = 400
MAX_FUNCTION_LINES = 60
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_typed_and_says_so_in_its_wheel(package):
    assert (ROOT / package / "py.typed").is_file()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert "py.typed" in settings["package-data"][package]


def test_every_folder_of_sources_is_a_package():
    folders = {path.parent for path in SOURCES}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_file_is_too_long():
    lengths = {path: len(path.read_text().splitlines()) for path in SOURCES}
    assert {str(path): n for path, n in lengths.items() if n > MAX_LINES} == {}


def test_no_function_is_too_long():
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                if length > MAX_FUNCTION_LINES:
                    long.append(f"{path}:{node.lineno} {node.name}: {length}")
    assert long == []


def test_only_two_modules_write_to_the_standard_streams():
    writers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert set(writers) <= {"app/cli/output.py", "app/cli/diagnostics.py"}
