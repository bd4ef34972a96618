"""Short messages of Business Smart Connect (guide of 2019; names of fields are 1NCE's)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.capabilities import Verb
from simloom.models import ActionState, Page, Sms
from simloom.plugins.flows import call, call_detailed
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom.plugins.values import records
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.sms import cancel_sms, get_sms, list_sms, send_sms
from simloom_plugins.telekom_bsc import mapping, paging
from simloom_plugins.telekom_bsc.changes import ended

if TYPE_CHECKING:
    from simloom.plugins.flows import Flow

_NO_ID = "the answer does not name the message: find it in the list of SMS"


class Messaging(Provider):
    """What is sent to a SIM and came from it."""

    @operation(Verb.SEND_SMS, send_sms, note=_NO_ID)
    def send_sms(
        self, iccid: str, text: str, *, source_address: str | None = None, dcs: int | None = None
    ) -> Flow[Sms]:
        """Send a message to the SIM; the result has no id.

        `source_address` is the sender the SIM sees (the guide shows an ICCID), `dcs` the coding of
        `text`: 0 is GSM 7-bit, 4 is 8-bit data, 8 is UCS-2; left out, the vendor decides.
        """
        body = models.SmsMessage(
            payload=text,
            source_address=UNSET if source_address is None else source_address,
            dcs=UNSET if dcs is None else models.SmsDataCoding(dcs),
        )
        yield from call(send_sms.request(iccid, body=body))
        return Sms(provider=self.id, iccid=iccid, text=text, direction="mt")

    @operation(Verb.LIST_SMS, list_sms)
    def list_sms_page(
        self, iccid: str, number: int = 1, *, size: int | None = None
    ) -> Flow[Page[Sms]]:
        """Return one page of the messages in both directions, at most 100."""
        place = paging.Place.of(number, size, paging.SMS)
        answer = yield from call_detailed(
            list_sms.request(iccid, page=place.number, page_size=place.size)
        )
        name = list_sms.OPERATION.id
        found = records(answer.parsed, models.SmsData, name)
        return place.page([mapping.to_sms(iccid, sms, name) for sms in found], answer.headers)

    @operation(Verb.GET_SMS, get_sms)
    def get_sms(self, iccid: str, sms_id: str) -> Flow[Sms]:
        """Return one message."""
        record = yield from call(get_sms.request(iccid, sms_id))
        return mapping.to_sms(iccid, record, get_sms.OPERATION.id)

    @operation(Verb.CANCEL_SMS, cancel_sms)
    def cancel_sms(self, iccid: str, sms_id: str) -> Flow[ActionState]:
        """Cancel a message that is not delivered yet; an unknown one may look the same (no 404)."""
        yield from call(cancel_sms.request(iccid, sms_id))
        return ended(self.id, Verb.CANCEL_SMS, iccid)
