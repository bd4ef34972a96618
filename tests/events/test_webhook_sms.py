"""Alphabets of short messages (3GPP TS 23.038) and messages in parts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.events.smsparts import complete, group_of, join
from simloom.events.smstext import (
    Alphabet,
    alphabet_of,
    decode,
    gsm7_text,
    octets_of,
    ucs2_text,
    unpacked,
    whole_text,
)
from simloom.events.types import SmsReceived

PART = SmsReceived(
    provider="telekom-bsc", id="1/1", sms_id="1", iccid="89", part=1, parts=3, reference="7"
)


@pytest.mark.parametrize(
    ("septets", "text"),
    [
        (b"Hello", "Hello"),
        (b"\x00\x01\x02\x03", "@£$¥"),
        (b"\x09\x0b\x0e\x10\x1c\x24\x40\x5b\x60\x7b\x7f", "ÇØÅΔÆ¤¡Ä¿äà"),
        (bytes(range(0x12, 0x1B)), "ΦΓΛΩΠΨΣΘΞ"),
        (
            b"\x1b\x65 \x1b\x3c\x1b\x3e \x1b\x28\x1b\x29 \x1b\x14\x1b\x2f\x1b\x3d\x1b\x40",
            "€ [] {} ^\\~|",
        ),
        (b"a\x1b\x0ab", "a\fb"),
        (b"\x1b\x1b", " "),
        (b"\x1bA", "A"),
        (b"a\x1b", "a"),
        (b"", ""),
    ],
)
def test_the_default_alphabet_and_its_extension(septets, text):
    assert gsm7_text(septets) == text


@pytest.mark.parametrize(
    ("packed", "count", "text"),
    [
        ("c8329bfd06", 5, "Hello"),  # "Hello" fits five octets, 3GPP TS 23.038, 6.1.2.1
        ("e8329bfd4697d9ec37", 10, "hellohello"),
        ("31d98c56b3dd00", 7, "1234567"),  # the last seven bits are no character
        ("31d98c56b3dd00", None, "1234567@"),
        ("31d98c56b3dd70", 8, "12345678"),
    ],
)
def test_eight_septets_in_seven_octets(packed, count, text):
    assert gsm7_text(unpacked(bytes.fromhex(packed), count)) == text


def test_a_header_before_seven_bit_text():
    # 05 00 03 CC 02 01: part 1 of 2; one fill bit follows (TS 23.040, 9.2.3.24)
    octets = bytes.fromhex("050003cc0201") + (
        int.from_bytes(b"\xc8\x32\x9b\xfd\x06", "little") << 1
    ).to_bytes(6, "little")
    assert decode(octets, 0, septets=12, header=6) == "Hello"


@pytest.mark.parametrize(
    ("dcs", "alphabet"),
    [
        (0, Alphabet.GSM7),
        (4, Alphabet.DATA),
        (8, Alphabet.UCS2),
        (0x0C, Alphabet.GSM7),
        (0x10, Alphabet.GSM7),
        (0x15, Alphabet.DATA),
        (0x19, Alphabet.UCS2),
        (0x20, Alphabet.DATA),
        (0x48, Alphabet.UCS2),
        (0x80, Alphabet.GSM7),
        (0xC0, Alphabet.GSM7),
        (0xD0, Alphabet.GSM7),
        (0xE0, Alphabet.UCS2),
        (0xF0, Alphabet.GSM7),
        (0xF4, Alphabet.DATA),
        (-1, Alphabet.GSM7),
        (256, Alphabet.GSM7),
    ],
)
def test_data_coding_schemes(dcs, alphabet):
    assert alphabet_of(dcs) is alphabet


def test_user_data_of_each_alphabet():
    assert decode(b"\xc8\x32\x9b\xfd\x06", 0, septets=5) == "Hello"
    assert decode(b"\x00\xff", 4) == b"\x00\xff"
    assert decode("Grüße 😀".encode("utf-16-be"), 8) == "Grüße 😀"
    assert decode(b"\x05\x00\x03\x01\x02\x01\x04\x1f", 8, header=6) == "П"
    assert ucs2_text(b"\xd8") == "\ufffd"
    assert whole_text("a\ud83d" + "\ude00b\ud83d") == "a😀b\ufffd"
    assert octets_of("ÿ\0") == b"\xff\0"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=140))
def test_packing_and_unpacking_are_each_other(septets):
    septets = bytes(septet & 0x7F for septet in septets)
    bits = sum(septet << 7 * place for place, septet in enumerate(septets))
    packed = bits.to_bytes(-(-len(septets) * 7 // 8), "little")
    assert unpacked(packed, len(septets)) == septets
    assert isinstance(gsm7_text(septets), str)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(-1, 300), st.integers(0, 20))
def test_any_user_data_can_be_read(octets, dcs, header):
    assert isinstance(decode(octets, dcs, header=header), (str, bytes))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60), st.integers(2, 5), st.randoms())
def test_a_text_cut_anywhere_and_mixed_is_whole_again(text, parts, random):
    units = text.encode("utf-16-be", "surrogatepass")
    cuts = sorted(random.randrange(len(units) // 2 + 1) * 2 for _ in range(parts - 1))
    edges = [0, *cuts, len(units)]
    pieces = [
        units[first:last].decode("utf-16-be", "surrogatepass") for first, last in pairwise(edges)
    ]
    arrived = [
        (number, evolve(PART, text=piece, part=number, parts=parts))
        for number, piece in enumerate(pieces, 1)
    ]
    arrived += random.sample(arrived, 2)
    random.shuffle(arrived)
    found = complete(parts, arrived)
    assert join(found).text == whole_text(text)


def test_parts_are_complete_or_not():
    assert complete(3, [(3, "c"), (1, "a")]) is None
    assert complete(3, [(3, "c"), (1, "a"), (1, "later"), (2, "b")]) == ["a", "b", "c"]


def test_data_in_parts():
    parts = [evolve(PART, part=1, payload=b"\x00a"), evolve(PART, part=2, payload=b"b")]
    joined = join(parts)
    assert (joined.payload, joined.text, joined.part, joined.parts) == (b"\x00ab", None, None, 3)
    assert joined.raw == [None, None]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"part": 2}, True),
        ({"part": 2, "iccid": "90"}, False),
        ({"part": 2, "reference": "8"}, False),
        ({"part": 2, "parts": 4}, False),
        ({"part": 2, "provider": "other"}, False),
    ],
)
def test_which_parts_belong_together(change, same):
    assert (group_of(evolve(PART, **change)) == group_of(PART)) is same


@pytest.mark.parametrize(
    "change", [{"reference": None}, {"part": None}, {"parts": 1, "part": 1}, {"part": 4}]
)
def test_what_is_no_part(change):
    assert group_of(evolve(PART, **change)) is None
