"""The OpenAPI 3.1 documents that the measured clients are generated from."""

from __future__ import annotations

from typing import Any

from benchmarks.payload import CONNECTIONS, STATUSES

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_NUMBER = {"type": "number"}
_FLAG = {"type": "boolean"}
_MOMENT = {"type": "string", "format": "date-time"}


def sims_document() -> dict[str, Any]:
    """Describe `GET /v1/sims`, whose answer is `benchmarks.payload.page`."""
    sim = _object(
        iccid=_TEXT,
        eid=_or_null(_TEXT),
        imsi=_TEXT,
        msisdn=_TEXT,
        imei=_or_null(_TEXT),
        label=_TEXT,
        simType=_TEXT,
        status=_ref("SimStatus"),
        connection={"anyOf": [_ref("Connection"), {"type": "null"}]},
        ipAddress=_TEXT,
        apn=_TEXT,
        createdAt=_MOMENT,
        lastSeenAt=_or_null(_MOMENT),
        pinAttemptsLeft=_WHOLE,
        imeiLocked=_FLAG,
        roamingAllowed=_FLAG,
        monthlyFee=_NUMBER,
        ratePlan=_ref("RatePlan"),
        dataQuota=_ref("DataQuota"),
        smsQuota=_ref("SmsQuota"),
        location=_ref("Location"),
        tags={"type": "array", "items": _TEXT},
        customerReference=_TEXT,
        replacedBy=_or_null(_TEXT),
        note=_or_null(_TEXT),
        required=["iccid"],
    )
    schemas = {
        "SimStatus": {"type": "string", "enum": list(STATUSES)},
        "Connection": {"type": "string", "enum": list(CONNECTIONS)},
        "RatePlan": _object(
            id=_WHOLE, name=_TEXT, currency=_TEXT, activationFee=_or_null(_NUMBER), required=["id"]
        ),
        "DataQuota": _object(totalBytes=_WHOLE, usedBytes=_WHOLE, throttled=_FLAG),
        "SmsQuota": _object(total=_WHOLE, used=_WHOLE),
        "Location": _object(
            country=_TEXT, operatorName=_TEXT, mcc=_TEXT, mnc=_TEXT, cellId=_or_null(_WHOLE)
        ),
        "Sim": sim,
        "SimPage": _object(
            data={"type": "array", "items": _ref("Sim")},
            page=_WHOLE,
            pageSize=_WHOLE,
            totalCount=_WHOLE,
            nextCursor=_or_null(_TEXT),
            required=["data"],
        ),
    }
    parameters = [
        {"name": name, "in": "query", "schema": {"type": kind}}
        for name, kind in (("status", "string"), ("page", "integer"), ("pageSize", "integer"))
    ]
    return _document("/v1/sims", "listSims", "SimPage", schemas, parameters)


def many_models_document(models: int) -> dict[str, Any]:
    """Describe one operation and `models` models, each of eight members."""
    schemas = {
        f"Record{number:04d}": _object(
            id=_TEXT,
            displayName=_or_null(_TEXT),
            createdAt=_MOMENT,
            itemCount=_WHOLE,
            totalFee=_NUMBER,
            isActive=_FLAG,
            tags={"type": "array", "items": _TEXT},
            parent=_ref("Record0001"),
            required=["id"],
        )
        for number in range(1, models + 1)
    }
    return _document("/v1/records", "listRecords", "Record0001", schemas, [])


def _document(
    path: str,
    operation: str,
    answer: str,
    schemas: dict[str, Any],
    parameters: list[dict[str, Any]],
) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(answer)}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bench", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            path: {
                "get": {
                    "operationId": operation,
                    "tags": ["sims"],
                    "parameters": parameters,
                    "responses": {"200": {"description": "A page.", "content": content}},
                }
            }
        },
        "components": {"schemas": schemas},
    }


def _object(*, required: list[str] | None = None, **properties: dict[str, Any]) -> dict[str, Any]:
    """Describe an object; whether it is open is left unsaid, as the vendors leave it."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
