"""Documents of vendors that do not exist, one for each kind of login and one of Swagger 2.0."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
ICCID = {"name": "iccid", "in": "path", "required": True, "schema": TEXT}
SIM = {"$ref": "#/components/schemas/Sim"}


def query(name: str, schema: dict[str, Any] = TEXT) -> dict[str, Any]:
    """Return an optional parameter."""
    return {"name": name, "in": "query", "schema": schema}


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what is sent or answered as JSON."""
    return {"content": {"application/json": {"schema": schema}}}


def operation(
    name: str,
    answer: dict[str, Any],
    *parameters: dict[str, Any],
    sent: dict[str, Any] | None = None,
    status: str = "200",
) -> dict[str, Any]:
    """Return an operation that answers with JSON."""
    made: dict[str, Any] = {
        "operationId": name,
        "tags": ["sims"],
        "parameters": list(parameters),
        "responses": {status: {"description": "It.", **body(answer)}},
    }
    return made if sent is None else {**made, "requestBody": {"required": True, **body(sent)}}


def members(*required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}


def words(*allowed: str) -> dict[str, Any]:
    """Return the schema of a word."""
    return {"type": "string", "enum": list(allowed)}


def many(one: dict[str, Any] = SIM) -> dict[str, Any]:
    """Return the schema of an array."""
    return {"type": "array", "items": one}


def vendor(paths: dict[str, Any], sim: dict[str, Any], *schemes: dict[str, Any]) -> dict[str, Any]:
    """Return a document; requests are signed with the first of the schemes."""
    named = {f"scheme{number}": scheme for number, scheme in enumerate(schemes)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "A vendor that does not exist", "version": "1"},
        "servers": [{"url": "https://api.vendor.example/v2"}],
        "security": [{"scheme0": []}],
        "paths": paths,
        "components": {"schemas": {"Sim": sim}, "securitySchemes": named},
    }


def sims(*statuses: str) -> dict[str, Any]:
    """Return the schema of a SIM whose status is one of some words."""
    return members("iccid", "status", iccid=TEXT, imsi=TEXT, msisdn=TEXT, status=words(*statuses))


PAGES = vendor(
    {
        "/sims": {
            "get": operation(
                "list_sims",
                members("data", data=many(), meta=members(total=NUMBER, last_page=NUMBER)),
                query("page", {**NUMBER, "minimum": 1}),
                query("per_page", {**NUMBER, "maximum": 10}),
            )
        },
        "/sims/{iccid}": {
            "get": operation("get_sim", members("data", data=SIM), ICCID),
            "patch": operation(
                "patch_sim",
                SIM,
                ICCID,
                sent=members("status", status=words("ACTIVE", "SUSPENDED"), label=TEXT),
            ),
        },
    },
    sims("ACTIVE", "SUSPENDED", "HIBERNATED"),
    {"type": "http", "scheme": "bearer"},
)
OFFSETS = vendor(
    {
        "/cards": {
            "get": operation(
                "list_cards",
                members("content", content=many(), total=NUMBER),
                query("offset", NUMBER),
                query("limit", NUMBER),
            )
        },
        "/cards/{iccid}": {
            "get": operation(
                "get_card",
                SIM,
                ICCID,
                {**query("view", words("short", "full")), "required": True},
            ),
            "put": operation(
                "put_card", SIM, ICCID, sent=members("status", status=words("Enabled", "Disabled"))
            ),
        },
    },
    sims("Enabled", "Disabled"),
    {"type": "http", "scheme": "basic"},
)
CURSORS = vendor(
    {
        "/sims": {
            "get": operation(
                "list_sims",
                members(
                    "items",
                    items=many(),
                    page_info=members(next_cursor={**TEXT, "nullable": True}),
                ),
                query("cursor"),
                query("limit", {**NUMBER, "maximum": 5}),
            )
        },
        "/sims/{iccid}": {"get": operation("get_sim", SIM, ICCID)},
        "/sims/{iccid}/actions": {
            "post": operation(
                "act",
                members(id=TEXT),
                ICCID,
                sent=members("action", action=words("suspend", "resume", "terminate")),
                status="202",
            )
        },
    },
    sims("ACTIVATED", "SUSPENDED", "PURGED"),
    {"type": "apiKey", "in": "header", "name": "X-Acme-Key"},
    {"type": "apiKey", "in": "header", "name": "X-Old-Key"},
)
LINKS = vendor(
    {
        "/sims": {
            "get": operation(
                "list_sims",
                members("data", data=many(), links=members(next={**TEXT, "nullable": True})),
                query("page[size]", {**NUMBER, "maximum": 10}),
            )
        },
        "/sims/{iccid}": {"get": operation("get_sim", members("data", data=SIM), ICCID)},
        "/sims/{iccid}/suspend": {"post": operation("suspend", members(data=SIM), ICCID)},
        "/sims/{iccid}/resume": {"post": operation("resume", members(data=SIM), ICCID)},
    },
    members("type", "id", type=TEXT, id=TEXT, attributes=sims("active", "suspended")),
    {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://auth.vendor.example/token", "scopes": {}}
        },
    },
)


def login(name: str) -> dict[str, Any]:
    """Return an operation that has a token for a name and a password."""
    made = operation(
        name,
        members("token", token=TEXT, expires_in=NUMBER),
        sent=members("username", "password", username=TEXT, password=TEXT),
    )
    return {**made, "security": []}


HEADERS = vendor(
    {
        "/auth/login": {"post": login("login")},
        "/auth/partner-login": {"post": login("login_of_partners")},
        "/sims": {
            "get": {
                **operation("list_sims", many(), query("per_page", {**NUMBER, "maximum": 10})),
                "responses": {
                    "200": {
                        "description": "It.",
                        "headers": {"Link": {"schema": TEXT}},
                        **body(many()),
                    }
                },
            }
        },
        "/sims/{iccid}": {
            "get": operation("get_sim", SIM, ICCID),
            "patch": operation(
                "patch_sim", SIM, ICCID, sent=members(status=words("active", "suspended"))
            ),
        },
    },
    sims("active", "suspended"),
    {"type": "http", "scheme": "bearer"},
)
ID = {"name": "id", "in": "path", "required": True, "type": "integer", "format": "int64"}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "A vendor that does not exist", "version": "1"},
    "host": "api.vendor.example",
    "basePath": "/api/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "security": [{"key": []}],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}},
    "paths": {
        "/sims": {
            "get": {
                "operationId": "listUsingGET",
                "tags": ["sim-controller"],
                "parameters": [
                    {"name": "iccid", "in": "query", "type": "string"},
                    {"name": "pageNumber", "in": "query", "type": "integer", "default": 0},
                    {"name": "pageSize", "in": "query", "type": "integer", "default": 20},
                ],
                "responses": {
                    "200": {"description": "OK", "schema": {"$ref": "#/definitions/PageOfSim"}}
                },
            }
        },
        "/sims/{id}": {
            "get": {
                "operationId": "getUsingGET",
                "tags": ["sim-controller"],
                "parameters": [ID],
                "responses": {
                    "200": {"description": "OK", "schema": {"$ref": "#/definitions/SimDto"}}
                },
            }
        },
        "/sims/{id}/status": {
            "post": {
                "operationId": "statusUsingPOST",
                "tags": ["sim-controller"],
                "parameters": [
                    ID,
                    {
                        "name": "dto",
                        "in": "body",
                        "required": True,
                        "schema": members("status", status=words("ACTIVE", "SUSPENDED")),
                    },
                ],
                "responses": {"200": {"description": "OK"}},
            }
        },
    },
    "definitions": {
        "PageOfSim": members(
            content=many({"$ref": "#/definitions/SimDto"}),
            last={"type": "boolean"},
            totalElements=NUMBER,
        ),
        "SimDto": members(
            "id",
            "iccid",
            id={"type": "integer", "format": "int64"},
            iccid=TEXT,
            imsi=TEXT,
            simStatus=words("ACTIVE", "SUSPENDED", "RETIRED"),
        ),
    },
}
