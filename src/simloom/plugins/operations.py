"""The `@operation` decorator: a provider method, and what the specification says about it.

Evidence, retry class, quota, bulk size and identifier kinds come from the generated operations that
the method sends, so the capability table cannot say anything the specification does not.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from attrs import frozen

from simloom.capabilities import Capability, Evidence, RetryClass, Support, Verb
from simloom.plugins.places import kind_of
from simloom.runtime import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "__simloom_operation__"
_ORDER = (RetryClass.READ, RetryClass.SET_STATE, RetryClass.ADDITIVE)
_Method = TypeVar("_Method", bound="Callable[..., Any]")


class OperationModule(Protocol):
    """A generated module: what matters here is its `OPERATION`."""

    @property
    def OPERATION(self) -> Operation[Any]:  # noqa: N802  (the generated name)
        """The operation's description."""
        ...


@frozen(kw_only=True)
class Declared:
    """What the decorator was told."""

    verb: Verb
    operations: tuple[Operation[Any], ...]
    support: Support
    note: str

    def dangerous_first(self) -> tuple[Operation[Any], ...]:
        """Return the operations, additive ones before those that set a state, reads last."""
        return tuple(
            sorted(self.operations, key=lambda item: _ORDER.index(item.retry), reverse=True)
        )

    def capability(self, provider: str) -> Capability:
        """Return the line of the capability table."""
        bulk: dict[str, Any] = {}
        quota: dict[str, Any] = {}
        kinds: list[str] = []
        for item in self.operations:
            bulk = item.extensions.get("x-bulk", bulk)
            quota = item.extensions.get("x-quota", quota)
            named = item.extensions.get("x-identifiers", {})
            for place in ("path", "body", "query"):
                kinds.extend(named.get(place, ()))
        inferred = any(item.evidence is not Evidence.DOCUMENTED for item in self.operations)
        return Capability(
            provider=provider,
            verb=self.verb,
            support=self.support,
            evidence=Evidence.INFERRED if inferred else Evidence.DOCUMENTED,
            identifiers=tuple(dict.fromkeys(kinds)) or ("iccid",),
            bulk_max=bulk.get("max"),
            atomic=bulk.get("atomic"),
            quota=quota.get("bucket"),
            retry_class=max((item.retry for item in self.operations), key=_ORDER.index),
            note=self.note,
        )


def operation(
    verb: Verb,
    *modules: OperationModule,
    support: Support = Support.FULL,
    note: str = "",
) -> Callable[[_Method], _Method]:
    """Declare that a provider method carries out `verb` by sending these generated operations.

    The retry class is that of the most dangerous one; one inferred operation makes it inferred.
    Raises `TypeError` for anything else than a verb and generated modules.
    """
    verb = _verb(verb)
    if not modules:
        raise TypeError(f"operation({verb.value!r}): name the generated modules it sends")
    if support not in {Support.FULL, Support.PARTIAL}:
        raise TypeError(
            f"operation({verb.value!r}): support is {support!r}, expected Support.FULL or "
            "Support.PARTIAL; what has no method is declared in not_written"
        )
    if support is Support.PARTIAL and not note:
        raise TypeError(f"operation({verb.value!r}): partial support needs a note")
    declared = Declared(
        verb=verb,
        operations=tuple(_operation(verb, module) for module in modules),
        support=support,
        note=note,
    )

    def mark(method: _Method) -> _Method:
        setattr(method, MARK, declared)
        return method

    return mark


def _verb(given: Any) -> Verb:
    try:
        return Verb(given)
    except ValueError:
        near = get_close_matches(str(given), [verb.value for verb in Verb], n=1)
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        raise TypeError(
            f"operation({given!r}): simloom has no such verb{meant}; simloom.capabilities.Verb "
            "has them all"
        ) from None


def _operation(verb: Verb, module: object) -> Operation[Any]:
    found = getattr(module, "OPERATION", None)
    if isinstance(found, Operation):
        return found
    raise TypeError(
        f"operation({verb.value!r}): {kind_of(module)} is not a generated module with an "
        "OPERATION: import it as in `from acme_client.api.sims import get_sim`"
    )
