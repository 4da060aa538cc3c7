"""Training on transformers' Trainer: stage 1, stage 2, and what distillation shares with them."""
