"""The M2M Service Portal: what takes more than one request, and what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cassettes.recording.scene import Scene, Scripts
from cassettes.recording.scenes.telekom_m2m import SUBUNIT, SUPERUNIT, imsi_of, productive
from simloom.bulk.couriers import run_task
from simloom.bulk.starting import BulkOptions, prepare_bulk
from simloom.capabilities import Verb
from simloom.errors import StreamEnded
from simloom.events.lease import NoLeases
from simloom.plugins import hookimpl
from simloom.plugins.types import ChunkPolicy
from simloom.sandbox.clients import settings_for
from simloom.sandbox.events.catalogue import SIM_ACTION
from simloom.sandbox.faults import Effect, Fault
from simloom.sandbox.messages import Call
from simloom_clients.telekom_m2m.api.partners import get_partner_sim_counts
from simloom_clients.telekom_m2m.api.sessions import get_sim_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom.bulk.rounds import Finished

scripts = Scripts("telekom-m2m")
LIMIT_EXCEEDED = dt.datetime(2025, 8, 28, 11, 25, 49, tzinfo=dt.UTC)
"""The time of the document's example."""
_SESSIONS = 250  # SIMs whose sessions may be asked for in six minutes


@scripts.behaviour("behaviours/token-refused")
def token_refused(scene: Scene) -> Any:
    """Log in with a wrong secret; the second call does not ask again."""
    client = scene.connect(client_secret="not the secret")  # noqa: S106
    counts = get_partner_sim_counts.request(SUPERUNIT)
    return [scene.refusal(lambda: client.send(counts)) for _ in range(2)]


@scripts.behaviour("behaviours/token-renewed-after-401")
def token_renewed(scene: Scene) -> Any:
    """Renew a token that the vendor no longer takes, and send the request again."""
    scene.send(get_partner_sim_counts.request(SUPERUNIT))
    scene.stage.pass_time(301)
    scene.send(get_partner_sim_counts.request(SUPERUNIT))


@scripts.behaviour("behaviours/limit-exceeded", start=LIMIT_EXCEEDED)
def limit_exceeded(scene: Scene) -> Any:
    """Meet the 403 that asks for patience: somebody else has used up the limit."""
    iccid = productive(scene)
    path = f"/partners/{SUPERUNIT}/sims/{iccid}/session"
    call = Call(method="GET", path=path, query=(), headers={}, body=b"")

    def use_up(sandbox: Any) -> None:
        meters = sandbox.emulator.vendor("telekom-m2m").meters
        for _ in range(_SESSIONS):
            meters.take("get_sim_session", call, enforced=True)

    scene.stage.behind(use_up)
    return scene.refusal(lambda: scene.send(get_sim_session.request(SUPERUNIT, iccid)))


@scripts.behaviour("behaviours/forbidden")
def forbidden(scene: Scene) -> Any:
    """Meet the 403 that no patience helps against, of three kinds."""
    iccid = productive(scene)
    stranger = get_partner_sim_counts.request("999999")
    reader, listed = scene.connect("read_only"), scene.connect("whitelisted")
    return {
        "another partner": scene.refusal(lambda: scene.send(stranger)),
        "read-only": scene.refusal(lambda: reader.suspend(iccid)),
        "not on the whitelist": scene.refusal(lambda: listed.get(iccid)),
    }


@scripts.behaviour("behaviours/pages")
def pages(scene: Scene) -> Any:
    """Read every page, up to the number that each of them tells."""
    return scene.listed(page_size=20)


@scripts.behaviour("behaviours/action-waited-for")
def action(scene: Scene) -> Any:
    """Follow an action: accepted, pending, done."""
    iccid = productive(scene)
    begun = scene.client.suspend(iccid)
    begun.refresh()
    return [begun.status.value, begun.wait().status.value, scene.client.get(iccid).vendor_status]


@scripts.behaviour("behaviours/transfer-accepted")
def transfer(scene: Scene) -> Any:
    """Hand a SIM over to the subunit; the superunit reaches it no longer."""
    iccid = productive(scene)
    number = scene.client.create_transfer([iccid], to_partner=SUBUNIT).id
    receiver = scene.connect(partner_id=SUBUNIT)
    receiver.accept_transfer(number)
    scene.stage.pass_time(1)
    return {
        "transfer": receiver.get_transfer(number).status,
        "reached by the superunit": scene.refusal(lambda: scene.client.get(iccid)),
    }


@scripts.behaviour("behaviours/resolution")
def resolution(scene: Scene) -> Any:
    """Find a SIM by its IMSI, which goes into a body, and change it by its ICCID."""
    imsi = f"imsi:{imsi_of(scene, productive(scene))}"
    found = scene.client.find(imsi).iccid
    return [found, scene.client.set_label(imsi, "pump 7").status.value]


class _TwoAtATime:
    """A plugin that cuts bulk jobs into requests of two SIMs."""

    @hookimpl
    def simloom_chunk_policy(self) -> ChunkPolicy:
        """Return the policy."""
        return ChunkPolicy(size=2, atomic=True)


@scripts.behaviour("behaviours/bulk-in-chunks", awaited=False)
def bulk(scene: Scene) -> Any:
    """Suspend five SIMs in requests of two; one that cannot be rejects its request."""
    iccids = [*scene.sims(4, status="Productive"), scene.sim(status="Terminated")]
    client: Any = scene.connect(plugins=[_TwoAtATime()])
    hooks, session = client._hooks, client._session  # noqa: SLF001  (what `client.bulk` uses)
    options = BulkOptions(wall=lambda: scene.stage.clock.now().timestamp())
    job = prepare_bulk(client.provider, hooks, Verb.SUSPEND, iccids, {}, options)
    finished: Sequence[Finished] | None = None
    rounds = job.engine.rounds()
    while True:  # one after another, in virtual time; `client.bulk` uses threads and real time
        try:
            step = next(rounds) if finished is None else rounds.send(finished)
        except StopIteration:
            break
        finished = [run_task(task, session) for task in step.tasks]
        if not step.tasks and step.wait:
            scene.stage.pass_time(step.wait)
    return [[one.identifier, one.status.value] for one in job.finish()]


@scripts.behaviour("behaviours/events", awaited=False)
def events(scene: Scene) -> Any:
    """Hear two events of a stream that ends, and a 204: no more will come."""

    def address(sandbox: Any) -> str:
        urls = settings_for(sandbox, "telekom-m2m")["event_urls"]
        return f"{urls[SIM_ACTION]}?maxNumber=2"

    url = scene.stage.given("stream", address)
    client = scene.connect(event_urls={SIM_ACTION: url})
    for iccid in scene.sims(2, status="Productive"):
        client.set_label(iccid, "pump 7")
    scene.stage.pass_time(1)
    nothing = Fault(effect=Effect.STATUS, operation="open_event_stream", status=204, nth=2)
    scene.stage.behind(lambda sandbox: sandbox.faults.add(nothing))
    heard = []
    with client.events([SIM_ACTION], leases=NoLeases()) as stream:
        try:
            for event in stream:
                heard.append([type(event).__name__, event.signup_id])  # noqa: PERF401
        except StreamEnded:
            heard.append(["StreamEnded", None])
    return heard
