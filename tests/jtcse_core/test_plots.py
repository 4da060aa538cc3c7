"""A picture is written, or what is wrong is said before anything is measured."""

from pathlib import Path

import numpy as np
import pytest

from jtcse_core.errors import ConfigError, OutputError
from jtcse_core.evaluation.geometry import Geometry
from jtcse_core.evaluation.plots import check_plot_path, plot_encoders
from jtcse_core.evaluation.sts import Measured

pytestmark = pytest.mark.torch  # matplotlib comes with the same extra


@pytest.fixture
def measured() -> dict[str, list[Measured]]:
    gold = np.linspace(0, 5, 40)
    cosines = (gold / 5).astype(np.float32)
    return {name: [Measured(cosines, gold, Geometry(0.2, -3.0))] for name in ("one", "two")}


@pytest.mark.parametrize(("name", "magic"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml")])
def test_a_picture_is_written(
    tmp_path: Path, measured: dict[str, list[Measured]], name: str, magic: bytes
) -> None:
    plot_encoders(tmp_path / name, measured)
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ConfigError):
        check_plot_path(Path("figures.txt"))


def test_a_picture_that_cannot_be_written_is_named(
    tmp_path: Path, measured: dict[str, list[Measured]]
) -> None:
    with pytest.raises(ConfigError, match="absent"):
        plot_encoders(tmp_path / "absent" / "p.png", measured)
    (tmp_path / "p.png").mkdir()
    with pytest.raises(OutputError, match=r"p\.png"):
        plot_encoders(tmp_path / "p.png", measured)
