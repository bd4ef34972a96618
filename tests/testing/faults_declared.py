"""The small vendor's provider, wrong in what it says of itself: one fault each."""

from __future__ import annotations

from attrs import field, frozen
from small_vendor import (
    CHANGE,
    Small,
    made,
)

from simloom.capabilities import Verb
from simloom.models import ActionState, ActionStatus, SimStatus
from simloom.plugins import operation
from simloom.runtime import RetryClass, to_secret

# Registration


class Nameless(Small):
    title = " "


class Broken(Small):
    @classmethod
    def capabilities(cls):
        raise RuntimeError("a bug on import")


class Listless(Small):
    """Has no list: all that needs one cannot be asked."""

    list_page = None
    not_written = {Verb.LIST: "TODO: several operations look like a list"}


class Undecided(Small):
    not_written = {
        Verb.ACTIVATE: "TODO: two operations look like it",
        Verb.BLOCK: "nobody needs it",
    }


class Clueless(Small):
    """Its list fails: every other rule about SIMs has the same cause."""

    def list_page(self, number=1, *, size=None, status=None):
        raise ValueError("not today")
        yield

    list_page.__simloom_operation__ = Small.list_page.__simloom_operation__


# Settings


def settings(**changes):
    """Return a settings class with some fields in another way."""
    names = ("client_id", "client_secret", "base_url")
    usual = {
        "client_id": field(metadata={"help": "x", "secret": False}),
        "client_secret": field(converter=to_secret, metadata={"help": "x", "secret": True}),
        "base_url": field(default="https://small.example", metadata={"help": "x"}),
    }
    body = {name: changes.get(name, usual[name]) for name in names}
    annotations = dict.fromkeys(names, object)
    made = type("Settings", (), {**body, "__annotations__": annotations})
    return frozen(kw_only=True, eq=changes.get("eq", True))(made)


class Unexplained(Small):
    settings_class = settings(client_id=field(metadata={"secret": False}))


class Unmarked(Small):
    settings_class = settings(client_secret=field(converter=to_secret, metadata={"help": "x"}))


class Plain(Small):
    settings_class = settings(client_secret=field(metadata={"help": "x", "secret": True}))


class Mute(Small):
    @staticmethod
    def _needed(value):
        if value is None:
            raise ValueError("something is not there")
        return to_secret(value)

    settings_class = settings(
        client_secret=field(default=None, converter=_needed, metadata={"help": "x", "secret": True})
    )


class Optional(Small):
    settings_class = settings(
        client_secret=field(default="", converter=to_secret, metadata={"help": "x", "secret": True})
    )


class Forgetful(Small):
    settings_class = settings(eq=False)


class Upgrading(Small):
    settings_class = settings(
        base_url=field(
            converter=lambda url: url.replace("http://vendor", "https://vendor"),
            metadata={"help": "x"},
        )
    )


class Unsafe(Small):
    settings_class = settings(base_url=field(default="http://small", metadata={"help": "x"}))


# Capabilities


class Idle(Small):
    """Says that it has suspended a SIM, and has asked nobody."""

    @operation(Verb.SUSPEND, CHANGE)
    def suspend(self, iccid):
        yield from ()
        return ActionState(
            provider="small", verb="suspend", status=ActionStatus.DONE, iccids=(iccid,)
        )


class Ineffective(Small):
    @operation(Verb.SUSPEND, CHANGE)
    def suspend(self, iccid):
        return (yield from self.change(Verb.SUSPEND, (iccid,), SimStatus.ACTIVE))


class Eager(Small):
    def flow(self, verb):
        return self.nothing if verb is Verb.BLOCK else super().flow(verb)

    def nothing(self):
        yield from ()
        return ActionState(provider="small", verb="block")


class Modest(Small):
    """Can block SIMs and does not say so."""

    def block(self, iccid):
        return (yield from self.suspend(iccid))


class OneByOne(Small):
    def bulk(self, verb, iccids, **_):
        return (yield from super(Small, self).bulk(verb, iccids))


TIGHT = made(
    "change_status",
    "POST",
    "/changes",
    RetryClass.SET_STATE,
    x_bulk={"max": 10, "atomic": False},
    x_quota={"bucket": "jobs", "counts": "sims", "windows": [{"limit": 5, "seconds": 60}]},
)


class Tight(Small):
    @operation(Verb.SUSPEND, TIGHT)
    def suspend(self, iccid):
        return (yield from super().suspend(iccid))
