"""The small vendor's provider, wrong in actions, bulk jobs and events: one fault each."""

from __future__ import annotations

import asyncio

from attrs import evolve
from small_vendor import (
    CHANGE,
    Small,
)

from simloom.capabilities import Verb
from simloom.errors import (
    OutcomeUnknown,
)
from simloom.models import ActionState, ActionStatus, UnknownEvent
from simloom.plugins import operation

# Parity and actions


class Split(Small):
    """Looks once more where it is awaited."""

    @operation(Verb.SUSPEND, CHANGE)
    def suspend(self, iccid):
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            yield from self.get(iccid)
        return (yield from super().suspend(iccid))


class Waiting(Small):
    def refresh(self, action):
        while not action.status.is_final:
            action = yield from super().refresh(action)
        return action


class Restless(Small):
    def refresh(self, action):
        if action.status.is_final:
            return evolve(action, status=ActionStatus.PENDING)
        return (yield from super().refresh(action))


class Boasting(Small):
    def cancel(self, action):
        yield from ()
        return evolve(action, status=ActionStatus.CANCELLED)


# Bulk


class MadeUp(Small):
    """Every SIM of a request is done, whatever came of it."""

    def settled(self, action, job):
        done = dict.fromkeys(action.iccids, (ActionStatus.DONE, None))
        return evolve(super().settled(action, job), sims=done)


class Denying(Small):
    def bulk(self, verb, iccids, **_):
        try:
            return (yield from super().bulk(verb, iccids))
        except OutcomeUnknown:
            failed = dict.fromkeys(iccids, (ActionStatus.FAILED, "no answer"))
            return ActionState(
                provider="small",
                verb=verb.value,
                id="1",
                status=ActionStatus.FAILED,
                iccids=tuple(iccids),
                sims=failed,
            )


# Events and webhooks


class Deaf(Small):
    def read_event(self, raw):
        return UnknownEvent(provider="small", raw=raw)


class Brittle(Small):
    def read_event(self, raw):
        return super().read_event({"type": raw["type"], **raw})


class DeafHook(Small):
    @classmethod
    def read_webhook(cls, method, raw):
        return UnknownEvent(provider="small", raw=raw)


class BrittleHook(Small):
    @classmethod
    def read_webhook(cls, method, raw):
        return super().read_webhook(method, {"type": raw["type"], **raw})


class AnyMethod(Small):
    webhook_methods = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Numbering(Small):
    @classmethod
    def read_webhook(cls, method, raw):
        return evolve(super().read_webhook(method, raw), id=str(list(raw)))


class NoHooks(Small):
    webhook_methods = frozenset()


class Trusting:
    """Takes every signature."""

    def verify(self, headers, body, now):
        pass
