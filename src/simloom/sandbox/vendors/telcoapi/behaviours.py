"""What TelcoAPI does here, and how that is known."""

from __future__ import annotations

from simloom.sandbox.fidelity import Behaviour

BEHAVIOURS = (
    Behaviour("the API key is a bearer token", "assumed", "", "vendors/telcoapi/__init__.py"),
    Behaviour(
        "errors are problem documents, word for word",
        "documented",
        "Error Responses",
        "vendors/telcoapi/problems.py",
    ),
    Behaviour(
        "an ICCID has 19 or 20 digits; another one is 400",
        "documented",
        "Error Responses",
        "vendors/telcoapi/__init__.py",
    ),
    Behaviour(
        "the list filters by state and vendor, sorts, and has no secrets",
        "documented",
        "List SIM Cards",
        "vendors/telcoapi/sims.py",
    ),
    Behaviour(
        "10 entries per page unless asked for, at most 1000",
        "assumed",
        "10 in the example",
        "vendors/telcoapi/sims.py",
    ),
    Behaviour(
        "details have PINs, PUKs and keys",
        "documented",
        "Get SIM Card Details",
        "populations/telcoapi.py",
    ),
    Behaviour(
        "BLOCKED does not become ACTIVE",
        "documented",
        "Error Responses",
        "vendors/telcoapi/sims.py",
    ),
    Behaviour(
        "INVENTORY to ACTIVE; ACTIVE, SUSPENDED and BLOCKED among one another but for that",
        "assumed",
        "",
        "vendors/telcoapi/sims.py",
    ),
    Behaviour("a second SIM with the same ICCID is 400", "assumed", "", "vendors/telcoapi/sims.py"),
    Behaviour(
        "a wrong PIN answers 200 with `success` false; three of them block it",
        "assumed",
        "a real card",
        "vendors/telcoapi/pins.py",
    ),
    Behaviour(
        "a PUK has ten attempts, a right one sets them back",
        "assumed",
        "10 in the example",
        "vendors/telcoapi/pins.py",
    ),
    Behaviour(
        "a deleted SIM is gone, and its ICCID free", "assumed", "", "vendors/telcoapi/sims.py"
    ),
    Behaviour("no limits", "assumed", "none is stated", "vendor.py"),
)
