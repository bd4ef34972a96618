"""One row of the tables: a fault, and the rules that have to find it."""

from __future__ import annotations

from attrs import field, frozen
from small_vendor import Small

from simloom import testing


@frozen
class Fault:
    """`fails` are the rules that have to fail, and no other, with a part of what they say."""

    groups: tuple[type, ...] = field(
        converter=lambda one: one if isinstance(one, tuple) else (one,)
    )
    fails: dict[str, str]
    kind: type = Small
    told: dict[str, object] = field(factory=dict)
    """Attributes of the adopter's class."""


def own_rules(group):
    """Return the rules that a class does not inherit."""
    return {name: rule for name, rule in vars(group).items() if name.startswith("test_")}


EVERY_GROUP = testing.ProviderConformance, testing.BaseEvents, testing.BaseWebhooks
