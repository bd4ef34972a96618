"""How to read one type: a small tree of nodes, made once from a model's annotations.

Each node can do two things: name the type msgspec should decode it as (`wire`), and read a value
tolerantly when msgspec has refused (`read`). A node whose reading is ours alone has a hook type as
`wire`, and msgspec calls `read` for that part only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from attrs import define, field

from simloom.runtime.problems import DecodeProblem, escape, kind_of
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

Problems = list[DecodeProblem]


class _AlwaysInstance(type):
    """msgspec checks what a hook returns with `isinstance`; our hooks may return several types."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class Hook(metaclass=_AlwaysInstance):
    """Stands for a type that msgspec hands to us; each node makes a subclass with its reader."""

    reader: ClassVar[Callable[[Any], Any]]


def hook(reader: Callable[[Any], Any], name: str) -> type[Hook]:
    """Make a hook type that reads with `reader`."""
    kind = _AlwaysInstance(name, (Hook,), {"reader": staticmethod(reader)})
    return cast("type[Hook]", kind)


def run_hook(wire: type, value: Any) -> Any:
    """Serve as msgspec's `dec_hook`."""
    return wire.reader(value)  # type: ignore[attr-defined]


@define
class Node:
    """Anything at all; also the base of the other nodes."""

    label: ClassVar[str] = "anything"

    def wire(self) -> Any:
        """Return the type msgspec decodes."""
        return Any

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        """Return the value as this type; note a problem and return it as it is when it is not."""
        return value

    def inner_nodes(self) -> tuple[Node, ...]:
        """Return the nodes whose wire types are part of this one's."""
        return ()

    def refuse(self, value: Any, pointer: str, problems: Problems) -> Any:
        """Note that `value` is not of this type, and keep it."""
        problems.append(DecodeProblem(pointer, self.label, kind_of(value)))
        return value


@define
class TextNode(Node):
    """Text; numbers become text, as ids arrive in both shapes."""

    label: ClassVar[str] = "text"

    def wire(self) -> Any:
        return str

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        return self.refuse(value, pointer, problems)


@define
class IntNode(Node):
    """A whole number; text that is one is converted."""

    label: ClassVar[str] = "whole number"

    def wire(self) -> Any:
        return int

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if isinstance(value, bool):
            return self.refuse(value, pointer, problems)
        if isinstance(value, int):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and len(value) < 40 and value.isascii():
            digits = value[1:] if value[:1] in {"-", "+"} else value
            if digits.isdigit():
                return int(value)
        return self.refuse(value, pointer, problems)


@define
class FloatNode(Node):
    """A number; text that is one is converted."""

    label: ClassVar[str] = "number"

    def wire(self) -> Any:
        return float

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                return self.refuse(value, pointer, problems)
        if isinstance(value, str) and len(value) < 40 and value.isascii():
            try:
                number = float(value)
            except ValueError:
                pass
            else:
                if number - number == 0:  # neither infinite nor not-a-number
                    return number
        return self.refuse(value, pointer, problems)


@define
class BoolNode(Node):
    """True or false; the texts `true` and `false` are converted."""

    label: ClassVar[str] = "true or false"

    def wire(self) -> Any:
        return bool

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        return self.refuse(value, pointer, problems)


@define
class EnumNode(Node):
    """An open enumeration."""

    values: type[Enum]
    label: ClassVar[str] = "one of the documented values"

    def wire(self) -> Any:
        return self.values

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if isinstance(value, bool):  # would count as 1, or as the text "True"
            return self.refuse(value, pointer, problems)
        try:
            return self.values(value)
        except ValueError:
            pass
        if issubclass(self.values, str) and isinstance(value, (int, float)):
            return self.values(str(value))
        if issubclass(self.values, int) and isinstance(value, str):
            try:
                return self.values(int(value))
            except ValueError:
                pass
        return self.refuse(value, pointer, problems)


@define
class LiteralNode(Node):
    """Exactly one of these values; another one is kept and noted."""

    values: tuple[Any, ...]
    label: ClassVar[str] = "a constant"

    def wire(self) -> Any:
        return hook(self._read_in_hook, self.label)

    def _read_in_hook(self, value: Any) -> Any:
        if value in self.values:
            return value
        raise ValueError(self.label)

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        return value if value in self.values else self.refuse(value, pointer, problems)


@define
class ListNode(Node):
    """A list; a single object where a list belongs becomes a list of one."""

    item: Node
    label: ClassVar[str] = "list"

    def inner_nodes(self) -> tuple[Node, ...]:
        return (self.item,)

    def wire(self) -> Any:
        return list[self.item.wire()]  # type: ignore[misc]

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if isinstance(value, dict):
            self.refuse(value, pointer, problems)
            value = [value]
        if not isinstance(value, list):
            return self.refuse(value, pointer, problems)
        return [
            self.item.read(item, f"{pointer}/{index}", problems) for index, item in enumerate(value)
        ]


@define
class MapNode(Node):
    """An object with free names."""

    item: Node
    label: ClassVar[str] = "object"

    def inner_nodes(self) -> tuple[Node, ...]:
        return (self.item,)

    def wire(self) -> Any:
        return dict[str, self.item.wire()]  # type: ignore[misc]

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        if not isinstance(value, dict):
            return self.refuse(value, pointer, problems)
        return {
            name: self.item.read(item, f"{pointer}/{escape(name)}", problems)
            for name, item in value.items()
        }


@define
class NullableNode(Node):
    """The inner type or null."""

    inner: Node

    def inner_nodes(self) -> tuple[Node, ...]:
        return (self.inner,)

    def wire(self) -> Any:
        inner = self.inner.wire()
        return Any if inner is Any else inner | None

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        return None if value is None else self.inner.read(value, pointer, problems)


@define
class FieldPlan:
    """One attribute of a model: its Python and wire name, and how it is read."""

    name: str
    wire_name: str
    node: Node
    required: bool = field(kw_only=True)
    default: Any = field(default=UNSET, kw_only=True)
