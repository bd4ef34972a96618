"""Which ways of paging are certain, in the styles of public APIs, and which need a person."""

from __future__ import annotations

import copy

import pytest

from simloom.newprovider.inspection import inspect

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
TRUTH = {"type": "boolean"}
LINK = {**TEXT, "format": "uri", "nullable": True}
SIM = {"type": "object", "properties": {"iccid": TEXT}}
SIMS = {"type": "array", "items": SIM}


def within(**members):
    return {"type": "object", "properties": members}


def query(name, *, required=False, description="", **schema):
    schema = {"type": "integer", **schema}
    given = {"name": name, "in": "query", "required": required, "schema": schema}
    return given | ({"description": description} if description else {})


def text(name, **more):
    return query(name, type="string", **more)


def found(schema, *parameters, headers=()):
    answer = {
        "content": {"application/json": {"schema": schema}},
        "headers": {name: {"schema": TEXT} for name in headers},
    }
    operation = {"parameters": list(parameters), "responses": {"200": answer}}
    document = {"openapi": "3.0.3", "paths": {"/sims": {"get": operation}}}
    before = copy.deepcopy(document)
    outcome = inspect(document)
    assert document == before
    return outcome.verbs.get("list"), outcome.undecided.get("list", "")


PAGED = within(sims=SIMS)


@pytest.mark.parametrize(
    ("schema", "parameters", "kind", "number", "size", "first", "most"),
    [
        # page/size (Spring), without and with limits; a default is no limit
        (
            PAGED,
            [query("page", default=0), query("size", default=20)],
            *("page", "page", "size"),
            0,
            0,
        ),
        (
            PAGED,
            [query("page", minimum=1), query("per_page", maximum=100)],
            *("page", "page", "per_page"),
            1,
            100,
        ),
        (PAGED, [query("pageNumber", minimum=1)], *("page", "pageNumber", ""), 1, 0),
        (PAGED, [query("page"), query("per_page")], *("page", "page", "per_page"), None, 0),
        (
            PAGED,
            [query("page", description="Page, zero-based."), query("size")],
            *("page", "page", "size"),
            0,
            0,
        ),
        (PAGED, [query("page", description="Pages start at 1.")], *("page", "page", ""), 1, 0),
        (
            PAGED,
            [query("page", default=1), query("size", enum=[10, 50])],
            *("page", "page", "size"),
            1,
            50,
        ),
        # offset/limit and their relatives
        (PAGED, [query("offset"), query("limit")], *("offset", "offset", "limit"), 0, 0),
        (
            PAGED,
            [query("startAt"), query("maxResults", maximum=50)],
            *("offset", "startAt", "maxResults"),
            0,
            50,
        ),
        (PAGED, [query("$skip"), query("$top", maximum=9)], *("offset", "$skip", "$top"), 0, 9),
        (
            PAGED,
            [query("startIndex", default=1), query("count")],
            *("offset", "startIndex", ""),
            1,
            0,
        ),
        (
            PAGED,
            [query("page[offset]"), query("page[limit]")],
            *("offset", "page[offset]", "page[limit]"),
            0,
            0,
        ),
        # JSON:API page numbers
        (
            PAGED,
            [query("page[number]", minimum=1), query("page[size]")],
            *("page", "page[number]", "page[size]"),
            1,
            0,
        ),
    ],
)
def test_numbered_pages(schema, parameters, kind, number, size, first, most):
    one, why = found(schema, *parameters)
    assert one is not None, why
    paging = one.paging
    assert (paging.kind, paging.number, paging.size) == (kind, number, size)
    assert (paging.first, paging.most) == (first, most)


@pytest.mark.parametrize(
    ("members", "hint", "path"),
    [
        ({"has_more": TRUTH}, "more", ("has_more",)),
        ({"pageInfo": within(hasNextPage=TRUTH)}, "more", ("pageInfo", "hasNextPage")),
        ({"last": TRUTH, "totalPages": WHOLE}, "last", ("last",)),
        ({"meta": within(last_page=WHOLE, total=WHOLE)}, "pages", ("meta", "last_page")),
        ({"meta": within(last_page=WHOLE, total=WHOLE)}, "total", ("meta", "total")),
        ({"count": WHOLE, "next": LINK, "previous": LINK}, "link", ("next",)),
        ({"page_count": WHOLE}, "pages", ()),  # of pages, or on this page?
        ({"count": WHOLE}, "total", ()),
    ],
)
def test_what_the_answer_says_about_numbered_pages(members, hint, path):
    one, why = found(within(sims=SIMS, **members), query("page", minimum=1))
    assert one is not None, why
    assert getattr(one.paging.hints, hint) == path


@pytest.mark.parametrize(
    ("parameter", "members", "path"),
    [
        ("cursor", {"next_cursor": TEXT}, ("next_cursor",)),
        (
            "cursor",
            {"response_metadata": within(next_cursor=TEXT)},
            ("response_metadata", "next_cursor"),
        ),
        ("cursor", {"next": TEXT}, ("next",)),
        ("cursor", {"cursor": TEXT, "has_more": TRUTH}, ("cursor",)),
        (
            "after",
            {"page_info": within(end_cursor=TEXT, hasNextPage=TRUTH)},
            ("page_info", "end_cursor"),
        ),
        ("after", {"paging": within(next=within(after=TEXT))}, ("paging", "next", "after")),
        ("pageToken", {"nextPageToken": TEXT}, ("nextPageToken",)),
        ("NextToken", {"NextToken": TEXT}, ("NextToken",)),
        ("next_token", {"next_token": {"oneOf": [TEXT, {"type": "null"}]}}, ("next_token",)),
        ("continuationToken", {"continuationToken": TEXT}, ("continuationToken",)),
        ("marker", {"nextMarker": TEXT}, ("nextMarker",)),
        (
            "page[cursor]",
            {"links": within(next=TEXT), "meta": within(next_cursor=TEXT)},
            ("meta", "next_cursor"),
        ),
    ],
)
def test_cursors(parameter, members, path):
    one, why = found(within(sims=SIMS, **members), text(parameter), query("limit"))
    assert one is not None, why
    assert (one.paging.kind, one.paging.number) == ("cursor", parameter)
    assert one.paging.hints.cursor == path


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"next": LINK}, ("next",)),
        ({"links": within(next=TEXT)}, ("links", "next")),
        ({"links": within(next=within(href=TEXT))}, ("links", "next", "href")),
        (
            {"_links": within(self=within(href=TEXT), next=within(href=TEXT))},
            ("_links", "next", "href"),
        ),
        ({"@odata.nextLink": TEXT}, ("@odata.nextLink",)),
        ({"next_page_url": TEXT, "prev_page_url": TEXT}, ("next_page_url",)),
        ({"paging": within(nextLink=TEXT)}, ("paging", "nextLink")),
    ],
)
def test_links_in_the_answer(members, path):
    one, why = found(within(sims=SIMS, **members), query("size", maximum=40))
    assert one is not None, why
    assert (one.paging.kind, one.paging.hints.link, one.paging.most) == ("link", path, 40)


@pytest.mark.parametrize("parameters", [[], [query("per_page")], [text("cursor")]])
def test_links_in_a_header(parameters):
    one, why = found(SIMS, *parameters, headers=("Link",))
    assert one is not None, why
    assert one.paging.kind == "header"


def test_a_number_is_surer_than_a_link():
    one, _ = found(SIMS, query("page", minimum=1), headers=("Link", "X-Total-Count"))
    assert (one.paging.kind, one.paging.number) == ("page", "page")


@pytest.mark.parametrize(
    ("schema", "parameters", "headers", "why"),
    [
        (SIMS, [query("limit", maximum=5)], (), "limit tells of pages: decide how"),
        (SIMS, [], ("X-Total-Count",), "x-total-count tells of pages"),
        (SIMS, [], ("Content-Range",), "content-range tells of pages"),
        (within(sims=SIMS, total_pages=WHOLE), [], (), "total_pages tells of pages"),
        (within(sims=SIMS, page=WHOLE, total=WHOLE), [], (), "page tells of pages"),
        (within(sims=SIMS, pagination={"type": "object"}), [], (), "pagination tells of pages"),
        (within(sims=SIMS, next=TEXT), [query("limit")], (), "limit tells of pages"),
        (SIMS, [text("cursor")], (), "where the next cursor comes from"),
        (within(sims=SIMS, cursor=TEXT), [text("cursor")], (), "where the next cursor comes from"),
        (
            within(sims=SIMS, a=within(nextCursor=TEXT), b=within(nextCursor=TEXT)),
            *([text("cursor")], (), "a.nextCursor or b.nextCursor"),
        ),
        (
            within(sims=SIMS, nextCursor=TEXT),
            [text("cursor", required=True)],
            (),
            "for the first page",
        ),
        (SIMS, [query("startIndex"), query("count")], (), "startIndex counts from 0 or from 1"),
        (SIMS, [query("offset", description="The page number.")], (), "counts records or pages"),
        (SIMS, [query("page", required=True)], (), "page counts from 0 or from 1"),
        (SIMS, [query("page"), query("offset")], (), "page and offset the vendor follows"),
        (SIMS, [query("page"), query("size"), query("limit")], (), "limit and size is the size"),
        (SIMS, [query("page", type="object")], (), "page is: it is no page number"),
        (SIMS, [text("starting_after"), query("limit")], (), "limit tells of pages"),
        (SIMS, [text("starting_after")], (), "starting_after chooses the part"),
        (SIMS, [query("batch", default=100)], (), "batch chooses the part"),
        (SIMS, [{"name": "Range", "in": "header", "schema": TEXT}], (), "Range chooses the part"),
        (within(one=SIMS, two=SIMS), [], (), "which list of the answer has all SIMs: one or two"),
    ],
)
def test_what_could_lose_sims_is_a_decision(schema, parameters, headers, why):
    one, reason = found(schema, *parameters, headers=headers)
    assert one is None
    assert why in reason
    assert reason.startswith("GET /sims: ")


@pytest.mark.parametrize("name", ["status", "sort", "createdAfter", "startDate", "operator", "q"])
def test_filters_are_no_pages(name):
    one, why = found(SIMS, text(name))
    assert one is not None, why
    assert one.paging.kind == "none"


@pytest.mark.parametrize(
    ("schema", "container", "inner"),
    [
        (SIMS, (), ()),
        (within(data=within(sims=SIMS)), ("data", "sims"), ()),
        (within(_embedded=within(simCards=SIMS)), ("_embedded", "simCards"), ()),
        (
            within(data={"type": "array", "items": within(id=TEXT, attributes=SIM)}),
            ("data",),
            ("attributes",),
        ),
        (
            within(content={"type": "array", "items": {"allOf": [SIM, within(x=TEXT)]}}),
            ("content",),
            (),
        ),
    ],
)
def test_where_the_records_are(schema, container, inner):
    one, why = found(schema)
    assert one is not None, why
    assert (one.container, one.record.inner) == (container, inner)


def test_the_account_in_the_path_is_a_setting():
    operation = {"parameters": [], "responses": {"200": {"schema": SIMS}}}
    document = {"swagger": "2.0", "paths": {"/accounts/{accountId}/sims": {"get": operation}}}
    assert inspect(document).verbs["list"].account == "accountId"


@pytest.mark.parametrize("deprecated", [True, False])
def test_a_deprecated_list_is_taken_only_by_a_person(deprecated):
    answers = {"200": {"description": "it", "schema": SIMS}}
    old = {"parameters": [], "responses": answers, "deprecated": True}
    new = {**old, "deprecated": deprecated}
    outcome = inspect(
        {"swagger": "2.0", "paths": {"/v1/sims": {"get": old}, "/v2/sims": {"get": new}}}
    )
    if deprecated:
        assert "GET /v1/sims is deprecated: decide" in outcome.undecided["list"]
    else:
        assert outcome.verbs["list"].path == "/v2/sims"


def test_a_choice_that_contains_itself_ends():
    loop = {"oneOf": [{"$ref": "#/definitions/Loop"}, {"$ref": "#/definitions/Loop"}]}
    sims = {"type": "array", "items": within(iccid=TEXT, status={"$ref": "#/definitions/Loop"})}
    answers = {"200": {"description": "it", "schema": within(sims=sims, next=loop)}}
    document = {
        "swagger": "2.0",
        "definitions": {"Loop": loop},
        "paths": {"/sims": {"get": {"responses": answers}}},
    }
    assert inspect(document).verbs["list"].container == ("sims",)
