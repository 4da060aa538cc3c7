"""Run a training in a process of its own: `drive_training.py JSON`.

The JSON names `config`, `corpus`, `dev` and `out`, with `teachers` for a distillation, and what
should befall the run: `kill_at`
(SIGKILL once that step is told), `fill_disk_after` (no file may grow past 1000 bytes once the
checkpoint of that step is saved).
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import torch

from jtcse_core.config import DistillConfig, TrainConfig, with_settings
from jtcse_core.corpus import read_corpus
from jtcse_core.errors import CoreError
from jtcse_core.events import CheckpointSaved, Event, StepsDone
from jtcse_core.training.contrastive import train
from jtcse_core.training.distillation import distill


def main(job: dict) -> None:  # type: ignore[type-arg]
    torch.set_num_threads(1)

    def on_event(event: Event) -> None:
        if isinstance(event, StepsDone) and event.step == job.get("kill_at"):
            os.kill(os.getpid(), signal.SIGKILL)
        if isinstance(event, CheckpointSaved) and event.step == job.get("fill_disk_after"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))

    corpus, out = read_corpus([Path(job["corpus"])]), Path(job["out"])
    options: dict[str, Any] = {
        "dev": Path(job["dev"]) if "dev" in job else None,
        "resume": job.get("resume", False),
        "device": "cpu",
        "on_event": on_event,
    }
    try:
        if "teachers" in job:
            taught = with_settings(DistillConfig(), job["config"])
            distill(taught, job["teachers"], corpus, out, out.with_suffix(".cache"), **options)
        else:
            train(with_settings(TrainConfig(), job["config"]), corpus, out, **options)
    except CoreError as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
