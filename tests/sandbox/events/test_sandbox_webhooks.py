"""Webhooks that are really delivered, to a server of the test."""

from __future__ import annotations

import pytest
from openapi_schema_validator import OAS31Validator

from simloom.sandbox.faults import Fault
from simloom.sandbox.specs import load_spec

BSC, TELCO = "telekom-bsc", "telcoapi"


def complaints(provider, event, body):
    document = dict(load_spec(provider).document)
    (operation,) = document["webhooks"][event].values()
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": document["components"]}
    return [error.message for error in OAS31Validator(whole).iter_errors(body)]


class Hooks:
    """What the tests do with webhooks at a place."""

    def __init__(self, place, receiver):
        self.place = place
        self.receiver = receiver
        self.client = place.client

    def register(self, provider, **more):
        body = {"provider": provider, "url": self.receiver.url, **more}
        return self.client.put("/_sandbox/webhooks", json=body)

    def deliveries(self):
        return self.place.get("webhooks/deliveries")["deliveries"]

    def wait(self, *states):
        """Wait until the deliveries have these states, and return them."""
        return self.place.wait_for(
            lambda: (
                [item["state"] for item in self.deliveries()] == list(states) and self.deliveries()
            )
        )

    def wait_attempts(self, count):
        self.place.wait_for(
            lambda: sum(len(item["attempts"]) for item in self.deliveries()) == count
        )

    def login(self):
        address = self.place.sandbox.provider(BSC)
        pair = (address.settings["username"], address.settings["password"])
        grant = {"grant_type": "client_credentials"}
        token = self.client.post(address.token_url, data=grant, auth=pair).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def bsc_sim(self):
        live = self.place.sandbox.emulator.visit(BSC, lambda vendor: vendor.live)
        return next(
            record
            for record in map(live.record, range(13))
            if record["status"] == "Enabled"
            and "imei" in record
            and record["current_quota_SMS"] > 2
        )

    def send_sms(self):
        address, sim = self.place.sandbox.provider(BSC), self.bsc_sim()
        url = f"{address.base_url}/v1/sims/{sim['iccid']}/sms"
        answer = self.client.post(url, json={"payload": "hello"}, headers=self.login())
        assert answer.status_code == 201, answer.text
        return sim

    def telco(self, method, path, body=None):
        address = self.place.sandbox.provider(TELCO)
        headers = {"Authorization": f"Bearer {address.settings['api_key']}"}
        url = f"{address.base_url}/v1/sim/physical{path}"
        return self.client.request(method, url, json=body, headers=headers)


@pytest.fixture
def hooks(place, receiver):
    return Hooks(place, receiver)


def test_a_delivered_sms_is_reported_by_patch(hooks):
    assert hooks.register(BSC).status_code == 200
    sim = hooks.send_sms()
    (delivery,) = hooks.wait("delivered")
    ((method, path, body),) = hooks.receiver.requests
    assert (method, path) == ("PATCH", "/hooks")
    assert complaints(BSC, "sms_delivery_report", body) == []
    assert body["status"] == {"status": "DELIVERED", "id": "4"}
    assert body["endpoint"]["name"] == sim["iccid"]
    assert body["organisation"] == {"id": "4321"}
    assert len(body["final_date"]) == len("2018-08-17 16:46:52")
    assert "T" not in body["final_date"]
    assert delivery["body"] == body
    assert [item["status"] for item in delivery["attempts"]] == [204]


def test_a_message_from_a_sim_is_forwarded_by_post_in_parts(hooks):
    hooks.register(BSC)
    sim = hooks.bsc_sim()
    text = "a" * 160 + "b" * 40
    body = {"iccid": sim["iccid"], "payload": text, "dest_address": "5432145"}
    answer = hooks.client.post("/_sandbox/webhooks/mo-sms", json=body)
    assert answer.status_code == 202
    hooks.wait("delivered", "delivered")
    found = sorted((item[2] for item in hooks.receiver.requests), key=lambda item: item["id"])
    assert {item[0] for item in hooks.receiver.requests} == {"POST"}
    assert [complaints(BSC, "forwarded_sms", item) for item in found] == [[], []]
    assert [item["id"] for item in found] == answer.json()["ids"]
    assert "".join(item["payload"] for item in found) == text
    assert {item["source_address"] for item in found} == {sim["msisdn"]}
    assert {item["multi_part_info"]["identifier"] for item in found} == {found[0]["id"]}
    assert [item["multi_part_info"]["partno"] for item in found] == [1, 2]
    address = hooks.place.sandbox.provider(BSC)
    url = f"{address.base_url}/v1/sims/{sim['iccid']}/sms"
    listed = hooks.client.get(url, headers=hooks.login()).json()
    assert [item["sms_type"]["description"] for item in listed] == ["MO", "MO"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"iccid": "8988280000000000000", "payload": "x"}, 404),
        ({"iccid": "1", "payload": ""}, 400),
        ({"iccid": "1", "payload": "x", "dcs": 7}, 400),
        ({"payload": "x"}, 400),
        ({"iccid": "1", "payload": "x", "text": "y"}, 400),
    ],
)
def test_a_message_that_no_sim_could_send_is_refused(hooks, body, status):
    hooks.register(BSC)
    assert hooks.client.post("/_sandbox/webhooks/mo-sms", json=body).status_code == status
    assert hooks.deliveries() == []


def test_telcoapi_tells_of_all_five_events(hooks):
    hooks.register(TELCO)
    iccid = "89441234567890123456"
    sim = {"iccid": iccid, "imsi": "234150123456789", "msisdn": "447123456789", "vendor": "THALES"}
    secrets = {"pin1": "1234", "pin2": "5678", "puk1": "12345678", "puk2": "87654321"}
    secrets |= {"ki": "A" * 32, "opc": "B" * 32}
    assert hooks.telco("POST", "", sim | secrets).status_code == 201
    state = {"state": "ACTIVE", "reason": "Customer activation request"}
    assert hooks.telco("PATCH", f"/{iccid}/state", state).status_code == 200
    pin = {"pin_type": "PIN1", "current_pin": "1234", "new_pin": "4321"}
    hooks.telco("POST", f"/{iccid}/reset-pin", pin)
    for _ in range(4):
        hooks.telco("POST", f"/{iccid}/reset-pin", pin)
    hooks.telco("DELETE", f"/{iccid}")
    hooks.wait(*["delivered"] * 5)
    deliveries = hooks.deliveries()
    assert {item[0] for item in hooks.receiver.requests} == {"POST"}
    bodies = [item["body"] for item in deliveries]
    assert [complaints(TELCO, body["event"], body) for body in bodies] == [[]] * 5
    now = hooks.place.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert {body["timestamp"] for body in bodies} == {now}
    assert [(body["event"], body["data"]) for body in bodies] == [
        ("sim.physical.created", {"iccid": iccid, "state": "INVENTORY", "vendor": "THALES"}),
        (
            "sim.physical.state_changed",
            {
                "iccid": iccid,
                "previous_state": "INVENTORY",
                "new_state": "ACTIVE",
                "reason": "Customer activation request",
            },
        ),
        ("sim.physical.pin_reset", {"iccid": iccid, "pin_type": "PIN1"}),
        ("sim.physical.pin_blocked", {"iccid": iccid, "pin_type": "PIN1"}),
        ("sim.physical.deleted", {"iccid": iccid}),
    ]


def test_it_is_sent_again_later_and_later_until_it_is_taken(hooks):
    hooks.receiver.statuses = [500, 302, 404]
    hooks.register(BSC)
    hooks.send_sms()
    clock, receiver = hooks.place.clock, hooks.receiver
    for attempts, wait in ((1, 30), (2, 60), (3, 120)):
        hooks.wait_attempts(attempts)
        clock.advance(wait - 1)
        hooks.place.get("state")
        assert len(receiver.requests) == attempts
        clock.advance(1)
    (delivery,) = hooks.wait("delivered")
    assert [item["status"] for item in delivery["attempts"]] == [500, 302, 404, 204]
    assert len({str(body) for _, _, body in receiver.requests}) == 1
    clock.advance(86_400)
    hooks.place.get("state")
    assert len(receiver.requests) == 4


def test_it_is_given_up_after_a_day(hooks, deaf):
    hooks.client.put("/_sandbox/webhooks", json={"provider": BSC, "url": deaf})
    hooks.send_sms()
    hooks.wait_attempts(1)
    attempts = 1
    while hooks.deliveries()[0]["state"] == "pending":
        hooks.place.clock.advance(3600)
        attempts += 1
        hooks.wait_attempts(attempts)
    delivery = hooks.deliveries()[0]
    assert (delivery["state"], delivery["due"]) == ("given-up", None)
    assert {item["error"] for item in delivery["attempts"]} == {"ConnectError"}
    assert 20 < attempts < 30


def test_it_may_be_sent_twice_and_with_numbers(at, receiver):
    place = at(webhook_delivery="twice", bsc_webhook_ids="number")
    hooks = Hooks(place, receiver)
    hooks.register(BSC)
    hooks.send_sms()
    (delivery,) = hooks.wait("delivered")
    assert len(delivery["attempts"]) == 2
    first, second = (body for _, _, body in receiver.requests)
    assert first == second
    assert isinstance(first["id"], int)
    assert isinstance(first["endpoint"]["id"], int)
    assert first["status"]["id"] == 4


def test_scripted_faults_double_drop_and_reorder_webhooks(hooks):
    hooks.place.sandbox.faults.add(Fault(effect="duplicate-events", copies=3))
    hooks.place.sandbox.faults.add(Fault(effect="drop-events", nth=2))
    hooks.place.sandbox.faults.add(Fault(effect="reorder-events", nth=3))
    hooks.register(BSC)
    sim = hooks.bsc_sim()
    for text in "abcd":
        body = {"iccid": sim["iccid"], "payload": text}
        hooks.client.post("/_sandbox/webhooks/mo-sms", json=body)
    hooks.wait("delivered", "dropped", "delivered", "delivered")
    assert [item["body"]["payload"] for item in hooks.deliveries()] == ["a", "b", "d", "c"]
    assert sorted(item[2]["payload"] for item in hooks.receiver.requests) == list("aaacd")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"provider": BSC, "url": "http://192.0.2.1/x"}, "allow_remote"),
        ({"provider": BSC, "url": "https://localhost/x"}, "allow_remote"),
        ({"provider": BSC, "url": "http://localhost.example/x"}, "allow_remote"),
        ({"provider": BSC, "url": "ftp://localhost/x", "allow_remote": True}, "an address"),
        ({"provider": BSC, "url": "http://u:p@127.0.0.1/x"}, "credentials"),
        ({"provider": BSC, "url": "http://127.0.0.1:99999/x"}, "no address"),
        ({"provider": BSC, "url": "/x"}, "an address"),
        ({"provider": "infobip", "url": "http://127.0.0.1/x"}, "provider is one of"),
        ({"provider": BSC, "url": "http://127.0.0.1/x", "events": ["x"]}, "events of"),
        ({"provider": BSC, "url": "http://127.0.0.1/x", "events": "x"}, "a list"),
        ({"provider": BSC, "url": "http://127.0.0.1/x", "allow_remote": 1}, "true or false"),
        ({"provider": BSC, "url": "http://127.0.0.1/x", "secret": 1}, "not known"),
    ],
)
def test_an_address_that_webhooks_may_not_go_to_is_refused(hooks, body, word):
    answer = hooks.client.put("/_sandbox/webhooks", json=body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert hooks.place.get("webhooks") == {"webhooks": []}


def test_registrations_are_shown_and_forgotten(hooks):
    hooks.register(TELCO, events=["sim.physical.deleted"])
    hooks.register(BSC)
    shown = hooks.place.get("webhooks")["webhooks"]
    assert [item["provider"] for item in shown] == [TELCO, BSC]
    assert shown[0]["events"] == ["sim.physical.deleted"]
    assert set(shown[1]["events"]) == {"sms_delivery_report", "forwarded_sms"}
    assert hooks.client.delete("/_sandbox/webhooks", params={"provider": BSC}).status_code == 204
    assert [item["provider"] for item in hooks.place.get("webhooks")["webhooks"]] == [TELCO]
    hooks.send_sms()
    iccid = hooks.place.sandbox.emulator.visit(TELCO, lambda vendor: vendor.live.iccid(0))
    hooks.telco("PATCH", f"/{iccid}/state", {"state": "SUSPENDED"})
    assert hooks.deliveries() == []
    hooks.client.post("/_sandbox/reset")
    assert hooks.place.get("webhooks") == {"webhooks": []}


def test_remote_addresses_are_possible_when_asked_for(hooks):
    body = {"provider": BSC, "url": "https://hooks.example/x", "allow_remote": True}
    assert hooks.client.put("/_sandbox/webhooks", json=body).status_code == 200


def test_what_is_on_its_way_is_cancelled_with_its_registration(hooks, deaf):
    hooks.client.put("/_sandbox/webhooks", json={"provider": BSC, "url": deaf})
    hooks.send_sms()
    hooks.wait_attempts(1)
    hooks.client.delete("/_sandbox/webhooks")
    hooks.wait("cancelled")
    hooks.place.clock.advance(100)
    assert len(hooks.deliveries()[0]["attempts"]) == 1
