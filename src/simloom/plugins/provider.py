"""The base class of providers: one vendor's API as flows, without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.capabilities import Capability, Support, Verb
from simloom.errors import UnsupportedOperation
from simloom.plugins.operations import MARK, Declared
from simloom.plugins.types import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.models import ActionState
    from simloom.plugins.flows import Flow


class Provider:
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
    pages_ahead: ClassVar[int] = 4
    """How many pages of a list may be asked for at once; 1 where the vendor's rate limit is low."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings

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

    @classmethod
    def declared(cls) -> dict[Verb, str]:
        """Return each verb that has a method, with the method's name."""
        found: dict[Verb, str] = {}
        for name in dir(cls):
            mark = getattr(getattr(cls, name), MARK, None)
            if isinstance(mark, Declared):
                if mark.verb in found:
                    both = f"{found[mark.verb]} and {name}"
                    raise TypeError(f"{cls.__name__}: {both} both carry out {mark.verb.value!r}")
                found[mark.verb] = name
        return found

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
        name = self.declared().get(verb)
        return None if name is None else getattr(self, name)
