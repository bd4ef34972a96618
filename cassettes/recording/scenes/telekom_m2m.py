"""The M2M Service Portal: its 46 operations, and its login."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cassettes.recording.scene import Scene, Scripts
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.auth import create_token
from simloom_clients.telekom_m2m.api.hlr import (
    check_sim_in_hlr,
    check_sim_in_hlr_by_identifier,
    reset_sim_in_hlr,
    reset_sim_in_hlr_by_identifier,
)
from simloom_clients.telekom_m2m.api.orders import create_sim_order
from simloom_clients.telekom_m2m.api.partners import get_partner_sim_counts
from simloom_clients.telekom_m2m.api.sessions import (
    get_sim_session,
    get_sim_session_by_identifier,
    get_sim_session_history,
    get_sim_session_history_by_identifier,
)
from simloom_clients.telekom_m2m.api.sim_actions import (
    activate_sims,
    bind_euiccids,
    block_sims,
    book_sim_option,
    cancel_sim_action,
    change_sim_option,
    change_sim_tariff,
    enter_productive_state,
    get_sim_action_status,
    list_sim_actions,
    modify_sim_profiles,
    modify_sim_remarks,
    move_sims,
    override_limit_status,
    reset_fraud_status,
    reset_limit_status,
    restore_limit_status,
    restrict_sims,
    suspend_sims,
    terminate_sim_option,
    terminate_sims,
    unblock_sims,
    unrestrict_sims,
    unsuspend_sims,
)
from simloom_clients.telekom_m2m.api.sim_transfers import (
    create_sim_transfer,
    get_sim_transfer,
    update_sim_transfer,
)
from simloom_clients.telekom_m2m.api.sims import (
    get_sim_details,
    get_sim_details_by_identifier,
    list_sims,
)
from simloom_clients.telekom_m2m.api.sms import (
    get_sms_history,
    get_sms_history_by_identifier,
    send_message,
    send_message_by_identifier,
)
from simloom_clients.telekom_m2m.api.usage import get_api_usage, get_pool_usage

if TYPE_CHECKING:
    from simloom.runtime import Request

scripts = Scripts("telekom-m2m")
SUPERUNIT, SUBUNIT = "100013", "100017"
EID = "89049032000000000000000000000001"
FIRST_DAY, LAST_DAY = dt.date(2025, 12, 30), dt.date(2025, 12, 31)


def productive(scene: Scene) -> str:
    """Return a SIM in use."""
    return scene.sim(status="Productive")


def by_iccid(iccid: str) -> models.SimReference:
    """Name a SIM in a body."""
    return models.SimReference(iccid=iccid)


def imsi_of(scene: Scene, iccid: str) -> str:
    """Return the IMSI of a SIM, as the sandbox's seed made it."""

    def find(sandbox: Any) -> str:
        live = sandbox.emulator.vendor("telekom-m2m").live
        records = (live.record(index) for index in live.indexes)
        return str(next(one["imsi"] for one in records if one["iccid"] == iccid))

    imsi: str = scene.stage.given("its IMSI", find)
    return imsi


def _action(module: Any, body: type[Any] = models.SimActionTargets, **more: Any) -> None:
    """Add the scene of an action: `of` says what the SIM has to be like, the rest is the body."""
    wanted = more.pop("of", {"status": "Productive"})

    def request(scene: Scene) -> Request[Any]:
        made: Request[Any] = module.request(
            SUPERUNIT, body=body(sims=[by_iccid(scene.sim(**wanted))], **more)
        )
        return made

    scripts.operation(module, request)


def _read(module: Any, other: Any, **more: Any) -> None:
    """Add the scenes of a read by ICCID in the path, and by another identifier in the body."""

    def by_imsi(scene: Scene) -> Request[Any]:
        reference = models.SimReference(imsi=imsi_of(scene, productive(scene)))
        made: Request[Any] = other.request(SUPERUNIT, body=reference, **more)
        return made

    scripts.operation(module, lambda scene: module.request(SUPERUNIT, productive(scene), **more))
    scripts.operation(other, by_imsi)


def _renamed(scene: Scene) -> str:
    """Start an action and return its number."""
    body = models.SimRemarksChange(sims=[by_iccid(productive(scene))], remarks="pump 7")
    return str(scene.send(modify_sim_remarks.request(SUPERUNIT, body=body)).signup_id)


def _offered(scene: Scene) -> str:
    """Offer a SIM to the subunit and return the number of the transfer."""
    scene.send(_offering(scene))
    (_, answer) = scene.answers[-1]
    return str(answer.parsed.transaction_id)


def _offering(scene: Scene) -> Request[Any]:
    body = models.SimTransferOrder(sims=[by_iccid(productive(scene))], receiving_partner_id=SUBUNIT)
    return create_sim_transfer.request(SUPERUNIT, body=body)


def _status(scene: Scene) -> Request[Any]:
    number = _renamed(scene)
    scene.stage.pass_time(1)
    return get_sim_action_status.request(SUPERUNIT, number)


def _listing(scene: Scene) -> Request[Any]:
    _renamed(scene)
    return list_sim_actions.request(SUPERUNIT, page=1)


def _cancelling_a_transfer(scene: Scene) -> Request[Any]:
    body = models.SimTransferUpdate(action=models.SimTransferDecision.CANCEL)
    return update_sim_transfer.request(SUPERUNIT, _offered(scene), body=body)


def _ordering(_: Scene) -> Request[Any]:
    body = models.SimOrder(material="M2M-4FF", quantity=10, override_moq=False)
    return create_sim_order.request(SUPERUNIT, body=body)


def _binding(scene: Scene) -> Request[Any]:
    iccid = scene.sim(status="Productive", euiccid=None)
    body = models.EuiccidBindings(
        sims=[models.EuiccidBinding(iccid=iccid, euiccid=EID)],
        mode=models.EuiccidBindingMode.BIND,
    )
    return bind_euiccids.request(SUPERUNIT, body=body)


def _message_by_imsi(scene: Scene) -> Request[Any]:
    body = models.SmsMessageToSim(imsi=imsi_of(scene, productive(scene)), message="wake up")
    return send_message_by_identifier.request(SUPERUNIT, body=body)


def _message(scene: Scene) -> Request[Any]:
    body = models.SmsMessage(message="wake up")
    return send_message.request(SUPERUNIT, productive(scene), body=body)


_DAYS: dict[str, Any] = {"date_from": FIRST_DAY, "date_to": LAST_DAY}
scripts.operation(get_partner_sim_counts, lambda _: get_partner_sim_counts.request(SUPERUNIT))
scripts.operation(list_sims, lambda _: list_sims.request(SUPERUNIT, page=1, page_size=2))
_read(get_sim_details, get_sim_details_by_identifier)
_read(get_sim_session, get_sim_session_by_identifier, parallel_sessions=True)
_read(get_sim_session_history, get_sim_session_history_by_identifier, **_DAYS)
_read(get_sms_history, get_sms_history_by_identifier, **_DAYS)
scripts.operation(send_message, _message)
scripts.operation(send_message_by_identifier, _message_by_imsi)
_read(check_sim_in_hlr, check_sim_in_hlr_by_identifier)
_read(reset_sim_in_hlr, reset_sim_in_hlr_by_identifier)
_action(activate_sims, models.SimActivation, of={"status": "Delivered"}, options=["800000334"])
_action(block_sims)
scripts.operation(bind_euiccids, _binding)
_action(reset_fraud_status)
_action(override_limit_status)
_action(reset_limit_status)
_action(restore_limit_status)
_action(enter_productive_state, of={"status": "Test"})
_action(
    modify_sim_profiles,
    models.SimProfileChange,
    access_profile="720378456",
    static_ips_per_apn=[models.StaticIpPerApn(apn_name="internet.m2m", ip_address="10.0.0.7")],
)
_action(modify_sim_remarks, models.SimRemarksChange, remarks="pump 7")
_action(
    restrict_sims,
    models.SimRestriction,
    restriction_status=models.RestrictionStatus.SPEED_STEP_DOWN,
)
_action(move_sims, models.SimMove, target_partner_id=SUBUNIT)
_action(suspend_sims)
_action(change_sim_tariff, models.SimTariffChange, offering="Tariff 3", upgrade=True)
_action(
    change_sim_option,
    models.SimOptionChange,
    of={"status": "Productive", "option": "800000333"},
    option_id="800000333",
    new_option_id="720378009",
)
_action(book_sim_option, models.SimOptionSelection, option_id="720378009")
_action(
    terminate_sim_option,
    models.SimOptionSelection,
    of={"status": "Productive", "option": "800000333"},
    option_id="800000333",
)
_action(terminate_sims)
_action(unblock_sims, of={"status": "Blocked (manually)"})
_action(unrestrict_sims, models.SimRestrictionLift, apns=["internet.m2m"])
_action(unsuspend_sims, of={"status": "Suspended"})
scripts.operation(create_sim_transfer, _offering)
scripts.operation(
    get_sim_transfer, lambda scene: get_sim_transfer.request(SUPERUNIT, _offered(scene))
)
scripts.operation(update_sim_transfer, _cancelling_a_transfer)
scripts.operation(list_sim_actions, _listing)
scripts.operation(get_sim_action_status, _status)
scripts.operation(
    cancel_sim_action, lambda scene: cancel_sim_action.request(SUPERUNIT, _renamed(scene))
)
scripts.operation(get_pool_usage, lambda _: get_pool_usage.request(SUPERUNIT))
scripts.operation(get_api_usage, lambda _: get_api_usage.request(SUPERUNIT))
scripts.operation(create_sim_order, _ordering)


@scripts.behaviour(create_token.OPERATION.id, operation=create_token.OPERATION)
def token(scene: Scene) -> Any:
    """Log in once for two requests."""
    scene.send(get_partner_sim_counts.request(SUPERUNIT))
    scene.send(get_pool_usage.request(SUPERUNIT))
