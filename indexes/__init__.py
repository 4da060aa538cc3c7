"""Document collections: sources, passages, SQLite truth, HNSW cache, search.

This is code; a user's data lives under the data directory that the caller names.
"""
