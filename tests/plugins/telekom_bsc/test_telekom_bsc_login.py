"""The login over HTTP against the sandbox: form first, JSON where the vendor insists, once."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Iterator

import pytest

from simloom.errors import AuthenticationError
from simloom.runtime import AsyncClient, Client
from simloom.sandbox import Quirks, Sandbox
from simloom_clients.telekom_bsc.api.sims import list_sims
from simloom_plugins.telekom_bsc.auth import auth


@pytest.fixture(params=["form", "json"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(sims=3, quirks=Quirks(bsc_token_body=request.param)) as running:
        yield running


def token_requests(sandbox: Sandbox) -> list[tuple[str, int]]:
    """Media type and status of every token request that the sandbox saw."""
    with urllib.request.urlopen(f"{sandbox.url}/_sandbox/requests", timeout=10) as answer:
        journal = json.load(answer)
    seen = journal["requests"] if isinstance(journal, dict) else journal
    return [
        (entry["headers"]["content-type"].partition(";")[0], entry["status"])
        for entry in seen
        if entry["operationId"] == "create_token"
    ]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_the_form_is_tried_first_and_json_only_where_it_is_wanted(
    sandbox: Sandbox, kind: type[Client | AsyncClient]
) -> None:
    address = sandbox.provider("telekom-bsc")
    settings = address.settings
    signs = auth(settings["username"], settings["password"], base_url=address.base_url)
    client = kind(address.base_url, auth=signs)

    async def run() -> None:
        assert isinstance(client, AsyncClient)
        async with client:
            for _ in range(2):
                assert len(await client.send(list_sims.request())) == 3

    if isinstance(client, Client):
        with client:
            for _ in range(2):
                assert len(client.send(list_sims.request())) == 3
    else:
        asyncio.run(run())
    form, as_json = "application/x-www-form-urlencoded", "application/json"
    wanted = sandbox.emulator.world.quirks.bsc_token_body
    expected = [(form, 200)] if wanted == "form" else [(form, 400), (as_json, 200)]
    assert token_requests(sandbox) == expected


def test_a_wrong_password_is_an_authentication_error_and_is_not_tried_as_json() -> None:
    with Sandbox(sims=1) as sandbox:
        address = sandbox.provider("telekom-bsc")
        signs = auth(address.settings["username"], "wrong", base_url=address.base_url)
        with (
            Client(address.base_url, auth=signs) as client,
            pytest.raises(AuthenticationError, match="BadCredentials") as said,
        ):
            client.send(list_sims.request())
        assert said.value.status == 400
        assert "wrong" not in str(said.value)
        assert len(token_requests(sandbox)) == 1
