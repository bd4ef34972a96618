"""Semantic difference of two OpenAPI documents, with a direction."""

from simloom_codegen.diff.change import Change, Code, Direction, Level
from simloom_codegen.diff.compare import compare
from simloom_codegen.diff.report import exit_code, render

__all__ = ["Change", "Code", "Direction", "Level", "compare", "exit_code", "render"]
