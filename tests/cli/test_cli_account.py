"""Orders, transfers, pools and the list of actions, against the sandbox's own ledger."""

from __future__ import annotations

import io
import json
import urllib.request

import pytest

from simloom.cli import writing

M2M = ("--provider", "telekom-m2m", "--output", "jsonl")
BSC = ("--provider", "telekom-bsc", "--output", "jsonl")
ORDER = ("orders", "create", "--set", "material=M2M-4FF", "--set", "quantity=20")


@pytest.fixture
def effects(running, sandbox):
    def read():
        with urllib.request.urlopen(f"{running.url}/_sandbox/ledger", timeout=10) as answer:
            return json.load(answer)["effects"]

    return read


@pytest.fixture
def sims(cli, sandbox):
    rows = cli(*M2M, "sims", "list").rows
    return [row["iccid"] for row in rows if row["status"] == "active"]


def test_an_order_is_placed_once_and_recorded(cli, effects, audit):
    done = cli(*M2M, *ORDER, "--yes")
    (row,) = done.rows
    assert (done.code, row["verb"], row["outcome"]) == (0, "order", "done")
    (effect,) = effects()
    assert (effect["operation"], effect["reference"]) == ("create_sim_order", row["id"])
    first, last = audit()
    assert first["arguments"] == {"material": "M2M-4FF", "quantity": 20}
    assert (first["outcome"], last["outcome"], last["iccid"]) == ("started", "done", None)


def test_an_order_is_not_placed_unasked(cli, effects, monkeypatch):
    assert cli(*M2M, *ORDER).code == 2
    assert cli(*M2M, *ORDER, "--dry-run").rows[0]["body"] == {"material": "M2M-4FF", "quantity": 20}
    monkeypatch.setattr(writing, "can_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    asked = cli(*M2M, *ORDER)
    assert "order material=M2M-4FF quantity=20 at telekom-m2m? [y/N]" in asked.err
    assert (asked.code, effects()) == (2, [])


def test_an_address_is_json_with_the_vendors_names(cli, effects, audit):
    address = 'delivery_address={"city": "Bonn"}'
    shown = cli(*M2M, *ORDER, "--set", address, "--dry-run")
    assert shown.rows[0]["body"]["deliveryAddress"] == {"city": "Bonn"}
    for wrong in ('{"town": "Bonn"}', "[]", "Bonn", '{"city": 7}'):
        done = cli(*M2M, *ORDER, "--set", f"delivery_address={wrong}", "--yes")
        assert done.code == 2
        assert "is not the JSON of this vendor's DeliveryAddress" in done.err
        assert "city" in done.err
    assert (effects(), audit()) == ([], [])


def test_orders_and_products_of_business_smart_connect(cli, sandbox):
    products = [row["id"] for row in cli(*BSC, "products").rows]
    done = cli(*BSC, "orders", "create", "--set", f'products={{"{products[0]}": 2}}', "--yes")
    assert done.code == 0
    orders = cli(*BSC, "orders", "list").rows
    assert len(orders) == 2
    number = orders[-1]["number"]
    assert cli(*BSC, "orders", "show", number).rows == [orders[-1]]
    assert cli(*BSC, "orders", "list", "--limit", "1").rows == orders[:1]


def test_a_transfer_from_offer_to_withdrawal(cli, sims, effects, audit):
    done = cli(*M2M, "transfers", "create", *sims[:2], sims[0], "--to", "100017", "--yes")
    (row,) = done.rows
    assert (done.code, row["outcome"], row["iccid"]) == (0, "done", None)
    assert [effect["iccid"] for effect in effects()] == sims[:2]
    assert audit()[0]["arguments"] == {"iccids": sims[:2], "to_partner": "100017"}
    (shown,) = cli(*M2M, "transfers", "show", row["id"]).rows
    assert (shown["status"], shown["iccids"]) == ("REQUESTED", sims[:2])
    cancelled = cli(*M2M, "transfers", "cancel", row["id"], "--yes")
    assert cancelled.code == 0
    assert cli(*M2M, "transfers", "show", row["id"]).rows[0]["status"] == "CANCELLED"
    again = cli(*M2M, "transfers", "accept", row["id"], "--yes")
    assert (again.code, again.rows[0]["outcome"]) == (1, "refused")


def test_actions_can_be_listed_by_status_and_day(cli, sims):
    ids = [row["id"] for row in cli(*M2M, "sims", "suspend", *sims[:3], "--yes").rows]
    assert cli(*M2M, "actions", "wait", ids[0]).code == 0
    listed = cli(*M2M, "actions", "list").rows
    assert [row["id"] for row in listed] == ids
    assert {row["verb"] for row in listed} == {"suspend"}
    assert listed[0]["status"] == "done"
    done = cli(*M2M, "actions", "list", "--status", "failed").rows
    assert {row["status"] for row in done} <= {"failed"}
    day = listed[0]["requested_at"][:10]
    assert len(cli(*M2M, "actions", "list", "--from", day, "--to", day).rows) == 3
    assert cli(*M2M, "actions", "list", "--to", "2001-01-01").rows == []
    assert len(cli(*M2M, "actions", "list", "--limit", "2").rows) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["actions", "list", "--from", "2026-02-01", "--to", "2026-01-01"], "--from is after --to"),
        (["actions", "list", "--from", "1.2."], "is not a date"),
        (["orders", "create"], "needs 'material'"),
        (["orders", "create", "--set", "x=1"], "takes no 'x'"),
        (["orders", "list"], "has no operation 'list-orders'"),
        (["transfers", "create", "..", "--to", "1"], "not an ICCID"),
        (["transfers", "accept", "..", "--yes"], "would change the path"),
    ],
)
def test_wrong_usage_changes_nothing(cli, effects, audit, arguments, said):
    done = cli(*M2M, *arguments)
    assert (done.code, done.out, effects()) == (2, "", [])
    assert said in done.err
    assert len(done.err.splitlines()) == 2


def test_pools(cli, sandbox):
    rows = cli(*M2M, "pools").rows
    assert {row["kind"] for row in rows} == {"Data", "SMS"}
    none = cli("--provider", "infobip", "pools")
    assert none.code == 2
    assert "providers that have it: telekom-m2m" in none.err


def test_other_vendors_list_no_actions(cli, sandbox):
    done = cli("--provider", "infobip", "actions", "list")
    assert (done.code, sandbox()) == (2, [])
    assert "providers that have it: telekom-m2m" in done.err
