"""The fuzzer: that the sandbox passes, and that it would notice if it did not."""

from __future__ import annotations

import subprocess
import sys
from itertools import count

import pytest

from simloom.sandbox.fuzz import campaign
from simloom.sandbox.fuzz.__main__ import main
from simloom.sandbox.fuzz.campaign import run
from simloom.sandbox.messages import Reply
from simloom.sandbox.vendors.infobip.sims import Sims
from simloom.sandbox.vendors.telcoapi.sims import Inventory


@pytest.fixture(scope="module")
def outcome():
    return run(500, seed=3)


def test_nothing_breaks_and_the_ledger_accounts_for_every_sim(outcome):
    assert outcome.wrong == []
    assert outcome.asked == 500
    assert max(outcome.statuses) < 500


def test_the_questions_are_worth_asking(outcome):
    succeeded = sum(number for status, number in outcome.statuses.items() if status < 300)
    assert succeeded > 150
    assert outcome.effects > 40
    assert len(outcome.succeeded) > 55  # of 83 operations


def test_the_same_seed_asks_the_same(outcome):
    first, again, other = run(60, seed=5), run(60, seed=5), run(60, seed=6)
    assert first == again
    assert first.statuses != other.statuses or first.succeeded != other.succeeded


def broken(monkeypatch, owner, name, replacement, operations=150):
    monkeypatch.setattr(owner, name, replacement)
    return "\n".join(run(operations, seed=3).wrong)


def test_an_exception_is_a_finding(monkeypatch):
    found = broken(monkeypatch, Sims, "get_sim", lambda *_: 1 / 0)
    assert "infobip get_sim: ZeroDivisionError: division by zero\n    GET /iot/2/sims/" in found


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(status=503, body={}), "infobip get_sim: status 503"),
        (Reply(status=418, body={}), "infobip get_sim: status 418 is not declared"),
        (Reply(body=None), "status 200 needs a body of application/json"),
        (Reply(body={}, media_type="text/plain"), "status 200 needs a body of application/json"),
        (Reply(body={"iccid": 1}), "status 200, at iccid: 1 is not of type 'string'"),
        (Reply(body={"colour": "red"}), "status 200, at the body: Additional properties"),
    ],
)
def test_an_answer_that_the_spec_does_not_know_is_a_finding(monkeypatch, reply, told):
    assert told in broken(monkeypatch, Sims, "get_sim", lambda *_: reply)


def test_a_change_without_an_effect_is_a_finding(monkeypatch):
    true = Sims._changed

    def silent(self, index, operation, field, value):
        self._live.change(index, name="changed in secret")
        return true(self, index, operation, field, value)

    assert "by the ledger" in broken(monkeypatch, Sims, "_changed", silent)


def test_an_effect_without_a_change_is_a_finding(monkeypatch):
    numbers = count()

    def pretended(self, index, operation, field, value):
        changes = {field: (f"was {next(numbers)}", value)}
        self._ledger.add("infobip", operation, self._live.iccid(index), changes)
        return Reply(body={"actionId": "x"})

    found = broken(monkeypatch, Sims, "_changed", pretended, 400)
    assert "infobip: effect " in found
    assert "by the ledger" in found


def test_a_sim_that_disappears_is_a_finding(monkeypatch):
    def get_and_lose(self, call):
        index = self._live.find("iccid", call.parameters["iccid"])
        if index is not None:
            self._live.delete(index)
        return Reply(status=404, body=None)

    monkeypatch.setattr(campaign.Answers, "complaints", lambda *_: ())
    found = broken(monkeypatch, Inventory, "get_sim", get_and_lose, 400)
    assert "differ on whether it exists" in found


def test_the_command_says_what_it_did(capsys):
    assert main(["--operations", "40", "--seed", "9", "--sims", "10"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("40 operations in ")
    assert "wrong: 0" in told


def test_the_command_fails_when_something_is_wrong(capsys, monkeypatch):
    monkeypatch.setattr(Sims, "list_sims", lambda *_: 1 / 0)
    assert main(["--operations", "150", "--seed", "3"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_the_command_tells_which_package_it_misses():
    code = (
        "import sys; sys.modules['openapi_schema_validator'] = None\n"
        "from simloom.sandbox.fuzz.__main__ import main\nmain(['--operations', '1'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "pip install openapi-schema-validator" in ended.stderr
