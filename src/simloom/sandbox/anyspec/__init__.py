"""Any OpenAPI 3.0 or 3.1 document as a vendor of the sandbox: basic answers, strict requests."""

from __future__ import annotations

from simloom.sandbox.anyspec.files import SpecFiles, vendors_from
from simloom.sandbox.anyspec.reading import SpecRefused

__all__ = ["SpecFiles", "SpecRefused", "vendors_from"]
