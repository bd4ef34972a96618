"""A run of the fuzzer: so many requests, and everything that was wrong."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from attrs import define, field

from simloom.sandbox.clock import ManualClock
from simloom.sandbox.emulator import Emulator
from simloom.sandbox.fuzz import balance
from simloom.sandbox.fuzz.answers import Answers
from simloom.sandbox.fuzz.operations import Operations, Step
from simloom.sandbox.vendor import World

if TYPE_CHECKING:
    from simloom.sandbox.messages import Reply

_MOST = 50
_STATE_FIELDS = {
    "telekom-m2m": "status",
    "telekom-bsc": "status",
    "telcoapi": "state",
    "infobip": "status",
}


@define
class Outcome:
    """What a campaign found. `wrong` is empty if all is well; it stops at 50 findings."""

    seed: int
    asked: int = 0
    effects: int = 0
    statuses: Counter[int] = field(factory=Counter)
    succeeded: Counter[str] = field(factory=Counter)
    never: list[str] = field(factory=list)
    """Operations that were never answered with success."""
    wrong: list[str] = field(factory=list)


def run(operations: int, *, seed: int = 1, sims: int = 40) -> Outcome:
    """Ask so many random requests of a fresh sandbox, and check answers, ledger and SIMs.

    The same seed asks the same. Nothing is sent and no real time passes. Limits are off: a fuzzer
    would be over them at once.
    """
    outcome = Outcome(seed)
    random = Random(seed)  # noqa: S311  (a game of dice, no secret)
    clock = ManualClock()
    emulator = Emulator(
        World(seed=seed, sims=sims, clock=clock, limits=False, queue_delay=2.0, action_delay=5.0)
    )
    sources = {name: Operations(emulator, name, random) for name in emulator.providers}
    checkers = {name: Answers(source.spec) for name, source in sources.items()}
    # By operations, so that each of them comes as often as any other.
    weights = [len(source.routes.operations) for source in sources.values()]
    while outcome.asked < operations and len(outcome.wrong) < _MOST:
        provider = random.choices(list(sources), weights)[0]
        step = sources[provider].draw()
        outcome.asked += 1
        reply = _asked(emulator, step, outcome)
        if reply is not None:
            outcome.statuses[reply.status] += 1
            if reply.status < 300:
                outcome.succeeded[f"{provider} {step.operation.id}"] += 1
                sources[provider].pool.harvest(reply.body)
            found = checkers[provider].complaints(step.operation, reply)
            outcome.wrong += [_located(outcome, step, complaint) for complaint in found]
        if random.random() < 0.1:
            clock.advance(random.choice((0.5, 1.0, 5.0)))
    clock.advance(3600)
    told = emulator.ledger()
    outcome.effects = len(told["effects"])
    if told["dropped"]:
        outcome.wrong.append("the ledger has dropped effects: ask for fewer operations")
        return outcome
    for provider, source in sources.items():
        own = [effect for effect in told["effects"] if effect["provider"] == provider]
        live = getattr(emulator.vendor(provider), "live")  # noqa: B009  (every vendor has one)
        found = balance.complaints(live, _STATE_FIELDS[provider], own)
        outcome.wrong += [f"{provider}: {complaint}" for complaint in found]
        names = (f"{provider} {operation.id}" for operation in source.routes.operations)
        outcome.never += [name for name in names if not outcome.succeeded[name]]
    return outcome


def _asked(emulator: Emulator, step: Step, outcome: Outcome) -> Reply | None:
    try:
        return emulator.answer(step.provider, step.call)
    except Exception as error:  # noqa: BLE001  (any exception is a finding, and the run goes on)
        outcome.statuses[500] += 1
        outcome.wrong.append(_located(outcome, step, f"{type(error).__name__}: {error}"))
        return None


def _located(outcome: Outcome, step: Step, complaint: str) -> str:
    call = step.call
    place = f"request {outcome.asked} of seed {outcome.seed}"
    sent = f"{call.method} {call.path} {dict(call.query)} {call.body[:200]!r}"
    return f"{place}, {step.provider} {step.operation.id}: {complaint}\n    {sent}"
