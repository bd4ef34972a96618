"""What a fetch finds, keeps and writes; with a real server on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from simloom_codegen.diff import Code
from simloom_codegen.errors import DocumentError, LoomError
from simloom_codegen.fetch import FetchStatus, fetch


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def source(folder: Path, url: str) -> None:
    (folder / "source.toml").write_text(f'[source]\nurl = "{url}"\n')


def test_the_same_document_written_differently_is_unchanged(provider, cache, vendor, spec):
    vendor.serves(json.dumps(yaml.safe_load(spec("/b", "/a")), indent=4).encode())
    before = files(provider)
    result = fetch(provider, cache=cache, write=True)
    assert (result.status, result.reason, result.data) == (FetchStatus.UNCHANGED, "", None)
    assert files(provider) == before


def test_a_changed_document_is_told_and_not_written_unasked(provider, cache, vendor, spec):
    vendor.serves(spec("/a", "/c"))
    before = files(provider)
    result = fetch(provider, cache=cache)
    assert result.status is FetchStatus.CHANGED
    assert [c.code for c in result.changes] == [Code.OPERATION_REMOVED, Code.OPERATION_ADDED]
    assert (result.data, result.path) == (spec("/a", "/c"), None)
    assert files(provider) == before


@pytest.mark.parametrize("as_json", [False, True])
def test_a_changed_document_is_written_byte_for_byte_when_asked(
    provider, cache, vendor, as_json, spec
):
    body = spec("/a", "/c")
    if as_json:
        body = json.dumps(yaml.safe_load(body)).encode()
    vendor.serves(body)
    before = files(provider)
    result = fetch(provider, cache=cache, write=True)
    name = "upstream.json" if as_json else "upstream.yaml"
    assert result.path == provider / name
    assert files(provider) == {**before, name: body}


def test_the_upstream_file_is_what_is_compared_once_it_is_there(provider, cache, vendor, spec):
    vendor.serves(spec("/a", "/c"))
    fetch(provider, cache=cache, write=True)
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED
    vendor.serves(json.dumps(yaml.safe_load(spec("/a"))).encode())
    result = fetch(provider, cache=cache, write=True)
    assert [(c.code, c.operation) for c in result.changes] == [(Code.OPERATION_REMOVED, "GET /c")]
    assert {path.name for path in provider.glob("upstream.*")} == {"upstream.json"}


def test_a_change_that_the_diff_does_not_look_at_is_still_a_change(provider, cache, vendor, spec):
    vendor.serves(spec("/a", "/b") + b"x-vendor: 1\n")
    result = fetch(provider, cache=cache)
    assert (result.status, result.changes) == (FetchStatus.CHANGED, ())


def test_the_first_document_of_a_provider_has_nothing_to_differ_from(provider, cache):
    (provider / "openapi.yaml").unlink()
    result = fetch(provider, cache=cache, write=True)
    assert (result.status, result.changes) == (FetchStatus.CHANGED, ())
    assert result.reason == "there is nothing to compare it with"
    assert result.path == provider / "upstream.yaml"


def test_the_machine_export_is_preferred(provider, cache, vendor, spec):
    with (provider / "source.toml").open("a") as file:
        file.write(f'export_url = "{vendor.origin}/export"\n')
    vendor.serves(spec("/a", "/b"), path="/export")
    result = fetch(provider, cache=cache)
    assert (result.status, result.url) == (FetchStatus.UNCHANGED, f"{vendor.origin}/export")


def test_the_second_request_is_conditional(provider, cache, vendor, spec):
    date = "Sat, 21 Nov 2026 10:00:00 GMT"
    vendor.serves(spec("/a", "/b"), ETag='"1"', Last_Modified=date)
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED
    assert fetch(provider, cache=cache).status is FetchStatus.NOT_MODIFIED
    first, second = (headers for _, headers in vendor.asked)
    assert not {"if-none-match", "if-modified-since"} & first.keys()
    assert (second["if-none-match"], second["if-modified-since"]) == ('"1"', date)


def test_a_change_that_nobody_took_over_is_told_again(provider, cache, vendor, spec):
    vendor.serves(spec("/a", "/c"), ETag='"1"')
    first = fetch(provider, cache=cache)
    again = fetch(provider, cache=cache, write=True)
    assert vendor.asked[1][1]["if-none-match"] == '"1"'
    assert (again.status, again.changes) == (FetchStatus.CHANGED, first.changes)
    assert (provider / "upstream.yaml").read_bytes() == spec("/a", "/c")
    assert fetch(provider, cache=cache).status is FetchStatus.NOT_MODIFIED


def test_the_latest_answer_is_the_one_remembered(provider, cache, vendor, spec):
    for number in ("1", "2"):
        vendor.serves(spec("/a", "/b"), ETag=f'"{number}"')
        assert fetch(provider, cache=cache / "deep").status is FetchStatus.UNCHANGED
    assert fetch(provider, cache=cache / "deep").status is FetchStatus.NOT_MODIFIED
    assert [headers.get("if-none-match") for _, headers in vendor.asked] == [None, '"1"', '"2"']


def test_a_refused_answer_is_not_remembered(provider, cache, vendor, spec):
    vendor.serves(b"<html>" + b" " * 500, ETag='"1"')
    assert fetch(provider, cache=cache).status is FetchStatus.UNAVAILABLE
    vendor.serves(spec("/a", "/b"), ETag='"1"')
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cache: (cache / "acme.json").write_text("{"),
        lambda cache: (cache / "acme.json").write_text("[]"),
        lambda cache: (cache / "acme.json").write_text('{"validators": 1}'),
        lambda cache: (cache / "acme.body").write_text("cut"),
        lambda cache: (cache / "acme.body").unlink(),
        lambda cache: rewrite(cache, '"1\\r\\nX: y"'),
        lambda cache: rewrite(cache, "5"),
    ],
)
def test_a_spoilt_cache_is_a_cache_miss(provider, cache, vendor, spoil, spec):
    vendor.serves(spec("/a", "/b"), ETag='"1"')
    fetch(provider, cache=cache)
    spoil(cache)
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED
    assert "if-none-match" not in vendor.asked[1][1]


def rewrite(cache: Path, etag: str) -> None:
    state = json.loads((cache / "acme.json").read_text())
    state["validators"] = {"If-None-Match": json.loads(etag)}
    (cache / "acme.json").write_text(json.dumps(state))


def test_validators_belong_to_one_address(provider, cache, vendor, spec):
    vendor.serves(spec("/a", "/b"), ETag='"1"')
    fetch(provider, cache=cache)
    source(provider, f"{vendor.origin}/other")
    vendor.serves(spec("/a", "/b"), path="/other", ETag='"1"')
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED


def test_a_cache_that_cannot_be_written_does_no_harm(provider, cache, vendor):
    cache.write_text("a file, not a folder")
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED


@pytest.mark.parametrize("text", ["not toml", "source = 5", "", "[source]\nurl = 5\n"])
def test_a_source_without_an_address_or_a_broken_one(provider, cache, text):
    (provider / "source.toml").write_text(text)
    if text == "not toml":
        with pytest.raises(DocumentError, match=r"source\.toml"):
            fetch(provider, cache=cache)
    else:
        assert fetch(provider, cache=cache).status is FetchStatus.UNAVAILABLE


def test_our_own_broken_document_is_an_error(provider, cache):
    (provider / "openapi.yaml").write_text("openapi: [")
    with pytest.raises(DocumentError, match=r"openapi\.yaml"):
        fetch(provider, cache=cache)


def test_two_upstream_files_are_an_error(provider, cache, spec):
    for name in ("upstream.json", "upstream.yaml"):
        (provider / name).write_bytes(spec("/a"))
    with pytest.raises(LoomError, match="two upstream files"):
        fetch(provider, cache=cache)


def test_the_cache_is_never_inside_the_specs_folder(provider, tmp_path):
    with pytest.raises(LoomError, match="inside the specs folder"):
        fetch(provider, cache=tmp_path / "specs" / "acme" / ".." / "cache")


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(
    provider, cache, vendor, monkeypatch, spec
):
    vendor.serves(spec("/a", "/c"))
    before = files(provider)
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.parent == provider:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LoomError, match="No space left on device"):
        fetch(provider, cache=cache, write=True)
    assert files(provider) == before
