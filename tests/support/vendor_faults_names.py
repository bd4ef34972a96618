"""What vendors do wrong with names, paths and schemas, one fragment each."""

from __future__ import annotations

from vendor_fragments import Fault, get, parameter, post, properties, ref

LONG = "VeryLongNameOfAThing" * 12
KEYWORDS = (
    *("class", "def", "None", "True", "import", "async", "match", "type", "print", "self", "cls"),
    *("list", "dict", "str", "int", "bytes", "object", "property", "id", "field", "to_dict"),
    *("__init__", "__class__", "__slots__", "_private", "Any", "Unset", "UNSET", "models"),
)
ODD_NAMES = (
    "first name",
    "größe",
    "日本",
    "2fa",
    "a-b",
    "a.b",
    "a/b",
    "@type",
    "$id",
    "",
    "#",
    "💥",
)

FAULTS = [
    Fault("query in a path", {"/q?kind=a": get(), "/q?kind=b": get()}),
    Fault("fragment in a path", {"/f#one": get()}),
    Fault("trailing slashes", {"/slash": get(), "/slash/": get()}),
    Fault(
        "one operationId twice",
        {"/twice/a": get(operationId="same"), "/twice/b": get(operationId="same")},
        said="same",
    ),
    Fault(
        "operationId by case", {"/c/a": get(operationId="getX"), "/c/b": get(operationId="GetX")}
    ),
    Fault(
        "no responses", {"/no-responses": {"get": {}}}, said="added: operation without responses"
    ),
    Fault("only default", {"/default": {"get": {"responses": {"default": {"description": "x"}}}}}),
    Fault("empty schema", {"/empty": get({})}),
    Fault("array without items", {"/array": get({"type": "array"})}),
    Fault(
        "odd enumerations",
        {
            "/enum/mixed": get({"enum": ["a", 1, None, "a", True, 2.5]}),
            "/enum/null": get({"type": "string", "enum": [None]}),
            "/enum/none": get({"type": "string", "enum": []}),
            "/enum/numbers": get({"type": "integer", "enum": ["1", "2"]}),
            "/enum/words": get({"type": "string", "enum": ["", " ", "-", "None", "é", "1", "+1"]}),
        },
    ),
    Fault(
        "required that is not there", {"/req": post({**properties("a"), "required": ["a", "b"]})}
    ),
    Fault("keywords", {"/keywords": post(properties(*KEYWORDS))}),
    Fault("odd names", {"/odd": post(properties(*ODD_NAMES))}),
    Fault(
        "schemas with Python's names",
        {f"/named/{name}": get(ref(name)) for name in ("list", "None", "Any", "Request", "Client")},
        {name: properties("a") for name in ("list", "None", "Any", "Request", "Client")},
    ),
    Fault(
        "one name in many places",
        {
            "/places/{id}": get(
                parameters=[
                    parameter("id", where) for where in ("path", "query", "header", "cookie")
                ]
            )
        },
    ),
    Fault(
        "names of our own",
        {
            "/own/{body}/{client}/{request}": post(
                properties("body"),
                parameters=[
                    *(parameter(name, "path") for name in ("body", "client", "request")),
                    *(parameter(name) for name in ("models", "self", "UNSET", "Json", "_request")),
                ],
            )
        },
    ),
    Fault(
        "headers in odd cases",
        {
            "/headers": get(
                parameters=[
                    parameter(name, "header")
                    for name in ("x-key", "X-KEY", "X_Key", "ACCEPT", "content-TYPE", "If-Match")
                ]
            )
        },
    ),
    Fault(
        "siblings of $ref",
        {
            "/siblings": get(
                {**ref("Thing"), "description": "x", "nullable": True, "type": "string"}
            )
        },
        {"Thing": properties("a")},
    ),
    Fault(
        "encoded references",
        {"/encoded": get({"$ref": "#/components/schemas/A%20~1%C3%BC"})},
        {"A /ü": properties("a")},
    ),
    Fault(
        "recursion",
        {"/recursion": get(ref("Tree"))},
        {
            "Tree": {
                "type": "object",
                "properties": {"kids": {"type": "array", "items": ref("Tree")}},
            },
            "Loop": {"anyOf": [ref("Loop"), {"type": "string"}]},
            "Ping": {"allOf": [ref("Pong")]},
            "Pong": {"type": "object", "properties": {"ping": ref("Ping")}},
        },
    ),
    Fault(
        "a huge enumeration",
        {"/huge": get({"type": "string", "enum": [f"v{i}" for i in range(1000)]})},
    ),
    Fault(
        "nested unions",
        {
            "/unions": get(
                {
                    "oneOf": [
                        {"anyOf": [{"type": "string"}, {"allOf": [ref("Cat"), properties("age")]}]},
                        {"oneOf": [ref("Cat"), ref("Dog")], "nullable": True},
                        {"type": "array", "items": {"anyOf": [ref("Cat"), {"type": "integer"}]}},
                    ]
                }
            ),
            "/pets": get(
                {
                    "oneOf": [ref("Cat"), ref("Dog")],
                    "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}},
                }
            ),
            "/pet": get(ref("Pet")),
        },
        {
            "Cat": properties("kind", "purr"),
            "Dog": properties("kind", "bark"),
            "Pet": {**properties("type"), "discriminator": {"propertyName": "type"}},
            "Bird": {"allOf": [ref("Pet"), properties("song")]},
        },
    ),
    Fault("nullable without a type", {"/nullable": get({"nullable": True, "description": "x"})}),
    Fault(
        "wrong examples",
        {
            "/examples": get(
                {"type": "integer", "example": "x", "default": "y", "minimum": "z", "maxLength": -1}
            )
        },
    ),
]
"""Each at paths of its own, so that one document can hold them all."""
