"""Working ahead: order, bounds, errors, and an end."""

import threading
import time
from contextlib import closing

import pytest

from indexes.ahead import ahead


def test_items_come_in_their_order():
    assert list(ahead(range(100), 3)) == list(range(100))


def test_the_maker_is_only_so_far_ahead():
    made: list[int] = []

    def make():
        for i in range(100):
            made.append(i)
            yield i

    with closing(ahead(make(), 3)) as items:
        next(items)
        time.sleep(0.2)
        assert len(made) <= 6


def test_an_error_of_the_maker_reaches_the_user_after_what_was_made():
    def make():
        yield 1
        raise KeyError("lost")

    items = ahead(make(), 3)
    assert next(items) == 1
    with pytest.raises(KeyError):
        next(items)


def test_no_thread_is_left_when_the_user_stops_early():
    with closing(ahead(iter(int, 1), 3)) as items:
        next(items)
    assert not [t for t in threading.enumerate() if t.name == "jtcse-read"]


@pytest.mark.usefixtures("interrupt_soon")
def test_no_thread_is_left_when_the_user_interrupts_its_end():
    def make():
        yield 1
        time.sleep(0.5)
        yield 2

    with closing(ahead(make(), 3)) as items:
        next(items)
    assert not [t for t in threading.enumerate() if t.name == "jtcse-read"]
