"""Vectors are multiplied on one thread, unless the user says otherwise."""

import os
import subprocess
import sys

import pytest

SHOW = """
import os, sys
from app.cli import process
process.prepare()
print(os.environ["OPENBLAS_NUM_THREADS"], "numpy" in sys.modules)
"""


@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("3", "3")])
def test_it_is_said_before_numpy_is_there(given: str | None, used: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    if given:
        environment["OPENBLAS_NUM_THREADS"] = given
    shown = subprocess.check_output([sys.executable, "-c", SHOW], text=True, env=environment)
    assert shown.split() == [used, "False"]
