"""Answers of a spec's operations: its examples, otherwise values made up by the seed.

What has the same path has the same answer. What is kept of the items is the desk's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simloom.sandbox.anyspec.shapes import infer
from simloom.sandbox.anyspec.validation import fits
from simloom.sandbox.messages import Call, Reply

if TYPE_CHECKING:
    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.anyspec.samples import Samples
    from simloom.sandbox.routing import Operation

_NO_HEADERS = {"content-type", "content-length", "transfer-encoding", "connection", "date"}
_NOTHING: Mapping[str, Any] = {}
_GOOD, _MOVED = re.compile(r"2[0-9]{2}|2XX", re.IGNORECASE), re.compile(r"3[0-9]{2}")
_WITHOUT_BODY = frozenset({204, 205, 304})
# RFC 9110, sections 5.1 and 8.3.1; a document may have anything in these places.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:\s*;[ -~]*)?")


class Answers:
    """Makes the answers of all operations of one spec."""

    def __init__(self, samples: Samples, routes: AnyRoutes) -> None:
        self._spec = samples.spec
        self._samples = samples
        self._routes = routes

    def success(
        self, operation: Operation, call: Call, known: Mapping[str, Any] = _NOTHING
    ) -> Reply:
        """Return the answer to a call that the spec allows.

        Members that were sent, that the path names, or that are `known` have those values, as far
        as the schema allows them.
        """
        body = self.base(operation, call)
        if isinstance(body, dict):
            properties = self._properties(self.schema(operation))
            told = call.content if isinstance(call.content, dict) else {}
            path = {
                part[1:-1]: call.parameters.get(part[1:-1])
                for part in operation.template
                if part.startswith("{")
            }
            for name, value in (*told.items(), *path.items(), *known.items()):
                if name in body and fits(self._spec, properties.get(name, {}), value):
                    body = {**body, name: value}
        return self.reply(operation, call, body)

    def reply(
        self,
        operation: Operation,
        call: Call,
        body: Any,
        headers: Mapping[str, str | None] = _NOTHING,
    ) -> Reply:
        """Return an answer with this body. `headers` replace those of the spec; empty ones go."""
        status, answer = self._declared(operation)
        made: dict[str, str | None] = {**self._headers(answer, call.path)}
        lower = {name.lower(): name for name in made}
        for name, value in headers.items():
            if name.lower() in lower:
                made[lower[name.lower()]] = value
        shown = {name: _printable(value) for name, value in made.items() if value}
        media_type, _ = content_in(answer)
        if media_type is None or status in _WITHOUT_BODY:
            return Reply(status=status, headers=shown)
        if not is_json(media_type):
            text = body if isinstance(body, str) else ""
            return Reply(status=status, body=text.encode(), headers=shown, media_type=media_type)
        return Reply(status=status, body=body, headers=shown, media_type=media_type)

    def base(self, operation: Operation, call: Call) -> Any:
        """Return an example, or what is made up for the path."""
        content = self.content(operation)
        schema = content.get("schema", {})
        example = self.example(content)
        if example is not None and fits(self._spec, schema, example):
            return example
        if not content:
            return None
        return self._samples.make(schema, _key(operation.template, call.parameters))

    def content(self, operation: Operation) -> Mapping[str, Any]:
        """Return what the spec says of the body of a good answer; empty for none."""
        return content_in(self._declared(operation)[1])[1]

    def schema(self, operation: Operation) -> Any:
        """Return the schema of a good answer, from its example if it has none."""
        content = self.content(operation)
        if "schema" in content:
            return content["schema"]
        example = self.example(content)
        return {} if example is None else infer(example)

    def header_names(self, operation: Operation) -> tuple[str, ...]:
        """Return the headers that a good answer has."""
        return tuple(self._declared(operation)[1].get("headers", ()))

    def example(self, holder: Mapping[str, Any]) -> Any:
        """Return the example of a body or a header, the first of several; None without one."""
        if "example" in holder:
            return holder["example"]
        for reference in holder.get("examples", {}).values():
            example = self._spec.resolve(reference)
            if "value" in example:
                return example["value"]
        return None

    def _declared(self, operation: Operation) -> tuple[int, Mapping[str, Any]]:
        answers = self._routes.nodes[operation.id]["responses"]
        good = sorted(name for name in answers if _GOOD.fullmatch(name))
        for name in good or [name for name in ("default",) if name in answers]:
            status = int(name) if name.isdecimal() else 200
            return status, self._spec.resolve(answers[name])
        moved = sorted(name for name in answers if _MOVED.fullmatch(name))
        return (int(moved[0]), self._spec.resolve(answers[moved[0]])) if moved else (204, {})

    def _headers(self, answer: Mapping[str, Any], key: str) -> dict[str, str]:
        made = {}
        for name, reference in answer.get("headers", {}).items():
            header = self._spec.resolve(reference)
            schema = header.get("schema", {})
            value = self.example(header)
            if value is None:
                value = self._samples.make(schema, f"{key} {name}")
            text = str(value).lower() if isinstance(value, bool) else str(value)
            is_name = _HEADER_NAME.fullmatch(name) and name.lower() not in _NO_HEADERS
            if is_name and not isinstance(value, (dict, list)):
                made[name] = _printable(text)
        return made

    def _properties(self, schema: Any) -> Mapping[str, Any]:
        flat = self._samples.flat(schema) if isinstance(schema, Mapping) else {}
        properties: Mapping[str, Any] = flat.get("properties", _NOTHING)
        return properties


def content_in(answer: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """Return the media type that is answered with and what the spec says of it; JSON first."""
    content = answer.get("content", {})
    for name in sorted(content, key=lambda name: not is_json(name)):
        if "*" in name:
            return "application/json", content[name]
        otherwise = "application/json" if is_json(name) else "text/plain"
        return (name if _MEDIA_TYPE.fullmatch(name) else otherwise), content[name]
    return None, {}


def is_json(media_type: str) -> bool:
    """Tell whether a media type is JSON, or any."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain in {"application/json", "*/*", "application/*"} or plain.endswith("+json")


def _printable(text: str) -> str:
    return "".join(sign for sign in text if " " <= sign <= "~").strip()


def _key(template: tuple[str, ...], parameters: Mapping[str, Any]) -> str:
    parts = [str(parameters.get(part[1:-1], part)) if "{" in part else part for part in template]
    return f"/{'/'.join(parts)}"
