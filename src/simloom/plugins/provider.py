"""The base class of providers: one vendor's API as flows, without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from simloom.capabilities import Capability, Support, Verb
from simloom.errors import UnsupportedOperation
from simloom.models import UnknownEvent
from simloom.plugins.bulk import BulkAnswers
from simloom.plugins.lookups import Finding
from simloom.plugins.operations import MARK, Declared
from simloom.plugins.types import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simloom.models import ActionState, Event
    from simloom.plugins.flows import Flow
    from simloom.runtime import Operation, Secret


class Provider(BulkAnswers, Finding):
    """One vendor. Subclasses declare `id`, `title`, `settings_class` and decorated methods.

    A method decorated with `@operation(Verb.X, ...)` is a generator function that yields requests
    (see `simloom.plugins.flows`) and returns provider-neutral models. What has no method is
    `Support.VENDOR_CANNOT`, unless `not_written` lists it with the reason.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    settings_class: ClassVar[type[Any]]
    api_version: ClassVar[str] = API_VERSION
    """The plugin surface it was made for; set it to the version in words, e.g. "1.0"."""
    not_written: ClassVar[Mapping[Verb, str]] = {}
    pages_ahead: ClassVar[int] = 6
    """How many pages of a list may be asked for at once; 1 where the vendor's rate limit is low."""
    webhook_methods: ClassVar[frozenset[str]] = frozenset()
    """The HTTP methods of its webhooks; empty where the vendor sends none."""
    webhook_secret: ClassVar[str | None] = None
    """The setting with the secret that webhooks are signed with; None where none are signed."""
    action_streams: ClassVar[frozenset[str]] = frozenset()
    """The streams, without version, whose events have the `signup_id` of an action that is over."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    @property
    def customer(self) -> str:
        """Whom the vendor's limits are counted for: the login, or the address where there is none.

        Clients with the same customer share the limits. Never a secret.
        """
        for name in ("client_id", "username", "base_url"):
            value = getattr(self.settings, name, None)
            if isinstance(value, str) and value:
                return value
        return self.id

    def operations(self, verb: Verb) -> tuple[Operation[Any], ...]:
        """Return the generated operations of a verb, the most dangerous first."""
        name = _declared(type(self)).get(verb)
        if name is None:
            return ()
        mark: Declared = getattr(getattr(type(self), name), MARK)
        return mark.dangerous_first()

    def auth(self) -> Any:
        """Return the `httpx.Auth` that signs this provider's requests."""
        raise TypeError(f"{type(self).__name__} does not say how it signs requests")

    def refresh(self, action: ActionState) -> Flow[ActionState]:
        """Ask the vendor where an action is. Without a way to ask, it stays as it is."""
        yield from ()  # a flow that sends nothing
        return action

    def cancel(self, action: ActionState) -> Flow[ActionState]:
        """Cancel an action; `UnsupportedOperation` where the vendor has no such thing."""
        yield from ()
        raise UnsupportedOperation("cancel-action", self.id, note=action.verb)

    def read_event(self, raw: Mapping[str, Any]) -> Event:
        """Return one event of this provider from its parsed JSON; pure, never raises.

        What it does not know becomes an `UnknownEvent`.
        """
        return UnknownEvent(provider=self.id, raw=raw)

    def event_offset(self, raw: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """Return the `Last-Event-ID` that resumes behind this event, where its JSON has it."""
        return None

    @classmethod
    def read_webhook(cls, method: str, raw: Mapping[str, Any]) -> Event:  # noqa: ARG003
        """Return the event of a webhook from its method and parsed JSON; pure, never raises.

        It needs no settings, as a receiver has no credentials. `Event.id` is to be the same for
        every delivery of one event, and different for two; empty where the vendor gives no id.
        """
        return UnknownEvent(provider=cls.id, raw=raw)

    @classmethod
    def webhook_verifier(cls, secrets: Sequence[Secret]) -> Any:  # noqa: ARG003
        """Return what checks the signature of a webhook, for a provider with a `webhook_secret`.

        It has `verify(headers, body, now)` as `simloom.events.webhookguard.HmacVerifier` does.
        Several secrets are for the time while one replaces the other.
        """
        raise TypeError(f"{cls.__name__} does not say how its webhooks are signed")

    @classmethod
    def declared(cls) -> dict[Verb, str]:
        """Return each verb that has a method, with the method's name."""
        return dict(_declared(cls))

    @classmethod
    def capabilities(cls) -> dict[Verb, Capability]:
        """Return the whole table: one line for every verb there is."""
        methods = cls.declared()
        return {verb: cls._capability(verb, methods.get(verb)) for verb in Verb}

    @classmethod
    def _capability(cls, verb: Verb, method: str | None) -> Capability:
        if method is not None:
            mark: Declared = getattr(getattr(cls, method), MARK)
            return mark.capability(cls.id)
        if verb in cls.not_written:
            return Capability(
                provider=cls.id,
                verb=verb,
                support=Support.NOT_WRITTEN,
                note=cls.not_written[verb],
            )
        return Capability(provider=cls.id, verb=verb, support=Support.VENDOR_CANNOT)

    def flow(self, verb: Verb) -> Callable[..., Flow[Any]] | None:
        """Return the bound method that carries out a verb, None when there is none."""
        name = _declared(type(self)).get(verb)
        return None if name is None else getattr(self, name)


_DECLARED: WeakKeyDictionary[type[Provider], dict[Verb, str]] = WeakKeyDictionary()
"""Looking at every attribute of a class took a tenth of each call."""


def _declared(provider: type[Provider]) -> dict[Verb, str]:
    known = _DECLARED.get(provider)
    if known is not None:
        return known
    found: dict[Verb, str] = {}
    for name in dir(provider):
        mark = getattr(getattr(provider, name), MARK, None)
        if isinstance(mark, Declared):
            if mark.verb in found:
                both = f"{found[mark.verb]} and {name}"
                raise TypeError(f"{provider.__name__}: {both} both carry out {mark.verb.value!r}")
            found[mark.verb] = name
    return _DECLARED.setdefault(provider, found)
