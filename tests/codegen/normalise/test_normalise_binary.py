from __future__ import annotations


def test_files_are_where_files_are_sent(repaired, stock):
    fragment = """
    paths:
      /a:
        post:
          operationId: a
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  properties:
                    file: {type: string, format: binary}
                    meta: {$ref: '#/components/schemas/Both'}
          responses:
            '200':
              description: x
              content: {application/octet-stream: {schema: {$ref: '#/components/schemas/Raw'}}}
            '201':
              description: x
              content: {application/json: {schema: {$ref: '#/components/schemas/Json'}}}
    components:
      schemas:
        Json: {type: object, properties: {data: {type: string, format: binary}, b: {type: array,
               items: {type: string, format: byte}}}}
        Both: {type: object, properties: {data: {type: string, format: binary}}}
        Raw: {type: string, format: binary}
    """
    assert stock(fragment).types("Json") == {"data": "File", "b": "list[str]"}
    result = repaired(fragment)
    assert result.parsed.types("Json") == {"data": "str", "b": "list[str]"}
    assert result.schemas["Json"]["properties"]["data"]["x-vendor-format"] == "binary"
    assert result.parsed.types("Both") == {"data": "File"}
    assert result.parsed.types("ABody") == {"file": "File", "meta": "Both"}
    assert result.schemas["Raw"] == {"type": "string", "format": "binary"}
