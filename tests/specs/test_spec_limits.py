"""Limits, bulk sizes, identifiers and the vendors' dangerous defaults stand in the files."""

from __future__ import annotations

ACTIONS = {
    "activate_sims",
    "bind_euiccids",
    "block_sims",
    "book_sim_option",
    "change_sim_option",
    "change_sim_tariff",
    "enter_productive_state",
    "modify_sim_profiles",
    "modify_sim_remarks",
    "move_sims",
    "override_limit_status",
    "reset_fraud_status",
    "reset_limit_status",
    "restore_limit_status",
    "restrict_sims",
    "suspend_sims",
    "terminate_sim_option",
    "terminate_sims",
    "unblock_sims",
    "unrestrict_sims",
    "unsuspend_sims",
}
DETAILS = {"get_sim_details", "get_sim_details_by_identifier"}
HISTORY = {
    "get_sim_session",
    "get_sim_session_by_identifier",
    "get_sim_session_history",
    "get_sim_session_history_by_identifier",
    "get_sms_history",
    "get_sms_history_by_identifier",
}
WINDOWS = {
    "actions": {(1000, 360), (10_000, 3600)},
    "details": {(1000, 360), (10_000, 3600)},
    "history": {(250, 360), (2500, 3600)},
}


def test_m2m_quotas_are_on_the_right_operations(operations, provider):
    quotas = {
        op.body["operationId"]: op.body["x-quota"] for op in operations if "x-quota" in op.body
    }
    if provider != "telekom-m2m":
        assert quotas == {}
        return
    limited = {name for name, quota in quotas.items() if quota["bucket"] in WINDOWS}
    assert limited == ACTIONS | DETAILS | HISTORY
    for bucket, names in (("actions", ACTIONS), ("details", DETAILS), ("history", HISTORY)):
        for name in names:
            quota = quotas[name]
            assert quota["bucket"] == bucket, name
            assert quota["counts"] == "sims", name
            assert {(w["limit"], w["seconds"]) for w in quota["windows"]} == WINDOWS[bucket], name


def test_m2m_bulk_is_on_the_right_operations(operations, provider):
    bulk = {op.body["operationId"]: op.body["x-bulk"] for op in operations if "x-bulk" in op.body}
    if provider != "telekom-m2m":
        assert bulk == {}
        return
    assert set(bulk) == ACTIONS - {"change_sim_option"} | {"create_sim_transfer"}
    assert {(entry["max"], entry["atomic"]) for entry in bulk.values()} == {(1000, True)}


def test_m2m_marks_deprecated_operations(operations, provider):
    deprecated = {op.body["operationId"] for op in operations if op.body.get("deprecated")}
    expected = {"check_sim_in_hlr", "check_sim_in_hlr_by_identifier", "get_api_usage"}
    assert deprecated == (expected if provider == "telekom-m2m" else set())


def test_m2m_paths_stand_under_the_partner(operations, provider):
    if provider == "telekom-m2m":
        outside = {op.path for op in operations if not op.path.startswith("/partners/{partnerID}")}
        assert outside == {"/auth/realms/default/protocol/openid-connect/token"}


def test_bsc_limits_requests_about_sims(operations, provider):
    for operation in operations:
        limit = operation.body.get("x-rate-limit")
        if provider == "telekom-bsc" and operation.path.startswith("/v1/sims"):
            assert limit == {"requests": 10, "seconds": 1, "scope": "organisation"}
            assert "429" in operation.body["responses"], operation.path
        else:
            assert limit is None, operation.path


def test_bsc_keeps_the_vendors_defaults_for_the_normaliser_to_strip(schemas, provider):
    if provider == "telekom-bsc":
        update = schemas["SimUpdate"]
        assert update["properties"]["status"]["default"] == "Enabled"
        assert update["properties"]["imei_lock"]["default"] is False
        assert set(update["required"]) == {"iccid", "status"}


def test_bsc_numbers_in_paths_cannot_become_floats(spec, schemas, provider):
    if provider == "telekom-bsc":
        parameters = spec["components"]["parameters"]
        assert parameters["OrderNumber"]["schema"]["type"] == "integer"
        assert parameters["SmsId"]["schema"]["type"] == "string"
        assert schemas["Order"]["properties"]["order_number"]["type"] == "integer"
        assert schemas["SmsData"]["properties"]["id"]["type"] == "string"


def test_bsc_topups_tell_where_the_order_is(operations, provider):
    if provider == "telekom-bsc":
        topups = [op for op in operations if op.path.endswith("/topup")]
        assert len(topups) == 2
        for operation in topups:
            assert "Location" in operation.body["responses"]["201"]["headers"]


def test_infobip_limits(spec, schemas, provider):
    if provider == "infobip":
        limit = spec["components"]["parameters"]["Limit"]["schema"]
        assert (limit["maximum"], limit["default"]) == (100, 20)
        assert schemas["SmsText"]["properties"]["text"]["maxLength"] == 160
        assert len(schemas["SimStatus"]["enum"]) == 5
