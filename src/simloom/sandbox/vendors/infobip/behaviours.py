"""What Infobip does here, and how that is known."""

from __future__ import annotations

from simloom.sandbox.fidelity import Behaviour

BEHAVIOURS = (
    Behaviour(
        "pages of 20 unless asked for, at most 100; no total",
        "documented",
        "section 1",
        "vendors/infobip/sims.py",
    ),
    Behaviour("HTTP Basic", "documented", "section 1", "vendors/infobip/__init__.py"),
    Behaviour(
        "`Authorization: App` with an API key",
        "observed",
        "Infobip's other APIs",
        "vendors/infobip/__init__.py",
    ),
    Behaviour("401 without a body", "documented", "section 1", "vendors/infobip/__init__.py"),
    Behaviour(
        "other errors in the envelope `requestError`",
        "observed",
        "Infobip's other APIs",
        "vendors/infobip/errors.py",
    ),
    Behaviour(
        "changes answer with `actionId` and take effect at once",
        "assumed",
        "sections 3 and 4 have the answer",
        "vendors/infobip/sims.py",
    ),
    Behaviour(
        "Activation Ready or Suspended becomes Active, Active becomes Suspended, nothing else",
        "assumed",
        "section 4 names both",
        "vendors/infobip/sims.py",
    ),
    Behaviour(
        "a SIM before its activation has no IMSI, name and service profile",
        "documented",
        "section 1, example",
        "populations/infobip.py",
    ),
    Behaviour(
        "an SMS has at most 160 characters, is answered empty, and is for Active SIMs",
        "assumed",
        "section 6 has length and answer",
        "vendors/infobip/services.py",
    ),
    Behaviour(
        "usage stands still and is null for most SIMs", "assumed", "", "vendors/infobip/services.py"
    ),
    Behaviour("no limits", "assumed", "none is stated", "vendor.py"),
)
