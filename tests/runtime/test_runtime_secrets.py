"""A canary is planted wherever a secret can be, and must not be seen."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint
import traceback

import attrs
import pytest
from attrs import define, field

from simloom.runtime import (
    UNSET,
    DecodeError,
    InvalidParameter,
    Model,
    Operation,
    Secret,
    Unset,
    to_secret,
)
from simloom.runtime.decoding import decode
from simloom.runtime.encoding import encode_body, encode_json
from simloom.runtime.masking import SECRET_NAMES, is_secret_name, masked, masked_json, safe_text

CANARY = "hunter2-2f1c"


@define(kw_only=True, repr=False, weakref_slot=False)
class Profile(Model):
    ki: Secret = field(converter=to_secret)


@define(kw_only=True, repr=False, weakref_slot=False)
class Card(Model):
    __wire__ = {"pin_codes": "pinCodes", "by_name": "byName"}

    iccid: str
    pin: Secret | Unset | None = field(default=UNSET, converter=to_secret)
    pin_codes: list[Secret] | Unset = UNSET
    by_name: dict[str, Secret] | Unset = UNSET
    profiles: list[Profile] | Unset = UNSET
    nested: dict[str, list[Profile]] | Unset = UNSET


def card() -> Card:
    return Card(
        iccid="1",
        pin=CANARY,
        pin_codes=[Secret(CANARY)],
        by_name={"puk": Secret(CANARY)},
        profiles=[Profile(ki=CANARY)],
        nested={"a": [Profile(ki=CANARY)]},
    )


REVEALED = {
    "iccid": "1",
    "pin": CANARY,
    "pinCodes": [CANARY],
    "byName": {"puk": CANARY},
    "profiles": [{"ki": CANARY}],
    "nested": {"a": [{"ki": CANARY}]},
}
MASKED = json.loads(json.dumps(REVEALED).replace(CANARY, "***"))


@pytest.mark.parametrize("value", [Secret(CANARY), card(), [Secret(CANARY)], {"a": card()}])
def test_no_way_of_printing_shows_it(value):
    ways = [
        repr(value),
        str(value),
        f"{value}",
        f"{value!r:>5}",
        f"{value!s}",
        "%s %r" % (value, value),  # noqa: UP031
        "{0} {0!r}".format(value),  # noqa: UP032
        pprint.pformat(value),
        ascii(value),
    ]
    assert all(CANARY not in text for text in ways)
    assert all("***" in text for text in ways)


@pytest.mark.parametrize("spec", ["", ">10", "s", "x<3"])
def test_a_format_specification_applies_to_the_mask(spec):
    assert format(Secret(CANARY), spec) == format("***", spec)


def test_attrs_tools_do_not_show_it():
    assert CANARY not in repr(attrs.asdict(card()))
    assert CANARY not in repr(attrs.evolve(card(), iccid="2"))


def test_logging_does_not_show_it(caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("app").warning("card %s, pin %r", card(), card().pin)
        logging.getLogger("app").warning({"pin": Secret(CANARY)})
    assert "***" in caplog.text
    assert CANARY not in caplog.text


def test_tracebacks_do_not_show_it():
    """With local variables too: they are shown by their repr."""
    local = card()
    try:
        encode_json({"card": local, "odd": object()})
    except InvalidParameter as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(shown.format())
    assert "local = Card(" in text
    assert CANARY not in text


def test_it_gives_itself_back_only_on_request():
    secret = Secret(CANARY)
    assert secret.reveal() == CANARY
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        secret + "x"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(protocol):
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps({"deep": [Secret(CANARY)]}, protocol)
    assert CANARY not in str(caught.value)


def test_copies_are_the_same_secret():
    secret = Secret(CANARY)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_equality_is_by_value_and_only_among_secrets():
    assert Secret(CANARY) == Secret(CANARY)
    assert hash(Secret(CANARY)) == hash(Secret(CANARY))
    assert Secret(CANARY) != Secret("other")
    assert Secret(CANARY) != CANARY
    assert hash(Secret(CANARY)) != hash(CANARY)
    assert Secret("h\u00fcnter") == Secret("h\u00fcnter")
    assert Secret("\ud800") != Secret("x")
    assert Secret("0")
    assert not Secret("")


def test_the_converter_wraps_text_and_leaves_the_rest():
    secret = Secret(CANARY)
    assert to_secret(secret) is secret
    assert to_secret(CANARY) == secret
    assert to_secret(1234) == Secret("1234")
    assert to_secret(None) is None
    assert to_secret(UNSET) is UNSET
    assert Card(iccid="1", pin=None).pin is None
    assert Card(iccid="1").pin is UNSET


def test_it_is_sent():
    assert json.loads(encode_json(card())) == REVEALED
    form = "application/x-www-form-urlencoded"
    assert encode_body(Profile(ki="a b&c"), form) == (b"ki=a+b%26c", form)
    assert CANARY.encode() in encode_body(Profile(ki=CANARY), "multipart/form-data")[0]


def test_to_dict_masks_it_unless_asked_to_reveal():
    assert card().to_dict() == MASKED
    assert card().to_dict(reveal_secrets=True) == REVEALED


def test_it_arrives_wrapped_wherever_it_is():
    read, problems = decode(json.dumps(REVEALED).encode(), Card)
    assert read == card()
    assert problems == ()
    assert CANARY not in repr(read)


@pytest.mark.parametrize("sent", [[CANARY], {"value": CANARY}, [[{"a": CANARY}]]])
@pytest.mark.parametrize("name", ["pin", "pinCodes", "byName"])
def test_a_secret_of_the_wrong_kind_is_out_of_sight_too(name, sent):
    wrapped = {"pin": sent, "pinCodes": [sent], "byName": {"puk": sent}}[name]
    read, problems = decode(json.dumps({"iccid": "1", name: wrapped}).encode(), Card)
    assert len(problems) == 1
    assert CANARY not in repr(read)
    assert CANARY not in repr(problems)
    assert CANARY not in str(read.to_dict())


def test_requests_do_not_show_bodies_parameters_or_headers():
    operation = Operation(
        id="reset_pin",
        method="POST",
        path="/sims/{id}",
        results={},
        media_type="application/json",
    )
    request = operation.request(
        path={"id": CANARY},
        query={"q": CANARY},
        headers={"x": CANARY},
        cookies={"c": CANARY},
        body={"pin": CANARY},
    )
    assert repr(request) == "<Request reset_pin: POST /sims/{id}>"
    assert repr(operation) == "<Operation reset_pin: POST /sims/{id}>"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("pin1", True),
        ("PUK2", True),
        ("access_token", True),
        ("accessToken", True),
        ("Client-Secret", True),
        ("OPc", True),
        ("appToken", True),
        ("pinned", False),
        ("token_type", False),
        ("iccid", False),
        ("", False),
    ],
)
def test_names_of_secrets_are_known_in_every_spelling(name, secret):
    assert is_secret_name(name) is secret


def test_masking_leaves_everything_else():
    data = {"sims": [{"iccid": "1", "PIN1": CANARY, "ki": [CANARY], "opc": None}], "n": 1.5}
    assert masked(data) == {
        "sims": [{"iccid": "1", "PIN1": "***", "ki": "***", "opc": "***"}],
        "n": 1.5,
    }
    assert data["sims"][0]["PIN1"] == CANARY


@pytest.mark.parametrize("name", sorted(SECRET_NAMES))
def test_masked_json_hides_every_secret_name(name):
    content = json.dumps({"a": [{name: CANARY, name.upper(): {"x": CANARY}}], "b": 1}).encode()
    text = masked_json(content)
    assert CANARY not in text
    assert json.loads(text)["b"] == 1


def test_masked_json_is_bounded():
    text = masked_json(json.dumps({"a": "x" * 10_000}).encode())
    assert len(text) < 4200
    assert text.endswith("(10008 characters)")


def test_the_errors_of_decoding_show_masked_content():
    content = json.dumps({"pin": CANARY, "other": 1}).encode()
    with pytest.raises(DecodeError) as caught:
        decode(content, Card)
    assert CANARY not in str(caught.value)
    error = DecodeError("x", content=content)
    assert error.masked_content == '{"pin":"***","other":1}'
    assert CANARY not in repr(error)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", "a b  c"),
        ("\x1b[2Jx\x00", " [2Jx "),
        ("a\u2028b\u0085c\u202ed", "a b c d"),
        ("Grüße", "Grüße"),
        ("x" * 400, "x" * 300 + "…"),
    ],
)
def test_text_for_logs_is_one_short_line(text, shown):
    assert safe_text(text) == shown
