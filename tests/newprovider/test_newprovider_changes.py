"""Which operations certainly suspend and resume one SIM, and which need a person."""

from __future__ import annotations

import pytest

from simloom.models import SimStatus
from simloom.newprovider.inspection import inspect
from simloom.newprovider.words import read_statuses

TEXT = {"type": "string"}
ICCID = {"name": "iccid", "in": "path", "required": True, "schema": TEXT}
ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}


def words(*given):
    return {"type": "string", "enum": list(given)}


def within(*required, **members):
    return {"type": "object", "required": list(required), "properties": members}


def answering(schema, *parameters, **more):
    content = {"application/json": {"schema": schema}}
    return {"parameters": list(parameters), "responses": {"200": {"content": content}}, **more}


def taking(schema, *parameters, media="application/json"):
    body = {"required": True, "content": {media: {"schema": schema}}}
    return answering({}, *parameters, requestBody=body)


BOTH = words("ACTIVE", "SUSPENDED")
SIM = within("iccid", iccid=TEXT, status=BOTH)


def looked_at(changes, record=SIM):
    paths = {"/sims/{iccid}": {"get": answering(record, ICCID)}}
    for path, methods in changes.items():
        paths.setdefault(path, {}).update(methods)
    return inspect({"openapi": "3.0.3", "paths": paths})


@pytest.mark.parametrize(
    ("path", "method", "schema", "member", "suspended", "active"),
    [
        (
            "/sims/{iccid}",
            "patch",
            within("status", status=BOTH, label=TEXT),
            "status",
            "SUSPENDED",
            "ACTIVE",
        ),
        (
            "/sims/{iccid}",
            "patch",
            within(status=BOTH, label=TEXT),
            "status",
            "SUSPENDED",
            "ACTIVE",
        ),
        ("/sims/{iccid}", "put", within("status", status=BOTH), "status", "SUSPENDED", "ACTIVE"),
        (
            "/sims/{iccid}/status",
            "put",
            within("status", status=BOTH, reason=TEXT),
            "status",
            "SUSPENDED",
            "ACTIVE",
        ),
        (
            "/sims/{iccid}/status",
            "post",
            within("state", state=words("active", "suspended", "x")),
            "state",
            "suspended",
            "active",
        ),
        (
            "/sims/{iccid}/lifecycle",
            "post",
            within("simState", simState=words("ACTIVATED", "SUSPENDED")),
            "simState",
            "SUSPENDED",
            "ACTIVATED",
        ),
        (
            "/sims/{iccid}/actions",
            "post",
            within("action", action=words("suspend", "resume", "activate")),
            "action",
            "suspend",
            "resume",
        ),
        (
            "/sims/{iccid}/commands",
            "post",
            within("command", command=words("SUSPEND", "UNSUSPEND")),
            "command",
            "SUSPEND",
            "UNSUSPEND",
        ),
    ],
)
def test_a_status_in_the_body(path, method, schema, member, suspended, active):
    found = looked_at({path: {method: taking(schema, ICCID)}})
    for verb, word in (("suspend", suspended), ("resume", active)):
        one = found.verbs[verb]
        assert (one.name, one.member, one.word) == (f"{method.upper()} {path}", member, word)


def test_a_status_in_the_body_of_swagger_2():
    body = {"name": "dto", "in": "body", "schema": {"$ref": "#/definitions/Change"}}
    found = inspect(
        {
            "swagger": "2.0",
            "definitions": {"Sim": SIM, "Change": within("status", status=BOTH)},
            "paths": {
                "/sims/{iccid}": {
                    "parameters": [{"name": "iccid", "in": "path"}],
                    "get": {"responses": {"200": {"schema": {"$ref": "#/definitions/Sim"}}}},
                    "patch": {"parameters": [body], "responses": {}},
                }
            },
        }
    )
    assert (found.verbs["suspend"].member, found.verbs["suspend"].word) == ("status", "SUSPENDED")


@pytest.mark.parametrize(
    ("path", "method", "operation", "why"),
    [
        (
            "/sims/{iccid}/deactivate",
            "post",
            answering({}, ICCID),
            "decide whether 'deactivate' is what",
        ),
        ("/sims/{iccid}/block", "post", answering({}, ICCID), "decide whether 'block' is what"),
        (
            *("/sims/{iccid}/actions", "post"),
            taking(within("action", action=words("deactivate", "reactivate")), ICCID),
            "takes action: decide which value is to suspend ('deactivate')",
        ),
        (
            *("/sims/{iccid}", "patch"),
            taking(within("status", status=words("ENABLED", "DISABLED")), ICCID),
            "takes status: decide which value is to suspend ('DISABLED')",
        ),
        (
            "/sims/{iccid}",
            "put",
            taking(within("status", status=BOTH, label=TEXT), ICCID),
            "beside other members",
        ),
        (
            "/sims/{iccid}/status",
            "post",
            taking(within("status", "reason", status=BOTH, reason=TEXT), ICCID),
            "asks for reason",
        ),
        (
            "/sims/{iccid}/status",
            "post",
            taking(within(status=BOTH, reason=TEXT), ICCID),
            "may be sent alone",
        ),
        (
            "/sims/{iccid}/status",
            "put",
            taking(within("status", status=TEXT), ICCID),
            "decide which value",
        ),
        (
            "/sims/{iccid}/status",
            "put",
            taking(within("status", status=words("suspended", "SUSPENDED")), ICCID),
            "decide which value",
        ),
        (
            "/sims/{iccid}/suspend",
            "post",
            taking(within(reason=TEXT), ICCID),
            "takes a body: decide what to send",
        ),
        (
            "/sims/{iccid}/suspend",
            "post",
            answering({}, ICCID, {**ICCID, "name": "why", "in": "query"}),
            "asks for why",
        ),
        (
            "/sims/suspend",
            "post",
            taking(within(iccids={"type": "array", "items": TEXT})),
            "names no SIM in its path",
        ),
        (
            "/jobs",
            "post",
            taking(within(iccids={"type": "array", "items": TEXT})),
            "with SIMs in the body: POST /jobs",
        ),
        (
            "/cards/{id}/suspend",
            "post",
            answering({}, ID),
            "has id in its path: decide how it follows",
        ),
        (
            "/groups/{g}/sims/{iccid}/suspend",
            "post",
            answering({}, ICCID),
            "has g and iccid in its path",
        ),
        (
            *("/sims/{iccid}", "patch"),
            taking({"type": "array", "items": {}}, ICCID, media="application/json-patch+json"),
            "no operation for one SIM is named suspend",
        ),
        (
            "/sims/{iccid}",
            "delete",
            answering({}, ICCID),
            "no operation for one SIM is named suspend",
        ),
    ],
)
def test_what_could_change_a_sim_otherwise_is_a_decision(path, method, operation, why):
    found = looked_at({path: {method: operation}})
    assert "suspend" not in found.verbs
    reason = found.undecided["suspend"]
    assert why in reason
    assert "decide" in reason


def test_a_path_of_its_own_is_surer_than_a_body():
    found = looked_at(
        {
            "/sims/{iccid}": {"patch": taking(within("status", status=BOTH), ICCID)},
            "/sims/{iccid}/suspend": {"post": answering({}, ICCID)},
        }
    )
    assert found.verbs["suspend"].path == "/sims/{iccid}/suspend"
    assert found.verbs["resume"].path == "/sims/{iccid}"


def test_two_ways_to_do_it_are_a_decision():
    change = taking(within("status", status=BOTH), ICCID)
    found = looked_at({"/sims/{iccid}": {"patch": change}, "/sims/{iccid}/status": {"put": change}})
    assert "PATCH /sims/{iccid}, PUT /sims/{iccid}/status" in found.undecided["suspend"]


@pytest.mark.parametrize(
    ("record", "certain"),
    [
        (within("iccid", iccid=TEXT, status=BOTH), True),
        (within("iccid", iccid=TEXT, status=TEXT), True),
        (within("iccid", iccid=TEXT, status=within(code=BOTH)), True),
        (within("iccid", iccid=TEXT, status=words("on", "off")), False),
        (within("iccid", iccid=TEXT), False),
        (within("iccid", iccid=TEXT, status=BOTH, state=BOTH), False),
    ],
)
def test_a_change_needs_a_status_that_ends_it(record, certain):
    change = taking(within("status", status=BOTH), ICCID)
    found = looked_at({"/sims/{iccid}": {"patch": change}}, record)
    assert ("suspend" in found.verbs) is certain
    assert certain or "decide which word says that it is done" in found.undecided["suspend"]


KEYED = within("id", "iccid", id=TEXT, iccid=TEXT, status=BOTH)
FILTER = {"name": "iccid", "in": "query", "schema": TEXT}
LISTED = {"type": "array", "items": KEYED}


@pytest.mark.parametrize(
    ("listed", "slot", "why"),
    [
        (answering(LISTED, FILTER), "id", ""),
        (
            answering(LISTED, {**FILTER, "name": "q", "description": "The ICCID of the SIM."}),
            "id",
            "",
        ),
        (answering(LISTED), "id", "without reading the whole list for each SIM"),
        (answering({"type": "array", "items": SIM}, FILTER), "id", "records of GET /sims is id"),
        (
            answering(LISTED, FILTER, {"name": "cursor", "in": "query"}),
            "id",
            "as no list is certain",
        ),
        (answering(LISTED, FILTER), "number", "nothing says that it is an ICCID"),
    ],
)
def test_the_vendors_own_id_in_the_path(listed, slot, why):
    given = {**ID, "name": slot}
    found = inspect(
        {
            "openapi": "3.0.3",
            "paths": {
                "/sims": {"get": listed},
                f"/sims/{{{slot}}}": {"get": answering(KEYED, given)},
                f"/sims/{{{slot}}}/suspend": {"post": answering({}, given)},
            },
        }
    )
    if why:
        assert why in found.undecided["get"]
        assert "suspend" not in found.verbs
    else:
        assert found.verbs["get"].keyed
        assert found.verbs["suspend"].keyed


def test_a_slot_that_is_described_as_the_iccid_is_one():
    told = {**ID, "description": "The ICCID of the SIM card."}
    document = {"openapi": "3.0.3", "paths": {"/sims/{id}": {"get": answering(SIM, told)}}}
    assert not inspect(document).verbs["get"].keyed
    told["description"] = "Internal id, not the ICCID"
    assert "get" not in inspect(document).verbs


@pytest.mark.parametrize(
    ("given", "status"),
    [
        *((word, SimStatus.ACTIVE) for word in ("active", "ACTIVATED", "Active")),
        *((word, SimStatus.TEST) for word in ("TEST", "TEST_READY", "test-mode")),
        *((word, SimStatus.INVENTORY) for word in ("Inventory", "IN_STOCK")),
        *((word, SimStatus.READY) for word in ("Ready", "ACTIVATION_READY")),
        *((word, SimStatus.TERMINATED) for word in ("terminated", "RETIRED")),
        *((word, SimStatus.DELETED) for word in ("deleted", "PURGED")),
        ("SUSPENDED", SimStatus.SUSPENDED),
    ],
)
def test_words_that_mean_one_thing(given, status):
    assert read_statuses([given]) == {given: status}


@pytest.mark.parametrize(
    "given",
    [
        *("DEACTIVATED", "INACTIVE", "PAUSED", "DISABLED", "ENABLED", "LIVE", "BARRED", "LOCKED"),
        *(
            "CANCELLED",
            "EXPIRED",
            "REPLACED",
            "NEW",
            "PENDING",
            "UNKNOWN",
            "not active",
            "unsuspended",
        ),
    ],
)
def test_words_that_a_person_has_to_read(given):
    assert read_statuses([given]) == {}


def test_a_prefix_that_all_words_have_tells_nothing():
    given = ["SIM_STATUS_ACTIVE", "SIM_STATUS_SUSPENDED", "SIM_STATUS_ODD"]
    assert list(read_statuses(given).values()) == [SimStatus.ACTIVE, SimStatus.SUSPENDED]
    assert read_statuses(["SIM_STATUS_ACTIVE", "gone"]) == {}


def test_paths_may_end_with_a_slash_or_have_the_word_behind_a_colon():
    found = inspect(
        {
            "openapi": "3.0.3",
            "paths": {
                "/sims/": {"get": answering({"type": "array", "items": SIM})},
                "/others/": {"get": answering({"type": "array", "items": SIM})},
                "/sims/{iccid}/": {"get": answering(SIM, ICCID)},
                "/sims/{iccid}/suspend/": {"post": answering({}, ICCID)},
                "/sims/{iccid}:resume": {"post": answering({}, ICCID)},
            },
        }
    )
    assert {verb: one.path for verb, one in found.verbs.items()} == {
        "list": "/sims/",
        "get": "/sims/{iccid}/",
        "suspend": "/sims/{iccid}/suspend/",
        "resume": "/sims/{iccid}:resume",
    }


def test_a_status_in_the_query_is_a_decision():
    state = {"name": "state", "in": "query", "required": True, "schema": BOTH}
    found = looked_at({"/sims/{iccid}/status": {"post": answering({}, ICCID, state)}})
    assert "takes state in its query: decide which value" in found.undecided["suspend"]
