"""Who may open which stream."""

from __future__ import annotations

import json

import pytest


def test_head_is_204_for_the_health_check(place):
    headers = {"Authorization": f"Bearer {place.token()}"}
    url = place.urls["simaction.v1"]
    for path in (url, url.rpartition("/")[0]):
        answer = place.client.head(path, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["x-health-check-timestamp"].startswith("20")
    assert place.client.head(url).status_code == 401
    assert place.get("streams")["open"] == []


def test_without_a_valid_token_it_is_401(place):
    assert place.request(token="wrong").head() == 401
    token = place.token()
    place.clock.advance(301)
    assert place.request(token=token).head() == 401
    answer = place.client.post(f"{place.urls['simaction.v1']}/terminate")
    assert answer.status_code == 401


def test_a_token_may_expire_while_its_stream_is_open(place):
    stream = place.open()
    for _ in range(6):
        place.clock.advance(59)
        number = place.publish()
        assert stream.events(1) == [number]


@pytest.mark.parametrize("known", [True, False])
def test_a_foreign_subscription_is_a_problem_403_like_an_unknown_one(place, known):
    url = f"{place.urls['simaction.v1']}x"
    if known:
        url = place.subscribe("theirs", application="somebody-else")
    stream = place.request(url=url)
    assert stream.head() == 403
    assert stream.header("content-type") == "application/problem+json"
    problem = json.loads(stream.rest())
    assert (problem["status"], problem["title"]) == (403, "Forbidden")
    headers = {"Authorization": f"Bearer {place.token()}"}
    assert place.client.post(f"{url}/terminate", headers=headers).status_code == 403


def test_a_subscription_is_no_resource_of_another_event_type(place):
    url = place.urls["simaction.v1"].replace("/simaction.v1/", "/costlimitnotification.v1/")
    assert place.request(url=url).head() == 404


def test_applications_have_subscriptions_of_their_own(place):
    applications = place.sandbox.provider("telekom-m2m").applications
    url = applications["subunit"]["event_urls"]["simaction.v1"]
    token = place.token("subunit")
    assert place.request(url=url).head() == 403
    stream = place.open(url=url, token=token)
    place.publish(partnerID="100013")
    own = place.publish(partnerID="100017")
    assert stream.events(1) == [own]
    refused = place.request(
        url=applications["whitelisted"]["event_urls"]["simaction.v1"],
        token=place.token("whitelisted"),
    )
    assert refused.head() == 403
    assert b"whitelist" in refused.rest()


def test_too_many_streams_are_a_problem_503(place):
    place.client.put("/_sandbox/streams/settings", json={"maxConnections": 1})
    first = place.open("simaction.v1")
    second = place.request("costlimitnotification.v1")
    assert second.head() == 503
    assert b"too many active connections" in second.rest()
    first.close()
    place.wait_for(lambda: place.ends() == ["client"])
    place.open("costlimitnotification.v1")


def test_streams_are_in_the_journal_with_the_token_masked(place):
    place.open(Last_Event_ID="x")
    entry = place.get("requests")["requests"][-1]
    assert (entry["operationId"], entry["status"]) == ("open_event_stream", 200)
    assert entry["headers"]["authorization"] == "Bearer ***"
    assert entry["headers"]["last-event-id"] == "x"
