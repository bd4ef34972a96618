"""Business Smart Connect: its 20 operations, its login, pages, limit and webhooks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cassettes.recording.scene import Scene, Scripts
from simloom.sandbox.faults import Effect, Fault
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.auth import create_token
from simloom_clients.telekom_bsc.api.connectivity import (
    get_connectivity_info,
    list_events,
    reset_connectivity,
)
from simloom_clients.telekom_bsc.api.orders import create_order, get_order, list_orders
from simloom_clients.telekom_bsc.api.products import list_products
from simloom_clients.telekom_bsc.api.quota import (
    get_data_quota,
    get_sms_quota,
    top_up_sim,
    top_up_sims,
)
from simloom_clients.telekom_bsc.api.sims import get_sim, list_sims, update_sim, update_sims
from simloom_clients.telekom_bsc.api.sms import cancel_sms, get_sms, list_sms, send_sms
from simloom_clients.telekom_bsc.api.usage import get_usage

if TYPE_CHECKING:
    from simloom.runtime import Request

scripts = Scripts("telekom-bsc")
LAST_DAY = dt.date(2025, 12, 31)


def enabled(scene: Scene) -> str:
    """Return a SIM in use."""
    return scene.sim(status="Enabled")


def disabling(iccid: str) -> models.SimUpdate:
    """Return the change that disables a SIM."""
    return models.SimUpdate(iccid=iccid, status=models.SimStatus.DISABLED)


def _order(scene: Scene) -> Request[Any]:
    orders = scene.send(list_orders.request(page_size=1))
    return get_order.request(orders[0].order_number)


def _ordering(_: Scene) -> Request[Any]:
    products = [models.ProductQuantity(product_id=1001, quantity=2)]
    address = models.Address(city="Bonn")
    body = models.AdditionalOrder(products=products, delivery_address=address)
    return create_order.request(body=body)


def _sending(iccid: str) -> Request[Any]:
    # The document's source address has letters in it, which no network takes.
    return send_sms.request(iccid, body=models.SmsMessage(payload="message text"))


def _sent(scene: Scene, iccid: str) -> str:
    """Send a message, which is answered without an id, and find it in the list."""
    scene.send(_sending(iccid))
    return str(scene.send(list_sms.request(iccid, page_size=1, sort="-id"))[0].id)


def _message(scene: Scene) -> Request[Any]:
    iccid = enabled(scene)
    return get_sms.request(iccid, _sent(scene, iccid))


def _cancelling(scene: Scene) -> Request[Any]:
    iccid = scene.sim(status="Disabled")  # the message waits, so it can be cancelled
    return cancel_sms.request(iccid, _sent(scene, iccid))


def _events(scene: Scene) -> Request[Any]:
    return list_events.request(scene.sim(status="Enabled", imei_lock=False), page_size=2)


def _usage(scene: Scene) -> Request[Any]:
    iccid = scene.sim(status="Enabled", imei_lock=False)
    return get_usage.request(iccid, start_dt=LAST_DAY - dt.timedelta(days=1), end_dt=LAST_DAY)


def _update(scene: Scene) -> Request[Any]:
    iccid = enabled(scene)
    return update_sim.request(iccid, body=disabling(iccid))


def _updates(scene: Scene) -> Request[Any]:
    return update_sims.request(body=[disabling(one) for one in scene.sims(2, status="Enabled")])


def _connectivity(scene: Scene) -> Request[Any]:
    return get_connectivity_info.request(enabled(scene), subscriber=True, ussd=True)


scripts.operation(list_orders, lambda _: list_orders.request())
scripts.operation(create_order, _ordering)
scripts.operation(get_order, _order)
scripts.operation(list_products, lambda _: list_products.request())
scripts.operation(list_sims, lambda _: list_sims.request(page=1, page_size=2))
scripts.operation(update_sims, _updates)
scripts.operation(get_sim, lambda scene: get_sim.request(enabled(scene)))
scripts.operation(update_sim, _update)
scripts.operation(get_connectivity_info, _connectivity)
scripts.operation(list_events, _events)
scripts.operation(get_data_quota, lambda scene: get_data_quota.request(enabled(scene)))
scripts.operation(get_sms_quota, lambda scene: get_sms_quota.request(enabled(scene)))
scripts.operation(reset_connectivity, lambda scene: reset_connectivity.request(enabled(scene)))
scripts.operation(send_sms, lambda scene: _sending(enabled(scene)))
scripts.operation(list_sms, lambda scene: list_sms.request(enabled(scene)))
scripts.operation(get_sms, _message)
scripts.operation(cancel_sms, _cancelling)
scripts.operation(top_up_sim, lambda scene: top_up_sim.request(enabled(scene)))
scripts.operation(
    top_up_sims, lambda scene: top_up_sims.request(body=scene.sims(2, status="Enabled"))
)
scripts.operation(get_usage, _usage)


@scripts.behaviour(create_token.OPERATION.id, operation=create_token.OPERATION)
def token(scene: Scene) -> Any:
    """Log in once for two requests."""
    scene.send(list_products.request())
    return [one.number for one in scene.client.orders()]


@scripts.behaviour("behaviours/token-refused")
def token_refused(scene: Scene) -> Any:
    """Log in with a wrong password, which is 400; the second call does not ask again."""
    client = scene.connect(password="not the password")  # noqa: S106
    return [scene.refusal(lambda: list(client.products())) for _ in range(2)]


@scripts.behaviour("behaviours/token-renewed-after-401")
def token_renewed(scene: Scene) -> Any:
    """Renew a token that the vendor no longer takes, and send the request again."""
    iccid = enabled(scene)
    scene.send(get_sim.request(iccid))
    scene.stage.pass_time(3600)
    return scene.send(get_sim.request(iccid)).status


@scripts.behaviour("behaviours/pages")
def pages(scene: Scene) -> Any:
    """Read every page, up to the number that a header tells."""
    return scene.listed(page_size=25)


@scripts.behaviour("behaviours/rate-limit")
def rate_limit(scene: Scene) -> Any:
    """Send one request too many in a second: 429 with Retry-After, and again after it."""
    iccid = enabled(scene)
    return [str(scene.send(get_sim.request(iccid)).status) for _ in range(11)][-1]


@scripts.behaviour("behaviours/rate-limit-that-stays")
def rate_limit_that_stays(scene: Scene) -> Any:
    """Meet 429 three times, which the caller hears of."""
    iccid = enabled(scene)
    fault = Fault(
        effect=Effect.STATUS, operation="get_sim", status=429, body=None, times=3,
        headers={"Retry-After": "1"},
    )  # fmt: skip
    scene.stage.behind(lambda sandbox: sandbox.faults.add(fault))
    return scene.refusal(lambda: scene.send(get_sim.request(iccid)))


@scripts.behaviour("behaviours/many-at-once")
def many_at_once(scene: Scene) -> Any:
    """Change SIMs as a list; one bad SIM refuses all of it."""
    good = scene.sims(3, status="Enabled")
    scene.send(update_sims.request(body=[disabling(one) for one in good]))
    bad = [disabling(good[0]), disabling("8900000000000000000")]
    refused = scene.refusal(lambda: scene.send(update_sims.request(body=bad)))
    return {"refused": refused, "status": str(scene.send(get_sim.request(good[0])).status)}


@scripts.behaviour("behaviours/webhooks")
def webhooks(scene: Scene) -> Any:
    """Hear of the delivery of a message to a SIM, and of a message from it."""
    iccid = enabled(scene)
    scene.stage.listen()
    scene.send(_sending(iccid))
    scene.stage.received(1)
    scene.stage.behind(
        lambda sandbox: sandbox.emulator.visit(
            "telekom-bsc",
            lambda vendor: vendor.receive_sms(
                iccid=iccid, payload="message text", dest_address="12345", dcs=0
            ),
        )
    )
    return [[type(event).__name__, getattr(event, "iccid", None)] for event in scene.webhooks(2)]
