from __future__ import annotations

import string

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import AmbiguousIdentifier, IdentifierError, InvalidIdentifier
from simloom.identifiers import Eid, Iccid, Imei, Imsi, Msisdn, parse, parse_iccid


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("iccid:8949020000123456789", Iccid("8949020000123456789")),
        ("ICCID: 8949 0200 0012 3456 789F", Iccid("8949020000123456789")),
        ("eid:89001012012341234012345678901224", Eid("89001012012341234012345678901224")),
        ("euiccid:89001012012341234012345678901224", Eid("89001012012341234012345678901224")),
        ("imsi:262011234567890", Imsi("262011234567890")),
        ("imei:352099001761481", Imei("352099001761481")),
        ("IMEISV:3520990017614823", Imei("3520990017614823")),
        ("msisdn:+491711234567", Msisdn("491711234567")),
        ("tel:+49-171-1234567", Msisdn("491711234567")),
        ("8949020000123456789", Iccid("8949020000123456789")),
        ("89001012012341234012345678901224", Eid("89001012012341234012345678901224")),
        ("3520990017614823", Imei("3520990017614823")),
        ("+491711234567", Msisdn("491711234567")),
        ("0049 171 1234567", Msisdn("491711234567")),
        ("012345678901234", Imei("012345678901234")),
    ],
)
def test_a_text_of_one_kind_is_read(text, value):
    assert (parse(text), type(parse(text))) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("262011234567890", ("imsi", "imei", "msisdn")),
        ("352099001761481", ("imsi", "imei", "msisdn")),
        ("26201123456789", ("imsi", "imei", "msisdn")),
        ("861234567890123", ("imei", "msisdn")),
        ("001010123456789", ("imsi", "msisdn")),
        ("491711234567", ("imsi", "msisdn")),
        ("26201123456789F", ("imsi", "imei")),
    ],
)
def test_a_bare_text_of_several_kinds_is_not_guessed_at(text, candidates):
    with pytest.raises(AmbiguousIdentifier) as raised:
        parse(text)
    assert raised.value.candidates == candidates
    assert all(f"{kind}:..." in str(raised.value) for kind in candidates)
    assert text[:10] not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("serial:123456", "'serial' is no kind"),
        ("imsi:", "is not an IMSI"),
        ("imsi:12", "is not an IMSI"),
        ("imsi:imsi:262011234567890", "is not an IMSI"),
        ("0171 1234567", "is not an identifier"),
        ("", "is not an identifier"),
        ("truck 7", "is not an identifier"),
        ("../../orders", "is not an identifier"),
        ("\uff12\uff16\uff12011234567890", "is not an identifier"),
    ],
)
def test_what_is_no_identifier_is_refused(text, said):
    with pytest.raises(InvalidIdentifier, match=said):
        parse(text)


@given(st.text(string.digits, min_size=1, max_size=40))
def test_a_bare_number_is_read_as_what_it_can_only_be(digits):
    fitting = [cls for cls in (Iccid, Eid, Imsi, Imei, Msisdn) if cls.fits(digits)]
    try:
        value = parse(digits)
    except AmbiguousIdentifier:
        assert len(fitting) > 1
    except InvalidIdentifier:
        assert set(fitting) <= {Imsi, Imei}
    else:
        assert type(value) in fitting


@given(st.text(max_size=60))
def test_any_text_is_read_or_a_typed_error(text):
    try:
        value = parse(text)
    except IdentifierError:
        return
    assert parse(value.tagged) == value


@pytest.mark.parametrize("country", ["DE", "US", "FR", "GB", "IT", "BR", "CN", "SE"])
@pytest.mark.parametrize("form", [0, 1, 3])  # E.164, international, RFC 3966
def test_numbers_as_phonenumbers_writes_them_are_read(country, form):
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    written = phonenumbers.format_number(number, form)
    assert parse(written).e164 == phonenumbers.format_number(number, 0)


@pytest.mark.parametrize("number", ["882351234567890", "883130123456789", "491514123456789"])
def test_numbers_of_machines_are_read_whatever_the_plans_say(number):
    assert str(Msisdn(f"+{number}")) == number


@pytest.mark.parametrize("written", ["8949 0200 0012 3456 789F", Iccid("8949020000123456789")])
def test_parse_iccid_gives_the_digits_for_a_vendor(written):
    digits = parse_iccid(written)
    assert (digits, type(digits)) == ("8949020000123456789", str)


@pytest.mark.parametrize(
    "wrong", ["898600A12B3456789012", Iccid("898600A12B3456789012"), Imsi("262011234567890"), None]
)
def test_parse_iccid_refuses_what_no_vendor_takes(wrong):
    with pytest.raises(InvalidIdentifier):
        parse_iccid(wrong)
