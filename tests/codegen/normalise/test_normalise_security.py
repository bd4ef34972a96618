from __future__ import annotations

FRAGMENT = """
security: [{key: []}]
paths:
  /a:
    get:
      operationId: a
      security: [{key: []}, {}]
      responses: {'200': {description: x}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
"""


def test_the_generator_would_want_a_client_with_a_token(stock):
    assert stock(FRAGMENT).endpoint("a").requires_security


def test_requirements_and_schemes_are_kept_as_extensions(repaired):
    result = repaired(FRAGMENT)
    assert not result.parsed.endpoint("a").requires_security
    assert result.document["x-vendor-security"] == [{"key": []}]
    assert result.operation("/a")["x-vendor-security"] == [{"key": []}, {}]
    assert "security" not in result.operation("/a")
    assert result.document["components"] == {
        "x-vendor-security-schemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {},
    }
    assert len(result.by("security")) == 3


def test_malformed_security_does_no_harm(repaired, stock):
    fragment = """
    security: none
    paths:
      /a:
        get:
          operationId: a
          security: {key: []}
          responses: {}
          callbacks: {on: {x: {post: {security: {key: []}, responses: {}}}}}
    components: {securitySchemes: [1]}
    """
    assert stock(fragment).operations == []
    result = repaired(fragment)
    assert result.parsed.operations == ["a"]


def test_webhooks_keep_theirs(repaired):
    result = repaired("""
    paths: {}
    webhooks: {on: {post: {security: [{key: []}], responses: {}}}}
    """)
    assert result.document["webhooks"]["on"]["post"]["security"] == [{"key": []}]


def test_schemes_that_an_overlay_adds_join_the_others(repaired):
    result = repaired("""
    paths: {}
    components:
      x-vendor-security-schemes: {a: {type: http, scheme: bearer}}
      securitySchemes: {b: {type: http, scheme: basic}}
    """)
    assert list(result.document["components"]["x-vendor-security-schemes"]) == ["a", "b"]
