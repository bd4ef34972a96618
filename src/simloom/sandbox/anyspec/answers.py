"""The answers of a spec's operations: its examples, otherwise values made up by the seed.

Nothing is stored. What has the same path has the same answer, and a collection lists items that
its item path knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simloom.sandbox.anyspec.validation import fits, kinds_of
from simloom.sandbox.messages import Call, Reply

if TYPE_CHECKING:
    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.anyspec.samples import Samples
    from simloom.sandbox.routing import Operation

_LISTED = 3
_NO_HEADERS = {"content-type", "content-length", "transfer-encoding", "connection", "date"}
_NOTHING: Mapping[str, Any] = {}


class Answers:
    """Makes the answers of all operations of one spec."""

    def __init__(self, samples: Samples, routes: AnyRoutes) -> None:
        self._spec = samples.spec
        self._samples = samples
        self._routes = routes
        reads = {item.template: item for item in routes.operations if item.method == "GET"}
        # By template of the collection: the operation that reads one of its items.
        self._item_reads = {
            template[:-1]: operation
            for template, operation in reads.items()
            if _variable(template) and template[:-1] in reads
        }
        self._collections = {template: reads[template] for template in self._item_reads}

    def success(self, operation: Operation, call: Call) -> Reply:
        """Return the answer to a call that the spec allows."""
        status, answer = self._declared(operation)
        headers = self._headers(answer, call.path)
        media_type, content = _content(answer)
        if media_type is None:
            return Reply(status=status, headers=headers)
        body = self._body(operation, call, content)
        if not _is_json(media_type):
            body = body if isinstance(body, str) else ""
            return Reply(status=status, body=body.encode(), headers=headers, media_type=media_type)
        return Reply(status=status, body=body, headers=headers, media_type=media_type)

    def error(self, operation_id: str | None, status: int, detail: str) -> Reply:
        """Return an error, as the spec describes it where it does."""
        phrase = HTTPStatus(status).phrase
        node = self._routes.nodes.get(operation_id or "", _NOTHING)
        answers = node.get("responses", {})
        declared = answers.get(str(status)) or answers.get("4XX") or answers.get("default")
        media_type, content = _content(self._spec.resolve(declared or {}))
        if media_type is not None and _is_json(media_type):
            body = self._example(content)
            if body is None:
                body = self._samples.make(content.get("schema", {}), f"error {status}")
            if body is not None:
                return Reply(status=status, body=body, media_type=media_type, reason=detail)
        own = {"status": status, "error": phrase, "detail": detail}
        return Reply(status=status, body=own, reason=detail)

    def _declared(self, operation: Operation) -> tuple[int, Mapping[str, Any]]:
        answers = self._routes.nodes[operation.id]["responses"]
        good = sorted(name for name in answers if name.upper().startswith("2"))
        for name in good or [name for name in ("default",) if name in answers]:
            status = int(name) if name.isdecimal() else 200
            return status, self._spec.resolve(answers[name])
        moved = sorted(name for name in answers if name.startswith("3") and name.isdecimal())
        return (int(moved[0]), self._spec.resolve(answers[moved[0]])) if moved else (204, {})

    def _headers(self, answer: Mapping[str, Any], key: str) -> dict[str, str]:
        made = {}
        for name, reference in answer.get("headers", {}).items():
            header = self._spec.resolve(reference)
            schema = header.get("schema", {})
            value = self._example(header)
            if value is None:
                value = self._samples.make(schema, f"{key} {name}")
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if name.lower() not in _NO_HEADERS and not isinstance(value, (dict, list)):
                made[name] = "".join(sign for sign in text if " " <= sign <= "~").strip()
        return made

    def _body(self, operation: Operation, call: Call, content: Mapping[str, Any]) -> Any:
        if operation.method == "GET" and operation.template in self._item_reads:
            return self._collection(operation, call.parameters)
        schema, key = content.get("schema", {}), _key(operation.template, call.parameters)
        body = self._example(content)
        if body is None:
            body = self._samples.make(schema, key)
        if not isinstance(body, dict):
            return body
        properties = self._properties(schema)
        told = dict(call.content) if isinstance(call.content, dict) else {}
        # A change answers with what was asked for, where the answer has such a member.
        body = body | {
            name: value
            for name, value in told.items()
            if name in body and fits(self._spec, properties.get(name, {}), value)
        }
        return body | self._known(operation, call, body, properties, told)

    def _known(
        self,
        operation: Operation,
        call: Call,
        body: Mapping[str, Any],
        properties: Mapping[str, Any],
        told: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return what the path says of an item, and what its collection lists of it."""
        variable = _variable(operation.template)
        if variable is None:
            return {}
        wanted, member = call.parameters[variable], _member(variable, body)
        known: dict[str, Any] = {}
        if member is not None and fits(self._spec, properties.get(member, {}), wanted):
            known[member] = wanted
        collection = self._collections.get(operation.template[:-1])
        if collection is not None:
            for item in _items(self._collection(collection, call.parameters)):
                name = _member(variable, item)
                if name is not None and str(item[name]) == str(wanted):
                    same = {n: v for n, v in item.items() if n in body and n not in told}
                    return known | same
        return known

    def _collection(self, operation: Operation, parameters: Mapping[str, Any]) -> Any:
        _, answer = self._declared(operation)
        _, content = _content(answer)
        schema, key = content.get("schema", {}), _key(operation.template, parameters)
        body = self._example(content)
        if body is not None:
            return body
        flat = self._samples.flat(schema)
        if "array" in kinds_of(flat):
            return self._listed(operation, flat, key, self._samples.make(schema, key))
        body = self._samples.make(schema, key)
        for name, part in flat.get("properties", {}).items():
            inner = self._samples.flat(part)
            if "array" in kinds_of(inner) and isinstance(body, dict) and name in body:
                listed = self._listed(operation, inner, key, body[name])
                if listed is not body[name]:
                    return body | {name: listed}
        return body

    def _listed(self, operation: Operation, schema: Mapping[str, Any], key: str, made: Any) -> Any:
        """Return a list of items with ids that differ; `made` itself if there is no id."""
        read = self._item_reads[operation.template]
        variable = _variable(read.template) or ""
        part = schema.get("items", {})
        properties = self._properties(part)
        member = _member(variable, properties)
        if member is None or "example" in schema:
            return made
        argument: Any = next((item.schema for item in read.parameters if item.name == variable), {})
        named = {"allOf": [argument, properties[member]]}
        count = min(max(_LISTED, schema.get("minItems", 0)), schema.get("maxItems", 1000))
        items: dict[str, Any] = {}
        for number in range(count * 4):
            own = self._samples.make(named, f"{key}#{number}", use_examples=number == 0)
            item = self._samples.make(part, f"{key}/{own}")
            if len(items) < count and isinstance(item, dict):
                items.setdefault(str(own), item | {member: own})
        return list(items.values())

    def _properties(self, schema: Any) -> Mapping[str, Any]:
        flat = self._samples.flat(schema) if isinstance(schema, Mapping) else {}
        properties: Mapping[str, Any] = flat.get("properties", _NOTHING)
        return properties

    def _example(self, holder: Mapping[str, Any]) -> Any:
        if "example" in holder:
            return holder["example"]
        for reference in holder.get("examples", {}).values():
            example = self._spec.resolve(reference)
            if "value" in example:
                return example["value"]
        return None


def _content(answer: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    content = answer.get("content", {})
    for name in sorted(content, key=lambda name: not _is_json(name)):
        shown = "application/json" if "*" in name else name
        return shown, content[name]
    return None, {}


def _is_json(media_type: str) -> bool:
    plain = media_type.partition(";")[0].strip().lower()
    return plain in {"application/json", "*/*", "application/*"} or plain.endswith("+json")


def _variable(template: tuple[str, ...]) -> str | None:
    last = template[-1]
    return last[1:-1] if last.startswith("{") and last.endswith("}") else None


def _key(template: tuple[str, ...], parameters: Mapping[str, Any]) -> str:
    parts = [str(parameters.get(part[1:-1], part)) if "{" in part else part for part in template]
    return f"/{'/'.join(parts)}"


def _items(body: Any) -> list[dict[str, Any]]:
    candidates = [body] if isinstance(body, list) else []
    if isinstance(body, dict):
        candidates = [value for value in body.values() if isinstance(value, list)]
    return [item for found in candidates for item in found if isinstance(item, dict)]


def _member(variable: str, members: Mapping[str, Any]) -> str | None:
    """Return the member that a path parameter means: `thing_id` is `thingId`, or else `id`."""
    plain = {name.lower().replace("_", "").replace("-", ""): name for name in members}
    wanted = variable.lower().replace("_", "").replace("-", "")
    if wanted in plain:
        return plain[wanted]
    return plain.get("id") if wanted.endswith("id") else None
