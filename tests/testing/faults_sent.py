"""The small vendor's provider, wrong in what it sends: one fault each."""

from __future__ import annotations

import json
import logging
import re

import httpx
from small_vendor import (
    CHANGE,
    GET,
    SEND,
    Small,
    ask,
    made,
)

from simloom.capabilities import Verb
from simloom.errors import (
    ConnectionFailed,
    DecodeError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    SimloomError,
)
from simloom.models import Sim, SimStatus
from simloom.plugins import operation
from simloom.runtime import RetryClass, Secret
from simloom.transport.auth import Token, TokenAuth
from simloom.transport.tokencache import HeldToken
from simloom.transport.tokens import TokenState

# How requests are signed


class Watched(TokenAuth):
    """Looks at each answer of a blocking client; what `look` returns goes on instead of it."""

    def sync_auth_flow(self, request):
        flow = super().sync_auth_flow(request)
        try:
            wanted = next(flow)
            while True:
                answer = yield from self.look(wanted, (yield wanted))
                if answer is None:
                    return
                wanted = flow.send(answer)
        except StopIteration:
            return
        finally:
            flow.close()


class Hammer(Watched):
    """Logs in three times where it is refused."""

    def look(self, request, answer):
        for _ in range(2):
            if request.url.path == "/token" and answer.status_code == 401:
                answer = yield request
        return answer


class Final(Watched):
    """Takes the first 401 for an answer."""

    def look(self, request, answer):
        yield from ()
        return None if answer.status_code == 401 else answer


class Tireless(Watched):
    """Sends a request that was refused again and again."""

    def look(self, request, answer):
        for _ in range(2):
            if request.url.path != "/token" and answer.status_code == 401:
                answer = yield request
        return answer


class Selfish(TokenAuth):
    """Gets a token for each request."""

    def sync_auth_flow(self, request):
        self._held = HeldToken(TokenState(60.0))
        yield from super().sync_auth_flow(request)


class Trustful(Small):
    @staticmethod
    def token(answer):
        return Token(Secret(json.loads(answer)["access_token"]), 300)


def signing(auth):
    return type("Signing", (Small,), {"auth_class": auth})


class NoToken(httpx.Auth):
    """The right way, but not as the `TokenAuth` that it is said to be."""

    def __init__(self, real):
        self._real = real
        self.sync_auth_flow = real.sync_auth_flow
        self.async_auth_flow = real.async_auth_flow


class Disguised(Small):
    def auth(self):
        return NoToken(super().auth())


# Answers that are errors


class Polite(Small):
    @operation(Verb.GET, GET)
    def get(self, iccid):
        try:
            return (yield from super().get(iccid))
        except PermissionDenied as error:
            raise NotFound(operation="get_sim", status=404) from error


class Gullible(Small):
    @operation(Verb.GET, GET)
    def get(self, iccid):
        try:
            return (yield from super().get(iccid))
        except DecodeError:
            return Sim(provider="small", iccid=iccid, vendor_status="?")


ONCE = made("get_sim", "GET", "/sims/{iccid}", RetryClass.SET_STATE)


class Impatient(Small):
    @operation(Verb.GET, ONCE)
    def get(self, iccid):
        return self.sim((yield from ask(ONCE, path={"iccid": iccid})))


# Repetition


class Stubborn(Small):
    @operation(Verb.SUSPEND, CHANGE)
    def suspend(self, iccid):
        try:
            return (yield from super().suspend(iccid))
        except OutcomeUnknown:
            return (yield from super().suspend(iccid))


class Talkative(Small):
    @operation(Verb.SEND_SMS, SEND)
    def send_sms(self, iccid, message):
        try:
            return (yield from super().send_sms(iccid, message))
        except SimloomError as error:
            if not isinstance(error.__cause__ or error, ConnectionFailed):
                return (yield from super().send_sms(iccid, message))
            raise


PUT = made("put_status", "PUT", "/changes", RetryClass.READ)


class Reading(Small):
    @operation(Verb.RESUME, CHANGE, PUT)
    def resume(self, iccid):
        return (yield from self.change(Verb.RESUME, (iccid,), SimStatus.ACTIVE))


# Origin and secrets


class Redirected(Watched):
    """Goes where a redirect leads."""

    def look(self, request, answer):
        if answer.is_redirect:
            answer = yield httpx.Request("GET", answer.headers["location"], headers=request.headers)
        return answer


class Linked(Watched):
    """Follows a link of an answer."""

    def look(self, request, answer):
        found = re.search("<(.*)>", answer.headers.get("link", ""))
        if found and request.method == "GET":
            yield httpx.Request("GET", found[1], headers=request.headers)
            answer = yield request
        return answer


class Chatty(Watched):
    """Logs what it signs requests with."""

    def look(self, request, answer):
        yield from ()
        if answer.status_code == 403:
            logging.getLogger("small").debug("refused: %s", request.headers["authorization"])
        return answer
