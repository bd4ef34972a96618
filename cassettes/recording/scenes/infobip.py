"""Infobip: its 8 operations, its pages, its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassettes.recording.scene import Scene, Scripts
from simloom.capabilities import Verb
from simloom_clients.infobip import models
from simloom_clients.infobip.api.diagnostics import run_diagnostic
from simloom_clients.infobip.api.sims import get_sim, list_sims, rename_sim, update_sim_status
from simloom_clients.infobip.api.sms import send_sms
from simloom_clients.infobip.api.usage import get_usage, list_monthly_usage

if TYPE_CHECKING:
    from simloom.runtime import Request

scripts = Scripts("infobip")


def active(scene: Scene) -> str:
    """Return a SIM in use."""
    return scene.sim(status="Active")


def _renaming(scene: Scene) -> Request[Any]:
    return rename_sim.request(active(scene), body=models.NameUpdate(name="1st SIM card"))


def _suspending(scene: Scene) -> Request[Any]:
    wanted = models.StatusUpdate(status=models.SimTargetStatus.SUSPENDED)
    return update_sim_status.request(active(scene), body=wanted)


def _sending(scene: Scene) -> Request[Any]:
    text = models.SmsText(text="This is an example of SMS message text.")
    return send_sms.request(active(scene), body=text)


scripts.operation(list_sims, lambda _: list_sims.request(limit=2))
scripts.operation(get_sim, lambda scene: get_sim.request(active(scene)))
scripts.operation(rename_sim, _renaming)
scripts.operation(update_sim_status, _suspending)
scripts.operation(get_usage, lambda scene: get_usage.request(active(scene)))
scripts.operation(list_monthly_usage, lambda _: list_monthly_usage.request(limit=2))
scripts.operation(send_sms, _sending)
scripts.operation(run_diagnostic, lambda scene: run_diagnostic.request(active(scene)))


@scripts.behaviour("behaviours/pages")
def pages(scene: Scene) -> Any:
    """Read every page; that the last one is shorter ends it."""
    return scene.listed(page_size=25)


@scripts.behaviour("behaviours/api-key-refused")
def api_key_refused(scene: Scene) -> Any:
    """Meet a 401 without a body."""
    client = scene.connect(api_key="not the key")
    return scene.refusal(lambda: client.get(active(scene)))


@scripts.behaviour("behaviours/activated-and-waited-for")
def activated(scene: Scene) -> Any:
    """Activate a SIM and read it until it is active."""
    action = scene.client.do(Verb.ACTIVATE, scene.sim(status="Activation Ready"))
    return {"verb": action.verb, "SIM": scene.client.get(action.iccids[0]).vendor_status}
