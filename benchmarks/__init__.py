"""Measurements: printed, never gating the tests."""
