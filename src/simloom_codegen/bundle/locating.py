"""What a reference leads to: in its own file, in another one, or nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.bundle.files import marks_of
from simloom_codegen.bundle.places import At, Target
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from simloom_codegen.bundle.files import Files, Source
    from simloom_codegen.bundle.layout import Layout, Tokens
    from simloom_codegen.normalise.kinds import Kind

# The text of a reference that may name a file; anything else may be the bare name of a schema.
IS_FILE = re.compile(r"[#/]|\.(?:ya?ml|json)$")
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_LONGEST_CHAIN = 100


class Locator:
    """Finds places in the files of one document."""

    def __init__(self, files: Files, layout: Layout) -> None:
        self._files = files
        self._layout = layout

    def final(self, ref: str, kind: Kind, at: At) -> Target | None:
        """Return what a reference leads to, past places in other files that only lead on."""
        target = self.located(ref, kind, at)
        for _ in range(_LONGEST_CHAIN):
            node = target.node if target is not None else None
            if target is None or target.source is self._files.root or not isinstance(node, dict):
                return target
            if list(node) != ["$ref"] or not isinstance(node["$ref"], str):
                return target
            onward = At(target.source, at.place, None, target.tokens)
            target = self.located(node["$ref"], kind, onward)
        raise self.nowhere(ref, at)

    def located(self, ref: str, kind: Kind | None, at: At) -> Target | None:
        """Return what a reference leads to; None where it stays as it is."""
        marks = marks_of(at.source) if not ref.startswith("#/") else {}
        if ref in marks:
            return self._at_tokens(at.source, marks[ref])
        if _REMOTE.match(ref):
            return None
        name, _, fragment = ref.partition("#")
        source = at.source
        if name:
            bare = (*self._layout.homes.get(kind, ()), name) if kind else ()
            if not IS_FILE.search(ref) and (found := self._at_tokens(source, bare)) is not None:
                return found
            place = pointer.join(at.origin)
            beside: Source | None = self._files.beside(source, name, place)
            if beside is None:
                return None
            source = beside
        anchor = marks_of(source).get(f"#{fragment}") if fragment[:1] not in {"", "/"} else None
        slashed = f"#/{fragment}" if fragment[:1] not in {"", "/"} else f"#{fragment}"
        tokens = anchor or pointer.ref_tokens(slashed) or ()
        if not name and not tokens and source is self._files.root:
            return None
        found = self._at_tokens(source, tokens)
        if found is None and not name and at.schema is not None and tokens:
            # Definitions of the schema itself, whose writer did not think of a document around it.
            found = self._at_tokens(source, (*at.schema, *tokens))
        if found is None and source is not self._files.root:
            raise self.nowhere(ref, at)
        return found

    def _at_tokens(self, source: Source, tokens: Tokens) -> Target | None:
        try:
            return Target(source, tokens, pointer.resolve(source.document, tokens))
        except LookupError:
            return None

    def nowhere(self, ref: str, at: At) -> DocumentError:
        """Return the error for a reference that leads to nothing."""
        return DocumentError(
            f"{ref!r} leads nowhere",
            file=at.source.name,
            pointer=pointer.join(at.origin),
            remedy="get the vendor's files anew, all of one version",
        )
