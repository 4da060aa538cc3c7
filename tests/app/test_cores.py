"""How many threads encode: by what the process may use, and one core stays free."""

import os

import pytest

from app import cores
from app.measuring import Opening, open_encoder
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from jtcse_core.onnx_encoder import OnnxEncoder


@pytest.mark.parametrize(("there", "used"), [(1, 1), (2, 2), (4, 3), (9, 8), (64, 8)])
def test_threads_follow_the_cores(monkeypatch, there: int, used: int) -> None:
    monkeypatch.setattr(cores, "usable_cores", lambda: there)
    assert cores.default_threads() == used


def test_what_the_process_may_use_counts() -> None:
    assert 1 <= cores.usable_cores() <= (os.cpu_count() or 1)


def test_more_threads_than_cores_are_not_started(tmp_path) -> None:
    session = Session(find_paths(tmp_path), Settings(threads=200))
    encoder = session.encoder().plain
    assert isinstance(encoder, OnnxEncoder)
    assert encoder.threads == cores.usable_cores()
    session.close()


def test_an_encoder_that_is_measured_gets_no_more_threads_than_cores_either(
    tmp_path, tiny_encoder
) -> None:
    session = Session(find_paths(tmp_path), Settings(threads=200))
    encoder = open_encoder(session, str(tiny_encoder), Opening())
    assert isinstance(encoder, OnnxEncoder)
    assert encoder.threads == cores.usable_cores()
    session.close()
