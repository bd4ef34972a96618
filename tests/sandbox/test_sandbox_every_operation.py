"""Every operation of the four specs, once with success and twice with an error, without HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

SIM, PARTNER = "{sim}", "/partners/100013"
TARGETS = {"sims": [{"iccid": SIM}]}

# operation, method, path, status, body, and what the SIM has to be like
TELCOAPI: list[Any] = [
    ("list_sims", "GET", "/v1/sim/physical", 200, None, {}),
    ("provision_sim", "POST", "/v1/sim/physical", 201, {"iccid": "8944120000000000001"}, {}),
    ("get_sim", "GET", "/v1/sim/physical/{sim}", 200, None, {}),
    ("delete_sim", "DELETE", "/v1/sim/physical/{sim}", 200, None, {}),
    (
        "update_sim_state",
        "PATCH",
        "/v1/sim/physical/{sim}/state",
        200,
        {"state": "SUSPENDED", "reason": "test"},
        {"state": "ACTIVE"},
    ),
    (
        "reset_pin",
        "POST",
        "/v1/sim/physical/{sim}/reset-pin",
        200,
        {"pin_type": "PIN1", "current_pin": "0000", "new_pin": "4321"},
        {},
    ),
    (
        "unblock_pin",
        "POST",
        "/v1/sim/physical/{sim}/unblock-pin",
        200,
        {"pin_type": "PIN2", "puk": "00000000", "new_pin": "4321"},
        {},
    ),
]
ACTIVE = {"status": "Active"}
INFOBIP: list[Any] = [
    ("list_sims", "GET", "/iot/2/sims", 200, None, {}),
    ("get_sim", "GET", "/iot/2/sims/{sim}", 200, None, {}),
    ("rename_sim", "PATCH", "/iot/1/sims/{sim}", 200, {"name": "x"}, {}),
    ("update_sim_status", "PUT", "/iot/1/sims/{sim}/status", 200, {"status": "Suspended"}, ACTIVE),
    ("get_usage", "GET", "/iot/2/sims/{sim}/usage", 200, None, {}),
    ("list_monthly_usage", "GET", "/iot/2/sims/usage/monthly?limit=100", 200, None, {}),
    ("send_sms", "POST", "/iot/1/sims/{sim}/sms", 200, {"text": "x" * 160}, ACTIVE),
    ("run_diagnostic", "POST", "/iot/1/sims/{sim}/diagnostic", 200, None, ACTIVE),
]
NEW_ORDER = {"products": [{"productId": 1001, "quantity": 2}], "delivery_address": {"city": "Bonn"}}
BSC: list[Any] = [
    ("list_orders", "GET", "/v1/orders", 200, None, {}),
    ("create_order", "POST", "/v1/orders", 200, NEW_ORDER, {}),
    ("get_order", "GET", "/v1/orders/{order}", 200, None, {}),
    ("list_products", "GET", "/v1/products", 200, None, {}),
    ("list_sims", "GET", "/v1/sims", 200, None, {}),
    ("update_sims", "POST", "/v1/sims", 201, [{"iccid": SIM, "status": "Disabled"}], {}),
    ("top_up_sims", "POST", "/v1/sims/topup", 201, [SIM], {}),
    ("get_sim", "GET", "/v1/sims/{sim}", 200, None, {}),
    ("update_sim", "PUT", "/v1/sims/{sim}", 200, {"iccid": SIM, "status": "Disabled"}, {}),
    ("get_connectivity_info", "GET", "/v1/sims/{sim}/connectivity_info?ussd=true", 200, None, {}),
    ("list_events", "GET", "/v1/sims/{sim}/events", 200, None, {"imei_lock": False}),
    ("get_data_quota", "GET", "/v1/sims/{sim}/quota/data", 200, None, {}),
    ("get_sms_quota", "GET", "/v1/sims/{sim}/quota/sms", 200, None, {}),
    ("reset_connectivity", "POST", "/v1/sims/{sim}/reset", 201, None, {}),
    ("send_sms", "POST", "/v1/sims/{sim}/sms", 201, {"payload": "x", "dcs": 4}, {}),
    ("list_sms", "GET", "/v1/sims/{sim}/sms", 200, None, {}),
    ("get_sms", "GET", "/v1/sims/{sim}/sms/{sms}", 200, None, {}),
    ("cancel_sms", "DELETE", "/v1/sims/{sim}/sms/{sms}", 204, None, {}),
    ("top_up_sim", "POST", "/v1/sims/{sim}/topup", 201, None, {}),
    ("get_usage", "GET", "/v1/sims/{sim}/usage", 200, None, {"imei_lock": False}),
]
PRODUCTIVE = {"status": "Productive"}
BOOKED = {**PRODUCTIVE, "option": "800000333"}
ACTIONS = [
    ("activate_sims", "activation", {"options": ["800000334"]}, {"status": "Delivered"}),
    ("block_sims", "block", {}, PRODUCTIVE),
    ("bind_euiccids", "bindeuiccid", {"mode": "UNBIND"}, {"eidProfileStatus": "Enabled"}),
    ("reset_fraud_status", "resetfraudstatus", {}, PRODUCTIVE),
    ("override_limit_status", "overridelimitstatus", {}, PRODUCTIVE),
    ("reset_limit_status", "resetlimitstatus", {}, PRODUCTIVE),
    ("restore_limit_status", "restorelimitstatus", {}, PRODUCTIVE),
    ("enter_productive_state", "enterproductivestate", {}, {"status": "Test"}),
    ("modify_sim_profiles", "modifyprofiles", {"accessProfile": "7"}, PRODUCTIVE),
    ("modify_sim_remarks", "modifyremarks", {"remarks": "x"}, {}),
    ("restrict_sims", "restrict", {}, PRODUCTIVE),
    ("move_sims", "move", {"targetPartnerID": "100017"}, {}),
    ("suspend_sims", "suspend", {}, PRODUCTIVE),
    ("change_sim_tariff", "changetariff", {"offering": "Tariff 9", "upgrade": True}, PRODUCTIVE),
    ("change_sim_option", "changeoption", {"optionID": "800000333", "newOptionID": "9"}, BOOKED),
    ("book_sim_option", "bookoption", {"optionID": "9"}, PRODUCTIVE),
    ("terminate_sim_option", "terminateoption", {"optionID": "800000333"}, BOOKED),
    ("terminate_sims", "termination", {}, PRODUCTIVE),
    ("unblock_sims", "unblock", {}, {"status": "Blocked (manually)"}),
    ("unrestrict_sims", "unrestrict", {"apns": ["a"]}, PRODUCTIVE),
    ("unsuspend_sims", "unsuspend", {}, {"status": "Suspended"}),
]
READS = {
    "get_sim_session": ("GET", "session", None),
    "get_sim_session_history": ("GET", "sessionhistory", None),
    "get_sms_history": ("GET", "smshistory", None),
    "send_message": ("POST", "sms", {"message": "x"}),
    "check_sim_in_hlr": ("POST", "hlr/check", None),
    "reset_sim_in_hlr": ("POST", "hlr/reset", None),
}
M2M: list[Any] = [
    ("get_partner_sim_counts", "GET", PARTNER, 200, None, {}),
    ("list_sims", "GET", f"{PARTNER}/sims", 200, None, {}),
    ("get_sim_details", "GET", f"{PARTNER}/sims/{SIM}", 200, None, {}),
    ("get_sim_details_by_identifier", "POST", f"{PARTNER}/sims/details", 200, {"iccid": SIM}, {}),
    *(
        (name, method, f"{PARTNER}/sims/{SIM}/{path}", 200, body, PRODUCTIVE)
        for name, (method, path, body) in READS.items()
    ),
    *(
        (
            f"{name}_by_identifier",
            "POST",
            f"{PARTNER}/sims/{path}",
            200,
            {"iccid": SIM, **(body or {})},
            PRODUCTIVE,
        )
        for name, (_, path, body) in READS.items()
    ),
    *(
        (name, "POST", f"{PARTNER}/sims/actions/{path}", 202, {**TARGETS, **more}, wanted)
        for name, path, more, wanted in ACTIONS
    ),
    (
        "create_sim_transfer",
        "POST",
        f"{PARTNER}/sims/actions/simtransfer",
        202,
        {**TARGETS, "receivingPartnerID": "100017"},
        PRODUCTIVE,
    ),
    ("get_sim_transfer", "GET", f"{PARTNER}/sims/actions/simtransfer/{{transfer}}", 200, None, {}),
    (
        "update_sim_transfer",
        "PATCH",
        f"{PARTNER}/sims/actions/simtransfer/{{transfer}}",
        200,
        {"action": "CANCEL"},
        {},
    ),
    ("list_sim_actions", "GET", f"{PARTNER}/sims/actions", 200, None, {}),
    ("get_sim_action_status", "GET", f"{PARTNER}/sims/actions/{{action}}", 200, None, {}),
    ("cancel_sim_action", "DELETE", f"{PARTNER}/sims/actions/{{action}}", 200, None, {}),
    ("get_pool_usage", "GET", f"{PARTNER}/pools/usage", 200, None, {}),
    ("get_api_usage", "GET", f"{PARTNER}/apiusage", 200, None, {}),
    ("create_sim_order", "POST", f"{PARTNER}/orders", 202, {"material": "m", "quantity": 10}, {}),
]
ALL = {"telcoapi": TELCOAPI, "infobip": INFOBIP, "telekom-bsc": BSC, "telekom-m2m": M2M}
CASES = [(provider, *case) for provider, cases in ALL.items() for case in cases]
IDS = [f"{case[0]}-{case[1]}" for case in CASES]


@pytest.fixture(scope="module")
def shared(new_desk):
    return new_desk()


@pytest.fixture
def desk(shared):
    """One emulator for this module, back at the start before each test."""
    shared.emulator.reset()
    shared.wait(0)
    return shared


def filled_in(desk, provider, path, body, wanted):
    """Put a SIM, and what the path asks for, into a request."""
    iccid = desk.sim(provider, **wanted)
    known = {"sim": iccid}
    if "{order}" in path:
        known["order"] = desk.ask(provider, "GET", "/v1/orders").body[0]["order_number"]
    if "{sms}" in path:
        desk.ask(provider, "POST", f"/v1/sims/{iccid}/sms", {"payload": "x"})
        known["sms"] = desk.ask(provider, "GET", f"/v1/sims/{iccid}/sms").body[0]["id"]
    if "{transfer}" in path:
        offer = {"sims": [{"iccid": iccid}], "receivingPartnerID": "100017"}
        made = desk.ask(provider, "POST", f"{PARTNER}/sims/actions/simtransfer", offer)
        known["transfer"] = made.body["transactionID"]
    if "{action}" in path:
        change = {"sims": [{"iccid": iccid}], "remarks": "x"}
        made = desk.ask(provider, "POST", f"{PARTNER}/sims/actions/modifyremarks", change)
        known["action"] = made.body["signupId"]

    def fill(value):
        if isinstance(value, str):
            return value.replace(SIM, iccid)
        if isinstance(value, list):
            return [fill(item) for item in value]
        return {k: fill(v) for k, v in value.items()} if isinstance(value, dict) else value

    return path.format(**known), fill(body)


@pytest.mark.parametrize(
    ("provider", "operation", "method", "path", "status", "body", "wanted"), CASES, ids=IDS
)
def test_success_and_errors_are_what_the_spec_describes(
    desk, provider, operation, method, path, status, body, wanted
):
    path, body = filled_in(desk, provider, path, body, wanted)
    seen = desk.conformity.seen
    before = desk.effects()

    assert desk.ask(provider, method, f"{path}{'&' if '?' in path else '?'}x=1", body).status == 400
    assert seen[-1] == (provider, operation, 400)
    if "/partners/100013" in path:
        assert desk.ask(provider, method, path.replace("100013", "1"), body).status == 403
        assert seen[-1] == (provider, operation, 403)
    elif "/sims/8" in path or "/physical/8" in path:
        unknown = httpx.URL(path).path.split("/")
        at = next(i for i, part in enumerate(unknown) if part[:2] == "89" and len(part) > 18)
        unknown[at] = "8900000000000000000"
        body_of_unknown = {**body, "iccid": unknown[at]} if operation == "update_sim" else body
        assert desk.ask(provider, method, "/".join(unknown), body_of_unknown).status == 404
        assert seen[-1] == (provider, operation, 404)
    assert desk.effects() == before

    assert desk.ask(provider, method, path, body).status == status
    assert seen[-1] == (provider, operation, status)


@pytest.mark.parametrize("provider", ALL)
def test_no_operation_is_left_out(desk, provider):
    state = desk.emulator.state()["providers"][provider]
    called = {case[0] for case in ALL[provider]}
    assert called | {"create_token"} >= set(state["emulated"])
    assert len(state["emulated"]) == state["operations"]


@pytest.mark.parametrize(
    ("provider", "operation", "method", "path", "status", "body", "wanted"),
    [case for case in CASES if case[5] is not None],
    ids=[f"{case[0]}-{case[1]}" for case in CASES if case[5] is not None],
)
def test_a_body_that_is_none_is_refused(
    desk, provider, operation, method, path, status, body, wanted
):
    path, _ = filled_in(desk, provider, path, None, wanted)
    before = desk.effects()
    for wrong in ("text", {"colour": "red"}, [7]):
        assert desk.ask(provider, method, path, wrong).status == 400
        assert desk.conformity.seen[-1] == (provider, operation, 400)
    assert desk.ask(provider, method, path).status == 400
    assert desk.effects() == before
