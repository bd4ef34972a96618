"""Swapping a package in: whole or not at all, even after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from simloom_codegen.staging import PREFIX, recover, staging, swap


def package(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(text)
    return folder


def test_staging_is_gone_afterwards_also_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), staging(tmp_path) as stage:
        (stage / "file").write_text("x")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_swap_replaces_the_whole_folder(tmp_path: Path) -> None:
    target = package(tmp_path / "clients" / "acme", "old")
    (target / "stale.py").write_text("")
    with staging(tmp_path) as stage:
        swap(package(stage / "made", "new"), target, stage, tmp_path)
    assert [path.name for path in target.iterdir()] == ["__init__.py"]
    assert (target / "__init__.py").read_text() == "new"


def test_a_failing_rename_puts_the_old_package_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = package(tmp_path / "clients" / "acme", "old")
    real = Path.rename

    def rename(self: Path, to: Path) -> Path:
        if self.name == "made":
            raise OSError("disk full")
        return real(self, to)

    with staging(tmp_path) as stage:
        made = package(stage / "made", "new")
        monkeypatch.setattr(Path, "rename", rename)
        with pytest.raises(OSError, match="disk full"):
            swap(made, target, stage, tmp_path)
    assert (target / "__init__.py").read_text() == "old"


def test_a_run_killed_between_the_renames_is_undone_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    package(tmp_path / f"{PREFIX}0-x" / "replaced" / "clients" / "acme", "old")
    recover(tmp_path)
    assert (tmp_path / "clients" / "acme" / "__init__.py").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["clients"]


def test_a_finished_swap_is_not_undone(tmp_path: Path) -> None:
    package(tmp_path / "clients" / "acme", "new")
    package(tmp_path / f"{PREFIX}0-x" / "replaced" / "clients" / "acme", "old")
    recover(tmp_path)
    assert (tmp_path / "clients" / "acme" / "__init__.py").read_text() == "new"


def test_the_staging_folder_of_a_live_process_is_left_alone(tmp_path: Path) -> None:
    alive = tmp_path / f"{PREFIX}1-other"  # process 1 always lives
    alive.mkdir()
    with staging(tmp_path):
        pass
    assert alive.is_dir()
