"""Each openapi.yaml is valid, complete, and easy on the generator."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

# With the token endpoints of the two Telekom systems.
OPERATIONS = {"infobip": 8, "telcoapi": 7, "telekom-bsc": 20 + 1, "telekom-m2m": 46 + 1}

SERVERS = {
    "infobip": "https://api.infobip.com",
    "telcoapi": "https://api.telcoapi.com",
    "telekom-bsc": "https://api-business-portal-smart-connect.telekom.de/management-api",
    "telekom-m2m": "https://sg-api.telekom.de/iot/connectivity/management/v1",
}

# What a repetition would send, pay or use up a second time. Everything else ends in the same state.
ADDITIVE = {
    "infobip": {"send_sms"},
    "telcoapi": {"provision_sim", "reset_pin", "unblock_pin"},
    "telekom-bsc": {"create_order", "send_sms", "top_up_sim", "top_up_sims"},
    "telekom-m2m": {
        "book_sim_option",
        "create_sim_order",
        "create_sim_transfer",
        "move_sims",
        "send_message",
        "send_message_by_identifier",
    },
}

WEBHOOKS = {
    "infobip": set(),
    "telcoapi": {
        "post sim.physical.created",
        "post sim.physical.deleted",
        "post sim.physical.pin_blocked",
        "post sim.physical.pin_reset",
        "post sim.physical.state_changed",
    },
    "telekom-bsc": {"patch sms_delivery_report", "post forwarded_sms"},
    "telekom-m2m": set(),
}

EVENTS = {
    "costlimitnotification.v1": 1,
    "poollimitnotification.v1": 1,
    "profilenotification.v1": 1,
    "simaction.v1": 2,  # SIM actions, and transfers, which are told apart by their transactionID
}

NAMES_TAKEN = {"Client", "Model", "Operation", "Request", "Response", *dir(builtins)}


def test_the_tables_add_up_to_what_is_promised():
    assert sum(OPERATIONS.values()) == 81 + 2
    assert sum(map(len, WEBHOOKS.values())) == 7
    assert sum(EVENTS.values()) == 5


def test_the_file_is_valid_openapi(spec):
    assert spec["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []


def test_title_version_and_server(spec, provider):
    assert spec["info"]["title"]
    assert isinstance(spec["info"]["version"], str)
    assert spec["servers"][0]["url"] == SERVERS[provider]


def test_every_operation_is_there(operations, provider):
    assert len(operations) == OPERATIONS[provider]


def test_operation_ids_are_unique_python_names(operations, webhooks):
    names = [operation.body["operationId"] for operation in operations + webhooks]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []
    assert [name for name in names if keyword.iskeyword(name)] == []


def test_every_operation_has_one_declared_tag(spec, operations, webhooks):
    declared = {tag["name"] for tag in spec["tags"]}
    for operation in operations + webhooks:
        (tag,) = operation.body["tags"]
        assert tag in declared, operation.path
    assert {operation.body["tags"][0] for operation in operations} == declared
    assert [tag for tag in declared if not re.fullmatch(r"[a-z][a-z_]*", tag)] == []


def test_summaries_are_short(operations, webhooks):
    summaries = [operation.body["summary"] for operation in operations + webhooks]
    assert [summary for summary in summaries if not 0 < len(summary) <= 60] == []


def test_retry_classes(operations, provider):
    classes = {op.body["operationId"]: op.body["x-retry-class"] for op in operations}
    assert set(classes.values()) <= {"read", "set-state", "additive"}
    assert {name for name, kind in classes.items() if kind == "additive"} == ADDITIVE[provider]
    for operation in operations:
        if operation.method == "get":
            assert classes[operation.body["operationId"]] == "read", operation.path


def test_objects_and_enums_are_named(schemas):
    nested = [
        f"{name}.{key}"
        for name, schema in schemas.items()
        for key, value in schema.get("properties", {}).items()
        for inner in (value, value.get("items", {}))
        if "properties" in inner or "enum" in inner
    ]
    assert nested == []


def test_bodies_are_named_or_lists(operations, webhooks):
    for operation in operations + webhooks:
        for body in (operation.body.get("requestBody", {}), *operation.body["responses"].values()):
            for media in body.get("content", {}).values():
                schema = media["schema"]
                named = "$ref" in schema.get("items", schema)
                assert named or schema["items"] == {"type": "string"}, operation.path


def test_schema_names_cannot_collide(schemas):
    assert set(schemas).isdisjoint(NAMES_TAKEN)
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
    folded = Counter(name.casefold() for name in schemas)
    assert [name for name, count in folded.items() if count > 1] == []


def test_webhooks(webhooks, schemas, provider):
    assert {f"{webhook.method} {webhook.path}" for webhook in webhooks} == WEBHOOKS[provider]
    bodies = [
        webhook.body["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        for webhook in webhooks
    ]
    assert len(set(bodies)) == len(webhooks)
    assert all(body.rpartition("/")[2] in schemas for body in bodies)


def test_telcoapi_names_its_events_after_its_webhooks(spec, provider):
    if provider == "telcoapi":
        names = spec["components"]["schemas"]["PhysicalSimEventName"]["enum"]
        assert set(names) == set(spec["webhooks"])


def test_events(schemas, provider):
    types = Counter(
        schema["x-event-type"] for schema in schemas.values() if "x-event-type" in schema
    )
    assert types == (EVENTS if provider == "telekom-m2m" else {})


def test_overlay_actions_say_why(folder):
    if (folder / "overlay.yaml").exists():
        overlay = yaml.safe_load((folder / "overlay.yaml").read_text(encoding="utf-8"))
        assert overlay["overlay"] == "1.0.0"
        assert overlay["actions"]
        for action in overlay["actions"]:
            assert action["target"].startswith("$")
            assert action["description"]
            assert ("update" in action) != (action.get("remove") is True)
