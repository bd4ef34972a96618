"""A cookie that a gateway sets is not sent back, and a header sent twice is read as one."""

from __future__ import annotations

from typing import Any

from simloom.runtime import Json, Operation

GET: Operation[Any] = Operation(
    id="list_sims", method="GET", path="/sims", results={200: Json(lambda: dict[str, str])}
)


def test_a_vendors_cookie_is_not_sent_back(vendor, exchange):
    vendor.answer(200, set_cookie="session=1; Path=/")
    answers = exchange(vendor.url, GET.request(), GET.request())
    assert [answer.headers["set-cookie"] for answer in answers] == ["session=1; Path=/"] * 2
    assert len(vendor.seen) == 2
    assert not any("cookie" in seen.headers for seen in vendor.seen)


def test_a_cookie_that_the_operation_documents_is_sent(vendor, exchange):
    exchange(vendor.url, GET.request(cookies={"token": "1"}))
    assert vendor.seen[0].headers["cookie"] == "token=1"


def test_a_header_sent_twice_is_joined(vendor, exchange):
    def script(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("X-Trace", "a")
        handler.send_header("x-trace", "b")
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    vendor.script = script
    (answer,) = exchange(vendor.url, GET.request())
    assert answer.headers["x-trace"] == "a, b"
