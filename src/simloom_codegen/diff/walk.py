"""The walk through two documents side by side: what is still to be compared, and where it belongs.

Nothing recurses. A rule compares what it is given and queues what lies below, so a deep or circular
schema costs no stack, and a pair that was queued before is only linked.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.flatten import LEADING_ON, TEXTS, is_reference
from simloom_codegen.diff.ledger import Node, finding
from simloom_codegen.diff.references import component_name, join, pointers
from simloom_codegen.diff.subject import subject
from simloom_codegen.diff.values import mapping, same
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from simloom_codegen.diff.references import Document
    from simloom_codegen.diff.shape import Part, Site


MAX_NODES = 100_000
"""Far beyond any real document; merging schemas that lead into each other can grow without end."""


class _Task(NamedTuple):
    node: Node
    scope: str
    rule: Callable[[], None]


class Walk:
    """Two documents, the queue, and the place that is being compared now."""

    def __init__(
        self,
        old: Document,
        new: Document,
        schema_rule: Callable[[Walk, Site, Site, Direction], None],
    ) -> None:
        self.old = old
        self.new = new
        self.nodes: dict[Hashable, Node] = {}
        self._schema_rule = schema_rule
        self._here = Node(pointer="")
        self.nodes[""] = self._here
        self._scope = ""
        self._queue: deque[_Task] = deque()

    def run(self) -> None:
        """Work until nothing is queued."""
        while self._queue:
            task = self._queue.popleft()
            self._here, self._scope = task.node, task.scope
            task.rule()

    def operation(self, label: str, pointer: str, rule: Callable[[], None]) -> None:
        """Queue an operation."""
        node = self.nodes.setdefault((label, pointer), Node(pointer=pointer, label=label))
        self._queue.append(_Task(node, pointer, rule))

    def document(self, rule: Callable[[], None]) -> None:
        """Queue something that belongs to no operation."""
        self._queue.append(_Task(self.nodes[""], "", rule))

    def within(self, scope: str, rule: Callable[[], None]) -> None:
        """Queue a part of the present node; error findings in one scope are told as one."""
        self._queue.append(_Task(self._here, scope, rule))

    def shared(self, key: Hashable, pointer: str, rule: Callable[[], None]) -> None:
        """Queue something that may be used elsewhere, unless it was queued before."""
        node = self.nodes.get(key)
        if node is None:
            if len(self.nodes) >= MAX_NODES:
                raise DocumentError(
                    f"schemas are combined in more than {MAX_NODES} ways",
                    remedy="look for an allOf that leads back to the schema it stands in",
                )
            node = self.nodes[key] = Node(pointer=pointer)
            self._queue.append(_Task(node, pointer, rule))
        self._here.children[node] = None

    def component(
        self, kind: Hashable, old: Part, new: Part, rule: Callable[[Part, Part], None]
    ) -> None:
        """Compare two objects, either of which may be a reference to a shared one.

        Pairs of one kind are compared once; the kind therefore names all that the rule depends on.
        """
        one, other = self.old.follow(old), self.new.follow(new)
        if one is old and other is new:
            if not _identical(old, new):
                rule(old, new)
        else:
            key = (kind, one.pointer, other.pointer)
            self.shared(key, other.pointer, lambda: rule(one, other))

    def schemas(self, old: Site, new: Site, direction: Direction) -> None:
        """Queue two schemas."""
        self._ref_texts(old, new)
        one, other = self._landed(self.old, old), self._landed(self.new, new)

        def rule() -> None:
            self._renamed(one, other)
            self._schema_rule(self, one, other, direction)

        if _stands_alone(old) and _stands_alone(new):
            if not _identical(old[0], new[0]):
                self.within(self._scope, rule)
        else:
            key = (direction, pointers(one), pointers(other))
            self.shared(key, other[0].pointer if other else "", rule)

    def report(
        self,
        level: Level,
        code: Code,
        pointer: str,
        text: str,
        *,
        direction: Direction = Direction.NONE,
        old: Any = None,
        new: Any = None,
        removed: bool = False,
    ) -> None:
        """Record a change; `text` continues the name of what the pointer leads to."""
        name = subject(self.old if removed else self.new, pointer)
        message = f"{name} {text}" if name else text
        found = finding(level, code, pointer, message, direction=direction, old=old, new=new)
        self._here.findings.append((self._scope, found))

    def text(self, pointer: str) -> None:
        """Record that a text or an example differs."""
        self._here.texts[pointer] = None

    def texts(self, old: Part, new: Part, keywords: Iterable[str] = TEXTS) -> None:
        """Record which texts and examples of two objects differ."""
        before, after = mapping(old.value), mapping(new.value)
        for keyword in keywords:
            if not same(before.get(keyword), after.get(keyword)):
                self.text(join(new.pointer, keyword))

    def _ref_texts(self, old: Site, new: Site) -> None:
        if len(old) == len(new) == 1 and is_reference(old[0]) and is_reference(new[0]):
            self.texts(old[0], new[0])

    @staticmethod
    def _landed(document: Document, site: Site) -> Site:
        """Replace a site that only refers to another one by that one."""
        seen: set[str] = set()
        here = site
        while len(here) == 1 and is_reference(here[0]):
            target = document.resolve(here[0].value["$ref"])
            if target is None or target.pointer in seen:
                return site
            seen.add(target.pointer)
            here = (target,)
        return here

    def _renamed(self, old: Site, new: Site) -> None:
        """Tell a component under a new name from another component used in its place."""
        before = component_name(old[0].pointer) if len(old) == 1 else ""
        after = component_name(new[0].pointer) if len(new) == 1 else ""
        if not before or not after or before == after:
            return
        if before not in self.new.schema_names and after not in self.old.schema_names:
            text = f"used to be named {before}; its class in Python is renamed"
            at = new[0].pointer
            self.report(Level.NOTABLE, Code.SCHEMA_RENAMED, at, text, old=before, new=after)


def _stands_alone(site: Site) -> bool:
    """Whether what lies below a schema lies below it in the document too.

    Otherwise the way down may lead back up, as in `parent: {allOf: [{$ref: ...}]}`, and pairs must
    be remembered.
    """
    return len(site) == 1 and mapping(site[0].value).keys().isdisjoint(LEADING_ON)


def _identical(old: Part, new: Part) -> bool:
    """Whether two objects are written alike and lead nowhere else; most of a document is."""
    text = repr(new.value)
    return "$ref" not in text and text == repr(old.value)
