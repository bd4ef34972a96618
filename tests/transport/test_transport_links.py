"""Vendor links are rebuilt, never followed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import InvalidParameter
from simloom.transport.links import last_segment, path_of

ACTION = "/partners/{partner_id}/sims/actions/{signup_id}"
TRANSFER = "/partners/{partner_id}/sims/actions/simtransfer/{transaction_id}"
KNOWN = (TRANSFER, ACTION)


@pytest.mark.parametrize(
    ("href", "path"),
    [
        (
            "http://172.19.14.203:8083/v1/partners/100013/sims/actions/708855306",
            "/partners/100013/sims/actions/708855306",
        ),
        (
            "https://x.example/m2m-customerapi-restservice/v1/partners/1/sims/actions/simtransfer/2",
            "/partners/1/sims/actions/simtransfer/2",
        ),
        ("/partners/1/sims/actions/2", "/partners/1/sims/actions/2"),
    ],
)
def test_the_documented_links_keep_their_known_part(href: str, path: str) -> None:
    assert path_of(href, KNOWN) == path


@pytest.mark.parametrize(
    "href",
    [
        "",
        "http://evil.example/",
        "http://evil.example/partners/1/sims",
        "https://x/partners/1/sims/actions/..",
        "https://x/partners/1/sims/actions/%2e%2e",
        "https://x/partners/1/sims/actions/a%2Fb",
        "http://[broken",
        "javascript:alert(1)",
        "https://x/partners/1/sims/actions/2/more",
    ],
)
def test_anything_else_is_refused(href: str) -> None:
    with pytest.raises(InvalidParameter):
        path_of(href, KNOWN)


@given(st.text(max_size=80))
def test_no_text_becomes_a_path_with_dots_or_a_host(text: str) -> None:
    try:
        path = path_of(text, KNOWN)
    except InvalidParameter:
        return
    assert path.startswith("/partners/")
    assert "//" not in path
    assert not {".", ".."} & set(path.split("/"))


def test_a_location_gives_its_number_only() -> None:
    assert last_segment("https://api.1nce.com/management-api/v1/orders/4711") == "4711"
    for odd in ("https://x/orders/..", "https://x/orders/a%2Fb", "", "https://x/"):
        with pytest.raises(InvalidParameter):
            last_segment(odd)
