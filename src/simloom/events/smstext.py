"""User data of short messages as text: 3GPP TS 23.038, without I/O.

Vendors that forward a message as JSON text have decoded it already. This is for octets: of vendors
that forward those, and of applications that get a payload as hexadecimal digits.
"""

from __future__ import annotations

from enum import StrEnum

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet (6.2.1) by septet."""
_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x1B: " ",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
"""What follows an escape (6.2.1.1); a second escape is shown as a space."""
_ESCAPE = 0x1B


class Alphabet(StrEnum):
    """How the characters of a message are coded."""

    GSM7 = "gsm7"
    DATA = "data"
    """8-bit data, or text that is compressed: octets with a meaning of their own."""
    UCS2 = "ucs2"


def alphabet_of(dcs: int) -> Alphabet:
    """Return the alphabet of a data coding scheme (4); reserved ones count as the default."""
    group = dcs >> 4
    if not 0 <= dcs <= 0xFF:
        return Alphabet.GSM7
    if group < 8:  # general data coding, or marked for automatic deletion
        if dcs & 0x20:
            return Alphabet.DATA
        return {1: Alphabet.DATA, 2: Alphabet.UCS2}.get(dcs >> 2 & 3, Alphabet.GSM7)
    if group == 0xE:
        return Alphabet.UCS2
    return Alphabet.DATA if group == 0xF and dcs & 4 else Alphabet.GSM7


def decode(octets: bytes, dcs: int, *, septets: int | None = None, header: int = 0) -> str | bytes:
    """Return the text of user data, or the octets themselves where they are data.

    `septets` is TP-UDL for the 7-bit alphabet (TS 23.040, 9.2.3.16), those of the header included.
    `header` is how many octets at the beginning are the header, its length octet included.
    """
    alphabet = alphabet_of(dcs)
    if alphabet is Alphabet.GSM7:
        skipped = -(-header * 8 // 7)  # fill bits take the text to the next septet
        return gsm7_text(unpacked(octets, septets)[skipped:])
    data = octets[header:]
    return data if alphabet is Alphabet.DATA else ucs2_text(data)


def unpacked(octets: bytes, count: int | None = None) -> bytes:
    """Return septets, one per byte, of eight in seven octets (6.1.2.1.1).

    Without `count`, a last septet of seven fill bits is taken for a character, as it cannot be told
    from `@`.
    """
    bits = int.from_bytes(octets, "little")
    most = len(octets) * 8 // 7
    wanted = most if count is None else max(0, min(count, most))
    return bytes(bits >> 7 * place & 0x7F for place in range(wanted))


def gsm7_text(septets: bytes) -> str:
    """Return the text of septets, one per byte.

    A code without a character in the extension table is shown as in the default alphabet, as
    6.2.1.1 wants it; an escape at the end is dropped.
    """
    found: list[str] = []
    escaped = False
    for septet in septets:
        code = septet & 0x7F
        if escaped:
            found.append(_EXTENSION.get(code, _BASIC[code]))
            escaped = False
        elif code == _ESCAPE:
            escaped = True
        else:
            found.append(_BASIC[code])
    return "".join(found)


def ucs2_text(octets: bytes) -> str:
    """Return the text of UTF-16BE, which devices send as UCS-2; half characters become U+FFFD."""
    return octets.decode("utf-16-be", "replace")


def whole_text(text: str) -> str:
    """Return text with the halves of characters put together that two parts of a message had."""
    return ucs2_text(text.encode("utf-16-be", "surrogatepass"))


def octets_of(payload: str) -> bytes:
    """Return 8-bit data that came as text: a character is an octet, or else UTF-8 was meant."""
    try:
        return payload.encode("latin-1")
    except UnicodeEncodeError:
        return payload.encode("utf-8", "surrogatepass")
