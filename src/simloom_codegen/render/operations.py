"""Views of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom_codegen.render.text import described, docstring, literal, plain, safe, sentence
from simloom_codegen.render.types import type_of, union

if TYPE_CHECKING:
    from openapi_python_client.parser.openapi import Endpoint

    from simloom_codegen.render.facts import Facts

PREFIX = "models."
_EXTENSIONS = ("x-quota", "x-bulk", "x-identifiers", "x-rate-limit")
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_BY_METHOD = {"get": "READ", "head": "READ", "options": "READ", "put": "SET_STATE"}
_RETRY = {"read": "READ", "set-state": "SET_STATE", "additive": "ADDITIVE"}


@frozen
class OperationView:
    """One operation module. Every attribute is Python code, ready to be laid out."""

    title: str
    id: str
    method: str
    path: str
    result: str
    results: list[tuple[str, str]]
    errors: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    parameters: list[tuple[str, str, bool]]
    path_count: int
    places: list[tuple[str, list[tuple[str, str]]]]
    has_body: bool
    docstring: str

    @property
    def signature(self) -> str:
        """The parameters of `request`."""
        return _signature(self.parameters, self.path_count, [])

    def client_signature(self, protocol: str) -> str:
        """Return the parameters of the functions that send; `client` is by keyword."""
        return _signature(self.parameters, self.path_count, [("client", protocol, True)])

    @property
    def arguments(self) -> str:
        """How those functions pass everything on to `request`."""
        return ", ".join(
            name if index < self.path_count else f"{name}={name}"
            for index, (name, _, _) in enumerate(self.parameters)
        )


def operation_view(endpoint: Endpoint, facts: Facts) -> OperationView:
    """Return the view of an endpoint of the generator."""
    raw = facts.operation(str(endpoint.name))
    results, errors = _bodies(endpoint)
    body = endpoint.bodies[0] if endpoint.bodies else None
    _free_reserved_names(endpoint)
    return OperationView(
        title=safe(sentence(plain(endpoint.summary)).rstrip(".") or str(endpoint.name)),
        id=literal(str(endpoint.name)),
        method=literal(endpoint.method.upper()),
        path=literal(plain(endpoint.path)),
        result=union(text for _, _, text in results) or "None",
        results=[(literal(status), text) for status, text, _ in results],
        errors=[(literal(status), text) for status, text, _ in errors],
        facts=_facts(endpoint, raw, facts, body),
        parameters=_parameters(endpoint, body),
        path_count=len(endpoint.path_parameters),
        places=_places(endpoint),
        has_body=body is not None,
        docstring=_docstring(endpoint, raw, facts, [status for status, _, _ in errors]),
    )


def _signature(
    parameters: list[tuple[str, str, bool]], path_count: int, extra: list[tuple[str, str, bool]]
) -> str:
    def written(item: tuple[str, str, bool]) -> str:
        name, annotation, required = item
        return f"{name}: {annotation}" if required else f"{name}: {annotation} = UNSET"

    positional = [written(item) for item in parameters[:path_count]]
    named = [written(item) for item in [*extra, *parameters[path_count:]]]
    return ", ".join([*positional, *(["*", *named] if named else [])])


def _parameters(endpoint: Endpoint, body: Any) -> list[tuple[str, str, bool]]:
    found = [
        (str(prop.python_name), _parameter_type(prop), True) for prop in endpoint.path_parameters
    ]
    if body is not None:
        annotation = "bytes" if body.body_type == "content" else type_of(body.prop, prefix=PREFIX)
        required = bool(body.prop.required)
        found.append(("body", annotation if required else f"{annotation} | Unset", required))
    named = [
        *endpoint.query_parameters,
        *endpoint.header_parameters,
        *endpoint.cookie_parameters,
    ]
    found.extend(
        (str(prop.python_name), _parameter_type(prop), bool(prop.required)) for prop in named
    )
    return found


def _parameter_type(prop: Any) -> str:
    annotation = type_of(prop, prefix=PREFIX)
    return annotation if prop.required or annotation == "Any" else f"{annotation} | Unset"


def _free_reserved_names(endpoint: Endpoint) -> None:
    """Rename parameters that would hide the body or one another's place in the signature."""
    for place, group in (
        ("path", endpoint.path_parameters),
        ("query", endpoint.query_parameters),
        ("header", endpoint.header_parameters),
        ("cookie", endpoint.cookie_parameters),
    ):
        for prop in group:
            if str(prop.python_name) in {"body", "client", "models"}:
                old, new = str(prop.python_name), f"{prop.python_name}_{place}"
                object.__setattr__(prop, "python_name", type(prop.python_name)(new, "field_"))
                if place == "path":
                    path = plain(endpoint.path).replace("{" + old + "}", "{" + new + "}")
                    endpoint.path = type(endpoint.path)(path)


def _places(endpoint: Endpoint) -> list[tuple[str, list[tuple[str, str]]]]:
    def pairs(group: list[Any], *, by_python_name: bool = False) -> list[tuple[str, str]]:
        return [
            (literal(str(p.python_name) if by_python_name else plain(p.name)), str(p.python_name))
            for p in group
        ]

    places = [
        ("path", pairs(endpoint.path_parameters, by_python_name=True)),
        ("query", pairs(endpoint.query_parameters)),
        ("headers", pairs(endpoint.header_parameters)),
        ("cookies", pairs(endpoint.cookie_parameters)),
    ]
    return [(place, values) for place, values in places if values]


Body = tuple[int | str, str, str]


def _bodies(endpoint: Endpoint) -> tuple[list[Body], list[Body]]:
    """Sort documented answers into results and errors: status, body expression, Python type."""
    results: list[Body] = []
    errors: list[Body] = []
    for response in endpoint.responses.patterns:
        span = response.status_code.range
        if span is None:
            continue
        status: int | str = span[0] if span[0] == span[1] else f"{span[0] // 100}XX"
        text, annotation = _body(response)
        (results if 200 <= span[0] < 300 else errors).append((status, text, annotation))
    if endpoint.responses.default is not None:
        text, annotation = _body(endpoint.responses.default)
        errors.append(("default", text, annotation))
        if not results:
            results.append(("default", text, annotation))
    if not results:
        results.append(("2XX", "Empty()", "None"))
    return results, errors


def _body(response: Any) -> tuple[str, str]:
    source = response.source["attribute"]
    if source == "response.json()":
        annotation = type_of(response.prop, prefix=PREFIX)
        return f"Json(lambda: {annotation})", annotation
    if source == "response.text":
        return "Text()", "str"
    if source == "response.content":
        return "Binary()", "bytes"
    return "Empty()", "None"


def _facts(
    endpoint: Endpoint, raw: dict[str, Any], facts: Facts, body: Any
) -> list[tuple[str, str]]:
    """Return the keyword arguments of `Operation` that are not the same for everyone."""
    found: list[tuple[str, str]] = []
    if body is not None:
        found.append(("media_type", literal(plain(body.content_type))))
    retry = _RETRY.get(str(raw.get("x-retry-class")), _BY_METHOD.get(endpoint.method, "ADDITIVE"))
    found.append(("retry", f"RetryClass.{retry}"))
    evidence = raw.get("x-evidence")
    if evidence in {"documented", "inferred"}:
        found.append(("evidence", f"Evidence.{evidence.upper()}"))
    joined = {
        parameter["name"]: _SEPARATORS[parameter.get("style", "form")]
        for parameter in facts.parameters(raw)
        if parameter.get("in") == "query"
        and parameter.get("style", "form") in _SEPARATORS
        and parameter.get("explode", parameter.get("style", "form") == "form") is False
    }
    if joined:
        found.append(("joined", literal(joined)))
    extensions = {name: raw[name] for name in _EXTENSIONS if name in raw}
    if extensions:
        found.append(("extensions", literal(extensions)))
    if raw.get("deprecated") is True:
        found.append(("deprecated", "True"))
    servers = raw.get("servers")
    if isinstance(servers, list) and servers and isinstance(servers[0], dict):
        found.append(("server", literal(str(servers[0].get("url", "")))))
    return found


def _docstring(
    endpoint: Endpoint, raw: dict[str, Any], facts: Facts, errors: list[int | str]
) -> str:
    head = docstring(
        sentence(plain(endpoint.summary)) or f"{endpoint.name}.",
        plain(endpoint.description),
    )
    parts = [head]
    about = [
        f"{endpoint.method.upper()} {plain(endpoint.path)}",
        f"path {raw['x-evidence']}" if "x-evidence" in raw else "",
        f"source: {raw['x-source']}" if "x-source" in raw else "",
    ]
    parts.append(safe("; ".join(piece for piece in about if piece)))
    told = {item["name"]: plain(item.get("description")) for item in facts.parameters(raw)}
    arguments = [
        (str(prop.python_name), told.get(plain(prop.name)) or plain(prop.description))
        for prop in [
            *endpoint.path_parameters,
            *endpoint.query_parameters,
            *endpoint.header_parameters,
            *endpoint.cookie_parameters,
        ]
    ]
    if endpoint.bodies:
        arguments.append(("body", f"sent as {plain(endpoint.bodies[0].content_type)}"))
    arguments = [(name, text) for name, text in arguments if text]
    if arguments:
        parts.append(described(arguments, heading="Args"))
    if errors:
        listed = ", ".join(str(status) for status in errors)
        parts.append(
            described([("ApiError", f"for the documented statuses {listed}")], heading="Raises")
        )
    return "\n\n".join(parts)
