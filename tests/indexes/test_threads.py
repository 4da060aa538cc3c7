"""Work beside our own can be waited for, and an interrupt does not pass for its end."""

import time

import pytest

from indexes.threads import InBackground


def test_its_value_is_waited_for():
    assert InBackground(lambda: 7).result() == 7


def test_its_error_is_raised_where_the_value_is_asked_for():
    def fail() -> None:
        raise LookupError("gone")

    work = InBackground(fail)
    with pytest.raises(LookupError, match="gone"):
        work.result()


def test_waiting_can_have_an_end():
    work = InBackground(lambda: time.sleep(0.3))
    assert not work.wait(0.01)
    assert work.wait(None)
    assert work.done


@pytest.mark.usefixtures("interrupt_soon")
def test_what_ends_soon_is_waited_for_whatever_interrupts():
    work = InBackground(lambda: time.sleep(0.4))
    work.wait_out()
    assert work.done


def test_an_error_beside_it_leaves_nothing_running():
    work = InBackground(lambda: time.sleep(0.3))
    with pytest.raises(LookupError), work:
        raise LookupError
    assert work.done


@pytest.mark.usefixtures("interrupt_soon")
def test_it_is_still_waited_for_after_an_interrupt():
    done = []

    def take_long() -> None:
        time.sleep(0.6)
        done.append(True)

    work = InBackground(take_long)
    with pytest.raises(KeyboardInterrupt):
        work.wait(None)
    assert not work.done
    assert work.wait(None)
    assert done
