"""Errors in the document's own words, otherwise as problem documents (RFC 9457)."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simloom.sandbox.anyspec.answers import content_in, is_json
from simloom.sandbox.anyspec.nouns import plain
from simloom.sandbox.anyspec.reading import operations
from simloom.sandbox.anyspec.sizes import TooLarge
from simloom.sandbox.anyspec.validation import fits
from simloom.sandbox.messages import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.anyspec.answers import Answers
    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.anyspec.shapes import Shapes

_TEXTS = {
    *("message", "detail", "details", "description", "text", "reason", "msg", "errormessage"),
    *("errordescription", "userfriendlymessage", "error"),
}
_TITLES = {"title"}
_STATUSES = {"status", "statuscode", "code", "httpstatus", "httpstatuscode", "errorcode"}
_FITTING = {400: (400, 422), 401: (401, 403)}
_DEEP = 3


class Problems:
    """Makes the errors of one spec."""

    def __init__(self, shapes: Shapes, answers: Answers, routes: AnyRoutes) -> None:
        self._shapes = shapes
        self._spec = shapes.spec
        self._answers = answers
        self._routes = routes
        self._usual = self._most_common()

    def error(
        self, operation_id: str | None, status: int, detail: str, *, shown: str | None = None
    ) -> Reply:
        """Return an error. `detail` is its reason, `shown` other words for who asked.

        A 400 is a 422, and a 401 a 403, where an operation declares the second only.
        """
        node = self._routes.nodes.get(operation_id or "", {})
        declared = node.get("responses", {})
        status = next(
            (one for one in _FITTING.get(status, ()) if str(one) in declared),
            status,
        )
        own = declared.get(str(status)) or declared.get("4XX") or declared.get("4xx")
        if own is None and not any(name.startswith("2") for name in declared):
            own = None  # then `default` is the good answer
        elif own is None:
            own = declared.get("default")
        media_type, content = content_in(self._spec.resolve(own or {}))
        if media_type is None or not is_json(media_type):
            media_type, content = self._usual or (None, {})
        if media_type is not None:
            body = self._told(content, status, shown or detail)
            if body is not None:
                return Reply(status=status, body=body, media_type=media_type, reason=detail)
        body = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": shown or detail,
        }
        media_type = "application/problem+json"
        return Reply(status=status, body=body, media_type=media_type, reason=detail)

    def _told(self, content: Mapping[str, Any], status: int, detail: str) -> Any:
        schema = content.get("schema", {})
        body = self._answers.example(content)
        if body is None or not fits(self._spec, schema, body):
            try:
                body = self._shapes.samples.make(schema, f"error {status}")
            except TooLarge:
                return None  # then the error has a shape of ours
        return self._filled(schema, body, status, detail, 0) if isinstance(body, dict) else body

    def _filled(
        self, schema: Any, body: dict[str, Any], status: int, detail: str, depth: int
    ) -> dict[str, Any]:
        members = self._shapes.members(schema)
        made = dict(body)
        for name, value in body.items():
            part, word = members.get(name, {}), plain(name)
            if isinstance(value, dict) and depth < _DEEP:
                made[name] = self._filled(part, value, status, detail, depth + 1)
                continue
            wanted: Any = None
            if word in _STATUSES:
                wanted = status if isinstance(value, int) else str(status)
                if isinstance(value, str) and not value.isdecimal():
                    wanted = None  # a code of the vendor's own
            elif word in _TEXTS:
                wanted = detail
            elif word in _TITLES:
                wanted = HTTPStatus(status).phrase
            if wanted is not None and fits(self._spec, part, wanted):
                made[name] = wanted
        return made

    def _most_common(self) -> tuple[str, Mapping[str, Any]] | None:
        """Return the body that most errors of the document have."""
        counts: Counter[int] = Counter()
        found: dict[int, tuple[str, Mapping[str, Any]]] = {}
        for _, _, _, node in operations(self._spec.document):
            for name, reference in node.get("responses", {}).items():
                if not (name.startswith(("4", "5")) or name == "default"):
                    continue
                if name == "default" and len(node["responses"]) == 1:
                    continue
                media_type, content = content_in(self._spec.resolve(reference))
                schema = content.get("schema")
                if media_type is None or not is_json(media_type) or not schema:
                    continue
                key = id(self._spec.resolve(schema))
                counts[key] += 1
                found[key] = (media_type, content)
        return found[counts.most_common(1)[0][0]] if counts else None
