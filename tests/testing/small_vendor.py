"""The small vendor's provider, right in every rule; `small_faults` has it wrong in one each."""

from __future__ import annotations

from types import SimpleNamespace

from attrs import evolve, field, frozen

from simloom.capabilities import Verb
from simloom.errors import DecodeError, InvalidParameter
from simloom.events.types import SimStateChanged
from simloom.models import ActionState, ActionStatus, Page, Sim, SimStatus, Sms, UnknownEvent
from simloom.plugins import Provider, call, hookimpl, operation
from simloom.plugins.values import count, identifier, text
from simloom.runtime import Binary, Operation, RetryClass, Secret, to_secret
from simloom.runtime.decoding import parse_json
from simloom.transport.auth import Token, TokenAuth, lifetime_of

STATUSES = {"live": SimStatus.ACTIVE, "paused": SimStatus.SUSPENDED, "stock": SimStatus.INVENTORY}
WORDS = {status: word for word, status in STATUSES.items()}
ENDS = {"done": ActionStatus.DONE, "cancelled": ActionStatus.CANCELLED}
MOST_PER_JOB = 10


def made(name, method, path, retry, **extensions):
    """Return what a generated module has."""
    return SimpleNamespace(
        OPERATION=Operation(
            id=name,
            method=method,
            path=path,
            results={"2XX": Binary()},
            media_type="application/json",
            retry=retry,
            extensions={name.replace("_", "-"): value for name, value in extensions.items()},
        )
    )


TOKEN = made("get_token", "POST", "/token", RetryClass.READ)
LIST = made("list_sims", "GET", "/sims", RetryClass.READ)
GET = made("get_sim", "GET", "/sims/{iccid}", RetryClass.READ)
CHANGE = made(
    "change_status",
    "POST",
    "/changes",
    RetryClass.SET_STATE,
    x_bulk={"max": MOST_PER_JOB, "atomic": False},
    x_quota={"bucket": "jobs", "counts": "sims", "windows": [{"limit": 100, "seconds": 60}]},
)
JOB = made("get_job", "GET", "/jobs/{id}", RetryClass.READ)
CANCEL = made("cancel_job", "DELETE", "/jobs/{id}", RetryClass.SET_STATE)
SEND = made("send_message", "POST", "/messages", RetryClass.ADDITIVE)


@frozen(kw_only=True)
class Settings:
    client_id: str = field(metadata={"help": "The login.", "secret": False})
    client_secret: Secret = field(
        converter=to_secret, metadata={"help": "Its secret.", "secret": True}
    )
    base_url: str = field(
        default="https://small.example", metadata={"help": "The address.", "secret": False}
    )


def ask(module, **parts):
    """Send one request and return its JSON object."""
    answer = parse_json((yield from call(module.OPERATION.request(**parts))))
    if not isinstance(answer, dict):
        raise DecodeError(f"{module.OPERATION.id}: no object")
    return answer


class Small(Provider):
    id = "small"
    title = "Small Vendor"
    settings_class = Settings
    api_version = "1.0"
    webhook_methods = frozenset({"POST"})
    auth_class = TokenAuth

    def auth(self):
        given = self.settings
        body = {"client_id": given.client_id, "client_secret": given.client_secret.reveal()}
        return self.auth_class(
            request=lambda: TOKEN.OPERATION.request(body=body),
            url=f"{given.base_url}/token",
            read=self.token,
            default_lifetime=60.0,
        )

    @staticmethod
    def token(answer):
        told = parse_json(answer)
        found = text(told.get("access_token")) if isinstance(told, dict) else None
        if not found:
            raise DecodeError("no token")
        return Token(Secret(found), lifetime_of(told.get("expires_in")))

    def sim(self, record):
        told = record if isinstance(record, dict) else {}
        word = text(told.get("status")) or ""
        return Sim(
            provider=self.id,
            iccid=identifier(told.get("iccid"), "sim"),
            imsi=text(told.get("imsi")),
            msisdn=text(told.get("msisdn")),
            status=STATUSES.get(word, SimStatus.UNKNOWN),
            vendor_status=word,
            raw=record,
        )

    @operation(Verb.LIST, LIST)
    def list_page(self, number=1, *, size=None, status=None):
        if number < 1 or (size is not None and size < 1):
            raise InvalidParameter("pages count from 1")
        answer = yield from ask(LIST, query=self.wishes(number, size, status))
        records = answer.get("sims")
        if not isinstance(records, list):
            raise DecodeError("list_sims: no list")
        return self.page([self.sim(record) for record in records], number, size, answer)

    def wishes(self, number, size, status):
        return {"page": number, "size": size or 9, "status": WORDS.get(status)}

    def page(self, sims, number, size, answer):
        return Page(items=sims, number=number, more=bool(sims), total=count(answer.get("total")))

    @operation(Verb.GET, GET)
    def get(self, iccid):
        return self.sim((yield from ask(GET, path={"iccid": iccid})))

    @operation(Verb.SUSPEND, CHANGE)
    def suspend(self, iccid):
        return (yield from self.change(Verb.SUSPEND, (iccid,), SimStatus.SUSPENDED))

    @operation(Verb.RESUME, CHANGE)
    def resume(self, iccid):
        return (yield from self.change(Verb.RESUME, (iccid,), SimStatus.ACTIVE))

    def bulk(self, verb, iccids, **_):
        expected = SimStatus.SUSPENDED if verb is Verb.SUSPEND else SimStatus.ACTIVE
        return (yield from self.change(verb, tuple(iccids), expected))

    def change(self, verb, iccids, expected):
        body = {"iccids": list(iccids), "status": WORDS[expected]}
        answer = yield from ask(CHANGE, body=body)
        name = identifier(answer.get("id"), "change_status")
        return ActionState(provider=self.id, verb=verb.value, id=name, iccids=iccids)

    def refresh(self, action):
        if action.status.is_final:
            return action
        return self.settled(action, (yield from ask(JOB, path={"id": action.id})))

    def cancel(self, action):
        return self.settled(action, (yield from ask(CANCEL, path={"id": action.id})))

    def settled(self, action, job):
        results = job.get("results") or {}
        sims = {
            iccid: (ActionStatus.DONE, None) if done else (ActionStatus.FAILED, "not from here")
            for iccid, done in results.items()
        }
        status = ENDS.get(text(job.get("state")), ActionStatus.PENDING)
        if status is ActionStatus.DONE and not all(results.values()):
            status = ActionStatus.FAILED
        return evolve(action, status=status, sims=sims)

    @operation(Verb.SEND_SMS, SEND)
    def send_sms(self, iccid, message):
        answer = yield from ask(SEND, body={"iccid": iccid, "text": message})
        return Sms(provider=self.id, iccid=iccid, id=identifier(answer.get("id"), "send_message"))

    def read_event(self, raw):
        return self.read_webhook("POST", raw)

    @classmethod
    def read_webhook(cls, method, raw):
        kind, iccid = text(raw.get("type")), text(raw.get("iccid"))
        told = {"provider": cls.id, "type": kind or "", "id": text(raw.get("id")) or "", "raw": raw}
        if kind != "status" or not iccid:
            return UnknownEvent(**told)
        word = text(raw.get("status")) or ""
        status = STATUSES.get(word, SimStatus.UNKNOWN)
        return SimStateChanged(**told, iccid=iccid, status=status, vendor_status=word)


class Offer:
    """What the entry point names: it offers the class that is looked at."""

    kind = Small

    @hookimpl
    def simloom_providers(self):
        return [self.kind]


OFFER = Offer()
