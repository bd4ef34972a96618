"""What the parts of an OpenAPI 3 document are, and what each of their fields holds.

One table serves two purposes: the walk learns which places are schemas, so that an `example` or a
property that happens to be called `default` is never taken for one, and the shape step learns which
type a field must have for the generator's own models to accept the document.

Only fields that the generator checks or that lead to a schema are listed; all others pass.
"""

from __future__ import annotations

from enum import Enum, auto

from attrs import frozen


class Kind(Enum):
    """A kind of object in the document; the values are the names used in records."""

    DOCUMENT = "document"
    INFO = "info"
    CONTACT = "contact"
    LICENSE = "license"
    SERVER = "server"
    SERVER_VARIABLE = "server variable"
    TAG = "tag"
    EXTERNAL_DOCS = "external documentation"
    PATHS = "paths"
    PATH_ITEM = "path item"
    OPERATION = "operation"
    PARAMETER = "parameter"
    REQUEST_BODY = "request body"
    RESPONSES = "responses"
    RESPONSE = "response"
    HEADER = "header"
    MEDIA_TYPE = "media type"
    ENCODING = "encoding"
    EXAMPLE = "example"
    LINK = "link"
    CALLBACK = "callback"
    COMPONENTS = "components"
    SCHEMA = "schema"
    DISCRIMINATOR = "discriminator"
    XML = "XML description"


class Value(Enum):
    """What a field that leads to no further object holds."""

    TEXT = auto()
    FLAG = auto()
    COUNT = auto()  # an integer of zero or more
    NUMBER = auto()
    POSITIVE = auto()  # a number above zero
    LIMIT = auto()  # a number, or the flag that 3.0 has in its place
    TEXTS = auto()
    TEXT_MAP = auto()
    LIST = auto()
    REQUIREMENTS = auto()  # security, where the security step does not look: in callbacks
    TYPE = auto()  # one type name or a list of them


class Many(Enum):
    """How many children a field holds."""

    ONE = auto()
    LIST = auto()
    MAP = auto()


@frozen
class Child:
    """A field that leads to further objects; `parsed` if the generator makes code from them."""

    kind: Kind
    many: Many = Many.ONE
    parsed: bool = True


# What may be a `$ref` to another object of its kind.
REFERABLE = frozenset(
    {
        *(Kind.PATH_ITEM, Kind.PARAMETER, Kind.REQUEST_BODY, Kind.RESPONSE, Kind.HEADER),
        *(Kind.EXAMPLE, Kind.LINK, Kind.CALLBACK, Kind.SCHEMA),
    }
)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
EVERY_KEY = "*"  # in the table: each key that is no extension holds this

_SCHEMA = Child(Kind.SCHEMA)
_SCHEMAS = Child(Kind.SCHEMA, Many.LIST)
_SCHEMA_MAP = Child(Kind.SCHEMA, Many.MAP)
_UNUSED_SCHEMA = Child(Kind.SCHEMA, parsed=False)
_UNUSED_SCHEMA_MAP = Child(Kind.SCHEMA, Many.MAP, parsed=False)
_DOCS = Child(Kind.EXTERNAL_DOCS)
_SERVERS = Child(Kind.SERVER, Many.LIST)
_PARAMETERS = Child(Kind.PARAMETER, Many.LIST)
_CONTENT = Child(Kind.MEDIA_TYPE, Many.MAP)
_EXAMPLES = Child(Kind.EXAMPLE, Many.MAP)
_CALLBACKS = Child(Kind.CALLBACK, Many.MAP, parsed=False)
_HEADERS = Child(Kind.HEADER, Many.MAP, parsed=False)
_LINKS = Child(Kind.LINK, Many.MAP, parsed=False)

_HEADER: dict[str, Child | Value] = {
    "description": Value.TEXT,
    "required": Value.FLAG,
    "deprecated": Value.FLAG,
    "allowEmptyValue": Value.FLAG,
    "style": Value.TEXT,
    "explode": Value.FLAG,
    "allowReserved": Value.FLAG,
    "schema": _SCHEMA,
    "examples": _EXAMPLES,
    "content": _CONTENT,
}

FIELDS: dict[Kind, dict[str, Child | Value]] = {
    Kind.DOCUMENT: {
        "openapi": Value.TEXT,
        "info": Child(Kind.INFO),
        "servers": _SERVERS,
        "paths": Child(Kind.PATHS),
        "webhooks": Child(Kind.PATH_ITEM, Many.MAP, parsed=False),
        "components": Child(Kind.COMPONENTS),
        "tags": Child(Kind.TAG, Many.LIST),
        "externalDocs": _DOCS,
    },
    Kind.INFO: {
        "title": Value.TEXT,
        "description": Value.TEXT,
        "termsOfService": Value.TEXT,
        "contact": Child(Kind.CONTACT),
        "license": Child(Kind.LICENSE),
        "version": Value.TEXT,
    },
    Kind.CONTACT: {"name": Value.TEXT, "url": Value.TEXT, "email": Value.TEXT},
    Kind.LICENSE: {"name": Value.TEXT, "url": Value.TEXT},
    Kind.SERVER: {
        "url": Value.TEXT,
        "description": Value.TEXT,
        "variables": Child(Kind.SERVER_VARIABLE, Many.MAP),
    },
    Kind.SERVER_VARIABLE: {
        "enum": Value.TEXTS,
        "default": Value.TEXT,
        "description": Value.TEXT,
    },
    Kind.TAG: {"name": Value.TEXT, "description": Value.TEXT, "externalDocs": _DOCS},
    Kind.EXTERNAL_DOCS: {"description": Value.TEXT, "url": Value.TEXT},
    Kind.PATHS: {EVERY_KEY: Child(Kind.PATH_ITEM)},
    Kind.PATH_ITEM: {
        "summary": Value.TEXT,
        "description": Value.TEXT,
        **dict.fromkeys(METHODS, Child(Kind.OPERATION)),
        "servers": _SERVERS,
        "parameters": _PARAMETERS,
    },
    Kind.OPERATION: {
        "tags": Value.TEXTS,
        "summary": Value.TEXT,
        "description": Value.TEXT,
        "externalDocs": _DOCS,
        "operationId": Value.TEXT,
        "parameters": _PARAMETERS,
        "requestBody": Child(Kind.REQUEST_BODY),
        "responses": Child(Kind.RESPONSES),
        "callbacks": _CALLBACKS,
        "deprecated": Value.FLAG,
        "security": Value.REQUIREMENTS,
        "servers": _SERVERS,
    },
    Kind.PARAMETER: {"name": Value.TEXT, "in": Value.TEXT, **_HEADER},
    Kind.REQUEST_BODY: {
        "description": Value.TEXT,
        "content": _CONTENT,
        "required": Value.FLAG,
    },
    Kind.RESPONSES: {EVERY_KEY: Child(Kind.RESPONSE)},
    Kind.RESPONSE: {
        "description": Value.TEXT,
        "headers": _HEADERS,
        "content": _CONTENT,
        "links": _LINKS,
    },
    Kind.HEADER: _HEADER,
    Kind.MEDIA_TYPE: {
        "schema": _SCHEMA,
        "examples": _EXAMPLES,
        "encoding": Child(Kind.ENCODING, Many.MAP, parsed=False),
    },
    Kind.ENCODING: {
        "contentType": Value.TEXT,
        "headers": _HEADERS,
        "style": Value.TEXT,
        "explode": Value.FLAG,
        "allowReserved": Value.FLAG,
    },
    Kind.EXAMPLE: {
        "summary": Value.TEXT,
        "description": Value.TEXT,
        "externalValue": Value.TEXT,
    },
    Kind.LINK: {
        "operationRef": Value.TEXT,
        "operationId": Value.TEXT,
        "description": Value.TEXT,
        "server": Child(Kind.SERVER),
    },
    Kind.CALLBACK: {EVERY_KEY: Child(Kind.PATH_ITEM)},
    Kind.COMPONENTS: {
        "schemas": _SCHEMA_MAP,
        "responses": Child(Kind.RESPONSE, Many.MAP),
        "parameters": Child(Kind.PARAMETER, Many.MAP),
        "examples": _EXAMPLES,
        "requestBodies": Child(Kind.REQUEST_BODY, Many.MAP),
        "headers": _HEADERS,
        "links": _LINKS,
        "callbacks": _CALLBACKS,
        "pathItems": Child(Kind.PATH_ITEM, Many.MAP, parsed=False),
    },
    Kind.SCHEMA: {
        "title": Value.TEXT,
        "multipleOf": Value.POSITIVE,
        "maximum": Value.NUMBER,
        "exclusiveMaximum": Value.LIMIT,
        "minimum": Value.NUMBER,
        "exclusiveMinimum": Value.LIMIT,
        "maxLength": Value.COUNT,
        "minLength": Value.COUNT,
        "pattern": Value.TEXT,
        "maxItems": Value.COUNT,
        "minItems": Value.COUNT,
        "uniqueItems": Value.FLAG,
        "maxProperties": Value.COUNT,
        "minProperties": Value.COUNT,
        "required": Value.TEXTS,
        "enum": Value.LIST,
        "type": Value.TYPE,
        "allOf": _SCHEMAS,
        "oneOf": _SCHEMAS,
        "anyOf": _SCHEMAS,
        "not": _UNUSED_SCHEMA,
        "items": _SCHEMA,
        "prefixItems": _SCHEMAS,
        "properties": _SCHEMA_MAP,
        "additionalProperties": _SCHEMA,
        "patternProperties": _SCHEMA_MAP,
        "if": _UNUSED_SCHEMA,
        "then": _UNUSED_SCHEMA,
        "else": _UNUSED_SCHEMA,
        "contains": _UNUSED_SCHEMA,
        "propertyNames": _UNUSED_SCHEMA,
        "unevaluatedItems": _UNUSED_SCHEMA,
        "unevaluatedProperties": _UNUSED_SCHEMA,
        "contentSchema": _UNUSED_SCHEMA,
        "dependentSchemas": _UNUSED_SCHEMA_MAP,
        "$defs": _UNUSED_SCHEMA_MAP,
        "description": Value.TEXT,
        "format": Value.TEXT,
        "nullable": Value.FLAG,
        "discriminator": Child(Kind.DISCRIMINATOR),
        "readOnly": Value.FLAG,
        "writeOnly": Value.FLAG,
        "xml": Child(Kind.XML),
        "externalDocs": _DOCS,
        "deprecated": Value.FLAG,
    },
    Kind.DISCRIMINATOR: {"propertyName": Value.TEXT, "mapping": Value.TEXT_MAP},
    Kind.XML: {
        "name": Value.TEXT,
        "namespace": Value.TEXT,
        "prefix": Value.TEXT,
        "attribute": Value.FLAG,
        "wrapped": Value.FLAG,
    },
}
