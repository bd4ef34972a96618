"""Repair a vendor's OpenAPI document so that the generator makes code from all of it.

An overlay can change values; what it cannot do (rename keys, resolve references, find collisions)
is done here, by the steps of `STEPS` in their order. Each step is a function that changes a private
copy and notes every repair. The result of normalising twice is the result of normalising once.

What a vendor wrote and the generator must not see is kept under an `x-vendor-` name where it was.
"""

from __future__ import annotations

from simloom_codegen.normalise.changes import Change, Normalised
from simloom_codegen.normalise.pipeline import STEPS, normalise

__all__ = ["STEPS", "Change", "Normalised", "normalise"]
