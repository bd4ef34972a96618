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
