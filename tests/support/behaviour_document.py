"""A document whose client shows what the stock generator gets wrong."""

from __future__ import annotations

SPEC = """\
openapi: 3.1.0
info: {title: Faults, version: "1"}
servers: [{url: "https://api.example.com/base"}]
security: [{key: []}]
paths:
  /sims:
    get:
      operationId: list_sims
      tags: [sims]
      parameters:
        - {name: sort, in: query, style: form, explode: false,
           schema: {type: array, items: {type: string}}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}}
        - {name: limit, in: query, schema: {type: integer, default: 20}}
        - {name: request, in: query, schema: {type: string}}
        - {name: client, in: query, schema: {type: string}}
        - {name: since, in: query, schema: {type: string, format: date-time}}
        - {name: Authorization, in: header, schema: {type: string}}
      responses:
        200: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/SimPage"}}}}
        404: {description: gone, content: {application/json: {schema: {$ref: "#/components/schemas/Problem"}}}}
        5XX: {description: broken}
  /sims/{iccid}:
    put:
      operationId: update_sim
      tags: [sims]
      deprecated: true
      x-retry-class: set-state
      parameters: [{name: iccid, in: path, required: true, schema: {type: string}}]
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/SimUpdate"}}
          application/json;charset=UTF-8: {schema: {$ref: "#/components/schemas/SimUpdate"}}
      responses:
        204: {description: done}
  /login:
    servers: [{url: "https://login.example.com"}]
    post:
      operationId: log_in
      tags: [auth]
      servers: [{url: "https://login.example.com"}]
      requestBody:
        required: true
        content: {application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Login"}}}
      responses:
        200: {description: ok, content: {"*/*": {schema: {type: object, additionalProperties: {type: integer}}}}}
  /files:
    post:
      operationId: send_file
      tags: [files]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, properties: {file: {type: string, format: binary}, note: {type: string}, tags: {type: array, items: {type: string}}}}
      responses:
        200: {description: text, content: {text/plain: {schema: {type: string}}}}
  /animals:
    get:
      operationId: get_animal
      tags: [animals]
      responses:
        default: {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Animal"}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    SimPage:
      type: object
      properties:
        sims: {type: array, items: {$ref: "#/components/schemas/Sim"}}
    Sim:
      type: object
      required: [iccid]
      properties:
        iccid: {type: string}
        status: {$ref: "#/components/schemas/SimStatus"}
        createdAt: {type: string, format: date-time}
        activeOn: {type: string, format: date}
        quota: {type: number}
        level: {$ref: "#/components/schemas/Level"}
        pin1: {type: string, x-secret: true}
        parent: {$ref: "#/components/schemas/Sim"}
        list: {type: array, items: {type: string}}
        datetime: {type: string, format: date-time}
        self: {type: string}
        from_dict: {type: string}
        "odd:": {type: string, x-wire-name: "odd:"}
    SimStatus: {type: string, enum: [active, ACTIVE, "Blocked (MNO)", "2FF"]}
    Level: {type: integer, enum: [1, 2]}
    SimUpdate:
      type: object
      required: [status]
      properties:
        status: {$ref: "#/components/schemas/SimStatus", default: active}
        lock: {type: boolean, default: false}
        label: {type: [string, "null"]}
    Login:
      type: object
      required: [user, password]
      properties: {user: {type: string}, password: {type: string, format: password}}
    Open:
      type: object
      properties: {name: {type: string}}
      additionalProperties: {type: integer}
    Problem: {type: object, properties: {title: {type: string}, open: {$ref: "#/components/schemas/Open"}}}
    Animal:
      oneOf: [{$ref: "#/components/schemas/Dog"}, {$ref: "#/components/schemas/Cat"}]
      discriminator: {propertyName: kind, mapping: {dog: "#/components/schemas/Dog", cat: "#/components/schemas/Cat"}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, name: {type: string}}}
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, name: {type: string}}}
    Drawing: {type: object, properties: {shapes: {type: array, items: {$ref: "#/components/schemas/Shape"}}}}
    Shape:
      type: object
      properties: {form: {type: string}, colour: {type: string}}
      discriminator: {propertyName: form, mapping: {circle: "#/components/schemas/Circle"}}
    Circle: {allOf: [{$ref: "#/components/schemas/Shape"}, {type: object, properties: {radius: {type: integer}}}]}
"""  # noqa: E501
