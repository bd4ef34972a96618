"""What the prepared document must not have any more, and what a person should look at.

Errors mean that code would be wrong or missing; normalise and the overlay leave none behind, so an
error here is a fault of one of them. Warnings are for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen
from openapi_python_client.strings import PythonIdentifier

from simloom_codegen.errors import LintError
from simloom_codegen.pointer import join, ref_tokens, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom_codegen.document import Document

CODES: dict[str, str] = {
    "duplicate-operation-id": "Two operations would be one module; the second replaces the first.",
    "missing-operation-id": "The operation's module would be named after its path.",
    "duplicate-schema-name": "Two schemas would be one class or one module.",
    "title": "A title renames a class and can make two schemas one.",
    "default": "A default would be sent although the caller did not set it.",
    "security": "Authentication belongs to the transport, not to generated functions.",
    "any-media-type": "The generator drops answers of the media type */*.",
    "remote-reference": "The generator cannot follow references to other files.",
    "path-parameters": "The path template and the declared path parameters differ.",
    "no-success": "No success answer is documented; the result is taken as empty.",
    "unmarked-secret": "The name looks like a secret, and x-secret does not say whether it is one.",
}
"""What each code means; the documentation shows this table."""

_SECRETS = frozenset(
    {"pin", "pin1", "pin2", "puk", "puk1", "puk2", "ki", "opc", "password", "secret", "token"}
    | {"access_token", "client_secret", "api_key", "refresh_token", "new_pin", "current_pin"}
)
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@frozen
class Finding:
    """One place that is wrong (`error`) or worth a look (`warning`)."""

    level: Literal["error", "warning"]
    code: str
    pointer: str
    message: str
    remedy: str = ""


def check(document: Document, *, name: str) -> list[Finding]:
    """Return the warnings; raise `LintError` with all errors if there is one."""
    found = lint(document)
    errors = [finding for finding in found if finding.level == "error"]
    if errors:
        listed = "\n".join(f"    {e.code} {e.pointer}: {e.message}" for e in errors)
        raise LintError(
            f"{len(errors)} faults are left in the prepared document:\n{listed}",
            file=name,
            pointer=errors[0].pointer,
            remedy=errors[0].remedy or "repair the place with the overlay",
        )
    return found


def lint(document: Document) -> list[Finding]:
    """Return everything that is wrong or worth a look, in document order."""
    return [*_operations(document), *_schemas(document), *_anywhere(document, ())]


def _operations(document: Document) -> Iterator[Finding]:
    names: dict[str, str] = {}
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            pointer = join(["paths", path, method])
            shared = [*item.get("parameters", []), *operation.get("parameters", [])]
            declared = {
                parameter.get("name")
                for parameter in (_followed(document, given) for given in shared)
                if parameter.get("in") == "path"
            }
            yield from _one_operation(operation, path, pointer, declared)
            if "operationId" not in operation:
                yield Finding("error", "missing-operation-id", pointer, f"{method.upper()} {path}")
                continue
            name = str(PythonIdentifier(operation["operationId"], "field_"))
            if name in names:
                message = f"{name} is also {names[name]}"
                yield Finding("error", "duplicate-operation-id", pointer, message)
            names.setdefault(name, pointer)


def _followed(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    """Return what a local reference leads to, or the node itself."""
    tokens = ref_tokens(node["$ref"]) if isinstance(node.get("$ref"), str) else None
    if tokens is None:
        return node
    try:
        found = resolve(document, tokens)
    except LookupError:
        return {}
    return found if isinstance(found, dict) else {}


def _one_operation(
    operation: dict[str, Any], path: str, pointer: str, declared: set[Any]
) -> Iterator[Finding]:
    if "security" in operation:
        yield Finding("error", "security", f"{pointer}/security", "security is left over")
    wanted = {part.partition("}")[0] for part in path.split("{")[1:]}
    if declared != wanted:
        message = f"the path has {sorted(wanted)}, the parameters {sorted(map(str, declared))}"
        yield Finding("error", "path-parameters", pointer, message)
    statuses = [str(status) for status in operation.get("responses", {})]
    if not any(status.startswith("2") or status == "default" for status in statuses):
        message = "no success answer is documented"
        yield Finding("warning", "no-success", f"{pointer}/responses", message)


def _schemas(document: Document) -> Iterator[Finding]:
    modules: dict[str, str] = {}
    if "security" in document:
        yield Finding("error", "security", "/security", "security is left over")
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        pointer = join(["components", "schemas", name])
        module = str(PythonIdentifier(name, "field_"))
        if module in modules:
            message = f"{name} and {modules[module]} are both models/{module}.py"
            yield Finding("error", "duplicate-schema-name", pointer, message)
        modules.setdefault(module, name)
        if isinstance(schema, dict):
            if "title" in schema:
                yield Finding("error", "title", f"{pointer}/title", f"{name} has a title")
            yield from _properties(schema, pointer)


def _properties(schema: dict[str, Any], pointer: str) -> Iterator[Finding]:
    for name, member in (schema.get("properties") or {}).items():
        if not isinstance(member, dict):
            continue
        place = pointer + join(["properties", name])
        if "default" in member:
            yield Finding("error", "default", f"{place}/default", f"{name} has a default")
        plain = str(name).replace("-", "_").lower()
        if plain in _SECRETS and member.get("type") == "string" and "x-secret" not in member:
            message = f"{name} looks like a secret"
            remedy = "add `x-secret: true` (or false) with the overlay"
            yield Finding("warning", "unmarked-secret", place, message, remedy)


def _anywhere(node: Any, tokens: tuple[str, ...]) -> Iterator[Finding]:
    """Look at every mapping for media types and references that the generator cannot take."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _anywhere(item, (*tokens, str(index)))
    if not isinstance(node, dict):
        return
    reference = node.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        remedy = "bundle the files into one first"
        yield Finding("error", "remote-reference", join(tokens), reference, remedy)
    content = node.get("content")
    if isinstance(content, dict) and "*/*" in content:
        yield Finding("error", "any-media-type", join([*tokens, "content"]), "*/* is left over")
    for key, value in node.items():
        if key not in {"example", "examples", "enum", "default", "const"} and not str(
            key
        ).startswith("x-"):
            yield from _anywhere(value, (*tokens, str(key)))
