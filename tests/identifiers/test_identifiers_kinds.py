from __future__ import annotations

import copy
import itertools
import json
import pickle
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

# A second opinion on every check digit.
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from simloom.errors import InvalidIdentifier
from simloom.identifiers import Eid, Iccid, Identifier, Imei, Imsi, Msisdn, parse
from simloom.identifiers.checkdigits import luhn_fits, mod97_fits

DIGITS = string.digits
SHAPES = {
    Iccid: r"89[0-9]{16,20}",
    Eid: r"89[0-9]{30}",
    Imsi: r"[2-7][0-9]{5,14}",
    Imei: r"[0-9]{14,16}",
    Msisdn: r"[1-9][0-9]{4,14}",
}
VALUES = {cls: st.from_regex(shape, fullmatch=True) for cls, shape in SHAPES.items()}
ANY = st.one_of(*(st.builds(cls, values) for cls, values in VALUES.items()))


def with_luhn(body):
    return body + luhn.calc_check_digit(body)


@pytest.mark.parametrize(
    ("cls", "written", "canonical"),
    [
        (Iccid, "894902000012345678", "894902000012345678"),
        (Iccid, "8949 0200 0012 3456 789", "8949020000123456789"),
        (Iccid, "89490-20000-12345-67890", "89490200001234567890"),
        (Iccid, "8949020000123456789F", "8949020000123456789"),
        (Iccid, "8949020000123456789f", "8949020000123456789"),
        (Iccid, "894902000012345678FF", "894902000012345678"),
        (Iccid, "8949020000123456789012", "8949020000123456789012"),
        (Iccid, "898600a12b3456789012", "898600A12B3456789012"),
        (Iccid, "\ufeff8949\u00a00200\u2011001234\u200b56789", "8949020000123456789"),
        (Eid, "8900 1012 0123 4123 4012 3456 7890 1224", "89001012012341234012345678901224"),
        (Imsi, "262-01 1234567890", "262011234567890"),
        (Imsi, "26201123456789F", "26201123456789"),
        (Imsi, "001010", "001010"),
        (Imei, "35-209900-176148-1", "352099001761481"),
        (Imei, "35209900176148", "35209900176148"),
        (Imei, "35-209900-176148-23", "3520990017614823"),
        (Msisdn, "+49 171 1234567", "491711234567"),
        (Msisdn, "0049 (171) 123.45/67", "491711234567"),
        (Msisdn, "491711234567", "491711234567"),
        (Msisdn, "+882 3512 3456 7890", "882351234567890"),
        (Msisdn, "+49 1514 123456789", "491514123456789"),
    ],
)
def test_what_people_write_becomes_canonical(cls, written, canonical):
    value = cls(written)
    assert str(value) == canonical
    assert cls(str(value)) == value
    assert cls.fits(written)


@pytest.mark.parametrize(
    ("cls", "written"),
    [
        *(
            (cls, text)
            for cls in SHAPES
            for text in ("", "F", "..", "abc", "+", "12a45678901234567")
        ),
        *((cls, "\uff18\uff19" + "0" * 30) for cls in SHAPES),
        *((cls, 8949020000123456789) for cls in SHAPES),
        *((cls, None) for cls in SHAPES),
        *((cls, "1" * 200_000) for cls in SHAPES),
        (Iccid, "1" * 17),
        (Iccid, "1" * 23),
        (Iccid, "F" * 20),
        (Iccid, "8949020000123456789\n"),
        (Iccid, "8949020000123456\u0667\u0668\u0669"),
        (Iccid, "89B902000012345678"),
        (Eid, "1" * 31),
        (Eid, "1" * 33),
        (Eid, "89001012012341234012345678901224F"),
        (Imsi, "12345"),
        (Imsi, "1" * 16),
        (Imei, "1" * 13),
        (Imei, "1" * 17),
        (Imei, "35/209900/176148/1"),
        (Msisdn, "0171 1234567"),
        (Msisdn, "+0171 1234567"),
        (Msisdn, "+49 (0) 171 1234567"),
        (Msisdn, "+00491711234567"),
        (Msisdn, "1234"),
        (Msisdn, "+1234567890123456"),
        (Msisdn, "\uff14\uff19\uff11\uff17\uff11"),
        (Msisdn, "+49171+234567"),
    ],
)
def test_what_is_not_of_the_kind_is_refused(cls, written):
    with pytest.raises(InvalidIdentifier):
        cls(written)


@pytest.mark.parametrize("text", ["8.949E+18", "2,62011E+14", "4.9171e11"])
def test_a_number_that_a_spreadsheet_has_broken_is_named(text):
    with pytest.raises(InvalidIdentifier, match="spreadsheet"):
        parse(text)


@pytest.mark.parametrize(
    ("cls", "right", "wrong"),
    [
        (Iccid, with_luhn("894902000012345678"), "8949020000123456780"),
        (Iccid, with_luhn("8949020000123456789"), "89490200001234567891"),
        (Imei, "352099001761481", "352099001761482"),
        (Eid, "89001012012341234012345678901224", "89001012012341234012345678901225"),
        (Eid, "89049032123451234512345678901235", "98049032123451234512345678901235"),
    ],
)
def test_strict_verifies_check_digits(cls, right, wrong):
    assert str(cls(right, strict=True)) == right
    assert str(cls(wrong)) == wrong
    for source in (wrong, cls(wrong)):
        with pytest.raises(InvalidIdentifier, match="check digit"):
            cls(source, strict=True)
    with pytest.raises(InvalidIdentifier, match="check digit"):
        parse(wrong if cls is not Imei else f"imei:{wrong}", strict=True)


@pytest.mark.parametrize(
    "value", [(Iccid, "894902000012345678"), (Imei, "35209900176148"), (Imei, "3520990017614823")]
)
def test_strict_lets_pass_what_has_no_check_digit(value):
    cls, text = value
    assert str(cls(text, strict=True)) == text


def test_strict_refuses_an_iccid_with_letters():
    with pytest.raises(InvalidIdentifier):
        Iccid("898600A12B3456789012", strict=True)


@given(st.text(DIGITS, min_size=1, max_size=24))
def test_check_digits_agree_with_stdnum(digits):
    assert luhn_fits(digits) == luhn.is_valid(digits)
    assert luhn_fits(with_luhn(digits))
    assert mod97_fits(digits) == (mod_97_10.checksum(digits) == 1)


@given(st.from_regex(r"89[0-9]{16,19}", fullmatch=True))
def test_an_iccid_equals_itself_with_its_check_digit_and_no_other(body):
    full = with_luhn(body)
    assert Iccid(full) == Iccid(body) == Iccid(full + "F")
    assert hash(Iccid(full)) == hash(Iccid(body))
    assert Iccid(full).check_digit == full[-1]
    for digit in DIGITS:
        other = Iccid(body + digit)
        assert (other == Iccid(body)) == (digit == full[-1])
        assert (other == Iccid(full)) == (digit == full[-1])


@given(st.from_regex(r"[0-9]{14}", fullmatch=True), st.from_regex(r"[0-9]{2}", fullmatch=True))
def test_an_imei_equals_itself_with_its_check_digit_and_no_other(body, version):
    full = with_luhn(body)
    assert Imei(full) == Imei(body)
    assert {Imei(full), Imei(body)} == {Imei(body)}
    assert sum(Imei(body + digit) == Imei(body) for digit in DIGITS) == 1
    with_version = Imei(body + version)
    assert with_version != Imei(body)
    assert with_version != Imei(full)
    assert with_version.device == Imei(full).device == body
    assert with_version.software_version == version


def chains():
    """ICCIDs that only differ in digits at the end, many of them check digits that fit."""

    def grown(body):
        found = [body]
        for end in "0123456789":
            found += [body + end, with_luhn(body + end)]
        once = with_luhn(body)
        return [*found, once, with_luhn(once), with_luhn(with_luhn(once)), once + "0"]

    return st.from_regex(r"89[0-9]{16}", fullmatch=True).map(grown)


@given(chains(), st.data())
def test_equality_is_transitive_and_agrees_with_hash_and_order(texts, data):
    one, two, three = (Iccid(data.draw(st.sampled_from(texts))) for _ in range(3))
    if one == two and two == three:
        assert one == three
    for a, b in ((one, two), (two, three), (one, three)):
        assert (a == b) == (b == a)
        assert (a < b) + (a == b) + (a > b) == 1
        assert (a <= b) == (a < b or a == b)
        if a == b:
            assert hash(a) == hash(b)
        if len(str(a)) == len(str(b)):  # no two SIMs of one issuer ever become one
            assert (a == b) == (str(a) == str(b))
    if one < two < three:
        assert one < three


@given(st.lists(ANY, max_size=8))
def test_identifiers_of_all_kinds_have_one_order(values):
    ordered = sorted(values)
    backwards = values[::-1]
    assert sorted(backwards) == ordered
    assert all(a <= b for a, b in itertools.pairwise(ordered))


@given(ANY)
def test_an_identifier_is_a_value(value):
    for twin in (
        copy.copy(value),
        copy.deepcopy(value),
        pickle.loads(pickle.dumps(value)),
        type(value)(value),
        parse(value.tagged),
        parse(value),
    ):
        assert (twin, str(twin), type(twin)) == (value, str(value), type(value))
        assert hash(twin) == hash(value)
    assert json.loads(json.dumps([value], default=str)) == [str(value)]
    assert value != str(value)
    assert f"{value}" == str(value)


@given(ANY)
def test_what_is_personal_is_masked_in_repr(value):
    text = str(value)
    assert len(value.masked) == len(text)
    if isinstance(value, Iccid):
        assert value.masked == text
    else:
        shown = value.masked.lstrip("*")
        assert len(shown) <= 4
        assert text.endswith(shown)
        assert text not in repr(value)


@pytest.mark.parametrize("name", ["_text", "_key", "kind", "extra"])
def test_an_identifier_cannot_be_changed(name):
    value = Imsi("262011234567890")
    with pytest.raises(AttributeError, match="cannot be changed"):
        setattr(value, name, "1")
    with pytest.raises(AttributeError):
        delattr(value, name)
    assert str(value) == "262011234567890"


def test_kinds_do_not_mix():
    assert Imsi("26201123456789") != Imei("26201123456789")
    assert len({Imsi("26201123456789"), Imei("26201123456789")}) == 2
    with pytest.raises(InvalidIdentifier, match=r"Imsi\('\*+6789'\) is not an IMEI"):
        Imei(Imsi("26201123456789"))
    with pytest.raises(TypeError):
        Imsi("262011") < "262011"  # noqa: B015


@given(st.text(max_size=60))
def test_any_text_is_an_identifier_or_a_typed_error(text):
    for cls in SHAPES:
        try:
            value = cls(text)
        except InvalidIdentifier:
            continue
        assert isinstance(value, Identifier)
        assert str(value).isascii()
        assert str(value).isalnum()


@given(st.sampled_from(list(SHAPES)), st.text(DIGITS + "+-. xX", min_size=5, max_size=45))
def test_an_error_never_shows_more_than_four_digits(cls, text):
    assume(not cls.fits(text))
    with pytest.raises(InvalidIdentifier) as raised:
        cls(text)
    said = str(raised.value).partition(" is not ")[0]
    assert sum(sign in DIGITS for sign in said) <= 4


def test_the_parts_of_an_identifier():
    assert Iccid("8949020000123456789").issuer == "8949020"
    assert Eid("89001012012341234012345678901224").issuer == "89001012"
    assert Imsi("262011234567890").mcc == "262"
    assert Imei("352099001761481").tac == "35209900"
    assert Imei("352099001761481").software_version is None
    assert Msisdn("+49 171 1234567").e164 == "+491711234567"
    assert Iccid("898600A12B3456789012").check_digit is None
    assert Iccid("894902000012345678").check_digit is None
