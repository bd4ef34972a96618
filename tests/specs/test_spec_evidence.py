"""What is inferred is never passed off as documented, and secrets are marked as such."""

from __future__ import annotations

import re

# The paths that the vendors' documents give themselves, with their methods. Nothing else may be
# marked as documented.
DOCUMENTED = {
    "infobip": """
        GET   /iot/2/sims
        GET   /iot/2/sims/{iccid}
        PATCH /iot/1/sims/{iccid}
        PUT   /iot/1/sims/{iccid}/status
        GET   /iot/2/sims/{iccid}/usage
        POST  /iot/1/sims/{iccid}/sms
        POST  /iot/1/sims/{iccid}/diagnostic
        GET   /iot/2/sims/usage/monthly
    """,
    "telcoapi": """
        GET    /v1/sim/physical
        POST   /v1/sim/physical
        GET    /v1/sim/physical/{iccid}
        DELETE /v1/sim/physical/{iccid}
        PATCH  /v1/sim/physical/{iccid}/state
        POST   /v1/sim/physical/{iccid}/reset-pin
        POST   /v1/sim/physical/{iccid}/unblock-pin
    """,
    "telekom-bsc": """
        POST   /oauth/token
        GET    /v1/orders
        POST   /v1/orders
        GET    /v1/orders/{order_number}
        GET    /v1/products
        GET    /v1/sims
        POST   /v1/sims
        GET    /v1/sims/{iccid}
        PUT    /v1/sims/{iccid}
        GET    /v1/sims/{iccid}/connectivity_info
        GET    /v1/sims/{iccid}/events
        GET    /v1/sims/{iccid}/quota/data
        GET    /v1/sims/{iccid}/quota/sms
        POST   /v1/sims/{iccid}/reset
        GET    /v1/sims/{iccid}/sms
        POST   /v1/sims/{iccid}/sms
        GET    /v1/sims/{iccid}/sms/{id}
        DELETE /v1/sims/{iccid}/sms/{id}
        POST   /v1/sims/{iccid}/topup
        GET    /v1/sims/{iccid}/usage
        POST   /v1/sims/topup
    """,
    "telekom-m2m": """
        GET   /partners/{partnerID}
        GET   /partners/{partnerID}/sims
        GET   /partners/{partnerID}/sims/{iccid}
        POST  /partners/{partnerID}/sims/{iccid}/sms
        GET   /partners/{partnerID}/sims/actions/{signupID}
        GET   /partners/{partnerID}/sims/actions/simtransfer/{transactionID}
        PATCH /partners/{partnerID}/sims/actions/simtransfer/{transactionID}
        POST  /auth/realms/default/protocol/openid-connect/token
    """,
}

DOCUMENTED_WEBHOOKS = {"telekom-bsc": {"forwarded_sms", "sms_delivery_report"}}

SECRETS = {
    "infobip": set(),
    "telcoapi": {
        "current_pin",
        "ki",
        "new_pin",
        "opc",
        "pin1",
        "pin2",
        "puk",
        "puk1",
        "puk2",
    },
    "telekom-bsc": {"access_token", "appToken"},
    "telekom-m2m": {
        "access_token",
        "activationCode",
        "client_secret",
        "id_token",
        "refresh_token",
    },
}

SECRET_LOOKING = re.compile(
    r"(?:.*_)?(?:pin|puk|adm)[0-9]?|ki|opc|k4|.*token|.*secret|.*passw.*|.*api_?key|activation_?code",
    re.IGNORECASE,
)


def evidence_in(node, where=""):
    """Yield every x-evidence in a document with its place, except inside example values."""
    if isinstance(node, dict):
        if "x-evidence" in node:
            yield where, node["x-evidence"]
        for key, value in node.items():
            if key != "value":
                yield from evidence_in(value, f"{where}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from evidence_in(value, f"{where}/{index}")


def properties_of(schemas):
    for name, schema in schemas.items():
        for key, value in schema.get("properties", {}).items():
            yield name, key, value


def test_evidence_is_documented_or_inferred(spec):
    found = dict(evidence_in(spec))
    assert {w: v for w, v in found.items() if v not in {"documented", "inferred"}} == {}


def test_every_operation_and_schema_has_its_evidence(operations, webhooks, schemas):
    bare = [op.path for op in operations + webhooks if "x-evidence" not in op.body]
    assert bare + [name for name, schema in schemas.items() if "x-evidence" not in schema] == []


def test_every_operation_names_its_source(operations, webhooks):
    assert [op.path for op in operations + webhooks if not op.body.get("x-source")] == []


def test_only_documented_paths_are_called_documented(operations, provider):
    known = {tuple(line.split()) for line in DOCUMENTED[provider].strip().splitlines()}
    called = {
        (operation.method.upper(), operation.path)
        for operation in operations
        if operation.body["x-evidence"] == "documented"
    }
    assert called == known


def test_only_documented_webhooks_are_called_documented(webhooks, provider):
    called = {webhook.path for webhook in webhooks if webhook.body["x-evidence"] == "documented"}
    assert called == DOCUMENTED_WEBHOOKS.get(provider, set())


def test_telcoapi_shows_one_webhook_body_only(schemas, provider):
    if provider == "telcoapi":
        events = {name: schema for name, schema in schemas.items() if name.endswith("Event")}
        assert len(events) == 5
        documented = {n for n, schema in events.items() if schema["x-evidence"] == "documented"}
        assert documented == {"SimStateChangedEvent"}
        assert schemas["SimState"]["x-evidence"] == "inferred"


def test_secrets_are_marked(schemas, provider):
    marked = {key for _, key, value in properties_of(schemas) if value.get("x-secret")}
    assert marked == SECRETS[provider]


def test_what_looks_like_a_secret_is_marked(schemas):
    unmarked = [
        f"{name}.{key}"
        for name, key, value in properties_of(schemas)
        if SECRET_LOOKING.fullmatch(key) and value.get("x-secret") is not True
    ]
    assert unmarked == []


def test_secrets_are_plain_text_without_a_name_of_their_own(schemas):
    for name, key, value in properties_of(schemas):
        if "x-secret" in value:
            assert value["x-secret"] is True, f"{name}.{key}"
            assert value["type"] == "string", f"{name}.{key}"
            assert "$ref" not in value, f"{name}.{key}"
            assert "default" not in value, f"{name}.{key}"


def test_no_secret_travels_in_a_parameter(spec, operations):
    shared = list(spec["components"].get("parameters", {}).values())
    parameters = shared + [p for op in operations for p in op.body.get("parameters", ())]
    names = [parameter["name"] for parameter in parameters if "name" in parameter]
    assert [name for name in names if SECRET_LOOKING.fullmatch(name)] == []
