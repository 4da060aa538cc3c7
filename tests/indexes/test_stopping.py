"""A run tells how far it is within a long document, and stops there soon when it is told to."""

import os
import re
import signal
import threading
import time
from contextlib import closing, suppress

import pytest

from indexes.ahead import ahead
from indexes.collection import Collection, describe
from indexes.errors import SkipDocument
from indexes.events import IndexEvent, Progressed, Reencoded
from indexes.extract.sandbox import Sandbox
from indexes.health import verify
from indexes.types import Root
from tests.indexes.word_encoder import WordEncoder

PARTS = 600
SOON = 1.0


class Stopped(BaseException):
    pass


class Slow(WordEncoder):
    """Takes as long as an encoder on a busy machine."""

    def _vector(self, text):
        time.sleep(0.005)
        return super()._vector(text)


@pytest.fixture
def long(tmp_path):
    """A folder with one document of many passages."""
    folder = tmp_path / "long"
    folder.mkdir()
    parts = (" ".join(f"word{i}x{j}" for j in range(100)) for i in range(PARTS))
    (folder / "long.txt").write_text("\n\n".join(f"{part}." for part in parts))
    return folder


def test_what_is_encoded_of_a_long_document_is_told(folder, long):
    told: list[IndexEvent] = []
    report = Collection(folder).index([Root(long)], Slow(), on_event=told.append)
    within = [one for one in told if isinstance(one, Progressed) and one.of]
    done = [one.done for one in within]
    assert len(set(done)) > 5
    assert done == sorted(done)
    assert done[-1] == report.passages
    assert {one.of for one in within} == {report.passages}
    assert {one.path for one in within} == {str(long / "long.txt")}
    sizes = [one.bytes for one in told if isinstance(one, Progressed)]
    assert sizes == sorted(sizes)
    assert any(0 < size < sizes[-1] for size in sizes)
    assert sizes[-1] == (long / "long.txt").stat().st_size


def test_a_run_stops_within_a_long_document_and_the_next_completes_it(folder, long, encoder):
    began = 0.0

    def stop(event):
        nonlocal began
        if isinstance(event, Progressed) and event.of and began:
            raise Stopped
        began = began or time.monotonic()

    with pytest.raises(Stopped):
        Collection(folder).index([Root(long)], Slow(), on_event=stop)
    assert time.monotonic() - began < SOON * 3
    assert describe(folder).documents == 0
    assert not [one for one in verify(folder) if one.severity == "damage"]
    report = Collection(folder).index([Root(long)], encoder)
    assert (report.added, report.passages) == (1, describe(folder).passages)
    assert not [one for one in verify(folder) if one.severity == "damage"]


def test_a_move_to_another_encoder_tells_its_progress_as_often(folder, long, encoder):
    Collection(folder).index([Root(long)], encoder)
    told: list[IndexEvent] = []
    Collection(folder).reencode(Slow(16, "others"), on_event=told.append)
    done = [one.texts for one in told if isinstance(one, Reencoded)]
    assert len(done) > 5
    assert done == sorted(done)
    assert done[-1] == describe(folder).passages


def test_who_waits_for_the_next_item_is_called_meanwhile():
    calls = []

    def make():
        time.sleep(0.5)
        yield 1

    assert list(ahead(make(), 3, waiting=lambda: calls.append(1))) == [1]
    assert calls


def test_who_stops_while_waiting_has_what_is_being_made_abandoned():
    given_up = threading.Event()

    def make():
        yield 1
        given_up.wait(20)
        yield 2

    def stop():
        raise Stopped

    began = time.monotonic()
    items = ahead(make(), 3, waiting=stop, abandon=given_up.set)
    with suppress(Stopped), closing(items):
        list(items)
    assert time.monotonic() - began < SOON
    assert not [t for t in threading.enumerate() if t.name == "jtcse-read"]


def test_a_reader_that_hangs_is_ended_by_whoever_gives_up():
    with Sandbox() as sandbox:
        sandbox.extract(b"<p>well</p>", "html")
        assert sandbox.worker_id is not None
        os.kill(sandbox.worker_id, signal.SIGSTOP)
        threading.Timer(0.2, sandbox.abandon).start()
        began = time.monotonic()
        with pytest.raises(SkipDocument):
            sandbox.extract(b"<p>well</p>", "html")
        assert time.monotonic() - began < SOON
        with pytest.raises(SkipDocument):
            sandbox.extract(b"<p>well</p>", "html")


def test_cutting_a_long_document_ends_when_the_run_does(folder, long, tmp_path):
    class Counting(WordEncoder):
        def count_tokens(self, texts):
            time.sleep(0.005 * len(texts))
            return [len(re.findall(r"\w+", text)) for text in texts]

    began = time.monotonic()

    def stop(event):
        if isinstance(event, Progressed) and time.monotonic() - began > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        Collection(folder).index([Root(long)], Counting(), on_event=stop)
    assert time.monotonic() - began < 2 * SOON
