"""Encoders at hand, and training that is followed."""

import json
import struct

import pytest

from app.paths import Paths
from app.tui.plot import plot
from app.tui.screens.chooser import Ask
from jtcse_core.curves import read_curves
from jtcse_core.errors import DataError
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def chunk(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def record(step, name, value):
    scalar = chunk(1, name.encode()) + varint(2 << 3 | 5) + struct.pack("<f", value)
    message = varint(1 << 3 | 1) + struct.pack("<d", 0.0) + varint(2 << 3) + varint(step)
    message += chunk(5, chunk(1, scalar))
    return struct.pack("<Q", len(message)) + b"crc1" + message + b"crc2"


@pytest.fixture
def run(tmp_path):
    logs = tmp_path / "out" / "run" / "logs"
    logs.mkdir(parents=True)
    data = b"".join(
        record(step, "train/dev/spearman", 86 + step / 100) + record(step, "train/loss", 1 / step)
        for step in range(10, 210, 10)
    )
    (logs / "events.out.tfevents.1.host").write_bytes(data + b"\x40half")
    return tmp_path / "out"


def test_curves_are_read_without_torch_and_a_half_written_end_is_no_matter(run):
    curves = read_curves(run)
    assert set(curves) == {"dev/spearman", "loss"}
    assert len(curves["dev/spearman"]) == 20
    step, value = curves["dev/spearman"][-1]
    assert step == 200
    assert value == pytest.approx(88.0)


@pytest.mark.parametrize(
    "damage", [b"", b"\xff" * 400, b"\x05" + bytes(11) + b"\x0f\xff\xff\xff\xff"]
)
def test_damaged_logs_give_what_can_be_read(run, damage):
    (run / "run" / "logs" / "events.out.tfevents.1.host").write_bytes(damage)
    assert read_curves(run) == {}


def test_a_folder_without_logs_is_told(tmp_path):
    with pytest.raises(DataError):
        read_curves(tmp_path)


def test_a_plot_names_its_ends_and_fits():
    rows = plot([1.0, 2.0, 3.0] * 100, 40, 4)
    assert len(rows) == 4
    assert max(map(len, rows)) <= 52
    assert plot([5.0], 4, 2) == ["         5 |", "         5 |▁▁▁▁"]
    assert plot([float("nan"), 5.0, float("inf")], 1, 1) == ["         5 |▁"]
    assert plot([float("nan")], 4, 2) == ["no value is a number"]


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "data" / "encoders" / "mine"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x")
    (folder / "tokenizer.json").write_bytes(b"{}")
    card = {"name": "mine", "base": "mini", "pooling": "mean", "dim": 384, "max_length": 256,
            "fingerprint": "f", "model_bytes": 1, "scores": {"sts": {"avg": 79.25}}}  # fmt: skip
    (folder / "encoder.json").write_text(json.dumps(card))
    made = FakeSession()
    made.paths = Paths(tmp_path / "data", tmp_path / "c", tmp_path / "s", tmp_path / "k")
    return made


async def test_encoders_are_listed_with_their_scores(session):
    app = make_app(session)
    async with app.run_test(size=(110, 30)) as pilot:
        await pilot.press("f7")
        await until(pilot, lambda: "mine" in screen_text(app))
        assert "79.25" in screen_text(app)
        await pilot.press("j")
        await until(pilot, lambda: "mean, 384 dimensions, reads 256 tokens" in screen_text(app))


async def test_a_folder_without_logs_can_be_typed_anew(session, tmp_path):
    app = make_app(session)
    async with app.run_test(size=(110, 50)) as pilot:
        await pilot.press("f7", "f")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        field(app, "answer").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: "has no logs of a run" in screen_text(app))
        assert field(app, "answer").value == str(tmp_path)


async def test_a_run_is_followed(session, run):
    def curves(folder):
        return read_curves(folder)

    session.curves = curves
    app = make_app(session)
    async with app.run_test(size=(110, 50)) as pilot:
        await pilot.press("f7", "f")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        field(app, "answer").value = str(run)
        await pilot.press("enter")
        await until(pilot, lambda: "dev/spearman 88 at step 200" in screen_text(app))
        assert "█" in screen_text(app)
