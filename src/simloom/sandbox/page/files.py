"""The files of the page, with what a browser may do with them."""

from __future__ import annotations

from importlib.resources import files

from starlette.responses import Response

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_NOTHING = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Text never becomes markup, not even by mistake.
PAGE_POLICY = f"{_NOTHING}; require-trusted-types-for 'script'; trusted-types 'none'"
# Swagger UI has its pictures in its style sheet, sets styles in its markup, and writes markup.
DOCS_POLICY = _NOTHING.replace("img-src 'self'", "img-src 'self' data:").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
_HEADERS = {"Cache-Control": "no-cache"}


def _read() -> dict[str, tuple[bytes, str]]:
    folder = files("simloom.sandbox.page") / "static"
    found = {}
    for file in folder.iterdir():
        suffix = file.name[file.name.rfind(".") :]
        if suffix in _TYPES:
            found[file.name] = (file.read_bytes(), _TYPES[suffix])
    return found


class Files:
    """All of them, read once."""

    def __init__(self) -> None:
        self._files = _read()

    def answer(self, name: str, policy: str = PAGE_POLICY) -> Response | None:
        """Return a file as an answer, or None if there is none of this name."""
        if name not in self._files:
            return None
        content, media_type = self._files[name]
        headers = _HEADERS | {"Content-Security-Policy": policy}
        return Response(content, headers=headers, media_type=media_type)
