"""One request to one vendor, from its operation to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from simloom.sandbox.messages import Call, Refused, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.routing import Operation, Routes
    from simloom.sandbox.vendor import Vendor


@frozen
class Asked:
    """A request, and the operation with the path parameters that it means, or why it means none."""

    vendor: Vendor
    routes: Routes
    call: Call
    target: tuple[Operation, Mapping[str, str]] | Refused

    @classmethod
    def find(cls, vendor: Vendor, routes: Routes, call: Call) -> Asked:
        """Look for the operation that a call means."""
        try:
            return cls(vendor, routes, call, routes.find(call))
        except Refused as refused:
            return cls(vendor, routes, call, refused)

    @property
    def operation(self) -> Operation | None:
        """The operation of the spec, or None if path or method mean none."""
        return None if isinstance(self.target, Refused) else self.target[0]

    @property
    def operation_id(self) -> str | None:
        """Its id."""
        return self.operation.id if self.operation else None

    @property
    def is_login(self) -> bool:
        """Tell whether this asks for a token, and so needs none."""
        return self.operation is not None and self.operation.id == self.vendor.login_operation

    def admitted(self) -> tuple[Operation, Call] | Reply:
        """Return the call with its parameters checked, or the vendor's refusal."""
        try:
            if isinstance(self.target, Refused):
                raise self.target
            operation, path_values = self.target
            unauthorised = None if self.is_login else self.vendor.authenticate(self.call)
            if unauthorised is not None:
                return unauthorised
            checked = self.routes.checked(operation, path_values, self.call)
            return self.vendor.admit(operation.id, checked) or (operation, checked)
        except Refused as refused:
            return self.vendor.refuse(refused, self.operation_id, self.call)

    def answer(self) -> Reply:
        """Carry the request out and return the vendor's answer, whatever it is."""
        admitted = self.admitted()
        if isinstance(admitted, Reply):
            return self.as_declared(admitted)
        operation, checked = admitted
        try:
            reply = self.vendor.handle(operation.id, checked)
        except Refused as refused:
            reply = self.vendor.refuse(refused, operation.id, self.call)
        return self.as_declared(reply)

    def as_declared(self, reply: Reply) -> Reply:
        """Return the answer without body if the spec declares its status without one."""
        if self.operation is not None and self.operation.answers.get(reply.status) == ():
            return evolve(reply, body=None)
        return reply
