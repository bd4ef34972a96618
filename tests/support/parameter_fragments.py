"""One operation with parameters."""

from __future__ import annotations


def operation(path, parameters, extra=""):
    return f"""
    openapi: 3.1.0
    paths:
      '{path}':
        get:
          operationId: a
          tags: [t]
          parameters: [{parameters}]
          responses: {{}}
    {extra}
    """


def names(result):
    (path,) = result.document["paths"]
    return [(p["name"], p["in"]) for p in result.operation(path)["parameters"]]


ID = "{name: id, in: path, required: true, schema: {type: string}}"
