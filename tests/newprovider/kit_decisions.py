"""The repositories of `nox -s kit`: a document each, and its decisions as a person takes them.

A decision is a file of the repository, a regular expression in it, and what takes its place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from kit_documents import CURSORS, HEADERS, LINKS, OFFSETS, PAGES, SWAGGER

GET = """
    @operation(Verb.GET, get_operation)
    def get(self, iccid: str) -> Flow[Sim]:
        \"\"\"Return one SIM with all that the vendor tells.\"\"\"
        view = models.GetCardView("full")
        answer = yield from call(get_operation.request(iccid, view=view))
        return mapping.to_listed_sim(answer, get_operation.OPERATION.id)
"""
METHOD = """
    @operation(Verb.{upper}, change_operation)
    def {verb}(self, iccid: str) -> Flow[ActionState]:
        \"\"\"Set the status; the manual says that it is set when the answer comes.\"\"\"
        body = models.PutCardBody(status=models.PutCardBodyStatus("{word}"))
        answer = yield from call(change_operation.request(iccid, body=body))
        return ActionState(
            provider=self.id,
            verb=Verb.{upper}.value,
            iccids=(iccid,),
            expected=SimStatus.{status},
            status=ActionStatus.DONE,
            raw=answer,
        )
"""
METHODS = GET + "".join(
    METHOD.format(verb=verb, upper=verb.upper(), word=word, status=status)
    for verb, word, status in (
        ("suspend", "Disabled", "SUSPENDED"),
        ("resume", "Enabled", "ACTIVE"),
    )
)
READ = """
    "method": "GET",
    "path": "/cards/{iccid}",
    "keyed": False,
    "answer": None,
    "container": [],
    "record": {"iccid": "text", "status": "Enabled"},
    "inner": [],
    "members": {"iccid": "iccid", "imsi": "imsi", "msisdn": "msisdn"},
    "status": ["status"],
    "key": [],
"""
CHANGE = """
    {{
        "method": "PUT",
        "path": "/cards/{{iccid}}",
        "keyed": False,
        "body": {{"status": "{after}"}},
        "status": 200,
        "answer": {{"iccid": "text", "status": "{after}"}},
        "before": "{before}",
        "after": "{after}",
    }},"""
CHANGES = "".join(
    CHANGE.format(before=before, after=after)
    for before, after in (("Enabled", "Disabled"), ("Disabled", "Enabled"))
)


OFFSETTER = "src/simloom_offsetter/provider.py"
MODULE = "from simloom_offsetter_client.api.sims import "
IMPORTS = {
    "before": f"{MODULE}get_card as get_operation\n",
    "after": f"{MODULE}put_card as change_operation\n",
}


class Edit(NamedTuple):
    """What `found` matches in a file becomes `instead`, wherever it is."""

    path: str
    found: str
    instead: str


class Kit(NamedTuple):
    """A document, the `--auth` that it is made with, and the decisions that it leaves to a person.

    `settings` has the name of the sandbox's demo credential for each setting of the provider.
    """

    name: str
    auth: str
    document: dict[str, Any]
    settings: dict[str, str]
    edits: tuple[Edit, ...]


def repetition(name: str) -> tuple[Edit, ...]:
    """Decide of every write in the overlay: it only sets a status."""
    path = f"specs/{name}/overlay.yaml"
    return (
        Edit(path, "(?s)'TODO: .*?'", "The manual says that it only sets a status."),
        Edit(path, "x-retry-class: additive", "x-retry-class: set-state"),
    )


def facts(name: str) -> Edit:
    """Take out what `UNDECIDED` has."""
    nothing = "UNDECIDED: tuple[str, ...] = ()"
    return Edit(f"src/simloom_{name}/mapping.py", r"(?s)UNDECIDED: [^\n]* = \(\n.*?\n\)", nothing)


def status(name: str, *words: tuple[str, str]) -> Edit:
    """Say what words of the vendor's are."""
    lines = "".join(
        f"    {word!r}: SimStatus.{meant},\n".replace("'", '"') for word, meant in words
    )
    path = f"src/simloom_{name}/mapping.py"
    return Edit(
        path, r"(?<= = \{)(?:\n(    [^\n]*\n)*)?(?=\}\n\"\"\"The vendor's words)", "\n" + lines
    )


KITS = (
    Kit(
        "pager",
        "bearer",
        PAGES,
        {"api_key": "token"},
        (
            *repetition("pager"),
            facts("pager"),
            status(
                "pager",
                ("ACTIVE", "ACTIVE"),
                ("SUSPENDED", "SUSPENDED"),
                ("HIBERNATED", "READY"),
            ),
        ),
    ),
    Kit(
        "offsetter",
        "basic",
        OFFSETS,
        {"username": "username", "password": "password"},
        (
            facts("offsetter"),
            status("offsetter", ("Enabled", "ACTIVE"), ("Disabled", "SUSPENDED")),
            Edit(OFFSETTER, r"(?s)(?<=Verb, str\]\] = \{)\n.*?    (?=\})", ""),
            Edit(OFFSETTER, "(?<=models import )Page", "ActionState, ActionStatus, Page"),
            Edit(OFFSETTER, f"(?={MODULE}list_cards)", IMPORTS["before"]),
            Edit(OFFSETTER, "(?<=list_cards as list_operation\n)", IMPORTS["after"]),
            Edit(OFFSETTER, r"$(?!\n)", METHODS),
            Edit("tests/standin.py", r"(?<=GET: dict\[str, Any\] = \{)(?=\})", READ),
            Edit(
                "tests/standin.py",
                r"(?<=CHANGES: list\[dict\[str, Any\]\] = \[)(?=\])",
                CHANGES + "\n",
            ),
        ),
    ),
    Kit(
        "cursory",
        "api-key-header",
        CURSORS,
        {"api_key": "api_key"},
        (
            *repetition("cursory"),
            facts("cursory"),
            *(
                Edit(path, '"X-Api-Key"', '"X-Acme-Key"')
                for path in ("src/simloom_cursory/auth.py", "tests/standin.py")
            ),
        ),
    ),
    Kit(
        "linker",
        "oauth2-client-credentials",
        LINKS,
        {"client_id": "client_id", "client_secret": "client_secret"},
        repetition("linker"),
    ),
    Kit(
        "header",
        "login-token",
        HEADERS,
        {"username": "username", "password": "password"},
        (
            *repetition("header"),
            facts("header"),
            *(
                Edit(path, '"/login".*', '"/auth/login"')
                for path in ("src/simloom_header/auth.py", "tests/standin.py")
            ),
        ),
    ),
    Kit("swagger", "api-key-header", SWAGGER, {"api_key": "api_key"}, repetition("swagger")),
)
