"""Measures this checkout against its peers, side by side: `python -m benchmarks`."""
