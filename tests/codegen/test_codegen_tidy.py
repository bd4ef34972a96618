"""Generated code is sorted and formatted wherever it is written."""

from __future__ import annotations

import pytest

from simloom_codegen.generate import tidy


@pytest.mark.parametrize("place", ["plain", ".nox/x/tmp", "build", "dist/out", ".venv"])
def test_the_folder_does_not_matter(tmp_path, place):
    folder = tmp_path / place / "package"
    folder.mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("*\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nextend-exclude = ['*']\n", "utf-8")
    (folder / "module.py").write_text("import sys, os\nprint( os.sep,'x' )\n", "utf-8")
    tidy(folder)
    assert (folder / "module.py").read_text("utf-8") == 'import os\n\nprint(os.sep, "x")\n'
