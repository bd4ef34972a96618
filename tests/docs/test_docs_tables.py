"""Tables say what the specifications say, and no more."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simloom_codegen.errors import LoomError
from simloom_codegen.table_cells import describe, markdown
from simloom_codegen.tables import (
    event_table,
    fact_table,
    inferred_list,
    operation_table,
    provider_table,
)

SOURCE = """
[source]
title = "Acme SIM API"
vendor = "Acme"
kind = "transcription"
document_version = "2"
retrieved = "2026-01-31"

[[inferred]]
what = "The path of the list"
why = "It is | only named."
"""

HEAD = """
openapi: 3.1.0
info: {title: Acme, version: "1"}
servers: [{url: "https://api.acme.example/v1"}]
security: [{token: []}]
"""

SPEC = (
    HEAD
    + """
paths:
  /token:
    post:
      operationId: create_token
      tags: [auth]
      x-evidence: documented
      x-retry-class: read
      security: [{login: []}]
      servers: [{url: "https://login.acme.example"}]
  /sims/{iccid}:
    parameters: []
    delete:
      operationId: delete_sim
      deprecated: true
      x-evidence: documented
      x-retry-class: set-state
      x-rate-limit: {requests: 10, seconds: 1, scope: account}
  /sims/suspend:
    post:
      operationId: suspend_sims
      x-evidence: inferred
      x-retry-class: set-state
      x-quota:
        {bucket: actions, counts: sims, evidence: documented,
         windows: [{limit: 1000, seconds: 360}, {limit: 10000, seconds: 3600}]}
      x-bulk: {max: 500, atomic: true, evidence: documented, atomic_evidence: inferred}
      x-identifiers: {body: [iccid, eid], path: [iccid], evidence: inferred}
  /sims/topup:
    post:
      operationId: top_up
      x-retry-class: additive
      requestBody: {content: {application/json: {schema: {type: array}}}}
webhooks:
  sim.gone:
    post:
      x-evidence: inferred
      requestBody:
        {content: {application/json: {schema: {$ref: "#/components/schemas/Gone"}}}}
components:
  schemas:
    Gone: {type: object}
    Moved:
      {type: object, x-event-type: moved.v1, x-event-when: to is present, x-evidence: documented}
  securitySchemes:
    token: {type: http, scheme: bearer, description: Inferred; nothing is said.}
    login: {type: http, scheme: basic}
"""
)


@pytest.fixture
def specs(tmp_path):
    folder = tmp_path / "specs"
    write(folder, "acme", SPEC)
    return folder


def write(specs, provider, spec, source=SOURCE):
    (specs / provider).mkdir(parents=True)
    (specs / provider / "openapi.yaml").write_text(spec, "utf-8")
    (specs / provider / "source.toml").write_text(source, "utf-8")


def rows(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_a_provider_is_one_row_with_its_counts(specs):
    assert rows(provider_table(specs))[2:] == [
        [
            "[`acme`](docs/providers/acme.md)",
            "Acme SIM API",
            "4",
            "2",
            "2",
            "bearer token (inferred) from `POST /token` (HTTP Basic)",
            "1 streamed, 1 webhooks",
        ]
    ]


def test_providers_are_sorted(specs):
    write(specs, "aaa", HEAD + "paths: {}\n")
    assert [row[0][2:6].strip("`]") for row in rows(provider_table(specs))[2:]] == ["aaa", "acme"]


def test_an_operation_is_one_row_with_its_limits(specs):
    assert rows(operation_table(specs, "acme"))[2:] == [
        ["`create_token`", "`POST /token`", "documented", "read", "-", "-"],
        [
            "`delete_sim` (deprecated)",
            "`DELETE /sims/{iccid}`",
            "documented",
            "set-state",
            "10 requests / s per account (inferred)",
            "-",
        ],
        [
            "`suspend_sims`",
            "`POST /sims/suspend`",
            "inferred",
            "set-state",
            "actions: 1,000 / 6 min, 10,000 / h, counts sims",
            "up to 500, all or nothing (inferred)",
        ],
        [
            "`top_up`",
            "`POST /sims/topup`",
            "inferred",
            "additive",
            "-",
            "a list, no maximum given (inferred)",
        ],
    ]


def test_facts_say_where_to_send_and_how_to_name_a_sim(specs):
    assert rows(fact_table(specs, "acme"))[2:] == [
        ["System", "Acme SIM API (Acme)"],
        ["Version of the document", "2"],
        ["Specification", "transcription, retrieved 2026-01-31"],
        ["Base URL", "`https://api.acme.example/v1`"],
        ["Authentication", "bearer token (inferred) from `POST /token` (HTTP Basic)"],
        ["Token request", "`POST https://login.acme.example/token`"],
        ["SIM named in the body by", "ICCID (inferred), EID (inferred)"],
        ["SIM named in the path by", "ICCID"],
    ]


def test_events_are_streamed_or_webhooks(specs):
    assert rows(event_table(specs, "acme"))[2:] == [
        ["`moved.v1`, when `to is present`", "event stream", "`Moved`", "documented"],
        ["`sim.gone`", "webhook, `POST`", "`Gone`", "inferred"],
    ]


def test_without_events_and_inferences_there_is_a_sentence(specs):
    write(specs, "plain", HEAD + "paths: {}\n", '[source]\nkind = "export"\n')
    assert event_table(specs, "plain") == "The vendor's document describes no events.\n"
    assert inferred_list(specs, "plain") == "Nothing.\n"


def test_inferences_are_a_list(specs):
    wanted = "- The path of the list. It is \\| only named.\n"
    assert inferred_list(specs, "acme") == wanted


@pytest.mark.parametrize(
    ("kind", "mark", "evidence"),
    [
        ("transcription", "", "inferred"),
        ("transcription", "x-evidence: documented", "documented"),
        ("export", "", "documented"),
        ("export", "x-evidence: inferred", "inferred"),
    ],
)
def test_only_what_is_marked_counts_as_documented_in_a_transcription(
    tmp_path, kind, mark, evidence
):
    spec = f"{HEAD}\npaths:\n  /sims:\n    get:\n      operationId: list_sims\n      {mark}\n"
    write(tmp_path, "acme", spec, f'[source]\nkind = "{kind}"\n')
    vendor = describe(tmp_path, "acme")
    assert [vendor.evidence(operation) for _, _, operation in vendor.operations()] == [evidence]


TEXT = st.text("|\\<!-\n\r\u2028 a", max_size=20)


@settings(max_examples=30)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=4))
@example([("<!-- /table -->", "a\n|b")])
def test_no_text_breaks_out_of_its_cell(cells):
    lines = markdown(("a", "b"), cells).split("\n")
    assert len(lines) == len(cells) + 3
    assert all(line.replace("\\|", "").count("|") == 3 for line in lines[:-1])
    assert "<!--" not in "".join(lines)


@pytest.mark.parametrize("source", [None, "not toml ="])
def test_a_source_that_cannot_be_read_names_the_file(specs, source):
    path = specs / "acme" / "source.toml"
    path.unlink() if source is None else path.write_text(source, "utf-8")
    with pytest.raises(LoomError, match="specs/acme/source.toml: cannot be read"):
        operation_table(specs, "acme")
