"""The lock: exact, stable, and clear about damage."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom_codegen.errors import LockError
from simloom_codegen.lock import Entry, Lock, hash_files, hash_tree, read_lock

digest = st.text("0123456789abcdef", min_size=64, max_size=64)
names = st.from_regex(r"\A[a-z][a-z0-9-]{0,12}\Z")
entries = st.builds(
    Entry, st.dictionaries(names.map(lambda n: f"{n}.yaml"), digest), digest, st.integers(0, 999)
)
versions = st.text(st.characters(codec="utf-8"), max_size=20)
locks = st.builds(Lock, st.dictionaries(names, versions), st.dictionaries(names, entries))


@given(locks)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> None:
    path = tmp_path_factory.mktemp("lock") / "lock.toml"
    path.write_text(lock.as_text(), "utf-8", newline="\n")
    assert read_lock(path) == lock


def test_an_absent_lock_is_empty(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "lock.toml") == Lock({}, {})


@pytest.mark.parametrize("text", ["[tools", "tools = 1", "[provider.a]\noperations = 1", "<html>"])
def test_a_broken_lock_says_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lock.toml"
    path.write_text(text)
    with pytest.raises(LockError, match="restore it from version control"):
        read_lock(path)


def test_the_hash_of_a_tree_sees_names_and_contents_and_no_caches(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.py").write_text("2")
    first = hash_tree(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("cache")
    assert hash_tree(tmp_path) == first
    (tmp_path / "a.py").rename(tmp_path / "d.py")
    renamed = hash_tree(tmp_path)
    assert renamed != first
    (tmp_path / "d.py").write_text("3")
    assert hash_tree(tmp_path) != renamed


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    files = [tmp_path / name for name in "abc"]
    for file in files:
        file.write_text(file.name)
    assert hash_files(files, tmp_path) == hash_files(reversed(files), tmp_path)
