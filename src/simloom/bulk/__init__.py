"""Bulk changes: one verb for any number of SIMs, one truthful outcome for each."""

from __future__ import annotations
