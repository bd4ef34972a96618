"""Swagger 2.0 documents, converted to OpenAPI 3.0 before anything else looks at them."""

from simloom_codegen.swagger2.convert import STEP, Converted, convert

__all__ = ["STEP", "Converted", "convert"]
