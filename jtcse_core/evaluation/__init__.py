"""Measures of an encoder and of a search, and the readers of their data."""
