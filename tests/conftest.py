"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# The same examples on every run and every machine: a failure in CI is a failure here. Deadlines
# would measure the machine; a longer search is one `--hypothesis-profile=search` away.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=5_000)
settings.load_profile("suite")
