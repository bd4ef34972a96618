"""Actions on SIMs: flows that `TelekomM2m` has as methods; most take several SIMs at once, too.

An action runs in the background. Its answer holds a signup id and nothing about the outcome; that
comes as an event or by Get SIM Action Status, which `refresh` asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import evolve

from simloom.capabilities import Verb
from simloom.errors import DecodeError, UnsupportedOperation
from simloom.models import ActionStatus
from simloom.plugins.flows import call
from simloom.plugins.operations import operation
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.hlr import reset_sim_in_hlr
from simloom_clients.telekom_m2m.api.sim_actions import (
    activate_sims,
    bind_euiccids,
    block_sims,
    book_sim_option,
    cancel_sim_action,
    change_sim_option,
    change_sim_tariff,
    get_sim_action_status,
    list_sim_actions,
    modify_sim_profiles,
    modify_sim_remarks,
    override_limit_status,
    reset_fraud_status,
    reset_limit_status,
    restore_limit_status,
    suspend_sims,
    terminate_sim_option,
    terminate_sims,
    unblock_sims,
    unsuspend_sims,
)
from simloom_plugins.telekom_m2m import bodies, mapping
from simloom_plugins.telekom_m2m.mapping import PROVIDER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from simloom.models import ActionState, Page
    from simloom.plugins.flows import Flow
    from simloom.runtime import Request
    from simloom_plugins.telekom_m2m.bodies import Sims


class Acting(Protocol):
    """The provider, as far as an action needs it."""

    @property
    def partner(self) -> str:
        """The partner in every path."""
        ...


class _Plain(Protocol):
    """The `request` of an action that needs nothing but its SIMs."""

    def __call__(
        self, partner_id: str, *, body: models.SimActionTargets
    ) -> Request[models.SimActionAccepted]: ...


@operation(Verb.ACTIVATE, activate_sims)
def activate(
    provider: Acting,
    iccid: Sims,
    *,
    tariff: str | None = None,
    access_profile: str | None = None,
    options: Sequence[str] | None = None,
) -> Flow[ActionState]:
    """Put a delivered SIM under contract.

    `access_profile` is the id of a data access profile, `options` are the ids of options to
    book at once; the portal shows both.
    """
    body = models.SimActivation(
        sims=bodies.references(bodies.several(iccid)),
        offering=bodies.given(tariff),
        access_profile=bodies.given(access_profile),
        options=bodies.given(None if options is None else list(options)),
    )
    request = activate_sims.request(provider.partner, body=body)
    return (yield from _act(Verb.ACTIVATE, request, iccid))


@operation(Verb.SUSPEND, suspend_sims)
def suspend(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Suspend a SIM until it is resumed."""
    return (yield from _plain(provider, Verb.SUSPEND, suspend_sims.request, iccid))


@operation(Verb.RESUME, unsuspend_sims)
def resume(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """End the suspension of a SIM."""
    return (yield from _plain(provider, Verb.RESUME, unsuspend_sims.request, iccid))


@operation(Verb.BLOCK, block_sims)
def block(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Block a SIM until it is unblocked."""
    return (yield from _plain(provider, Verb.BLOCK, block_sims.request, iccid))


@operation(Verb.UNBLOCK, unblock_sims)
def unblock(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Lift the block of a SIM."""
    return (yield from _plain(provider, Verb.UNBLOCK, unblock_sims.request, iccid))


@operation(Verb.TERMINATE, terminate_sims)
def terminate(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """End the contract of a SIM for good."""
    return (yield from _plain(provider, Verb.TERMINATE, terminate_sims.request, iccid))


@operation(Verb.RESET_LIMIT, reset_limit_status)
def reset_limit(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Reset the limit status; the document does not explain the effect."""
    return (yield from _plain(provider, Verb.RESET_LIMIT, reset_limit_status.request, iccid))


@operation(Verb.OVERRIDE_LIMIT, override_limit_status)
def override_limit(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Override the limit status; the document does not explain the effect."""
    return (yield from _plain(provider, Verb.OVERRIDE_LIMIT, override_limit_status.request, iccid))


@operation(Verb.RESTORE_LIMIT, restore_limit_status)
def restore_limit(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Restore the limit status; the document does not explain the effect."""
    return (yield from _plain(provider, Verb.RESTORE_LIMIT, restore_limit_status.request, iccid))


@operation(Verb.RESET_FRAUD, reset_fraud_status)
def reset_fraud(provider: Acting, iccid: Sims) -> Flow[ActionState]:
    """Reset the fraud status; the document does not explain the effect."""
    return (yield from _plain(provider, Verb.RESET_FRAUD, reset_fraud_status.request, iccid))


@operation(Verb.SET_LABEL, modify_sim_remarks)
def set_label(provider: Acting, iccid: Sims, label: str) -> Flow[ActionState]:
    """Set the remarks of a SIM."""
    body = models.SimRemarksChange(sims=bodies.references(bodies.several(iccid)), remarks=label)
    request = modify_sim_remarks.request(provider.partner, body=body)
    return (yield from _act(Verb.SET_LABEL, request, iccid))


@operation(Verb.BIND_EID, bind_euiccids)
def bind_eid(provider: Acting, iccid: str, *, eid: str) -> Flow[ActionState]:
    """Bind an eUICCID (EID) to a SIM."""
    body = models.EuiccidBindings(
        sims=[models.EuiccidBinding(iccid=iccid, euiccid=eid)],
        mode=models.EuiccidBindingMode.BIND,
    )
    request = bind_euiccids.request(provider.partner, body=body)
    return (yield from _act(Verb.BIND_EID, request, iccid))


@operation(Verb.MODIFY_PROFILES, modify_sim_profiles)
def modify_profiles(
    provider: Acting,
    iccid: Sims,
    *,
    access_profile: str | None = None,
    limit_profile: str | None = None,
    fraud_profile: str | None = None,
    static_ips_per_apn: Mapping[str, str] | None = None,
) -> Flow[ActionState]:
    """Assign profiles by id, and fixed addresses by name of the APN; None is left alone."""
    body = bodies.profile_change(
        bodies.several(iccid), access_profile, limit_profile, fraud_profile, static_ips_per_apn
    )
    request = modify_sim_profiles.request(provider.partner, body=body)
    return (yield from _act(Verb.MODIFY_PROFILES, request, iccid))


@operation(Verb.CHANGE_TARIFF, change_sim_tariff)
def change_tariff(
    provider: Acting, iccid: Sims, *, tariff: str, upgrade: bool | None = None
) -> Flow[ActionState]:
    """Give a SIM another tariff; `upgrade` asks for a tariff upgrade (vendor's 3.8.4)."""
    body = models.SimTariffChange(
        sims=bodies.references(bodies.several(iccid)),
        offering=tariff,
        upgrade=bodies.given(upgrade),
    )
    request = change_sim_tariff.request(provider.partner, body=body)
    return (yield from _act(Verb.CHANGE_TARIFF, request, iccid))


@operation(Verb.CHANGE_OPTION, change_sim_option)
def change_option(
    provider: Acting, iccid: Sims, *, option: str, new_option: str
) -> Flow[ActionState]:
    """Replace the booked option `option` by `new_option`, both by id."""
    body = models.SimOptionChange(
        sims=bodies.references(bodies.several(iccid)), option_id=option, new_option_id=new_option
    )
    request = change_sim_option.request(provider.partner, body=body)
    return (yield from _act(Verb.CHANGE_OPTION, request, iccid))


@operation(Verb.BOOK_OPTION, book_sim_option)
def book_option(provider: Acting, iccid: Sims, *, option: str) -> Flow[ActionState]:
    """Book an option by id; done twice, it may be booked twice."""
    body = models.SimOptionSelection(
        sims=bodies.references(bodies.several(iccid)), option_id=option
    )
    request = book_sim_option.request(provider.partner, body=body)
    return (yield from _act(Verb.BOOK_OPTION, request, iccid))


@operation(Verb.TERMINATE_OPTION, terminate_sim_option)
def terminate_option(provider: Acting, iccid: Sims, *, option: str) -> Flow[ActionState]:
    """End an option by id."""
    body = models.SimOptionSelection(
        sims=bodies.references(bodies.several(iccid)), option_id=option
    )
    request = terminate_sim_option.request(provider.partner, body=body)
    return (yield from _act(Verb.TERMINATE_OPTION, request, iccid))


@operation(Verb.LIST_ACTIONS, list_sim_actions, note="the vendor does not tell the SIMs of each")
def list_actions_page(
    provider: Acting,
    number: int = 1,
    *,
    size: int | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Flow[Page[ActionState]]:
    """Return one page of the partner's actions; `start` and `end` are days, both included."""
    answer = yield from call(
        list_sim_actions.request(
            provider.partner,
            page=number,
            page_size=bodies.given(size),
            date_from=bodies.day(start),
            date_to=bodies.day(end),
        )
    )
    return mapping.action_page(answer, number, size, list_sim_actions.OPERATION.id)


def refresh(provider: Acting, action: ActionState) -> Flow[ActionState]:
    """Return where an action is now; one without a signup id cannot be asked about."""
    if action.id:
        return (yield from _progress(provider, action))
    return action if action.status.is_final else evolve(action, status=ActionStatus.UNKNOWN)


def cancel(provider: Acting, action: ActionState) -> Flow[ActionState]:
    """Withdraw an action and return where it is then, which need not be cancelled.

    An error of the operation `get_sim_action_status` came after the vendor had taken the
    cancellation. `Conflict` means that it is too late.
    """
    if not action.id:
        raise UnsupportedOperation("cancel", PROVIDER, note="the action has no signup id")
    try:
        yield from call(cancel_sim_action.request(provider.partner, action.id))
    except DecodeError as error:
        if error.status is None:
            raise
        # The vendor took it; its words do not matter, the state is asked for anyway.
    return (yield from _progress(provider, action))


@operation(Verb.RESET_CONNECTIVITY, reset_sim_in_hlr)
def reset_connectivity(provider: Acting, iccid: str) -> Flow[ActionState]:
    """Reset the registration of a SIM in the HLR; there is no signup id to ask with later."""
    answer = yield from call(reset_sim_in_hlr.request(provider.partner, iccid))
    return mapping.hlr_reset(Verb.RESET_CONNECTIVITY, answer, iccid)


def _plain(provider: Acting, verb: Verb, plain: _Plain, iccid: Sims) -> Flow[ActionState]:
    request = plain(provider.partner, body=bodies.targets(bodies.several(iccid)))
    return (yield from _act(verb, request, iccid))


def _act(verb: Verb, request: Request[models.SimActionAccepted], iccid: Sims) -> Flow[ActionState]:
    answer = yield from call(request)
    return mapping.accepted(verb, answer, bodies.several(iccid))


def _progress(provider: Acting, action: ActionState) -> Flow[ActionState]:
    answer = yield from call(get_sim_action_status.request(provider.partner, action.id))
    return mapping.progress(action, answer)
