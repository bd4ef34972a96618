"""What Business Smart Connect sells: orders, products, quotas and top-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.capabilities import Verb
from simloom.models import Order, Page, Product, Quota
from simloom.plugins.flows import call, call_detailed
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom.plugins.values import records
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.orders import create_order, get_order, list_orders
from simloom_clients.telekom_bsc.api.products import list_products
from simloom_clients.telekom_bsc.api.quota import get_data_quota, get_sms_quota, top_up_sim
from simloom_plugins.telekom_bsc import mapping, paging
from simloom_plugins.telekom_bsc.orders import new_order, order_id, paid_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.plugins.flows import Flow

_NO_NUMBER = "the answer does not name the order: find it in the list of orders"


class Ordering(Provider):
    """Volume and SIMs that cost money."""

    @operation(Verb.QUOTA, get_data_quota, get_sms_quota)
    def quota(self, iccid: str) -> Flow[list[Quota]]:
        """Return what remains of the data volume (in MB) and of the SMS; two requests."""
        data = yield from call(get_data_quota.request(iccid))
        sms = yield from call(get_sms_quota.request(iccid))
        return [
            mapping.to_quota(iccid, "data", "MB", data),
            mapping.to_quota(iccid, "sms", "sms", sms),
        ]

    @operation(Verb.TOP_UP, top_up_sim)
    def top_up(self, iccid: str, *, payment_method: str | None = None) -> Flow[Order]:
        """Buy volume for one SIM; costs money each time.

        The number of the order is empty when the answer has no `Location`. Methods of payment
        (inferred): `banktransfer`, `boleto`, `creditcard`, `monthlyinvoice`. The vendor takes an
        unknown one for a bank transfer, so it is refused here.
        """
        method = UNSET if payment_method is None else paid_by(payment_method)
        answer = yield from call_detailed(top_up_sim.request(iccid, payment_method=method))
        return Order(
            provider=self.id,
            number=mapping.order_number(answer.headers),
            kind=models.OrderType.TOPUP.value,
            iccids=(iccid,),
        )

    @operation(Verb.LIST_ORDERS, list_orders)
    def list_orders_page(self, number: int = 1, *, size: int | None = None) -> Flow[Page[Order]]:
        """Return one page of orders, at most 10."""
        place = paging.Place.of(number, size, paging.ORDERS)
        answer = yield from call_detailed(
            list_orders.request(page=place.number, page_size=place.size)
        )
        name = list_orders.OPERATION.id
        found = records(answer.parsed, models.Order, name)
        return place.page([mapping.to_order(order, name) for order in found], answer.headers)

    @operation(Verb.GET_ORDER, get_order)
    def get_order(self, number: str) -> Flow[Order]:
        """Return one order; `number` is digits only."""
        record = yield from call(get_order.request(order_id(number)))
        return mapping.to_order(record, get_order.OPERATION.id)

    @operation(Verb.ORDER, create_order, note=_NO_NUMBER)
    def order(
        self,
        *,
        products: Mapping[str, int],
        delivery_address: models.Address | None = None,
        customer_reference: str | None = None,
    ) -> Flow[Order]:
        """Place a binding order.

        `products` maps product ids to quantities. Without an address the vendor takes the account's
        default one and refuses when there are several. The order's number is usually empty: the
        vendor does not promise to tell it.
        """
        body = new_order(products, delivery_address, customer_reference)
        answer = yield from call_detailed(create_order.request(body=body))
        number = mapping.order_number(answer.headers)
        return Order(provider=self.id, number=number, raw=answer.parsed)

    @operation(Verb.LIST_PRODUCTS, list_products)
    def list_products(self) -> Flow[list[Product]]:
        """Return everything that can be ordered, in one answer."""
        answer = yield from call(list_products.request())
        name = list_products.OPERATION.id
        return [mapping.to_product(item, name) for item in records(answer, models.Product, name)]
