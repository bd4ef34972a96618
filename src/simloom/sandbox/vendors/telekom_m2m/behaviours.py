"""What the M2M Service Portal does here, and how that is known."""

from __future__ import annotations

from simloom.sandbox.fidelity import Behaviour

BEHAVIOURS = (
    Behaviour(
        "client credentials in the body; `expires_in` 300",
        "documented",
        "Getting Started, Protective Measures; FAQ 1",
        "vendors/telekom_m2m/__init__.py",
    ),
    Behaviour(
        "the scopes `openid` and `profile`, in any selection",
        "documented",
        "both forms are in the document",
        "vendors/telekom_m2m/__init__.py",
    ),
    Behaviour(
        "1,000 SIMs per 6 minutes and 10,000 per hour, for actions and for details each; 250 and"
        " 2,500 for sessions and histories",
        "documented",
        "Getting Started, Protective Measures",
        "quotas.py",
    ),
    Behaviour(
        "limits count SIMs, for the whole customer, in sliding windows",
        "assumed",
        "FAQ 3 says 6-minute intervals",
        "quotas.py",
    ),
    Behaviour(
        "a bulk request that is refused has used its quota",
        "assumed",
        "FAQ 3: SIM requests fired",
        "quotas.py",
    ),
    Behaviour(
        "what a limit refuses does not count against it",
        "assumed",
        "FAQ 3 leaves it open",
        "quotas.py",
        "refused_count",
    ),
    Behaviour(
        "a limit answers 403 with `Limit exceeded`, to the letter",
        "documented",
        "Getting Started, Protective Measures",
        "vendors/telekom_m2m/__init__.py",
    ),
    Behaviour("other errors have the same shape", "assumed", "", "vendors/telekom_m2m/estate.py"),
    Behaviour(
        "SIMs of a subunit are reached under its partner id alone",
        "documented",
        "FAQ 2",
        "vendors/telekom_m2m/estate.py",
    ),
    Behaviour(
        "applications may be read-only, whitelisted, or of a subunit",
        "documented",
        "Application Management in the Portal",
        "vendors/telekom_m2m/applications.py",
    ),
    Behaviour("what they may not do is 403", "assumed", "", "vendors/telekom_m2m/applications.py"),
    Behaviour(
        "at most 1,000 SIMs per request; one bad SIM rejects all of them",
        "documented",
        "FAQ 2",
        "vendors/telekom_m2m/actions.py",
    ),
    Behaviour(
        "the refusal names every bad SIM by its ICCID",
        "assumed",
        "",
        "vendors/telekom_m2m/actions.py",
    ),
    Behaviour(
        "actions are accepted with a signup id and carried out later",
        "documented",
        "Event Documentation, SIM Action",
        "vendors/telekom_m2m/actions.py",
    ),
    Behaviour(
        "a pending action can be cancelled, and links to its cancellation",
        "documented",
        "Version History 3.6.1",
        "vendors/telekom_m2m/actions.py",
    ),
    Behaviour(
        "links point at internal hosts",
        "documented",
        "Event Documentation, examples",
        "vendors/telekom_m2m/estate.py",
    ),
    Behaviour("the names of the statuses", "documented", "FAQ 2", "populations/telekom_m2m.py"),
    Behaviour("which status allows which action", "assumed", "", "vendors/telekom_m2m/effects.py"),
    Behaviour(
        "the tariff Data Best is not for SIMs of subunits",
        "documented",
        "FAQ 3",
        "vendors/telekom_m2m/effects.py",
    ),
    Behaviour(
        "the 18th of every 19 SIMs fails after the action was accepted",
        "assumed",
        "so that there is one",
        "vendors/telekom_m2m/actions.py",
    ),
    Behaviour(
        "a transfer is accepted or rejected by the receiver, cancelled by the sender",
        "documented",
        "Event Documentation, SIM Transfer Notifications",
        "vendors/telekom_m2m/transfers.py",
    ),
    Behaviour(
        "a transfer may be accepted for a subunit",
        "documented",
        "Version History 3.8.1",
        "vendors/telekom_m2m/transfers.py",
    ),
    Behaviour(
        "a SIM is in one open transfer at most; anybody else's decision is 403, a late one 409",
        "assumed",
        "",
        "vendors/telekom_m2m/transfers.py",
    ),
    Behaviour(
        "an order confirms its workflow and tells no ICCIDs",
        "documented",
        "FAQ 2",
        "vendors/telekom_m2m/partners.py",
    ),
    Behaviour(
        "ten cards at least, unless `overrideMoq`",
        "assumed",
        "Version History 3.6.4 has the flag",
        "vendors/telekom_m2m/partners.py",
    ),
    Behaviour(
        "a message is delivered at once; a reset of the HLR is done at once",
        "assumed",
        "",
        "vendors/telekom_m2m/traffic.py",
    ),
    Behaviour("pages of 100", "assumed", "", "vendors/telekom_m2m/estate.py"),
    Behaviour(
        "signup and transaction ids are texts",
        "documented",
        "Event Documentation, examples; its table says number",
        "vendors/telekom_m2m/action.py",
    ),
    Behaviour(
        "an event stream needs a token, ends after 60 seconds, and closes the one before it",
        "documented",
        "Getting Started, Server Sent Events",
        "events/horizon.py",
        "m2m_idle_end",
    ),
    Behaviour(
        "framing, offsets and limits of streams; every event starts the 60 seconds again",
        "observed",
        "telekom/pubsub-horizon-pulsar at 50cca11",
        "events/connection.py",
    ),
    Behaviour(
        "actions and transfers are notified in the document's words",
        "documented",
        "Event Documentation",
        "vendors/telekom_m2m/notices.py",
    ),
    Behaviour(
        "a limit profile for a restricted SIM, and an eUICCID bound to a SIM in use, cause a"
        " notification",
        "assumed",
        "nobody uses any volume here",
        "vendors/telekom_m2m/notices.py",
    ),
)
