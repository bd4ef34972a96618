"""The scenes, one module per vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassettes.recording.scenes import (
    infobip,
    telcoapi,
    telekom_bsc,
    telekom_m2m,
    telekom_m2m_flows,
)

if TYPE_CHECKING:
    from cassettes.recording.scene import Told

SCENES: tuple[Told, ...] = (
    *infobip.scripts.all,
    *telcoapi.scripts.all,
    *telekom_bsc.scripts.all,
    *telekom_m2m.scripts.all,
    *telekom_m2m_flows.scripts.all,
)
"""Every scene, in the order in which they are recorded."""
