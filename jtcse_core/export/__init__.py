"""Turn a BERT-family checkpoint into an encoder folder: trace, fuse, quantise, verify."""
