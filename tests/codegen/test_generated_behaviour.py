"""What generated code does where the stock generator's output fails; numbers are its known faults.

One document holds a fragment for each fault; it is generated once, with our templates, and used.
"""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import json
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from behaviour_document import SPEC

from simloom.runtime import UNSET, ApiError, DecodeError, InvalidParameter, NotFound, Secret
from simloom.runtime.answers import read_answer
from simloom.runtime.encoding import encode_body
from simloom_codegen.standalone import Report, generate_package

PACKAGE = "faults_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """The package below a folder of its own, and what the loom said of it."""
    root = tmp_path_factory.mktemp("generated")
    (root / "spec.yaml").write_text(SPEC, "utf-8")
    report = generate_package(root / "spec.yaml", package=PACKAGE, out=root)
    return root, report


@pytest.fixture(scope="module")
def client(generated: tuple[Path, Report]) -> Any:
    """Import operations and models of the package by name."""
    sys.path.insert(0, str(generated[0]))

    class Package:
        models = importlib.import_module(f"{PACKAGE}.models")

        def __getattr__(self, name: str) -> ModuleType:
            operations = importlib.import_module(PACKAGE).OPERATIONS
            return importlib.import_module(f"{PACKAGE}.{operations[name]}")

    yield Package()
    sys.path.remove(str(generated[0]))


def answer(request: Any, text: str, status: int = 200) -> Any:
    return read_answer(request, status, {}, text.encode())


def test_nothing_is_dropped(generated: tuple[Path, Report]) -> None:
    numbers = generated[1].as_dict()
    assert numbers["operations_generated"] == numbers["operations_in_spec"] == 5
    assert numbers["modules_imported"] == numbers["modules"]
    assert numbers["missing"] == []
    assert numbers["normalised"], "the repairs are told"


def test_01_a_default_is_never_sent(client: Any) -> None:
    body = client.models.SimUpdate(status=client.models.SimStatus("active"))
    content, _ = encode_body(body, "application/json")
    assert content == b'{"status":"active"}'
    assert client.list_sims.request().query == ()


def test_05_one_schema_under_two_media_types_is_one_body(client: Any) -> None:
    with pytest.warns(DeprecationWarning, match="update_sim"):
        request = client.update_sim.request("89", body=client.models.SimUpdate(status="active"))
    assert request.media_type == "application/json"


def test_06_the_discriminator_chooses_the_class(client: Any) -> None:
    request = client.get_animal.request()
    assert type(answer(request, '{"kind": "dog", "name": "x"}').parsed).__name__ == "Dog"
    assert type(answer(request, '{"kind": "cat", "name": "x"}').parsed).__name__ == "Cat"
    with pytest.raises(DecodeError, match="variants"):
        answer(request, '{"kind": "cow"}')


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ('{"form": "circle", "radius": 2}', "Circle", "Circle(form='circle', radius=2)"),
        (
            '{"form": "circle", "radius": 2, "later": 1}',
            "Circle",
            "Circle(form='circle', radius=2)",
        ),
        ('{"form": "circle", "radius": "x"}', "Circle", "Circle(form='circle', radius='x')"),
        ('{"form": "blob", "size": 3}', "Shape", None),
        ('{"colour": "red"}', "Shape", None),
        ('{"form": null, "radius": 1}', "Shape", None),
    ],
)
def test_06_a_discriminator_on_a_base_class_chooses_the_subclass(
    client: Any, text: str, name: str, shown: str | None
) -> None:
    drawing = client.models.Drawing.from_json(f'{{"shapes": [{text}]}}'.encode())
    (shape,) = drawing.shapes
    assert type(shape).__name__ == name
    if shown is None:  # nothing of it is lost
        assert drawing.to_dict() == {"shapes": [json.loads(text)]}
    else:
        assert repr(shape) == shown


def test_07_an_unknown_enumeration_value_decodes(client: Any) -> None:
    page = answer(client.list_sims.request(), '{"sims": [{"iccid": "1", "status": "new"}]}').parsed
    assert page.sims[0].status == "new"
    assert not page.sims[0].status.is_known
    assert isinstance(page.sims[0].status, client.models.SimStatus)


def test_08_values_that_differ_in_case_have_two_names(client: Any) -> None:
    assert {m.name: m.value for m in client.models.SimStatus} == {
        "ACTIVE": "active",
        "ACTIVE_2": "ACTIVE",
        "BLOCKED_MNO": "Blocked (MNO)",
        "VALUE_2FF": "2FF",
    }


def test_09_null_is_none_everywhere(client: Any) -> None:
    names = ("status", "createdAt", "activeOn", "quota", "level", "pin1", "parent", "list")
    text = ", ".join(f'"{name}": null' for name in names)
    response = answer(client.list_sims.request(), f'{{"sims": [{{"iccid": "1", {text}}}]}}')
    sim = response.parsed.sims[0]
    assert (sim.status, sim.created_at, sim.pin1, sim.parent, sim.list_) == (None,) * 5
    assert response.problems == ()


def test_10_a_missing_required_member_is_told_with_its_place(client: Any) -> None:
    with pytest.raises(DecodeError, match="'iccid' is missing at /sims/1"):
        answer(client.list_sims.request(), '{"sims": [{"iccid": "1"}, {"status": "active"}]}')


@pytest.mark.parametrize("status", [404, 418, 520, 499, 302])
def test_11_and_12_every_error_status_raises(client: Any, status: int) -> None:
    with pytest.raises(ApiError) as said:
        answer(client.list_sims.request(), "<html>", status)
    assert said.value.status == status


def test_12_a_documented_error_body_is_typed(client: Any) -> None:
    with pytest.raises(NotFound) as said:
        answer(client.list_sims.request(), '{"title": "none", "open": {"a": 1}}', 404)
    assert isinstance(said.value.body, client.models.Problem)
    assert said.value.body.open_.additional_properties == {"a": 1}


def test_15_credentials_are_no_parameters(client: Any) -> None:
    with pytest.raises(TypeError):
        client.list_sims.request(authorization="x")


def test_18_multipart_has_its_own_boundary_and_keeps_lists(client: Any) -> None:
    (model,) = [name for name in client.models.__all__ if name.startswith("SendFile")]
    body = getattr(client.models, model)(file=b"\x00\x01", note="hi", tags=["a", "b"])
    request = client.send_file.request(body=body)
    first, kind = encode_body(request.body, request.media_type)
    second, other = encode_body(request.body, request.media_type)
    assert kind.startswith("multipart/form-data; boundary=")
    assert kind != other
    assert first.count(b'name="tags"') == 2
    assert b"\x00\x01" in first
    assert first.replace(kind[30:].encode(), b"") == second.replace(other[30:].encode(), b"")


def test_19_lists_are_joined_or_repeated_as_documented(client: Any) -> None:
    request = client.list_sims.request(sort=["a", "b"], tag=["c", "d"])
    assert request.query == (("sort", "a,b"), ("tag", "c"), ("tag", "d"))


def test_26_odd_timestamps_never_lose_the_page(client: Any) -> None:
    text = (
        '{"sims": [{"iccid": "1", "createdAt": "2019-06-04T11:42:49"},'
        '{"iccid": "2", "createdAt": "2018-03-09T07:59:09.000+0000"},'
        '{"iccid": "3", "createdAt": "2033-02-02 00:00:00"}, {"iccid": "4", "createdAt": "soon"}]}'
    )
    moments = [sim.created_at for sim in answer(client.list_sims.request(), text).parsed.sims]
    assert moments[0] == dt.datetime(2019, 6, 4, 11, 42, 49, tzinfo=dt.UTC)
    assert moments[1].utcoffset() == dt.timedelta(0)
    assert moments[2].utcoffset() == dt.timedelta(0)
    assert moments[3] == "soon"


def test_27_there_is_one_unset(client: Any) -> None:
    sim = client.models.Sim(iccid="1")
    for twin in (copy.deepcopy(sim), pickle.loads(pickle.dumps(sim))):
        assert twin == sim
        assert twin.status is UNSET
        assert twin.to_dict() == {"iccid": "1"}


def test_28_further_members_are_kept_where_the_document_allows_them(client: Any) -> None:
    found = client.models.Open.from_json(b'{"name": "n", "x": 1, "y": "2"}')
    assert found.name == "n"
    assert found.additional_properties == {"x": 1, "y": 2}
    assert found.to_dict() == {"name": "n", "x": 1, "y": 2}


def test_30_importing_an_operation_imports_no_model(generated: tuple[Path, Report]) -> None:
    code = (
        "import sys; from faults_client.api.sims import list_sims; list_sims.request();"
        "print([m for m in sys.modules if m.startswith('faults_client.models.') or m == 'httpx'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(generated[0])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_32_members_named_like_types_and_methods_are_members(client: Any) -> None:
    text = '{"iccid": "1", "list": ["a"], "datetime": "2024-01-01T00:00:00Z", "self": "s", '
    sim = client.models.Sim.from_json((text + '"from_dict": "f"}').encode())
    assert (sim.list_, sim.self_, sim.from_dict_) == (["a"], "s", "f")
    assert sim.datetime_ == dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    assert sim.to_dict()["from_dict"] == "f"


def test_parameters_named_like_functions_of_the_module_work(client: Any) -> None:
    request = client.list_sims.request(request="r", client_query="c")
    assert request.query == (("request", "r"), ("client", "c"))


def test_an_operation_with_a_server_of_its_own_says_so(client: Any) -> None:
    login = client.models.Login(user="u", password="geheim")
    request = client.log_in.request(body=login)
    assert request.operation.server == "https://login.example.com"
    assert encode_body(request.body, request.media_type)[0] == b"user=u&password=geheim"
    assert answer(request, '{"a": 1}').parsed == {"a": 1}
    assert isinstance(login.password, Secret)
    assert "geheim" not in f"{login!r} {request!r}"


def test_a_path_value_cannot_leave_its_place(client: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert client.update_sim.request("a/../b").path == "/sims/a%2F..%2Fb"
        with pytest.raises(InvalidParameter):
            client.update_sim.request("..")
