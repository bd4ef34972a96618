"""Files that a document may not name, that are not there, or that hold something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from simloom_codegen.cli import app
from simloom_codegen.errors import DocumentError, NormaliseError
from simloom_codegen.intake import take_in
from simloom_codegen.prepare import prepare


def refers(*refs: str) -> str:
    listed = ", ".join(f"S{index}: {{$ref: '{ref}'}}" for index, ref in enumerate(refs))
    return f"paths: {{}}\ncomponents: {{schemas: {{All: {{properties: {{{listed}}}}}}}}}\n"


def test_all_files_that_are_missing_are_named_at_once(taken: Any) -> None:
    with pytest.raises(DocumentError) as said:
        taken({"api.yaml": refers("a.yaml#/A", "b/c.json", "a.yaml#/B")})
    assert "refers to files that are not there: a.yaml, b/c.json" in str(said.value)
    assert said.value.pointer == "/components/schemas/All/properties/S0"
    assert said.value.remedy


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("../secret.yaml", "leads out of the folder vendor"),
        ("../../../../../../etc/passwd", "leads out of the folder"),
        ("/etc/hosts.yaml", "leads out of the folder"),
        (".config/a.yaml", "is in a hidden place"),
        ("notes.txt", "is neither .yaml, .yml nor .json"),
        ("common.yaml#/components/schemas/Gone", "leads nowhere"),
        ("common.yaml#/info/title", "leads nowhere"),
        ("page.yaml", "HTML"),
        ("list.yaml", "a list, not a mapping"),
    ],
)
def test_a_file_that_cannot_be_is_refused(write: Any, tmp_path: Path, ref: str, said: str) -> None:
    files = {
        "../secret.yaml": "type: string",
        ".config/a.yaml": "type: string",
        "notes.txt": "type: string",
        "common.yaml": "info: {title: x}",
        "page.yaml": "<html></html>",
        "list.yaml": "[1]",
    }
    path = write({"api.yaml": refers(ref), **files})
    with pytest.raises(DocumentError, match=said) as error:
        take_in(path)
    assert error.value.remedy


def test_a_link_out_of_the_folder_is_refused(write: Any, tmp_path: Path) -> None:
    path = write({"api.yaml": refers("a.yaml")})
    (tmp_path / "secret.yaml").write_text("type: string")
    (path.parent / "a.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(DocumentError, match="leads out of the folder"):
        take_in(path)


def test_the_working_directory_widens_the_folder(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write({"apis/api.yaml": refers("../common/a.yaml"), "common/a.yaml": "type: string"})
    with pytest.raises(DocumentError, match="run the command in it"):
        take_in(path)
    monkeypatch.chdir(path.parent.parent)
    assert take_in(path).document["components"]["schemas"]["a"] == {"type": "string"}


def test_files_that_are_put_into_each_other_end_in_an_error(taken: Any) -> None:
    with pytest.raises(DocumentError, match="leads back to what it is part of"):
        taken(
            {
                "api.yaml": "paths: {/a: {$ref: a.yaml}}",
                "a.yaml": "get: {callbacks: {x: {'{$url}': {$ref: a.yaml}}}}",
            }
        )


def test_files_that_grow_without_end_are_stopped(
    taken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simloom_codegen.bundle.bundler._MOST_PLACED", 50)

    def level(number: int) -> str:
        calls = ", ".join(f"'{{$c{n}}}': {{$ref: p{number + 1}.yaml}}" for n in range(10))
        return f"get: {{callbacks: {{x: {{{calls}}}}}}}"

    files = {f"p{number}.yaml": level(number) for number in range(6)} | {"p6.yaml": "get: {}"}
    with pytest.raises(DocumentError, match="is one of too many"):
        taken({"api.yaml": "paths: {/a: {$ref: p0.yaml}}", **files})


def test_files_in_files_without_end_are_stopped(taken: Any) -> None:
    files = {
        f"p{number}.yaml": f"get: {{callbacks: {{x: {{'{{$u}}': {{$ref: p{number + 1}.yaml}}}}}}}}"
        for number in range(200)
    }
    with pytest.raises(DocumentError, match="too deeply"):
        taken({"api.yaml": "paths: {/a: {$ref: p0.yaml}}", **files})


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("circle.yaml", "circle.yaml"),  # in words that depend on the version of Python
        ("a%00b.yaml", "'a%00b.yaml' is no name of a file"),
        (r"\\host\a.yaml", "leads to another machine"),
        ("a" * 300 + ".yaml", f"refers to files that are not there: {'a' * 200}"),
        ("a%1b[2Jb.yaml", "refers to files that are not there: a [2Jb.yaml"),
    ],
)
def test_names_that_no_file_can_have_are_told(write: Any, name: str, why: str) -> None:
    path = write({"api.yaml": refers(name)})
    (path.parent / "circle.yaml").symlink_to("circle.yaml")
    with pytest.raises(DocumentError) as said:
        take_in(path, name="api.yaml")
    assert why in str(said.value)


def test_a_device_is_no_document() -> None:
    """It has no size to look at before."""
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        take_in(Path("/dev/zero"), name="zero")


def test_examples_in_files_are_not_read(taken: Any) -> None:
    media = "{examples: {a: {$ref: examples/a.txt}, b: {$ref: 'gone.json'}}}"
    answers = f"{{200: {{content: {{application/json: {media}}}}}}}"
    assert taken({"api.yaml": f"paths: {{/a: {{get: {{responses: {answers}}}}}}}"}).changes == ()


def test_addresses_are_never_read(write: Any) -> None:
    path = write({"api.yaml": refers("https://x.example/a.yaml#/A")})
    with pytest.raises(NormaliseError, match="reads no address") as said:
        prepare(path, None, name="api.yaml")
    assert "https://x.example/a.yaml#/A" in str(said.value)


def test_a_committed_document_has_to_stand_alone(write: Any) -> None:
    path = write({"api.yaml": refers("a.yaml"), "a.yaml": "type: string"})
    with pytest.raises(NormaliseError, match="simloom-codegen bundle"):
        prepare(path, None, name="api.yaml", alone=True)
    assert prepare(path, None, name="api.yaml").document["components"]["schemas"]


def test_the_command_writes_one_document_and_replaces_none(write: Any, tmp_path: Path) -> None:
    path = write({"api.yaml": refers("a.yaml"), "a.yaml": "type: string"})
    command = ["bundle", "--spec", str(path), "--out", str(tmp_path / "new" / "one.json")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    made = json.loads((tmp_path / "new" / "one.json").read_text("utf-8"))
    assert made["components"]["schemas"]["a"] == {"type": "string"}
    assert "brought from a.yaml" in done.output
    again = CliRunner().invoke(app, command)
    assert isinstance(again.exception, DocumentError)
    assert "choose another --out" in str(again.exception)
