"""Words, sentences and a tokenizer small enough for tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

_TEXT = """
a the cat dog bird sat ran flew on in under mat hill sky rain sun man woman child plays reads
book song sings red blue green small big old new house garden river quickly slowly and but not
is was they she he loves sees finds bread water fire stone road city
"""
WORDS = tuple(_TEXT.split())

SENTENCES = [
    f"{WORDS[i % 2]} {WORDS[2 + i % 5]} {WORDS[20 + i % 30]} {WORDS[7 + i % 40]} "
    f"{WORDS[(i * 7) % len(WORDS)]} {WORDS[(i * 11 + 3) % len(WORDS)]}"
    for i in range(90)
]

MakeCheckpoint = Callable[..., Path]


def write_corpus(path: Path) -> Path:
    """Write ninety sentences, one a line."""
    path.write_text("\n".join(SENTENCES) + "\n", encoding="utf-8")
    return path


def write_dev(path: Path) -> Path:
    """Write forty graded pairs that share words in proportion to their grade."""
    rows = []
    for i in range(40):
        words, other = SENTENCES[i].split(), SENTENCES[(i * 13 + 29) % 90].split()
        keep = i % 6
        rows.append(f"{keep}\t{' '.join(words)}\t{' '.join(words[:keep] + other[keep:])}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def make_tokenizer(words: tuple[str, ...]) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: i for i, token in enumerate([*specials, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=32,
    )
