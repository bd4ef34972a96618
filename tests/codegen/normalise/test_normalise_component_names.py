from __future__ import annotations

import pytest

HASH = "287f9c0123456789abcdef0123456789"


def renamed(repaired, *names):
    schemas = ", ".join(f"'{name}': {{type: object}}" for name in names)
    result = repaired(f"paths: {{}}\ncomponents: {{schemas: {{{schemas}}}}}")
    assert len(result.parsed.classes) == len(names)
    return list(result.schemas)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{HASH}Destination", "Destination"),
        (f"{HASH}_Decade", "Decade"),
        (f"{HASH}decade", "decade"),
        (f"{HASH.upper()}Decade", "Decade"),
        ("0123456789abcdefSim", "Sim"),
        ("0123456789abcdeSim", "Model0123456789abcdeSim"),
        (f"{HASH}", f"Model{HASH}"),
        ("deadbeefdeadbeefdeadSim", "deadbeefdeadbeefdeadSim"),
        ("List«Sim»", "List_Sim"),
        ("com.vendor.Sim", "com.vendor.Sim"),
        ("Größe", "Groe"),
        ("3GStatus", "Model3GStatus"),
        ("日本", "Model"),
        ("a/b~c", "a_b_c"),
        ("a b", "a_b"),
        ("-", "Model"),
        ("_Sim", "_Sim"),
        ("Client", "ClientModel"),
        ("Unset", "UnsetModel"),
        ("unset", "unsetModel"),
        ("Model", "ModelModel"),
        ("Timestamp", "TimestampModel"),
        ("ValueError", "ValueErrorModel"),
        ("None", "NoneModel"),
        ("Error", "Error"),
        ("list", "list"),
    ],
)
def test_names_become_usable(repaired, name, expected):
    if expected == "Model":
        expected = "ModelModel"  # the repaired name is one our library uses itself
    assert renamed(repaired, name) == [expected]


COLLIDING = """
components:
  schemas:
    WebRTCEndpoint: {type: object, properties: {a: {type: string}}}
    WebRtcEndpoint: {type: object, properties: {b: {$ref: '#/components/schemas/WebRTCEndpoint'}}}
    webRTC_endpoint: {type: string, enum: [x]}
"""


def test_the_generator_puts_two_classes_in_one_module(stock):
    parsed = stock(COLLIDING)
    modules = [model.class_info.module_name for model in parsed.data.models]
    assert len(modules) != len(set(modules)) or parsed.errors


def test_classes_that_share_a_module_get_a_number(repaired):
    result = repaired(COLLIDING)
    assert list(result.schemas) == ["WebRTCEndpoint", "WebRtcEndpoint2", "webRTC_endpoint3"]
    assert result.parsed.types("WebRtcEndpoint2") == {"b": "WebRTCEndpoint"}


def test_names_without_the_hash_collide_in_order_and_references_follow(repaired):
    result = repaired(f"""
    components:
      schemas:
        {HASH}Sim: {{type: object, properties: {{a: {{type: string}}}}}}
        f{HASH[1:]}Sim:
          {{type: object, properties: {{b: {{$ref: '#/components/schemas/{HASH}Sim'}}}}}}
        Any:
          oneOf: [{{$ref: '#/components/schemas/{HASH}Sim'}}]
          discriminator: {{propertyName: t, mapping: {{x: '{HASH}Sim'}}}}
        User: {{type: array, items: {{$ref: '#/components/schemas/f{HASH[1:]}Sim'}}}}
    """)
    assert list(result.schemas) == ["Sim", "Sim2", "AnyModel", "User"]
    assert result.parsed.types("Sim2") == {"b": "Sim"}
    assert result.schemas["User"]["items"] == {"$ref": "#/components/schemas/Sim2"}


def test_a_good_name_is_never_taken_by_a_repaired_one(repaired):
    assert renamed(repaired, "Client", "ClientModel", "sim card", "sim_card") == [
        "ClientModel2",
        "ClientModel",
        "sim_card2",
        "sim_card",
    ]


@pytest.mark.parametrize("written", ["a%20b", "a b"])
def test_references_are_found_however_they_are_escaped(repaired, stock, written):
    fragment = f"""
    components:
      schemas:
        a b: {{type: object}}
        c/d: {{type: object, properties: {{x: {{$ref: '#/components/schemas/{written}'}}}}}}
        e: {{type: array, items: {{$ref: '#/components/schemas/c~1d'}}}}
    paths: {{}}
    """
    assert stock(fragment).errors
    result = repaired(fragment)
    assert list(result.schemas) == ["a_b", "c_d", "e"]
    assert result.parsed.types("CD") == {"x": "AB"}
