"""Switches for behaviour on which the vendors' documents leave a choice.

Each switch names its source; its default is what the document says.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from attrs import field, fields, frozen, validators

if TYPE_CHECKING:
    from collections.abc import Mapping


def _switch(default: str, *others: str, meaning: str) -> str:
    choices = (default, *others)
    value: str = field(
        default=default,
        validator=validators.in_(choices),
        metadata={"choices": choices, "meaning": meaning},
    )
    return value


@frozen(kw_only=True)
class Quirks:
    """How the emulated vendors behave where there is a choice."""

    bsc_token_body: str = _switch(
        "form",
        "json",
        "any",
        meaning=(
            "body that the BSC token endpoint takes: form (guide 3.1), json (what 1NCE runs today;"
            " a form is refused as UnsupportedContentTypeError), or any of the two"
        ),
    )
    bsc_retry_after: str = _switch(
        "yes",
        "no",
        meaning=(
            "whether the 429 of BSC says when to come again in Retry-After; the vendor publishes no"
            " header names for its limits"
        ),
    )
    refused_count: str = _switch(
        "no",
        "yes",
        meaning=(
            "whether what a limit refuses counts against that limit; M2M counts 'SIM requests"
            " fired' (FAQ 3), and does not say if a refused one was fired"
        ),
    )
    m2m_idle_end: str = _switch(
        "eof",
        "504",
        meaning=(
            "how an idle M2M event stream ends: 200 comes first and the body ends (guide), or"
            " nothing comes before a 504 if there was no event (how the event server's framework"
            " does it)"
        ),
    )
    m2m_stream_overlap: str = _switch(
        "cut",
        "second",
        meaning=(
            "when a new M2M event stream cuts the old one: at once, or up to a second later so"
            " that both get the same events (the event server looks once per poll)"
        ),
    )
    m2m_stream_media_type: str = _switch(
        "stream+json",
        "application-stream/json",
        meaning=(
            "Content-Type of M2M events as JSON lines: application/stream+json (event server), or"
            " as the guide spells it"
        ),
    )
    m2m_stream_charset: str = _switch(
        "none",
        "utf-8",
        meaning="charset in the Content-Type of M2M events; the guide's example has one",
    )
    m2m_unknown_offset: str = _switch(
        "new",
        "silent",
        meaning=(
            "a Last-Event-ID that the M2M event server does not know: as if there were none, or no"
            " event at all (some versions of the server)"
        ),
    )
    m2m_event_timestamps: str = _switch(
        "distinct",
        "equal",
        meaning=(
            "whether M2M events of the same millisecond have distinct timestamps; a replay skips"
            " those with the timestamp of its offset"
        ),
    )
    m2m_event_delivery: str = _switch(
        "once",
        "twice",
        meaning="whether M2M events come once or twice; at least once is promised",
    )
    m2m_event_order: str = _switch(
        "published",
        "reversed",
        meaning="order of M2M events that wait together; none is promised",
    )
    m2m_event_commas: str = _switch(
        "clean",
        "trailing",
        meaning="whether data of M2M events ends in a stray comma, as in the guide's transfers",
    )
    m2m_event_ids: str = _switch(
        "text",
        "number",
        meaning="signupID and transactionID in M2M events: examples have texts, tables numbers",
    )
    m2m_restriction_key: str = _switch(
        "colon",
        "plain",
        meaning="key restrictionStatus: (with a colon, examples) or restrictionStatus (table)",
    )
    m2m_event_time: str = _switch(
        "zulu",
        "local",
        "blank",
        meaning="time of M2M events: 2025-08-02T09:54:13.133Z, without zone, or with a blank",
    )
    m2m_transfer_events: str = _switch(
        "own",
        "simaction",
        meaning=(
            "stream of SIM transfer notifications: one of their own, or that of SIM actions, whose"
            " type they have"
        ),
    )
    m2m_transfer_accepted: str = _switch(
        "no",
        "yes",
        meaning="whether an accepted SIM transfer is notified; the guide shows no such event",
    )
    bsc_webhook_ids: str = _switch(
        "text",
        "number",
        meaning="ids and dcs in BSC webhooks: texts (guide 4), or numbers (1NCE's page)",
    )
    webhook_delivery: str = _switch(
        "once",
        "twice",
        meaning="whether webhooks are sent once more although they were answered by 2xx",
    )

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Quirks:
        """Build from names and values as a command line has them.

        Raises ValueError that lists the switches, or the values of the one that was wrong.
        """
        known = {switch.name: switch for switch in fields(cls)}
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"no switch {name!r}; there are: {', '.join(sorted(known))}")
            choices = known[name].metadata["choices"]
            if value not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}")
        return cls(**settings)

    @classmethod
    def explain(cls) -> str:
        """Return name, values and meaning of every switch, in lines for a terminal."""
        lines = []
        for switch in fields(cls):
            lines.append(f"{switch.name}={'|'.join(switch.metadata['choices'])}")
            lines.extend(
                wrap(
                    switch.metadata["meaning"], 90, initial_indent="    ", subsequent_indent="    "
                )
            )
        return "\n".join(lines)
