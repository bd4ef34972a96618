"""Many files into one document: what a `$ref` leads to comes to where the generator looks."""

from simloom_codegen.bundle.bundler import STEP, Bundled, bundle

__all__ = ["STEP", "Bundled", "bundle"]
