"""What we claim, measured on real data: one line a claim."""
