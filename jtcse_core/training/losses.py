"""What a step minimises: a model's outputs in, named terms and their weights out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from jtcse_core.config import DistillConfig, TrainConfig
from jtcse_core.objectives import focal_info_nce, icnce, ictm, info_nce
from jtcse_core.towers import Tokens, Tower, TwinTower
from jtcse_core.training.gathering import gather_rows, gather_views

Outputs = dict[str, Tensor]


@dataclass(frozen=True)
class Term:
    """One part of a loss.

    Attributes:
        value: The term, a scalar.
        weight: What it counts in the sum.
    """

    value: Tensor
    weight: float


class Loss(Protocol):
    """Turns a model's outputs into terms."""

    def __call__(self, outputs: Outputs, batch: Outputs, step: int) -> dict[str, Term]:
        """Return the terms of a step by name."""


class SingleModel(nn.Module):
    """One tower as the trainer drives it: gives `h` (n, d)."""

    def __init__(self, tower: Tower) -> None:
        super().__init__()
        self.tower = tower
        # Its pooler plays no part, and data parallelism refuses parameters without gradient.
        tower.model.pooler.requires_grad_(False)

    def forward(self, ids_1: Tensor, mask_1: Tensor, rows: Tensor | None = None) -> Outputs:
        """Read a batch; `rows` is the loss's affair."""
        return {"h": self.tower(Tokens(ids_1, mask_1)).embedding}


class TwinModel(nn.Module):
    """Two towers as the trainer drives them: gives `h1`, `p1`, `h2`, `p2` and, crossed, `c1`, `c2`.

    Args:
        twin: The towers.
        use_pooler: Whether a term reads the poolers.
    """

    def __init__(self, twin: TwinTower, *, use_pooler: bool) -> None:
        super().__init__()
        self.twin = twin
        for tower in (twin.first, twin.second):
            tower.model.pooler.requires_grad_(use_pooler)

    def forward(self, ids_1: Tensor, mask_1: Tensor, ids_2: Tensor, mask_2: Tensor) -> Outputs:
        """Read a batch, each tensor int64 (2B, T)."""
        out = self.twin(Tokens(ids_1, mask_1), Tokens(ids_2, mask_2))
        outputs = {
            "h1": out.first.embedding,
            "p1": out.first.pooler,
            "h2": out.second.embedding,
            "p2": out.second.pooler,
        }
        if out.cross_first is not None:
            outputs |= {"c1": out.cross_first, "c2": out.cross_second}
        return outputs


class ContrastiveLoss:
    """The terms of stages 1 and 2."""

    def __init__(self, config: TrainConfig) -> None:
        self._config = config
        self._weights = config.term_weights

    def __call__(self, outputs: Outputs, batch: Outputs, step: int) -> dict[str, Term]:
        """Return the terms of a step by name, over the rows of all processes."""
        if self._config.twin:
            return self._twin_terms(outputs, step)
        return self._tower_terms([gather_views(outputs["h"])])

    def _tower_terms(self, towers: list[tuple[Tensor, Tensor]]) -> dict[str, Term]:
        terms, tau = {}, self._config.temperature
        if weight := self._weights.get("info_nce"):
            value = torch.stack([info_nce(a, b, tau) for a, b in towers]).sum()
            terms["info_nce"] = Term(value, weight)
        if weight := self._weights.get("focal_info_nce"):
            margin = self._config.margin
            value = torch.stack([focal_info_nce(a, b, tau, margin) for a, b in towers]).sum()
            terms["focal_info_nce"] = Term(value, weight)
        return terms

    def _twin_terms(self, outputs: Outputs, step: int) -> dict[str, Term]:
        one, two = gather_views(outputs["h1"]), gather_views(outputs["h2"])
        terms = self._tower_terms([one, two])
        tau = self._config.temperature
        # From the step alone, so that every process and a resumed run draw the same.
        turned = Random(f"{self._config.seed}:direction:{step}").random() < 0.5
        if weight := self._weights.get("icnce"):
            rows, columns = (two, one) if turned else (one, two)
            terms["icnce"] = Term(icnce(*rows, *columns, tau), weight)
        if weight := self._weights.get("icnce_cross"):
            crossed = gather_views(outputs["c1"]), gather_views(outputs["c2"])
            rows, columns = crossed[::-1] if turned else crossed
            terms["icnce_cross"] = Term(icnce(*rows, *columns, tau), weight)
        if weight := self._weights.get("ictm"):
            p1, p2 = gather_views(outputs["p1"]), gather_views(outputs["p2"])
            value = ictm(one[0], two[1], p1[0], p2[1]) + ictm(two[0], one[1], p2[0], p1[1])
            terms["ictm"] = Term(value, weight)
        return terms


class DistillationLoss:
    """What the teacher's vectors ask of the student's.

    Args:
        config: Which terms, and their temperatures.
        teacher: The teacher's unit vectors by sentence, (n, d').
    """

    def __init__(self, config: DistillConfig, teacher: Tensor) -> None:
        self._config = config
        self._teacher = teacher

    def __call__(self, outputs: Outputs, batch: Outputs, step: int) -> dict[str, Term]:
        """Return the terms of a step by name, over the rows of all processes."""
        wanted = self._teacher[batch["rows"].to(self._teacher.device)]
        student = gather_rows(outputs["h"]).float()
        teacher = gather_rows(wanted.to(student.device, student.dtype))
        return distillation_terms(self._config, functional.normalize(student, dim=-1), teacher)


def distillation_terms(config: DistillConfig, student: Tensor, teacher: Tensor) -> dict[str, Term]:
    """Compare unit vectors, each (B, d).

    `embedding` is 1 − cos to the teacher, `mse` the squared distance's mean over components,
    `similarity` the cross-entropy of the student's in-batch distribution of cosines against
    the teacher's, less the teacher's own entropy (so that 0 is agreement).
    """
    terms: dict[str, Term] = {}
    if config.objective in ("embedding", "both"):
        terms["embedding"] = Term((1 - (student * teacher).sum(-1)).mean(), 1.0)
    if config.objective == "mse":
        terms["mse"] = Term(functional.mse_loss(student, teacher), 1.0)
    if config.objective in ("similarity", "both"):
        weight = config.similarity_weight if config.objective == "both" else 1.0
        terms["similarity"] = Term(_similarity_gap(config, student, teacher), weight)
    return terms


def _similarity_gap(config: DistillConfig, student: Tensor, teacher: Tensor) -> Tensor:
    n = len(student)
    off_diagonal = ~torch.eye(n, dtype=torch.bool, device=student.device)

    def log_distribution(x: Tensor, temperature: float) -> Tensor:
        cosines = (x @ x.T)[off_diagonal].view(n, n - 1)
        return functional.log_softmax(cosines / temperature, dim=-1)

    return functional.kl_div(
        log_distribution(student, config.student_temperature),
        log_distribution(teacher, config.teacher_temperature),
        log_target=True,
        reduction="batchmean",
    )
