"""Telekom Business Smart Connect."""
