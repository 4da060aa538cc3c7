"""Encoding speed against sentence-transformers with the same weights, and against the hardware.

    python -m benchmarks.encoding CORPUS [--weights FOLDER] [--rounds N] [--threads N] [--json]

CORPUS is a text file, a sentence a line. Sentences of 6 to 12 words and passages of 45 words
(60 tokens) of it are encoded by sentence-transformers' `encode` with its defaults, by its own
ONNX backend where that is installed, and by jtcse, in turn, as often as there are rounds; no
text comes twice and nothing is cached. In the same rounds a bare uint8 x int8 product of
2048 x 1536 x 1536 is run on all threads: the most that this machine can do in int8. Prints
medians and ratios, in wall time and in processor time, which other programs disturb less; and
how far a text's vector depends on what it is encoded with. Nothing is judged. Needs
`jtcse[train]` and the package of the base weights, or a FOLDER of a checkpoint of the same shape.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from jtcse_core.export.base import BASE_NAME, find_base
from jtcse_core.onnx_encoder import OnnxEncoder

SENTENCES, PASSAGES, PASSAGE_WORDS = 1024, 256, 45
OPERATIONS_PER_TOKEN = 2 * 6 * (384 * 1152 + 384 * 384 + 2 * 384 * 1536)
"""Of the products with weights, six layers of 384; attention itself is left out."""

ROWS, DEPTH, COLUMNS, PRODUCTS = 2048, 1536, 1536, 20
OURS, THEIRS, CEILING = "jtcse", "sentence-transformers", "int8 ceiling"

Run = Callable[[], Any]


def main() -> None:
    """Measure both kinds of text."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--weights", default=BASE_NAME, help="what sentence-transformers loads")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    encoder = _default_encoder(options.threads)
    runners = _runners(encoder, options.weights, options.threads)
    found = []
    for name, texts in _texts(options.corpus).items():
        tokens = sum(len(encoder.token_ids(text)) for text in texts) / len(texts)
        runs = {who: (lambda e=encode, t=texts: e(t)) for who, encode in runners.items()}
        times = _interleaved(runs | {CEILING: ceiling(options.threads)}, options.rounds)
        found.append(
            _figures(name, len(texts), tokens, times) | {"invariance": _company(encoder, texts)}
        )
    if options.json:
        print(json.dumps({"threads": options.threads, "rounds": options.rounds, "texts": found}))
    else:
        for figures in found:
            _print(figures)


def _default_encoder(threads: int) -> OnnxEncoder:
    from jtcse_core.locations import default_encoder_folder

    return OnnxEncoder(default_encoder_folder(), threads)


def _texts(corpus: Path) -> dict[str, list[str]]:
    lines = list(dict.fromkeys(corpus.read_text(encoding="utf-8").splitlines()))
    sentences = [line for line in lines if 6 <= len(line.split()) <= 12][:SENTENCES]
    words = " ".join(lines).split()[: PASSAGES * PASSAGE_WORDS]
    starts = range(0, len(words), PASSAGE_WORDS)
    return {
        "sentences": sentences,
        "passages": [" ".join(words[i : i + PASSAGE_WORDS]) for i in starts],
    }


def _runners(
    encoder: OnnxEncoder, weights: str, threads: int
) -> dict[str, Callable[[list[str]], Any]]:
    import torch
    from sentence_transformers import SentenceTransformer

    for name in ("sentence_transformers", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
    torch.set_num_threads(threads)
    folder = str(find_base(weights))
    found: dict[str, Callable[[list[str]], Any]] = {
        OURS: encoder.encode,
        THEIRS: SentenceTransformer(folder, device="cpu").encode,
    }
    try:
        found[f"{THEIRS}, ONNX"] = SentenceTransformer(folder, device="cpu", backend="onnx").encode
    except Exception as error:  # noqa: BLE001 - its missing parts are reported in several ways
        reason = str(error).strip().splitlines()[0]
        print(f"sentence-transformers' ONNX backend is not measured: {reason}")
    return found


def ceiling(threads: int) -> Run:
    """Return a function that runs bare int8 products."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(0)
    weights = random.integers(-127, 128, (DEPTH, COLUMNS)).astype(np.int8)
    values = random.integers(0, 256, (ROWS, DEPTH)).astype(np.uint8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["values", "weights"], ["product"])],
        "ceiling",
        [helper.make_tensor_value_info("values", TensorProto.UINT8, [ROWS, DEPTH])],
        [helper.make_tensor_value_info("product", TensorProto.INT32, [ROWS, COLUMNS])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )

    def run() -> None:
        for _ in range(PRODUCTS):
            session.run(None, {"values": values})

    return run


def _interleaved(runs: dict[str, Run], rounds: int) -> dict[str, tuple[float, float]]:
    """Return the medians of wall and processor seconds of each, after one round to warm up."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            wall, spent = time.perf_counter(), time.process_time()
            run()
            took = (time.perf_counter() - wall, time.process_time() - spent)
            if number:
                times[name].append(took)
    return {
        name: (statistics.median(t[0] for t in took), statistics.median(t[1] for t in took))
        for name, took in times.items()
    }


def _figures(
    name: str, count: int, tokens: float, times: dict[str, tuple[float, float]]
) -> dict[str, Any]:
    wall, spent = times.pop(CEILING)
    operations = 2.0 * ROWS * DEPTH * COLUMNS * PRODUCTS
    needed = OPERATIONS_PER_TOKEN * tokens * count
    ours, ours_cpu = times[OURS]
    return {
        "texts": name,
        "count": count,
        "tokens": round(tokens, 1),
        "per_s": {who: round(count / took) for who, (took, _) in times.items()},
        "times_as_fast_as": {
            who: {"wall": round(w / ours, 2), "processor": round(c / ours_cpu, 2)}
            for who, (w, c) in times.items()
            if who != OURS
        },
        "gop_per_s": round(needed / ours / 1e9),
        "ceiling_gop_per_s": round(operations / wall / 1e9),
        "share_of_ceiling": {
            "wall": round(needed / ours / (operations / wall), 3),
            "processor": round(needed / ours_cpu / (operations / spent), 3),
        },
    }


def _company(encoder: OnnxEncoder, texts: list[str]) -> float:
    """Return the lowest cosine between a text's vectors alone and in company."""
    sample = texts[:64]
    alone = np.concatenate([encoder.encode([text]) for text in sample])
    return round(float((encoder.encode(texts)[:64] * alone).sum(axis=1).min()), 6)


def _print(figures: dict[str, Any]) -> None:
    print(f"\n{figures['count']} {figures['texts']} of {figures['tokens']} tokens")
    for who, rate in figures["per_s"].items():
        ratio = figures["times_as_fast_as"].get(who)
        beside = f"   jtcse: {ratio['wall']:.2f} x, {ratio['processor']:.2f} x" if ratio else ""
        print(f"  {who:<30}{rate:>7,}/s{beside}")
    share = figures["share_of_ceiling"]
    print(
        f"  {figures['gop_per_s']:,} of {figures['ceiling_gop_per_s']:,} GOP/s: "
        f"{share['wall']:.0%} of the ceiling, {share['processor']:.0%} in processor time"
    )
    print(f"  alone and in company: cosine at least {figures['invariance']}")


if __name__ == "__main__":
    main()
