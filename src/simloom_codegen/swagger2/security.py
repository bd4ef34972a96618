"""`securityDefinitions` become security schemes. The client's runtime authenticates, not they."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.record import mapping

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_ADDRESSES = ("authorizationUrl", "tokenUrl")


def security_schemes(document: Node, record: Record) -> Node:
    """Return the component security schemes; one of an unknown type is left out and named."""
    made: Node = {}
    record.move(("securityDefinitions",), ("components", "securitySchemes"))
    for name, given in mapping(document.get("securityDefinitions")).items():
        scheme = _scheme(given, ("securityDefinitions", name), record)
        if scheme is not None:
            made[name] = scheme
    return made


def _scheme(given: Any, place: Place, record: Record) -> Node | None:
    kind = mapping(given).get("type")
    if not isinstance(given, dict) or kind not in {"basic", "apiKey", "oauth2"}:
        record.note(place, f"left out: {kind!r} is no type of authentication in Swagger 2.0")
        return None
    kept = {
        key: copied(value) if isinstance(value, dict | list) else value
        for key, value in given.items()
        if key == "description" or str(key).startswith("x-")
    }
    if kind == "basic":
        return {"type": "http", "scheme": "basic", **kept}
    if kind == "apiKey":
        return {"type": "apiKey", **{k: given[k] for k in ("name", "in") if k in given}, **kept}
    flow = _FLOWS.get(str(given.get("flow")))
    if flow is None:
        record.note((*place, "flow"), f"left out: {given.get('flow')!r} is no OAuth 2.0 flow")
        return None
    scopes = {key: str(value) for key, value in mapping(given.get("scopes")).items()}
    addresses = {key: given[key] for key in _ADDRESSES if key in given}
    return {"type": "oauth2", "flows": {flow: {**addresses, "scopes": scopes}}, **kept}
