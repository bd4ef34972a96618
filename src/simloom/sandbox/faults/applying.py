"""What a fault does to a request: whether, and when, the vendor carries it out."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from attrs import evolve

from simloom.sandbox.faults.refusals import own_error
from simloom.sandbox.faults.script import Effect, Own
from simloom.sandbox.messages import Call, Refused, Reply, bearer_token

if TYPE_CHECKING:
    from datetime import datetime

    from simloom.sandbox.asking import Asked
    from simloom.sandbox.faults.registry import Fired
    from simloom.sandbox.routing import Routes
    from simloom.sandbox.tokens import TokenStore
    from simloom.sandbox.vendor import Vendor

NOT_ANSWERED = 0
"""Stands for the status of a request that gets no answer and was not carried out."""
_LATE = "late request"


def answer_with(fired: Fired, asked: Asked) -> Reply:
    """Return the answer to a request at which a script fired, with the fault in it.

    What goes wrong on the way back, such as a cut connection, is left to whoever sends it.
    """
    effect = fired.fault.effect
    if effect is Effect.RESET_BEFORE:
        reply = Reply(status=NOT_ANSWERED)
    elif effect is Effect.STATUS:
        reply = _scripted(fired, asked)
    elif effect is Effect.DELAYED_APPLY:
        _carry_out_later(fired, asked)
        reply = _own_error(fired, asked)
    elif effect is Effect.TOKEN_REVOKED:
        reply = _revoked(asked)
    else:
        reply = asked.answer()
    return evolve(reply, fault=fired, reason=_reason(fired, reply))


def late_requests(vendor: Vendor, routes: Routes) -> None:
    """Teach a vendor's agenda to carry out what was answered with a 504 before."""

    def carry_out(_moment: datetime, data: Any) -> None:
        call = Call(
            method=data["method"],
            path=data["path"],
            query=tuple((name, value) for name, value in data["query"]),
            headers={"content-type": data["media_type"]},
            body=base64.b64decode(data["body"]),
        )
        try:
            operation, path_values = routes.find(call)
            vendor.handle(operation.id, routes.checked(operation, path_values, call))
        except Refused:
            return  # as it would have been refused at once: nobody hears of it

    vendor.agenda.can(_LATE, carry_out)


def _carry_out_later(fired: Fired, asked: Asked) -> None:
    call = asked.call
    if isinstance(asked.admitted(), Reply):
        return  # the vendor behind the gateway refused it
    data = {
        "method": call.method,
        "path": call.path,
        "query": [list(pair) for pair in call.query],
        "media_type": call.headers.get("content-type", ""),
        "body": base64.b64encode(call.body).decode(),
    }
    asked.vendor.agenda.after(fired.fault.delay, _LATE, data)


def _scripted(fired: Fired, asked: Asked) -> Reply:
    fault = fired.fault
    reply = _own_error(fired, asked)
    if fault.body is not Own.ERROR:
        reply = evolve(reply, body=fault.body, media_type="application/json")
    return evolve(
        reply,
        headers=dict(fault.headers),
        media_type=fault.content_type or reply.media_type,
    )


def _own_error(fired: Fired, asked: Asked) -> Reply:
    reply = own_error(
        asked.vendor.id,
        fired.fault.status,
        fired.reason,
        path=asked.call.path,
        now=asked.vendor.world.clock.now(),
        is_login=asked.is_login,
    )
    return asked.as_declared(reply)


def _revoked(asked: Asked) -> Reply:
    """Answer as if the credentials had never been any; a token stays revoked."""
    tokens: TokenStore | None = getattr(asked.vendor, "tokens", None)
    if tokens is not None:
        tokens.revoke(bearer_token(asked.call))
    refused = asked.vendor.authenticate(asked.vendor.without_credentials(asked.call))
    return asked.as_declared(refused or asked.answer())


def _reason(fired: Fired, reply: Reply) -> str:
    own = reply.reason if reply.reason not in (None, fired.reason) else None
    return f"{fired.reason}; {own}" if own else fired.reason
