"""What the templates show: the generator's parse tree turned into plain views.

Templates only lay out; every decision (which Python type, which status raises, what a docstring
says) is made here, in typed code with tests of its own.
"""

from simloom_codegen.render.loom import Loom

__all__ = ["Loom"]
