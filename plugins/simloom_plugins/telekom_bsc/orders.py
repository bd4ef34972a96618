"""Checks of what costs money, before it is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom.errors import InvalidParameter
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc import models

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = re.compile(r"[0-9]{1,18}")


def order_id(number: str) -> int:
    """Return the number of an order as the path wants it."""
    return _number(number, "an order number")


def paid_by(method: str) -> models.PaymentMethod:
    """Return a method of payment; an unknown one would silently become a bank transfer."""
    known = models.PaymentMethod(method)
    if not known.is_known:
        offered = ", ".join(item.value for item in models.PaymentMethod)
        raise InvalidParameter(f"payment method {method!r} is none of {offered}")
    return known


def new_order(
    products: Mapping[str, int], address: models.Address | None, reference: str | None
) -> models.AdditionalOrder:
    """Build an order from product ids and quantities."""
    if not products:
        raise InvalidParameter("an order needs at least one product")
    return models.AdditionalOrder(
        products=[
            models.ProductQuantity(
                product_id=_number(product, "a product id"), quantity=_quantity(product, quantity)
            )
            for product, quantity in products.items()
        ],
        delivery_address=UNSET if address is None else address,
        customer_reference=UNSET if reference is None else reference,
    )


def _number(text: object, what: str) -> int:
    if not isinstance(text, str) or not _DIGITS.fullmatch(text):
        raise InvalidParameter(f"{text!r} is not {what}: digits only")
    return int(text)


def _quantity(product: str, quantity: object) -> int:
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise InvalidParameter(f"product {product}: {quantity!r} is not a quantity of 1 or more")
    return quantity
