"""Training improves what it minimises, keeps the best, resumes exactly, and loses nothing."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from jtcse_core.config import TrainConfig
from jtcse_core.corpus import build_corpus, read_corpus
from jtcse_core.errors import ConfigError, DataError, OutputError, TrainingError
from jtcse_core.evaluation.sts import evaluate_sts
from jtcse_core.events import DevScored, Event, StepsDone, TrainingStarted
from jtcse_core.recipes import read_recipe
from jtcse_core.torch_encoder import load_torch_encoder
from jtcse_core.training.contrastive import train
from jtcse_core.training.resuming import MARKER, last_complete
from tests.jtcse_core.tiny import SENTENCES, MakeCheckpoint

pytestmark = pytest.mark.torch

HERE = Path(__file__).parent
SMALL: dict[str, Any] = {
    "steps": 8,
    "batch_size": 8,
    "max_length": 12,
    "learning_rate": 1e-3,
    "eval_every": 4,
    "save_every": 3,
    "log_every": 1,
}


def config(base: Path, **changes: Any) -> TrainConfig:
    return replace(TrainConfig(base=str(base)), **{**SMALL, **changes})


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_file(folder / "model.safetensors"))


def assert_same_weights(a: Path, b: Path, atol: float = 0.0) -> None:
    one, two = weights(a), weights(b)
    assert one.keys() == two.keys()
    for name, value in one.items():
        torch.testing.assert_close(value, two[name], atol=atol, rtol=0, msg=name)


@pytest.mark.parametrize("objective", ["simcse", "focal"])
def test_the_loss_of_one_tower_falls(
    checkpoint: Path, corpus: Path, tmp_path: Path, objective: str
) -> None:
    events: list[Event] = []
    train(
        config(checkpoint, objective=objective, steps=30, learning_rate=3e-3),
        read_corpus([corpus]),
        tmp_path / "out",
        on_event=events.append,
    )
    losses = [e.loss for e in events if isinstance(e, StepsDone)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])


def test_a_tower_that_was_trained_is_an_encoder(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    report = train(config(checkpoint), read_corpus([corpus]), tmp_path / "out")
    before = load_torch_encoder(str(checkpoint)).encode(SENTENCES)
    after = load_torch_encoder(str(report.folder)).encode(SENTENCES)
    assert not np.allclose(before, after)


def test_a_twin_is_kept_as_an_ensemble_of_two_plain_towers(
    checkpoint: Path, other_checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    train(
        config(checkpoint, second_base=str(other_checkpoint), objective="jtcse"),
        read_corpus([corpus]),
        out,
        dev=dev,
    )
    both = load_torch_encoder(str(out)).encode_raw(SENTENCES)
    parts = [load_torch_encoder(str(out / f"tower{i}")).encode_raw(SENTENCES) for i in (1, 2)]
    np.testing.assert_allclose(both, parts[0] + parts[1], atol=1e-5)


def test_every_term_of_the_twin_is_told_and_weights_leave_terms_out(
    checkpoint: Path, other_checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    told: list[set[str]] = []
    for weights_, name in (({}, "all"), ({"ictm": 0.0, "icnce_cross": 0.0}, "fewer")):
        events: list[Event] = []
        train(
            config(
                checkpoint,
                second_base=str(other_checkpoint),
                objective="jtcse",
                weights=weights_,
                steps=2,
            ),
            read_corpus([corpus]),
            tmp_path / name,
            on_event=events.append,
        )
        told += [set(e.terms) for e in events if isinstance(e, StepsDone)][:1]
    assert told == [{"info_nce", "icnce", "icnce_cross", "ictm"}, {"info_nce", "icnce"}]


def test_the_best_checkpoint_by_dev_is_kept(
    checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    out = tmp_path / "out"
    report = train(
        config(checkpoint, steps=20, eval_every=2, learning_rate=1e-2),
        read_corpus([corpus]),
        out,
        dev=dev,
        on_event=events.append,
    )
    scores = {e.step: e.spearman for e in events if isinstance(e, DevScored) and e.step}
    best = max(scores, key=lambda step: (scores[step], -step))
    assert (report.best_step, report.dev_spearman) == (best, scores[best])
    measured = evaluate_sts(load_torch_encoder(str(out)), dev).avg
    assert measured == pytest.approx(scores[best], abs=1e-4)


def test_what_the_run_starts_from_is_measured_first(
    checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    train(
        config(checkpoint), read_corpus([corpus]), tmp_path / "o", dev=dev, on_event=events.append
    )
    first = next(e for e in events if isinstance(e, DevScored))
    base = evaluate_sts(load_torch_encoder(str(checkpoint)), dev).avg
    assert (first.step, first.best) == (0, False)
    assert first.spearman == pytest.approx(base, abs=1e-4)


def test_measuring_does_not_swallow_the_report_of_its_step(
    checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    train(
        config(checkpoint), read_corpus([corpus]), tmp_path / "o", dev=dev, on_event=events.append
    )
    assert [e.step for e in events if isinstance(e, StepsDone)] == list(range(1, 9))


def test_the_recipe_says_settings_data_and_what_was_kept(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    data = read_corpus([corpus])
    train(config(checkpoint, seed=7), data, tmp_path / "out")
    recipe = read_recipe(tmp_path / "out")
    assert recipe["settings"]["seed"] == 7
    assert recipe["data"]["fingerprint"] == data.fingerprint
    assert recipe["kept"] == {"step": 8}


def test_progress_is_logged_for_tensorboard(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    train(config(checkpoint), read_corpus([corpus]), tmp_path / "out")
    log = EventAccumulator(str(tmp_path / "out" / "run" / "logs"))
    log.Reload()
    assert len(log.Scalars("train/term/info_nce")) == 8


def test_one_seed_gives_one_result(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    data = read_corpus([corpus])
    for name in ("a", "b"):
        train(config(checkpoint, augmentations=("repeat", "cutoff")), data, tmp_path / name)
    assert_same_weights(tmp_path / "a", tmp_path / "b")
    train(config(checkpoint, seed=2), data, tmp_path / "c")
    with pytest.raises(AssertionError):
        assert_same_weights(tmp_path / "a", tmp_path / "c")


def test_bf16_and_accumulation_train(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    train(
        config(checkpoint, precision="bf16", accumulation=2), read_corpus([corpus]), tmp_path / "o"
    )
    assert all(torch.isfinite(value).all() for value in weights(tmp_path / "o").values())


def test_accumulated_gradients_are_the_mean_of_their_batches(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    data = read_corpus([corpus])
    train(config(checkpoint, accumulation=4, steps=2), data, tmp_path / "a", on_event=events.append)
    steps = [e for e in events if isinstance(e, StepsDone)]
    assert steps[0].loss == pytest.approx(steps[0].terms["info_nce"], rel=1e-4)


# Interruptions.


def drive(job: dict[str, Any], processes: int = 1) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable]
    if processes > 1:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        launcher += ["-m", "torch.distributed.run", f"--nproc-per-node={processes}"]
        launcher += ["--master-addr=127.0.0.1", f"--master-port={port}"]
    return subprocess.run(
        [*launcher, str(HERE / "drive_training.py"), json.dumps(job)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "CUDA_VISIBLE_DEVICES": "",  # two processes cannot share one GPU
        },
    )


def job(base: Path, corpus: Path, out: Path, **more: Any) -> dict[str, Any]:
    settings = {**SMALL, "base": str(base), **more.pop("settings", {})}
    return {"config": settings, "corpus": str(corpus), "out": str(out), **more}


@pytest.mark.parametrize("objective", ["simcse", "jtcse"])
def test_a_killed_run_resumes_to_the_same_weights(
    checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path, objective: str
) -> None:
    settings = {"objective": objective, "augmentations": ["repeat", "cutoff", "crop"]}
    common: dict[str, Any] = {"settings": settings, "dev": str(dev)}
    assert drive(job(checkpoint, corpus, tmp_path / "whole", **common)).returncode == 0
    killed = drive(job(checkpoint, corpus, tmp_path / "cut", kill_at=5, **common))
    assert killed.returncode == -9
    again = drive(job(checkpoint, corpus, tmp_path / "cut", resume=True, **common))
    assert again.returncode == 0, again.stderr
    for whole in (tmp_path / "whole").rglob("model.safetensors"):
        relative = whole.parent.relative_to(tmp_path / "whole")
        if "optimizer" not in str(relative):
            assert_same_weights(whole.parent, tmp_path / "cut" / relative)


def test_a_half_written_checkpoint_is_passed_over(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    out, data = tmp_path / "out", read_corpus([corpus])
    drive(job(checkpoint, corpus, out, kill_at=8))
    half = out / "run" / "checkpoint-7"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    (out / "run" / ".best-half").mkdir()
    events: list[Event] = []
    train(config(checkpoint), data, out, resume=True, on_event=events.append)
    started = next(e for e in events if isinstance(e, TrainingStarted))
    assert started.resumed_from == 6
    assert not half.exists()
    assert not list((out / "run").glob(".best-*"))


def test_a_checkpoint_that_lost_bytes_is_not_complete(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    drive(job(checkpoint, corpus, out, kill_at=8))
    newest = last_complete(out / "run")
    assert newest is not None
    assert newest.name == "checkpoint-6"
    assert (newest / MARKER).is_file()
    with (newest / "optimizer.pt").open("r+b") as stream:
        stream.truncate(10)
    older = last_complete(out / "run")
    assert older is not None
    assert older.name == "checkpoint-3"


def test_two_processes_do_what_one_does_with_the_same_batch(
    make_checkpoint: MakeCheckpoint, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    # Without dropout: two processes cannot draw one process's masks.
    first, second = (make_checkpoint(seed, dropout=0.0) for seed in (0, 1))
    settings = {
        "objective": "jtcse",
        "second_base": str(second),
        "augmentations": ["repeat", "cutoff"],
        "steps": 4,
    }
    for processes in (1, 2):
        done = drive(
            job(first, corpus, tmp_path / str(processes), settings=settings, dev=str(dev)),
            processes=processes,
        )
        assert done.returncode == 0, done.stderr
    for tower in ("tower1", "tower2"):
        one, two = weights(tmp_path / "1" / tower), weights(tmp_path / "2" / tower)
        for name, value in one.items():
            # A key's bias has no gradient but rounding, which Adam scales up to its rate.
            if not name.endswith("key.bias"):
                torch.testing.assert_close(value, two[name], atol=1e-5, rtol=0, msg=name)


def test_two_processes_distil_what_one_does(
    make_checkpoint: MakeCheckpoint, corpus: Path, tmp_path: Path
) -> None:
    first, second = (make_checkpoint(seed, dropout=0.0) for seed in (0, 1))
    teachers = [str(first), str(second)]
    for processes in (1, 2):
        done = drive(
            job(first, corpus, tmp_path / str(processes), settings={"steps": 4}, teachers=teachers),
            processes=processes,
        )
        assert done.returncode == 0, done.stderr
    one, two = weights(tmp_path / "1"), weights(tmp_path / "2")
    for name, value in one.items():
        if not name.endswith("key.bias"):  # as above
            torch.testing.assert_close(value, two[name], atol=1e-5, rtol=0, msg=name)


def test_processes_that_cannot_share_a_batch_are_refused(
    checkpoint: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jtcse_core.training.trainer import training_arguments

    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(ConfigError, match="3 processes cannot share"):
        training_arguments(config(checkpoint), tmp_path, "cpu")


# What goes wrong.


def test_a_loss_that_is_not_a_number_ends_the_run(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="the loss is nan at step"):
        train(
            config(checkpoint, learning_rate=1e38, save_every=1, warmup=0.0),
            read_corpus([corpus]),
            tmp_path / "out",
        )
    assert last_complete(tmp_path / "out" / "run") is not None


def test_a_full_disk_ends_the_run_and_leaves_the_last_checkpoint(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    failed = drive(job(checkpoint, corpus, out, fill_disk_after=3))
    assert "OutputError" in failed.stderr, failed.stderr
    assert failed.stderr.strip().splitlines()[-1].startswith("OutputError")
    again = drive(job(checkpoint, corpus, out, resume=True))
    assert again.returncode == 0, again.stderr
    drive(job(checkpoint, corpus, tmp_path / "whole"))
    assert_same_weights(out, tmp_path / "whole")


def test_a_corpus_smaller_than_a_batch_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    one = build_corpus([("one", ["Just one sentence."])])
    with pytest.raises(DataError, match="1 distinct sentences, a batch needs 8"):
        train(config(checkpoint), one, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_a_run_is_left_alone(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not a training run"):
        train(config(checkpoint), read_corpus([corpus]), tmp_path)


def test_a_run_is_not_begun_twice(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    data = read_corpus([corpus])
    train(config(checkpoint, steps=1), data, tmp_path / "out")
    with pytest.raises(ConfigError) as caught:
        train(config(checkpoint, steps=1), data, tmp_path / "out")
    assert "--resume" in caught.value.hint


def test_resuming_with_other_settings_or_data_is_refused(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    data = read_corpus([corpus])
    train(config(checkpoint, steps=1), data, tmp_path / "out")
    with pytest.raises(ConfigError, match="other settings: learning_rate, steps"):
        train(config(checkpoint, steps=2, learning_rate=1.0), data, tmp_path / "out", resume=True)
    other = build_corpus([("other", SENTENCES[:20])])
    with pytest.raises(DataError, match="not the one"):
        train(config(checkpoint, steps=1), other, tmp_path / "out", resume=True)


def test_a_place_that_cannot_be_written_is_named(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        train(config(checkpoint), read_corpus([corpus]), tmp_path / "file" / "out")


def test_towers_of_two_vocabularies_are_refused(
    checkpoint: Path, make_checkpoint: MakeCheckpoint, corpus: Path, tmp_path: Path
) -> None:
    from tests.jtcse_core.tiny import WORDS

    other = make_checkpoint(5, words=tuple(reversed(WORDS)))
    with pytest.raises(DataError, match="vocabularies"):
        train(
            config(checkpoint, second_base=str(other), objective="jtcse"),
            read_corpus([corpus]),
            tmp_path / "out",
        )


def test_a_dev_file_of_one_grade_is_refused(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    dev = tmp_path / "dev.tsv"
    dev.write_text("1\ta cat\ta dog\n1\ta bird\ta dog\n")
    with pytest.raises(DataError, match="all the same"):
        train(config(checkpoint), read_corpus([corpus]), tmp_path / "out", dev=dev)


def test_a_run_longer_than_the_base_can_read_is_refused(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="max_length"):
        train(config(checkpoint, max_length=100), read_corpus([corpus]), tmp_path / "out")


def test_a_roberta_reads_two_tokens_fewer_than_it_has_positions(
    make_checkpoint: MakeCheckpoint, corpus: Path, tmp_path: Path
) -> None:
    base, data = make_checkpoint(0, "roberta"), read_corpus([corpus])  # of 40 positions
    with pytest.raises(ConfigError, match=r"max_length 39 .* at most 38"):
        train(config(base, max_length=39), data, tmp_path / "out")
    train(config(base, max_length=38, steps=1), data, tmp_path / "out")


def test_a_base_with_broken_weights_ends_before_anything_is_written(
    checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for path in checkpoint.iterdir():
        (base / path.name).write_bytes(path.read_bytes())
    broken = {name: torch.full_like(value, torch.nan) for name, value in weights(base).items()}
    save_file(broken, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(TrainingError, match="nan at step 0"):
        train(config(base), read_corpus([corpus]), tmp_path / "out")
