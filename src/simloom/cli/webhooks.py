"""`simloom webhooks`: take what vendors send, store it, print it or pass it on."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simloom.cli.events import EVENT, add_at_once
from simloom.cli.exits import UsageProblem
from simloom.cli.sheets import open_sheet
from simloom.cli.wishes import Command, Wishes, examples, group, wishes
from simloom.statefolder import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.models import Event
    from simloom.plugins.provider import Provider

app: typer.Typer = group(
    "webhooks",
    "Receive the webhooks of telekom-bsc and telcoapi.",
    "webhooks serve --provider telekom-bsc --output jsonl",
)

_DEFAULT = "127.0.0.1:8810"


@app.command(
    cls=Command,
    epilog=examples(
        "webhooks serve --output jsonl",
        "webhooks serve --provider telekom-bsc --forward http://127.0.0.1:9000/events",
        then="TLS is the business of a proxy in front of it.",
    ),
)
def serve(
    context: typer.Context,
    *,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where to listen.")] = _DEFAULT,
    store: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where events wait; else in the state folder."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="One token a line, two at most; made if it is not there."
        ),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="Take it only from here; may be repeated."),
    ] = None,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="Proxies whose X-Forwarded-For is believed."),
    ] = None,
    forward: Annotated[
        str | None,
        typer.Option(metavar="URL", help="POST each event as a JSON line; 2xx means handled."),
    ] = None,
) -> None:
    """Take webhooks until Ctrl-C; each is stored before the vendor hears that it was taken.

    An event stays in the store until it was written to stdout, or taken by the address of
    --forward; until then it is tried again.
    """
    asked = wishes(context)
    host, port = _place(listen)
    providers, verifiers = _verified(asked, _providers(asked))
    folder = state_folder()
    store = _made(store or folder / "webhooks.db")
    token_file = _made(token_file or folder / "webhook-tokens")
    try:
        from simloom.cli.webhookserver import Forwarder, Served  # noqa: PLC0415  (another extra)
    except ImportError as error:
        raise UsageProblem(
            f"{error.name} is not installed", "pip install 'simloom[webhooks]'"
        ) from None
    with ExitStack() as stack:
        handle: Callable[[Event], Any]
        if forward is not None:
            handle = stack.enter_context(Forwarder(forward))
        else:
            sheet = stack.enter_context(open_sheet(asked, EVENT))

            def handle(event: Event) -> None:
                add_at_once(sheet, event)

        served = Served(
            store,
            _tokens(token_file),
            providers,
            allow=allow or (),
            proxies=trust_proxy or (),
            verifiers=verifiers,
        )
        with served.bound(host, port) as address:
            paths = "".join(f"  {address}/{one.id}/<token>\n" for one in providers)
            sys.stderr.write(f"listening:\n{paths}the token is the first line of {token_file}\n")
            sys.stderr.flush()
            served.run(handle)


def _place(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise UsageProblem(
            f"{listen!r} is no place to listen", f"give HOST:PORT such as {_DEFAULT}"
        )
    return host.strip("[]"), int(port)


def _providers(asked: Wishes) -> list[type[Provider]]:
    """Return the provider asked for, or all that send webhooks."""
    from simloom.plugins.loader import load, load_all  # noqa: PLC0415  (imports the providers)

    named = asked.provider or os.environ.get("SIMLOOM_PROVIDER")
    found = [load(named)] if named else list(load_all()[0].values())
    receiving = [provider for provider in found if provider.webhook_methods]
    if not receiving:
        raise UsageProblem(
            f"{named or 'every provider that is installed'} sends no webhooks",
            "leave --provider away to serve all that do",
        )
    return receiving


def _verified(
    asked: Wishes, providers: list[type[Provider]]
) -> tuple[list[type[Provider]], dict[str, Any]]:
    """Return who is served, and what checks the signatures of those that sign.

    One whose secret is not known is left out, or is an error where it is the only one.
    """
    from simloom.config import setting_of, variable  # noqa: PLC0415
    from simloom.runtime import to_secret  # noqa: PLC0415

    verifiers: dict[str, Any] = {}
    mute: dict[str, str] = {}
    for one in providers:
        if one.webhook_secret is None:
            continue
        secret = setting_of(one, one.webhook_secret, asked.profile)
        if secret:
            verifiers[one.id] = one.webhook_verifier([to_secret(secret)])
        else:
            mute[one.id] = variable(one.id, one.webhook_secret)
    served = [one for one in providers if one.id not in mute]
    if not served:
        raise UsageProblem(
            f"the webhooks of {', '.join(mute)} are signed, and the secret is not known",
            f"set {' or '.join(mute.values())}, or {one.webhook_secret} in the profile",
        )
    for name, where in mute.items():
        sys.stderr.write(f"not served: {name}, whose webhooks are signed; set {where}\n")
    return served, verifiers


def _made(path: Path) -> Path:
    """Make the folder of a file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _tokens(path: Path) -> list[str]:
    """Read the tokens; make a file with one, which only its owner can read."""
    from simloom.events.webhookguard import new_token  # noqa: PLC0415

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(f"{new_token()}\n")
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        raise UsageProblem(f"the tokens in {path} can be read by others", f"run `chmod 600 {path}`")
    found = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    if not 1 <= len(found) <= 2:
        raise UsageProblem(f"{path} has no token, or more than two", "one line for each token")
    return found
