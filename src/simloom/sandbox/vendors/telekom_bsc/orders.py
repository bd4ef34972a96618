"""Orders and products of Business Smart Connect.

The products, their prices and the first order are made up. Assumed: a new order is echoed with 200,
so its number is only in the list; it is completed a day later, and no cards come of it; an unknown
product is 404, the only declared status that fits;
top-ups are completed at once and cost nothing that could be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.populations.common import FIRST_DAY
from simloom.sandbox.populations.telekom_bsc import with_z
from simloom.sandbox.vendors.telekom_bsc.account import Account, sorted_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from simloom.sandbox.vendor import Handler

# The resource's address at the vendor behind the white label; only its last part is of use.
_ORDER_URL = "https://api.1nce.com/management-api/v1/orders"
_SORT_FIELDS = ("order_number", "order_status", "order_date")
_PRODUCTION = 86_400  # seconds until an order of cards is completed
_KINDS = ((1001, "SIM card 2FF/3FF/4FF", 10), (1002, "SIM card MFF2", 100))


class Orders:
    """Orders, the first of which is seeded."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._first = 100_000 + account.draw.number(0, "order first", 900_000)
        self._orders: dict[int, dict[str, Any]] = {}
        self.reset()
        account.can("order", self._complete)
        self.handlers: dict[str, Handler] = {
            "list_orders": self.list_orders,
            "create_order": self.create_order,
            "get_order": self.get_order,
            "list_products": self.list_products,
        }

    def list_orders(self, call: Call) -> Reply:
        """Return one page as a bare array."""
        page = sorted_page(list(self._orders.values()), call, _SORT_FIELDS, "order_number")
        return Reply(body=list(page))

    def get_order(self, call: Call) -> Reply:
        """Return one order."""
        order = self._orders.get(call.parameters["order_number"])
        if order is None:
            return Reply(status=404, reason="no order has this number")
        return Reply(body=order)

    def create_order(self, call: Call) -> Reply:
        """Order cards. The answer repeats the request."""
        wanted = call.content["products"]
        if not {item["productId"] for item in wanted} <= {number for number, _, _ in _KINDS}:
            return Reply(status=404, reason="a product has another id")
        products = [
            {"product_id": item["productId"], "quantity": item["quantity"]} for item in wanted
        ]
        order = {"products": products}
        if "delivery_address" in call.content:
            order["shipping_address"] = call.content["delivery_address"]
        number = self._add("ADDITIONAL_ORDER", "IN PROGRESS", **order)
        self._account.record(
            "create_order", None, {"products": (None, products)}, reference=str(number)
        )
        self._account.queue("order", number, _PRODUCTION)
        return Reply(body=call.content)

    def list_products(self, call: Call) -> Reply:  # noqa: ARG002
        """Return every product; the list has no pages."""
        charge = {"currency": "EUR", "name": "SIM card"}
        return Reply(
            body=[
                {
                    "id": number,
                    "product": name,
                    "material": f"M{number}",
                    "package_size": size,
                    "minQuantity": 1,
                    "maxQuantity": 100,
                    "maxQuantityPerCustomer": 1000,
                    "min_contract_duration": 120,
                    "one_time_charges": [{**charge, "amount_net": 10.0}],
                    "recurring_charges": [],
                }
                for number, name, size in _KINDS
            ]
        )

    def add_top_up(self, kind: str, iccids: Sequence[str]) -> tuple[int, str]:
        """Add a top-up of these SIMs. Returns its number and the address for `Location`."""
        sims = [
            {"iccid": iccid, "_links": [{"rel": "self", "href": f"/v1/sims/{iccid}"}]}
            for iccid in iccids
        ]
        number = self._add(kind, "COMPLETED", sims=sims)
        return number, f"{_ORDER_URL}/{number}"

    def reset(self) -> None:
        """Go back to the first order."""
        self._orders = {
            self._first: {
                "order_number": self._first,
                "order_type": "FIRST_ORDER",
                "order_date": with_z(FIRST_DAY),
                "order_status": "COMPLETED",
                "invoice_number": f"INV{self._first}",
                "invoice_amount": "119.00",
                "currency": "EUR",
                "products": [{"product_id": _KINDS[0][0], "quantity": 1}],
            }
        }

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return one row per order."""
        for number, order in self._orders.items():
            yield str(number), order

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        self._orders = {int(number): order for number, order in rows}

    def _complete(self, moment: datetime, number: int) -> None:
        order = self._orders[number]
        changes = {"order_status": (order["order_status"], "COMPLETED")}
        order["order_status"] = "COMPLETED"
        self._account.record("create_order", None, changes, reference=str(number), moment=moment)

    def _add(self, kind: str, status: str, **more: Any) -> int:
        number = self._first + len(self._orders)
        date = with_z(self._account.world.clock.now())
        order = {"order_number": number, "order_type": kind, "order_date": date}
        self._orders[number] = {**order, "order_status": status, "currency": "EUR", **more}
        return number
