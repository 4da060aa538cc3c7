"""The export, end to end: a checkpoint in, a verified encoder folder out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.background import measure_background
from jtcse_core.card import (
    CARD_FILE,
    ENGLISH,
    MODEL_FILE,
    TOKENIZER_FILE,
    EncoderCard,
    compute_fingerprint,
    write_card,
)
from jtcse_core.errors import ConfigError, EncoderDamaged, ExportError
from jtcse_core.export.base import BASE_LICENCE, BASE_NAME, BASE_TITLE, find_base
from jtcse_core.export.graph import fuse_graph, input_names, write_graph
from jtcse_core.export.layers import LAYERS, write_layers
from jtcse_core.export.parity import Parity, measure_parity, parity_sentences
from jtcse_core.export.quantising import quantise_graph
from jtcse_core.export.ranges import calibration_texts
from jtcse_core.export.source import POOLINGS, Source, load_pooled, read_source
from jtcse_core.onnx_encoder import ACTIVATIONS, FIXED, OnnxEncoder, feeds, load_tokenizer
from jtcse_core.recipes import read_recipe
from jtcse_core.replacing import put_back, replacement

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn


@dataclass(frozen=True)
class ExportReport:
    """What an export made and measured.

    Attributes:
        folder: The encoder folder.
        card: Its card.
        parity: Agreement with the source.
        fused: Fused operators by name.
    """

    folder: Path
    card: EncoderCard
    parity: Parity
    fused: dict[str, int]


def export_encoder(
    base: str,
    out: Path,
    *,
    name: str = "",
    pooling: str | None = None,
    max_length: int | None = None,
    languages: Sequence[str] = ENGLISH,
    licence: str = "",
    with_layers: bool = False,
    overwrite: bool = False,
    allow_download: bool = False,
    on_step: Callable[[str], None] = lambda step: None,
) -> ExportReport:
    """Export a checkpoint as an int8 encoder folder.

    Args:
        base: `base`, a folder, or a hub id (see `find_base`).
        out: The folder to make. It appears whole or not at all.
        name: The encoder's name; by default the folder's.
        pooling: `mean` or `cls`; by default what the checkpoint says.
        max_length: Tokens to read; by default what the checkpoint says.
        languages: Languages that it was made for, two letters each; none stands for all.
        licence: SPDX name of the weights' licence.
        with_layers: Carry what training changed of the pinned base, to train further.
        overwrite: Replace an encoder that stands at `out`.
        allow_download: Whether a hub id may be fetched.
        on_step: Told each step as it begins.

    Raises:
        ConfigError: `out` is taken, or a setting is wrong.
        EncoderNotFound: There is no such checkpoint.
        ExportError: The result was not fused, or disagrees with its source.
        MissingDependency: torch, transformers or onnx is missing.
    """
    if pooling is not None and pooling not in POOLINGS:
        raise ConfigError(f"unknown pooling {pooling!r}", f"one of: {', '.join(POOLINGS)}")
    put_back(out)
    _refuse_taken(out, overwrite)
    source = read_source(find_base(base, allow_download=allow_download), pooling, max_length)
    recipe = read_recipe(source.folder)
    with replacement(out) as work:
        card = EncoderCard(
            name=name or out.name,
            base=_title(base, with_layers),
            pooling=source.pooling,
            dim=source.hidden,
            max_length=source.max_length,
            fingerprint="",
            licence=licence or (BASE_LICENCE if base == BASE_NAME else ""),
            recipe=recipe,
            languages=tuple(languages),
            scores={"dev": recipe["kept"]} if "kept" in recipe else {},
        )
        report = _build(source, card, work, work.parent, on_step)
        if with_layers:
            report = _add_layers(source, report)
    return replace(report, folder=out)


def _title(base: str, with_layers: bool) -> str:
    """Name what an encoder was made from without a path of this machine."""
    if base == BASE_NAME or with_layers:
        return BASE_TITLE
    folder = Path(base).expanduser()
    return folder.resolve().name if folder.is_dir() else base


def _build(
    source: Source, card: EncoderCard, work: Path, scratch: Path, on_step: Callable[[str], None]
) -> ExportReport:
    on_step("loading the checkpoint")
    pooled = load_pooled(source)
    _copy_tokenizer(source, work)
    on_step("tracing the graph")
    write_graph(pooled, source, scratch / "raw.onnx")
    on_step("fusing attention and layer norms")
    fused = fuse_graph(scratch / "raw.onnx", scratch / "fused.onnx", source)
    on_step("quantising to int8")
    inputs = input_names(scratch / "fused.onnx")
    texts = (feeds([ids], inputs) for ids in _calibration_ids(work, source.max_length))
    quantise_graph(scratch / "fused.onnx", work / MODEL_FILE, texts)
    on_step("comparing with the source")
    card = replace(
        card,
        model_bytes=(work / MODEL_FILE).stat().st_size,
        fingerprint=compute_fingerprint(work, pooling=card.pooling, max_length=card.max_length),
    )
    card = replace(card, export={ACTIVATIONS: FIXED})
    write_card(work, card)
    parity = _verify(pooled, source, work)
    on_step("measuring unrelated sentences")
    card = replace(
        card,
        export={"parity": parity.as_dict(), "fused": fused, "weights": "int8", ACTIVATIONS: FIXED},
        background=measure_background(OnnxEncoder(work)),
    )
    write_card(work, card)
    return ExportReport(work, card, parity, fused)


def _add_layers(source: Source, report: ExportReport) -> ExportReport:
    layers = write_layers(source.folder, report.folder)
    card = replace(report.card, export={**report.card.export, LAYERS: asdict(layers)})
    write_card(report.folder, card)
    return replace(report, card=card)


def _calibration_ids(folder: Path, max_length: int) -> list[list[int]]:
    tokenizer = load_tokenizer(folder, max_length)
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(calibration_texts())]


def _copy_tokenizer(source: Source, work: Path) -> None:
    path = source.folder / TOKENIZER_FILE
    if path.is_file():
        shutil.copyfile(path, work / TOKENIZER_FILE)
        return
    # Older checkpoints carry a vocabulary alone: let transformers build the fast tokenizer.
    from transformers import AutoTokenizer

    try:
        AutoTokenizer.from_pretrained(source.folder).backend_tokenizer.save(
            str(work / TOKENIZER_FILE)
        )
    except Exception as error:  # transformers' errors here share no root
        raise EncoderDamaged(
            f"{source.folder} has no usable tokenizer: {error}", "fetch the checkpoint again"
        ) from error


def _verify(pooled: nn.Module, source: Source, work: Path) -> Parity:
    encoder = OnnxEncoder(work)
    sentences = parity_sentences()
    reference = encode_reference(pooled, source, encoder, sentences)
    exported = encoder.encode(sentences)
    if not np.isfinite(exported).all():
        raise ExportError(
            "the int8 encoder gives vectors that are not finite", "nothing was written"
        )
    parity = measure_parity(reference, exported)
    parity.check()
    return parity


def encode_reference(
    pooled: nn.Module, source: Source, encoder: OnnxEncoder, sentences: list[str]
) -> NDArray[np.float32]:
    """Encode with the torch source, one sentence at a time: float32, (n, dim), unit rows."""
    import torch

    rows = []
    with torch.inference_mode():
        for sentence in sentences:
            ids = torch.tensor([encoder.token_ids(sentence)])
            inputs = [ids, torch.ones_like(ids)]
            if source.family == "bert":
                inputs.append(torch.zeros_like(ids))
            rows.append(pooled(*inputs)[1][0].numpy())
    return np.stack(rows)


def _refuse_taken(out: Path, overwrite: bool) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / CARD_FILE).is_file():
        raise ConfigError(f"{out} exists and is not an encoder", "choose another folder")
    if not overwrite:
        raise ConfigError(f"{out} already holds an encoder", "add --force to replace it")
