"""Quantise a fused graph to int8 with activation scales that do not depend on the batch.

Weights have a scale per output channel. Activations have fixed scales, measured once, as
layer norms keep their size; what comes out of a GELU has a long tail and gets a scale per
token. Before, each channel's outliers are moved into the weights (SmoothQuant, arXiv
2211.10438). Weights are rounded so that no processor's sums can saturate, and the encoder gives
the same vectors on all of them. Skip connections stay apart from their layer norms:
onnxruntime's fused operator runs one number at a time and takes seven times as long.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jtcse_core.export.ranges import measure_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from jtcse_core.onnx_encoder import Feeds

MIGRATION = 0.7
"""How much of a channel's outliers goes into the weights; see `benchmarks/smoothing.py`."""

LARGE_TABLE = 4096
"""Rows from which an embedding table is kept in int8."""

_CONTRIB = "com.microsoft"
_GELUS = ("BiasGelu", "Gelu", "FastGelu")
_GELU_LEAST = 0.17
"""No GELU gives less than minus this."""

_BELOW_ZERO = 0.2
"""Share of the range, in terms of the part above zero, that is kept for what is below."""

_SYMMETRIC_ZERO = 128

_PAIR_LIMIT = 128
"""Most that two neighbouring weights of one sign may add up to. Without VNNI, x86 adds the
products of two neighbours in 16 bits: 255 * 128 is the largest multiple of 255 that fits."""


@dataclass(frozen=True)
class _Quantised:
    """A quantised value: its names, what its channels were divided by, its tokens' factors."""

    name: str
    scale: str
    zero: str
    smooth: NDArray[np.float32]
    per_token: str = ""


def quantise_graph(fused: Path, quantised: Path, texts: Iterable[Feeds]) -> None:
    """Quantise a fused graph.

    Args:
        fused: The float32 graph.
        quantised: Where to write.
        texts: What the activations are measured on.
    """
    import onnx

    rewriter = _Rewriter(onnx.load(str(fused)))
    rewriter.run(measure_ranges(fused, rewriter.quantised_inputs(), texts))
    onnx.save(rewriter.model, str(quantised))


class _Rewriter:
    """Rewrites a graph, node by node.

    Args:
        model: The fused graph; becomes the quantised one.
    """

    def __init__(self, model: Any) -> None:
        from onnx import numpy_helper

        self.model = model
        self._old = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self._new: dict[str, NDArray[Any]] = {}
        self._nodes: list[Any] = []
        self._producers = {out: node for node in model.graph.node for out in node.output}
        self._users: dict[str, list[Any]] = {}
        for node in model.graph.node:
            for name in node.input:
                self._users.setdefault(name, []).append(node)
        self._done: dict[str, _Quantised] = {}
        self._biased: set[str] = set()

    def quantised_inputs(self) -> list[str]:
        """Return the names of the values that products with weights are taken of."""
        nodes = [node for node in self.model.graph.node if self._is_product(node)]
        return list(dict.fromkeys(node.input[0] for node in nodes))

    def run(self, ranges: dict[str, NDArray[np.float32]]) -> None:
        """Rewrite the whole graph."""
        from onnx import numpy_helper

        self._ranges = ranges
        graph = self.model.graph
        for node in graph.node:
            self._rewrite(node)
        used = {name for node in self._nodes for name in node.input}
        kept = {k: v for k, v in {**self._old, **self._new}.items() if k in used}
        inputs = [value for value in graph.input if value.name in used]
        for field in (graph.node, graph.initializer, graph.input, graph.value_info):
            del field[:]
        graph.node.extend(self._nodes)
        graph.input.extend(inputs)
        graph.initializer.extend(
            numpy_helper.from_array(np.asarray(value, order="C"), name)
            for name, value in kept.items()
        )

    def _rewrite(self, node: Any) -> None:
        if node.op_type == "EmbedLayerNormalization":
            self._embed(node)
        elif node.op_type == "Attention":
            self._attention(node)
        elif self._is_product(node):
            self._product(node)
        elif node.op_type == "SkipLayerNormalization":
            self._skip(node)
        elif node.op_type == "BiasGelu" and node.input[0] in self._biased:
            self._add("Gelu", [node.input[0]], node.output[0], domain=_CONTRIB)
        elif node.op_type == "Gather" and self._is_large(node.input[0]):
            self._look_up(node.input[0], node.input[1], node.output[0])
        elif not self._is_left_over(node):
            self._nodes.append(node)

    def _is_product(self, node: Any) -> bool:
        return node.op_type in ("MatMul", "Attention") and node.input[1] in self._old

    def _is_large(self, name: str) -> bool:
        return name in self._old and len(self._old[name]) >= LARGE_TABLE

    def _is_left_over(self, node: Any) -> bool:
        """Whether only the embedding layer norm used it, which is told apart here."""
        users = self._users.get(node.output[0], [])
        names = [n.input[:2] for n in users if n.op_type == "EmbedLayerNormalization"]
        return bool(users) and len(names) == len(users) and any(node.output[0] in n for n in names)

    # Embeddings

    def _embed(self, node: Any) -> None:
        """Take word, position and type embeddings apart; all texts are of type 0."""
        ids, words, positions, types, gain, bias, mask = (node.input[i] for i in (0, *range(2, 8)))
        source = self._producers.get(ids)
        ids = source.input[0] if source is not None and source.op_type == "Cast" else ids
        out = node.output[0]
        table = (self._old[positions] + self._old[types][0]).astype(np.float32)
        self._look_up(words, ids, f"{out}/words")
        self._add("Shape", [ids], f"{out}/length", start=1, end=2)
        first = self._constant(f"{out}/first", np.array([0]))
        where = [self._constant(f"{out}/table", table), first, f"{out}/length", first]
        self._add("Slice", where, f"{out}/positions")
        self._add("Add", [f"{out}/words", f"{out}/positions"], f"{out}/sum")
        self._norm(f"{out}/sum", gain, bias, out, _attribute(node, "epsilon"))
        if len(node.output) > 1 and node.output[1]:
            axis = self._constant(f"{out}/tokens", np.array([1]))
            self._add("ReduceSum", [mask, axis], node.output[1], keepdims=0)

    def _look_up(self, table: str, ids: str, out: str) -> None:
        """Look up rows of a table that is kept in int8, with a scale a row."""
        values = self._old[table]
        scale = _scales(np.abs(values).max(axis=1, keepdims=True))
        rows = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        self._add("Gather", [self._constant(f"{out}/int8", rows), ids], f"{out}/rows", axis=0)
        self._add("Gather", [self._constant(f"{out}/scales", scale), ids], f"{out}/scale", axis=0)
        self._add("Cast", [f"{out}/rows"], f"{out}/float", to=1)
        self._add("Mul", [f"{out}/float", f"{out}/scale"], out)

    # Products

    def _attention(self, node: Any) -> None:
        """Quantise the product of queries, keys and values; the values come out smoothed."""
        value, out = self._quantise(node.input[0]), node.output[0]
        smooth, scale = self._smoothing(out)
        columns = np.concatenate([np.ones(2 * len(smooth), dtype=np.float32), smooth])
        weights, scales, zeros = self._weights(self._old[node.input[1]] / columns, value, out)
        bias = self._constant(f"{out}/bias", self._old[node.input[2]] / columns)
        mask = node.input[3] if len(node.input) > 3 else ""
        inputs = [value.name, weights, bias, value.scale, scales, mask, value.zero, zeros]
        kept = {a.name: a for a in node.attribute if a.name != "qkv_hidden_sizes"}
        self._add("QAttention", inputs, out, domain=_CONTRIB)
        self._nodes[-1].attribute.extend(kept.values())
        self._done[out] = self._rounded(out, out, scale, smooth)

    def _product(self, node: Any) -> None:
        value, out = self._quantise(node.input[0]), node.output[0]
        weights, scales, zeros = self._weights(self._old[node.input[1]], value, out)
        inputs = [value.name, weights, value.scale, scales, value.zero, zeros]
        bias = self._bias_of(out)
        if bias:
            self._biased.add(out)
        operator = "MatMulIntegerToFloat"
        if not value.per_token:
            self._add(operator, [*inputs, bias] if bias else inputs, out, domain=_CONTRIB)
            return
        self._add(operator, inputs, f"{out}/unscaled", domain=_CONTRIB)
        scaled = f"{out}/scaled" if bias else out
        self._add("Mul", [f"{out}/unscaled", value.per_token], scaled)
        if bias:
            self._add("Add", [scaled, bias], out)

    def _bias_of(self, out: str) -> str:
        """Return the bias that the only user of a product adds to it."""
        users = self._users.get(out, [])
        if len(users) != 1 or users[0].input[0] != out:
            return ""
        if users[0].op_type == "BiasGelu":
            return str(users[0].input[1])
        skip = users[0].op_type == "SkipLayerNormalization" and len(users[0].input) > 4
        return str(users[0].input[4]) if skip else ""

    def _weights(
        self, weights: NDArray[np.float32], value: _Quantised, out: str
    ) -> tuple[str, str, str]:
        rounded, scales = round_weights(weights * value.smooth[:, None])
        return (
            self._constant(f"{out}/weights", rounded),
            self._constant(f"{out}/scales", scales),
            self._constant(f"{out}/zeros", np.zeros(len(scales), dtype=np.int8)),
        )

    def _quantise(self, name: str) -> _Quantised:
        if name not in self._done:
            producer = self._producers.get(name)
            gelu = producer is not None and producer.op_type in _GELUS
            self._done[name] = self._per_token(name) if gelu else self._fixed(name)
        return self._done[name]

    def _fixed(self, name: str) -> _Quantised:
        """Quantise with one scale, after smoothing the channels."""
        smooth, scale = self._smoothing(name)
        self._add("Mul", [name, self._constant(f"{name}/smooth", 1 / smooth)], f"{name}/smoothed")
        return self._rounded(name, f"{name}/smoothed", scale, smooth)

    def _smoothing(self, name: str) -> tuple[NDArray[np.float32], float]:
        """Return what to divide a value's channels by, and its scale then, as measured."""
        highest = np.maximum(self._ranges[name], 1e-5).astype(np.float64)
        # In steps, so that machines whose last digits differ make the same encoder.
        steps = 2 ** np.round(np.log2(highest))
        weights = [self._old[n.input[1]] for n in self._users[name] if self._is_product(n)]
        rows = np.maximum(np.max([np.abs(w).max(axis=1) for w in weights], axis=0), 1e-5)
        smooth = steps**MIGRATION / rows ** (1 - MIGRATION)
        smooth = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
        return smooth, _rounded_up(float((highest / smooth).max())) / 127

    def _per_token(self, name: str) -> _Quantised:
        """Quantise what a GELU gives by the largest number of each token."""
        least = self._constant("gelu/least", np.array(_GELU_LEAST / _BELOW_ZERO, np.float32))
        self._add("ReduceMax", [name], f"{name}/highest", axes=[-1], keepdims=1)
        self._add("Max", [f"{name}/highest", least], f"{name}/factor")
        self._add("Div", [name, f"{name}/factor"], f"{name}/divided")
        scale = (1 + _BELOW_ZERO) / 255
        smooth = np.ones(len(self._ranges[name]), dtype=np.float32)
        value = self._rounded(name, f"{name}/divided", scale, smooth, round(_BELOW_ZERO / scale))
        return replace(value, per_token=f"{name}/factor")

    def _rounded(
        self,
        name: str,
        value: str,
        scale: float,
        smooth: NDArray[np.float32],
        zero: int = _SYMMETRIC_ZERO,
    ) -> _Quantised:
        scale_name = self._constant(f"{name}/scale", np.array(scale, dtype=np.float32))
        zero_name = self._constant(f"{name}/zero", np.array(zero, dtype=np.uint8))
        self._add("QuantizeLinear", [value, scale_name, zero_name], f"{name}/uint8")
        return _Quantised(f"{name}/uint8", scale_name, zero_name, smooth)

    # Layer norms

    def _skip(self, node: Any) -> None:
        value, skip, gain, bias = node.input[:4]
        out = node.output[0]
        if len(node.input) > 4 and node.input[4] and value not in self._biased:
            self._add("Add", [value, node.input[4]], f"{out}/biased")
            value = f"{out}/biased"
        self._add("Add", [value, skip], f"{out}/sum")
        self._norm(f"{out}/sum", gain, bias, out, _attribute(node, "epsilon"))

    def _norm(self, value: str, gain: str, bias: str, out: str, epsilon: float) -> None:
        self._add("LayerNormalization", [value, gain, bias], out, axis=-1, epsilon=epsilon)

    def _add(
        self, operator: str, inputs: list[str], out: str, domain: str = "", **attributes: Any
    ) -> None:
        from onnx import helper

        node = helper.make_node(operator, inputs, [out], name=out, domain=domain, **attributes)
        self._nodes.append(node)

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._new[name] = value
        return name


def round_weights(
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round weights to int8, with a scale a column, so that sums in 16 bits cannot saturate.

    Args:
        weights: Shape (depth, columns); products are taken along the depth.

    Returns:
        int8, shape (depth, columns), and float32, shape (columns,). Rows 2i and 2i + 1 of a
        column, where they have one sign, add up to 128 at most.
    """
    even = weights if len(weights) % 2 == 0 else np.pad(weights, ((0, 1), (0, 0)))
    pairs = [np.maximum(sign * even, 0) for sign in (1, -1)]
    sums = np.maximum(*(part[0::2] + part[1::2] for part in pairs)).max(axis=0)
    # Both neighbours may be rounded up by a half, hence 1 below the limit.
    scales = _scales(np.maximum(np.abs(weights).max(axis=0), sums * (127 / (_PAIR_LIMIT - 1))))
    return np.clip(np.round(weights / scales), -127, 127).astype(np.int8), scales


def _scales(highest: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the scales that map the largest magnitudes to 127; 1 where all is zero."""
    return np.where(highest > 0, highest / 127, 1).astype(np.float32)


def _rounded_up(value: float) -> float:
    """Round up to seven binary digits."""
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.ceil(mantissa * 128) / 128, exponent)


def _attribute(node: Any, name: str) -> float:
    return next(float(a.f) for a in node.attribute if a.name == name)
