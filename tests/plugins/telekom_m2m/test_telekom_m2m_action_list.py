from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
from typing import Any

import pytest

import simloom_clients.telekom_m2m.api.sim_actions as generated
from simloom.capabilities import Verb
from simloom.errors import DecodeError
from simloom.models import ActionState, ActionStatus
from simloom_clients.telekom_m2m import models
from simloom_plugins.telekom_m2m import mapping
from simloom_plugins.telekom_m2m.provider import TelekomM2m

UTC = dt.UTC
LISTED = {
    "signupId": "708855306",
    "action": "suspend",
    "status": "DONE",
    "simCount": 3,
    "created": "2025-08-02T09:54:13.133Z",
    "finished": "2025-08-28 11:25:49",
}


def test_the_list_of_actions(m2m: Any, play: Any):
    page, sent = play(
        m2m.list_actions_page(2, size=5, start=dt.date(2025, 8, 1), end=dt.date(2025, 8, 3)),
        {"actions": [LISTED], "totalPages": 3, "totalCount": 11},
    )
    query = {"page": "2", "pageSize": "5", "dateFrom": "2025-08-01", "dateTo": "2025-08-03"}
    path = "/partners/100013/sims/actions"
    assert sent == [("list_sim_actions", "GET", path, query, None)]
    assert page.items == [
        ActionState(
            provider="telekom-m2m",
            verb="suspend",
            id="708855306",
            status=ActionStatus.DONE,
            message="3 SIMs",
            requested_at=dt.datetime(2025, 8, 2, 9, 54, 13, 133000, UTC),
            finished_at=dt.datetime(2025, 8, 28, 11, 25, 49, tzinfo=UTC),
        )
    ]
    assert (page.number, page.more, page.total_pages, page.total) == (2, True, 3, 11)
    assert isinstance(page.items[0].raw, models.SimActionListItem)


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("termination", "terminate"),
        ("Modify Remarks", "set-label"),
        ("changetariff", "change-tariff"),
        ("restrict", "restrict"),  # no unified verb: the vendor's own word stays
        ("Something New", "Something New"),
        (None, ""),
    ],
)
def test_kinds_of_actions(m2m: Any, play: Any, word: Any, verb: str):
    page, _ = play(m2m.list_actions_page(), {"actions": [{"signupId": "1", "action": word}]})
    assert [(action.verb, action.status) for action in page.items] == [(verb, ActionStatus.UNKNOWN)]


def test_the_words_are_the_ends_of_the_paths():
    found = pkgutil.walk_packages(generated.__path__, f"{generated.__name__}.")
    operations = [importlib.import_module(item.name).OPERATION for item in found]
    names = {one.path.rpartition("/")[2] for one in operations if one.method == "POST"}
    assert set(mapping.ACTION_VERBS) <= names
    left = names - set(mapping.ACTION_VERBS)
    assert left == {"enterproductivestate", "move", "restrict", "unrestrict"}
    lines = TelekomM2m.capabilities()
    assert all(lines[verb].usable for verb in mapping.ACTION_VERBS.values())


@pytest.mark.parametrize("answer", [{}, {"actions": None}, {"actions": "none"}])
def test_no_actions(m2m: Any, play: Any, answer: Any):
    page, _ = play(m2m.list_actions_page(), answer)
    assert (page.items, page.more) == ([], False)


@pytest.mark.parametrize("entry", [None, 7, {}, {"signupId": None}, {"signupId": ""}])
def test_a_page_of_actions_with_a_hole_is_refused(m2m: Any, play: Any, entry: Any):
    with pytest.raises(DecodeError) as caught:
        play(m2m.list_actions_page(), {"actions": [LISTED, entry]})
    assert caught.value.operation == "list_sim_actions"


def test_an_action_of_the_list_can_be_followed(m2m: Any, play: Any):
    page, _ = play(m2m.list_actions_page(), {"actions": [LISTED]})
    known, (asked,) = play(
        m2m.refresh(page.items[0]),
        {"signupId": "708855306", "status": "DONE", "sims": [{"iccid": "8949025298846257344"}]},
    )
    assert asked.path == "/partners/100013/sims/actions/708855306"
    assert known.iccids == ("8949025298846257344",)


def test_no_other_vendor_lists_actions():
    from simloom.plugins.loader import load_all

    working, _ = load_all()
    able = {name for name, one in working.items() if one.capabilities()[Verb.LIST_ACTIONS].usable}
    assert able == {"telekom-m2m"}
