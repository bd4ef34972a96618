"""TelcoAPI: its 7 operations along the day of the SIM that its document shows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cassettes.recording.documented import examples
from cassettes.recording.scene import Scene, Scripts
from simloom_clients.telcoapi import models
from simloom_clients.telcoapi.api.pins import reset_pin, unblock_pin
from simloom_clients.telcoapi.api.sims import (
    delete_sim,
    get_sim,
    list_sims,
    provision_sim,
    update_sim_state,
)

if TYPE_CHECKING:
    from simloom.runtime import Request

scripts = Scripts("telcoapi")
DAY = dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC)
"""When the SIM of the document is provisioned."""
ICCID = "89441234567890123456"


def _documented(name: str) -> Any:
    (found,) = (one for one in examples() if (one.provider, one.name) == ("telcoapi", name))
    return found.value


def provisioning() -> Request[Any]:
    """Return the request that provisions the SIM of the document."""
    body = models.SimProvisioning.from_dict(_documented("provision-sim-request"))
    return provision_sim.request(body=body)


def activating() -> Request[Any]:
    """Return the request that activates it."""
    body = models.SimStateUpdate.from_dict(_documented("update-sim-state-request"))
    return update_sim_state.request(ICCID, body=body)


def _activated(scene: Scene) -> Request[Any]:
    scene.send(provisioning())
    scene.stage.pass_time(5 * 60)
    return activating()


def _details(scene: Scene) -> Request[Any]:
    scene.send(_activated(scene))
    return get_sim.request(ICCID)


def _resetting(scene: Scene) -> Request[Any]:
    scene.send(provisioning())
    scene.stage.pass_time(10 * 60)
    body = models.PinReset.from_dict(_documented("reset-pin-request"))
    return reset_pin.request(ICCID, body=body)


def _unblocking(scene: Scene) -> Request[Any]:
    scene.send(provisioning())
    scene.stage.pass_time(15 * 60)
    body = models.PinUnblock.from_dict(_documented("unblock-pin-request"))
    return unblock_pin.request(ICCID, body=body)


def _deleting(scene: Scene) -> Request[Any]:
    scene.send(provisioning())
    scene.stage.pass_time(30 * 60)
    return delete_sim.request(ICCID)


scripts.operation(list_sims, lambda _: list_sims.request(per_page=2, sort="created_at:desc"))
scripts.operation(get_sim, _details, start=DAY)
scripts.operation(provision_sim, lambda _: provisioning(), start=DAY)
scripts.operation(update_sim_state, _activated, start=DAY)
scripts.operation(reset_pin, _resetting, start=DAY)
scripts.operation(unblock_pin, _unblocking, start=DAY)
scripts.operation(delete_sim, _deleting, start=DAY)


@scripts.behaviour("behaviours/pages")
def pages(scene: Scene) -> Any:
    """Read every page, up to the total that each of them tells."""
    return scene.listed(page_size=25)


@scripts.behaviour("behaviours/problems", start=DAY)
def problems(scene: Scene) -> Any:
    """Meet the three errors of the document, and one for a key that is none."""
    stranger = scene.connect(api_key="not the key")
    found = [
        scene.refusal(lambda: scene.send(get_sim.request("12345"))),
        scene.refusal(lambda: scene.send(get_sim.request(ICCID))),
        scene.refusal(lambda: stranger.send(get_sim.request(ICCID))),
    ]
    scene.send(provisioning())
    scene.send(activating())
    blocking = models.SimStateUpdate(state=models.SimState.BLOCKED)
    scene.send(update_sim_state.request(ICCID, body=blocking))
    return [*found, scene.refusal(lambda: scene.send(activating()))]


@scripts.behaviour("behaviours/webhooks", start=DAY)
def webhooks(scene: Scene) -> Any:
    """Hear all five of one SIM: created, activated, PIN reset, PIN blocked, deleted."""
    scene.stage.listen()
    scene.send(provisioning())
    scene.stage.received(1)
    scene.stage.pass_time(5 * 60)
    scene.send(activating())
    scene.stage.received(2)
    scene.stage.pass_time(5 * 60)
    right = models.PinReset.from_dict(_documented("reset-pin-request"))
    scene.send(reset_pin.request(ICCID, body=right))
    scene.stage.received(3)
    wrong = models.PinReset(pin_type=models.PinType.PIN2, current_pin="0000", new_pin="1111")
    for _ in range(3):
        scene.send(reset_pin.request(ICCID, body=wrong))
    scene.stage.received(4)
    scene.stage.pass_time(20 * 60)
    scene.send(delete_sim.request(ICCID))
    return [[type(event).__name__, getattr(event, "iccid", None)] for event in scene.webhooks(5)]
