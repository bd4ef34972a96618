"""Recorded HTTP exchanges, and in `recording` what records and plays them."""
