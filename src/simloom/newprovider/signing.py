"""How requests are signed, as far as the document's security schemes tell."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from simloom.newprovider.document import resolved
from simloom.newprovider.logins import Login, login_of
from simloom.newprovider.refusal import CannotCreate

KINDS = ("bearer", "basic", "api-key-header", "oauth2-client-credentials", "login-token")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")

_GUESSED = "auth.py: LOGIN_PATH and the members of the login and its answer are guesses"


@frozen(kw_only=True)
class Signing:
    """`kind` is one of `KINDS`; what the document does not tell is in `undecided`, in words."""

    kind: str
    header: str = "X-Api-Key"
    token_url: str = ""
    base_url: str = ""
    login: Login = field(factory=Login)
    undecided: tuple[str, ...] = ()

    @property
    def login_guessed(self) -> bool:
        """Whether the document does not tell the request for a token."""
        return _GUESSED in self.undecided


def signing_of(document: dict[str, Any], wanted: str | None) -> Signing:
    """Return the kind that was asked for, else the only one that the document has.

    Where both are there and differ, the one that was asked for is taken, and a person looks at it.
    Raises `CannotCreate` for a kind that is not there, and where the document leaves a choice.
    """
    if wanted is not None and wanted not in KINDS:
        raise CannotCreate(f"{wanted[:80]!r} is no kind of --auth", f"one of {', '.join(KINDS)}")
    told = _schemes(document)
    kinds = sorted({one for one, _ in told})
    signing = _chosen(document, told, kinds, wanted)
    if not kinds or signing.kind in {*kinds, "login-token"}:
        return signing
    said = f"auth.py: the document says {', '.join(kinds)}; --auth said {signing.kind}"
    return evolve(signing, undecided=(*signing.undecided, said))


def _chosen(
    document: dict[str, Any], told: list[tuple[str, str]], kinds: list[str], wanted: str | None
) -> Signing:
    kind = wanted
    if kind is None:
        if len(kinds) != 1:
            what = f"has {', '.join(kinds)}" if kinds else "does not say how requests are signed"
            raise CannotCreate(
                f"the document {what}", f"choose with --auth: one of {', '.join(KINDS)}"
            )
        kind = kinds[0]
    facts = sorted({fact for one, fact in told if one == kind and fact})
    fact = facts[0] if len(facts) == 1 else ""
    base_url = _server(document)
    if kind == "api-key-header":
        if _HEADER.fullmatch(fact):
            return Signing(kind=kind, header=fact, base_url=base_url)
        why = "auth.py: the document does not name one header for the key; X-Api-Key is a guess"
        return Signing(kind=kind, base_url=base_url, undecided=(why,))
    if kind == "oauth2-client-credentials":
        return Signing(kind=kind, token_url=_address(fact), base_url=base_url)
    if kind == "login-token":
        login = login_of(document)
        open_ = [] if login else [_GUESSED]
        open_ += [
            f"auth.py: the token is sent as a bearer token; the document has the header {fact}"
            for one, fact in told
            if one == "api-key-header" and fact.lower() != "authorization"
        ]
        return Signing(kind=kind, base_url=base_url, login=login or Login(), undecided=tuple(open_))
    return Signing(kind=kind, base_url=base_url)


def _schemes(document: dict[str, Any]) -> list[tuple[str, str]]:
    parts = resolved(document, document.get("components")).get("securitySchemes")
    told = parts if isinstance(parts, dict) else document.get("securityDefinitions")
    found: list[tuple[str, str]] = []
    for given in told.values() if isinstance(told, dict) else ():
        scheme = resolved(document, given)
        kind, way = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if kind == "basic" or (kind == "http" and way == "basic"):
            found.append(("basic", ""))
        elif kind == "http" and way == "bearer":
            found.append(("bearer", ""))
        elif kind == "apiKey" and scheme.get("in") == "header":
            found.append(("api-key-header", str(scheme.get("name", ""))))
        elif kind == "oauth2":
            flows = resolved(document, scheme.get("flows"))
            flow = resolved(document, flows.get("clientCredentials"))
            if flow or scheme.get("flow") == "application":
                found.append(
                    ("oauth2-client-credentials", str((flow or scheme).get("tokenUrl", "")))
                )
    return found


def _address(given: object) -> str:
    """Return an https address that can be a default; empty for a template or anything else."""
    text = given if isinstance(given, str) else ""
    try:
        parts = urlsplit(text)
        whole = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    plain = text.isascii() and text.isprintable() and not any(one in text for one in "{} \"'\\?#")
    return text.rstrip("/") if whole and plain else ""


def _server(document: dict[str, Any]) -> str:
    servers = document.get("servers")
    if isinstance(servers, list):
        return _address(resolved(document, servers[0]).get("url")) if len(servers) == 1 else ""
    host, base = document.get("host"), document.get("basePath", "")
    return _address(f"https://{host}{base}") if isinstance(host, str) else ""
