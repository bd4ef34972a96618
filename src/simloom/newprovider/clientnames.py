"""Names in a generated client, read without importing it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from pathlib import Path

_MODEL = re.compile(r"models\.(\w+)")
_LIST = re.compile(r"list\[models\.(\w+)\]")
_SLOT = re.compile(r"\{[^{}]*\}")


@frozen(kw_only=True)
class Module:
    """One generated operation. `answer` is the annotation of its typed answer."""

    package: str
    name: str
    path: str
    answer: str
    query: dict[str, str]
    """Wire name to the name of the argument."""
    arguments: tuple[str, ...]
    """Those without a default."""

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


def find_module(client: Path, method: str, path: str) -> Module | None:
    """Return the module of an operation; None when it is not there or not the only one.

    The loom may put the path of the server in front, and may rename the slots of a path.
    """
    wanted = _SLOT.sub("{}", path)
    found = [
        module
        for file in sorted(client.glob("api/*/*.py"))
        if file.name != "__init__.py"
        and (module := _read(file, client.name, method)) is not None
        and _SLOT.sub("{}", module.path) == wanted
    ]
    return found[0] if len(found) == 1 else None


def member(client: Path, model: str, wire: str) -> str | None:
    """Return the attribute of a model that has this name in JSON."""
    for node in _model(client, model):
        names: dict[str, str] = {}
        plain: list[str] = []
        for line in node.body:
            if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
                continue
            if line.target.id == "__wire__" and line.value is not None:
                names = ast.literal_eval(line.value)
            else:
                plain.append(line.target.id)
        told = {names.get(name, name): name for name in plain}
        return told.get(wire)
    return None


def entry(client: Path, model: str, attribute: str) -> str | None:
    """Return the class of the entries of a member that is a list."""
    for node in _model(client, model):
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == attribute:
                found = re.match(r"list\[(\w+)\]", ast.unparse(line.annotation))
                return found[1] if found else None
    return None


def _model(client: Path, name: str) -> list[ast.ClassDef]:
    return [
        node
        for file in sorted(client.glob("models/*.py"))
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == name
    ][:1]


def _read(file: Path, package: str, method: str) -> Module | None:
    text = file.read_text("utf-8")
    if f'method="{method}"' not in text:
        return None
    tree = ast.parse(text)
    path = answer = ""
    query: dict[str, str] = {}
    arguments: tuple[str, ...] = ()
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "OPERATION":
            answer = ast.unparse(node.annotation).removeprefix("Operation[").removesuffix("]")
            for one in node.value.keywords if isinstance(node.value, ast.Call) else ():
                if one.arg == "path" and isinstance(one.value, ast.Constant):
                    path = str(one.value.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "request":
            arguments = _arguments(node)
            query = _query(node)
    name = f"{package}.api.{file.parent.name}"
    return Module(
        package=name, name=file.stem, path=path, answer=answer, query=query, arguments=arguments
    )


def _arguments(node: ast.FunctionDef) -> tuple[str, ...]:
    given = [*node.args.posonlyargs, *node.args.args]
    needed = given[: len(given) - len(node.args.defaults)]
    keywords = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return tuple(one.arg for one in [*needed, *(key for key, value in keywords if value is None)])


def _query(node: ast.FunctionDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for call in ast.walk(node):
        for one in call.keywords if isinstance(call, ast.Call) else ():
            if one.arg == "query" and isinstance(one.value, ast.Dict):
                for key, value in zip(one.value.keys, one.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Name):
                        found[str(key.value)] = value.id
    return found
