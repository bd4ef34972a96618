"""Any OpenAPI 3 or Swagger 2.0 document as a vendor of the sandbox, with a memory."""

from __future__ import annotations

from simloom.sandbox.anyspec.files import SpecFiles, vendors_from
from simloom.sandbox.anyspec.reading import SpecRefused

__all__ = ["SpecFiles", "SpecRefused", "vendors_from"]
