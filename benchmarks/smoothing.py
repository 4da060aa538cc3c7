"""Which exponent should outliers be moved into the weights with? Cosines with float32.

    python -m benchmarks.smoothing CHECKPOINT CORPUS [--exponents 0.4 0.5 0.6 0.7 0.8]

CHECKPOINT is `base` or a trained folder, CORPUS sentences one a line (`train.tar.xz`): a sample
of them, alone and as passages of eight, is encoded by every export and by the checkpoint in
float32. No text of an evaluation is read. Prints mean, lowest and the 1st percentile.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from jtcse_core.corpus import read_corpus
from jtcse_core.export import quantising
from jtcse_core.export.base import find_base
from jtcse_core.export.exporting import export_encoder
from jtcse_core.onnx_encoder import OnnxEncoder
from jtcse_core.torch_encoder import load_torch_encoder

SENTENCES, PASSAGES, SENTENCES_A_PASSAGE = 600, 150, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--exponents", type=float, nargs="+", default=[0.4, 0.5, 0.6, 0.7, 0.8])
    options = parser.parse_args()
    drawn = list(
        read_corpus([options.corpus])
        .sample(SENTENCES + PASSAGES * SENTENCES_A_PASSAGE, 7)
        .sentences
    )
    rest = drawn[SENTENCES:]
    starts = range(0, len(rest), SENTENCES_A_PASSAGE)
    kinds = {
        "sentences": drawn[:SENTENCES],
        "passages": [" ".join(rest[i : i + SENTENCES_A_PASSAGE]) for i in starts],
    }
    source = load_torch_encoder(str(find_base(options.checkpoint)))
    wanted = {kind: source.encode(texts) for kind, texts in kinds.items()}
    print("exponent  " + "".join(f"{kind:>34}" for kind in kinds))
    for exponent in options.exponents:
        quantising.MIGRATION = exponent
        with tempfile.TemporaryDirectory() as scratch:
            export_encoder(options.checkpoint, Path(scratch) / "encoder")
            encoder = OnnxEncoder(Path(scratch) / "encoder")
            cells = []
            for kind, texts in kinds.items():
                cosines = (encoder.encode(texts) * wanted[kind]).sum(axis=1)
                low = np.quantile(cosines, 0.01)
                cells.append(f"{cosines.mean():>14.5f}{low:>10.5f}{cosines.min():>10.5f}")
        print(f"{exponent:<10}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
