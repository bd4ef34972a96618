"""Names in a generated client, read without importing it."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from pathlib import Path

_MODEL = re.compile(r"models\.(\w+)")
_LIST = re.compile(r"list\[models\.(\w+)\]")
_SLOT = re.compile(r"\{[^{}]*\}")
_PATH = re.compile(r"^    path=(.+),$", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+)\(", re.MULTILINE)


@frozen(kw_only=True)
class Module:
    """One generated operation. `answer` is the annotation of its typed answer."""

    package: str
    name: str
    path: str
    answer: str
    query: dict[str, str]
    """Wire name to the name of the argument."""
    places: tuple[str, ...]
    """The arguments for the slots of the path, in their order."""
    needed: frozenset[str]
    """The other arguments without a default."""
    kinds: dict[str, frozenset[str]]
    """The alternatives of each argument's annotation."""

    @property
    def model(self) -> str | None:
        """The class of an answer that is one object."""
        found = _MODEL.fullmatch(self.answer)
        return found[1] if found else None

    @property
    def listed(self) -> str | None:
        """The class of the entries of an answer that is a list."""
        found = _LIST.fullmatch(self.answer)
        return found[1] if found else None

    @property
    def body(self) -> str | None:
        """The class of the body, if it is one."""
        told = [_MODEL.fullmatch(kind) for kind in self.kinds.get("body", ()) if kind != "Unset"]
        return told[0][1] if len(told) == 1 and told[0] else None


class ClientNames:
    """The names of one client, by its folder; what was read once is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _operations(self) -> list[tuple[Path, str, str]]:
        """File, text and path of each operation."""
        found = []
        for file in sorted(self._folder.glob("api/*/*.py")):
            text = file.read_text("utf-8")
            path = _PATH.search(text)
            if path is not None:
                found.append((file, text, str(ast.literal_eval(path[1]))))
        return found

    @cached_property
    def _models(self) -> dict[str, str]:
        """The text of the file of each class."""
        texts = [file.read_text("utf-8") for file in sorted(self._folder.glob("models/*.py"))]
        return {name: text for text in texts for name in _CLASS.findall(text)}

    def operation(self, method: str, path: str) -> Module | None:
        """Return the module of an operation; None when it is not there or not the only one.

        The loom may put the path of the server in front, and may rename the slots of a path.
        """
        wanted = _SLOT.sub("{}", path)
        found = [
            _read(text, file, self._folder.name, its_path)
            for file, text, its_path in self._operations
            if _SLOT.sub("{}", its_path) == wanted and f'method="{method}"' in text
        ]
        return found[0] if len(found) == 1 else None

    def member(self, model: str, wire: str) -> str | None:
        """Return the attribute of a model that has this name in JSON."""
        node = self._model(model)
        names: dict[str, str] = {}
        attributes: list[str] = []
        for line in node.body if node is not None else ():
            if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
                continue
            if line.target.id == "__wire__" and line.value is not None:
                names = ast.literal_eval(line.value)
            else:
                attributes.append(line.target.id)
        return {names.get(name, name): name for name in attributes}.get(wire)

    def kinds(self, model: str, attribute: str) -> frozenset[str]:
        """Return the alternatives of an attribute's annotation, without None and Unset."""
        node = self._model(model)
        for line in node.body if node is not None else ():
            if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == attribute:
                return _alternatives(line.annotation) - {"None", "Unset"}
        return frozenset()

    def inner(self, model: str, attribute: str) -> str | None:
        """Return the class of a member that is one object."""
        kinds = self.kinds(model, attribute)
        name = next(iter(kinds)) if len(kinds) == 1 else ""
        return name if name in self._models and not self.is_words(name) else None

    def entry(self, model: str, attribute: str) -> str | None:
        """Return the class of the entries of a member that is a list."""
        for kind in self.kinds(model, attribute):
            found = re.fullmatch(r"list\[(\w+)\]", kind)
            if found:
                return found[1]
        return None

    def is_words(self, name: str) -> bool:
        """Whether a class is an enumeration of texts."""
        node = self._model(name)
        return node is not None and [ast.unparse(one) for one in node.bases] == ["OpenStrEnum"]

    def _model(self, name: str) -> ast.ClassDef | None:
        text = self._models.get(name)
        found = [] if text is None else ast.parse(text).body
        return next(
            (one for one in found if isinstance(one, ast.ClassDef) and one.name == name), None
        )


def _alternatives(annotation: ast.expr | None) -> frozenset[str]:
    if isinstance(annotation, ast.BinOp):
        return _alternatives(annotation.left) | _alternatives(annotation.right)
    return frozenset() if annotation is None else frozenset({ast.unparse(annotation)})


def _read(text: str, file: Path, package: str, path: str) -> Module:
    answer = ""
    request: ast.FunctionDef | None = None
    for node in ast.parse(text).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "OPERATION":
            answer = ast.unparse(node.annotation).removeprefix("Operation[").removesuffix("]")
        elif isinstance(node, ast.FunctionDef) and node.name == "request":
            request = node
    return Module(
        package=f"{package}.api.{file.parent.name}",
        name=file.stem,
        path=path,
        answer=answer,
        query=_places(request, "query"),
        places=_in_order(path, _places(request, "path")),
        needed=_needed(request) - frozenset(_places(request, "path").values()),
        kinds={one.arg: _alternatives(one.annotation) for one in _arguments(request)},
    )


def _arguments(node: ast.FunctionDef | None) -> list[ast.arg]:
    if node is None:
        return []
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _needed(node: ast.FunctionDef | None) -> frozenset[str]:
    if node is None:
        return frozenset()
    given = [*node.args.posonlyargs, *node.args.args]
    first = given[: len(given) - len(node.args.defaults)]
    keywords = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return frozenset(
        one.arg for one in [*first, *(key for key, value in keywords if value is None)]
    )


def _in_order(path: str, names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(slot[1:-1], "") for slot in _SLOT.findall(path))


def _places(node: ast.FunctionDef | None, place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for call in ast.walk(node) if node is not None else ():
        for one in call.keywords if isinstance(call, ast.Call) else ():
            if one.arg == place and isinstance(one.value, ast.Dict):
                for key, value in zip(one.value.keys, one.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Name):
                        found[str(key.value)] = value.id
    return found
