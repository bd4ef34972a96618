"""The base of generated models: attrs classes that read and write their vendor's JSON."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (msgspec evaluates this class's annotations)
from typing import TYPE_CHECKING, Any, ClassVar, Self

from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from attrs import Attribute


class Model:
    """Base of every generated model.

    Attributes have Python names; `__wire__` maps the ones that differ to the vendor's. A field the
    vendor left out is `UNSET`, a null is None. The repr shows what is set; secrets show as `***`.
    """

    __slots__ = ()
    __wire__: ClassVar[Mapping[str, str]] = {}
    __open__: ClassVar[bool] = False
    """Whether the document allows further members; they are kept in `additional_properties`."""

    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[tuple[Attribute[Any], ...]]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read parsed JSON, tolerantly; raise `DecodeError` when a required member is missing."""
        from simloom.runtime.decoding import convert  # noqa: PLC0415  (built on first use)

        return convert(dict(data), cls)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read JSON; raise `DecodeError` when it is not JSON or lacks a required member."""
        from simloom.runtime.decoding import decode  # noqa: PLC0415

        value, _ = decode(content, cls)
        return value  # type: ignore[no-any-return]

    def to_dict(self, *, reveal_secrets: bool = False) -> dict[str, Any]:
        """Return plain JSON data under the vendor's names, without what is unset.

        Secrets are masked unless asked for: the result is meant for logs, tables and tests.
        """
        from simloom.runtime.encoding import to_builtins  # noqa: PLC0415

        return to_builtins(self, reveal_secrets=reveal_secrets)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        names = (attribute.name for attribute in type(self).__attrs_attrs__)
        parts = ((name, getattr(self, name)) for name in names)
        shown = ", ".join(f"{name}={value!r}" for name, value in parts if value is not UNSET)
        return f"{type(self).__name__}({shown})"
