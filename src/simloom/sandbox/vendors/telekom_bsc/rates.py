"""The request limit of Business Smart Connect: 10 requests per second and organisation on `/sims`.

Telekom's page on the CMO API says so (hub.iot.telekom.com/docs/apis/cmo-api/features); the guide of
2019 names no limit. Beyond it the answer is 429. Only the paths of SIMs count: the same page has no
figure for orders and products.
"""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING

from simloom.sandbox.messages import Reply
from simloom.sandbox.quotas import Exceeded, Limit, Window

if TYPE_CHECKING:
    from simloom.sandbox.quirks import Quirks
    from simloom.sandbox.specs import Spec

_WINDOW = Window(10, 1)


def sims_limit(spec: Spec) -> Limit:
    """Return the limit, for every operation below `/v1/sims`."""
    operations = frozenset(
        node["operationId"]
        for path, item in spec.document["paths"].items()
        for node in item.values()
        if isinstance(node, dict) and "operationId" in node and path.startswith("/v1/sims")
    )
    return Limit(name="sims", counts="requests", windows=(_WINDOW,), operations=operations)


def too_many(exceeded: Exceeded, quirks: Quirks) -> Reply:
    """Return the 429, without a body like the other errors of this vendor."""
    headers = {}
    if quirks.bsc_retry_after == "yes":
        headers["Retry-After"] = str(max(1, ceil(exceeded.wait)))
    return Reply(status=HTTPStatus.TOO_MANY_REQUESTS.value, headers=headers)
