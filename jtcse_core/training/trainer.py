"""transformers' Trainer, with our losses and without its prints."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Trainer, TrainingArguments

from jtcse_core.config import RunConfig
from jtcse_core.errors import ConfigError, TrainingError
from jtcse_core.training.losses import Loss


class EncoderTrainer(Trainer):  # type: ignore[misc]
    """Minimises named terms, and reports the mean of each since the last report.

    Args:
        loss: Turns the model's outputs into terms.
        kwargs: As transformers' Trainer.
    """

    def __init__(self, *, loss: Loss, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._loss = loss
        self._sums: dict[str, Tensor] = {}
        self._batches = 0

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Tensor:
        """Return the weighted sum of the terms.

        Raises:
            TrainingError: It is not a finite number.
        """
        terms = self._loss(model(**inputs), inputs, self.state.global_step)
        total = torch.stack([term.weight * term.value for term in terms.values()]).sum()
        if not math.isfinite(total.item()):
            raise TrainingError(
                f"the loss is {total.item()} at step {self.state.global_step}",
                "lower learning_rate, or use precision bf16 or fp32; checkpoints are intact",
            )
        for name, term in terms.items():
            value = term.value.detach()
            self._sums[name] = self._sums[name] + value if name in self._sums else value
        self._batches += 1
        return total

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """Add the means of the terms to a report of the loss."""
        if "loss" in logs and self._batches:
            logs = {
                **logs,
                **{f"term/{k}": v.item() / self._batches for k, v in self._sums.items()},
            }
            self._sums, self._batches = {}, 0
        super().log(logs, *args, **kwargs)


def training_arguments(config: RunConfig, run: Path, device: str | None) -> TrainingArguments:
    """Say a configuration in transformers' words.

    Raises:
        ConfigError: The processes cannot share the batch evenly, or the machine cannot compute
            in that precision.
    """
    import os

    world = int(os.environ.get("WORLD_SIZE", "1"))
    if config.batch_size % world:
        raise ConfigError(
            f"{world} processes cannot share a batch of {config.batch_size} evenly",
            f"make batch_size a multiple of {world}",
        )
    on_cpu = device == "cpu" or not torch.cuda.is_available()
    try:
        arguments = TrainingArguments(
            output_dir=str(run),
            max_steps=config.steps,
            per_device_train_batch_size=config.batch_size // world,
            gradient_accumulation_steps=config.accumulation,
            learning_rate=config.learning_rate,
            warmup_steps=round(config.warmup * config.steps),
            lr_scheduler_type=config.schedule,
            weight_decay=config.weight_decay,
            max_grad_norm=config.max_grad_norm,
            bf16=config.precision == "bf16",
            fp16=config.precision == "fp16",
            seed=config.seed,
            save_steps=config.save_every,
            save_total_limit=2,
            logging_steps=config.log_every,
            logging_first_step=True,
            logging_nan_inf_filter=False,
            dataloader_drop_last=True,
            dataloader_num_workers=config.workers,
            dataloader_pin_memory=not on_cpu,
            train_sampling_strategy="sequential",
            remove_unused_columns=False,
            label_names=[],
            average_tokens_across_devices=False,
            ddp_find_unused_parameters=False,
            use_cpu=on_cpu,
            report_to=[],
            disable_tqdm=True,
            log_level="error",
        )
        # Several GPUs in one process would split the views of a batch: torchrun gives each its own.
        arguments._n_gpu = min(arguments.n_gpu, 1)
        return arguments
    except ValueError as error:
        raise ConfigError(str(error).splitlines()[0], "try precision = fp32") from error
