"""Which rule fails for which fault: all rules of its groups are asked."""

from __future__ import annotations

import table_declared
import table_later
import table_read
import table_sent
from fault import EVERY_GROUP, own_rules

FAULTS = {
    **table_declared.FAULTS,
    **table_sent.FAULTS,
    **table_read.FAULTS,
    **table_later.FAULTS,
}
RULES = {name for group in EVERY_GROUP for kind in group.__mro__ for name in own_rules(kind)}
