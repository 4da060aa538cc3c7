"""Another process holds the database for a while, as a backup or another tool may."""

import threading

import pytest

from indexes import database
from indexes.errors import Busy
from indexes.stamp import read_stamp
from indexes.store import Store
from indexes.writing import writing
from tests.indexes.holding import held


def test_a_run_waits_for_who_holds_the_database_a_moment(index, folder, docs):
    index()
    (docs / "late.txt").write_text("late words")
    with held(folder) as other:
        release = threading.Timer(1.0, other.rollback)
        release.start()
        assert index().added == 1
        release.join()


def test_a_database_that_stays_held_is_busy(index, folder, monkeypatch):
    index()
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.1)
    with (
        held(folder),
        pytest.raises(Busy, match="notes"),
        writing(folder) as (store, _),
        store.transaction(),
    ):
        pass


def set_and_fail(store: Store, key: str, inner: str = "") -> None:
    with store.transaction():
        store.set_meta(key, "set")
        if inner:
            with store.transaction():
                store.set_meta(inner, "set")
        raise KeyError


def test_what_failed_inside_a_transaction_is_not_kept(index, folder):
    index()
    with writing(folder) as (store, _):
        before = store.generation()
        with pytest.raises(KeyError):
            set_and_fail(store, "colour")
        assert (store.get_meta("colour"), store.generation()) == (None, before)


def test_a_transaction_inside_another_is_not_kept_without_it(index, folder):
    index()
    with writing(folder) as (store, _):
        with pytest.raises(KeyError):
            set_and_fail(store, "colour", inner="size")
        assert (store.get_meta("colour"), store.get_meta("size")) == (None, None)
        assert read_stamp(folder) == store.generation()


def test_a_transaction_outlives_one_inside_it_that_failed(index, folder):
    index()
    with writing(folder) as (store, _):
        with store.transaction():
            store.set_meta("colour", "set")
            with pytest.raises(KeyError):
                set_and_fail(store, "size")
        assert (store.get_meta("colour"), store.get_meta("size")) == ("set", None)
        assert read_stamp(folder) == store.generation()
