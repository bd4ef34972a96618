"""How patient a bulk job is."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Patience:
    """Times are seconds. The defaults suit a vendor whose actions take seconds to days."""

    singles_at_once: int = 8
    """Requests under way where each carries one SIM."""
    chunks_at_once: int = 2
    """Requests under way where each carries many: a vendor may refuse too many at a time."""
    settle: float = 90.0
    """How long a request without an answer may still be on its way to the vendor."""
    look_again: float = 150.0
    """Between two looks for what became of it."""
    looks: int = 3
    """Looks without a find until the request counts as never arrived."""
    attempts: int = 3
    """How often a chunk is sent before a person has to look."""
    sample: int = 3
    """SIMs that are read before a chunk is sent again."""
    first_ask: float = 2.0
    """From a request's acceptance to the first question how it goes; it doubles from there."""
    longest_ask: float = 60.0
    """The longest time between two questions."""
    give_up: float = 7 * 86_400.0
    """How long an accepted action may stay under way."""
    failures: int = 12
    """Failures in a row that nothing arrived of, until the job stops: a quarter of an hour."""
    first_failures: int = 4
    """The same before the vendor has ever answered: about half a minute."""
    silences: int = 10
    """Requests in a row without an answer, until the job stops."""
    failure_pause: float = 5.0
    """After a request that did not arrive; it doubles with each one in a row."""
    heartbeat: float = 20.0
    """The longest sleep: the lease of the journal is renewed this often."""
    filter_pages: int = 50
    """Pages of the vendor's list that may be read per chunk to leave out what needs nothing."""
    filter_singles: int = 4
    """The same where a request carries one SIM: one page for so many SIMs."""

    def next_ask(self, looks: int) -> float:
        """Return the seconds until the next question after so many."""
        return min(self.first_ask * 2.0 ** min(looks, 20), self.longest_ask)

    def after_failure(self, failures: int) -> float:
        """Return the seconds until the next attempt after so many failures in a row."""
        return min(self.failure_pause * 2.0 ** min(failures, 6), 120.0)
