"""Threads that share an encoder's batches end with it, also when a user interrupts it."""

import signal
import threading
import time

import pytest

from jtcse_core.onnx_encoder import _share


def test_an_interrupt_leaves_no_helper_at_work():
    started, ended = [], []

    def work(item: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            started.append(item)
            time.sleep(0.6)
            ended.append(item)
        else:
            while not started:
                time.sleep(0.01)

    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            _share([1, 2, 3, 4], work, 2)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert started
    assert ended == started
