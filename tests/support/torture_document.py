"""One document with every fault that normalise repairs, and an overlay for it."""

from __future__ import annotations

TORTURE = """
openapi: 3.2
info: {version: 1.0, description: [wrong]}
servers: [https://api.example, {description: no url}]
tags: sims
security: [{key: []}]
x-vendor: {kept: true}
paths:
  x-note: no path
  sims/{sim.id}:
    parameters:
      - {name: sim.id, in: path, schema: {type: string, format: uuid, default: x}}
      - {$ref: '#/components/parameters/Alias'}
      - {name: Authorization, in: header, schema: {type: string}}
    get:
      operationId: getSim
      tags: [SIM cards]
      deprecated: "no"
      security: []
      parameters:
        - {name: fields, in: query, schema: {type: array}}
        - name: filter
          in: query
          style: deepObject
          schema: {$ref: '#/components/schemas/Filter'}
        - {name: json, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: none, in: query}
        - {name: X-Ids, in: header, schema: {type: array, items: {type: string}}}
        - {name: x-key, in: header, schema: {type: string}}
        - {name: a b, in: query, schema: {}}
        - {name: a.b, in: query, schema: {}}
        - {name: a b, in: query, schema: {}}
      responses:
        200: {content: {'*/*': {schema: {$ref: '#/components/schemas/0123456789abcdef01Sim'}}}}
        2xx: {content: {application/pdf: {}}}
        '404 gone': {$ref: '#/components/responses/Alias'}
        success: {description: no status}
        x-ext: 5
    put:
      operationId: get_sim
      tags: [sim-cards]
      requestBody:
        content:
          application/json;charset=UTF-8: {schema: {$ref: '#/components/schemas/client'}}
          text/json: {schema: {$ref: '#/components/schemas/client'}}
      responses: {'204': null}
    delete: {operationId: import, tags: [import]}
  /sims/{id}/copy/{id}:
    post:
      requestBody: {content: {text/csv: {}}}
      responses: {default: {description: x}}
  /pets:
    get:
      operationId: 2fa
      responses:
        '200':
          description: x
          content:
            application/xml: {schema: {type: string}}
            application/hal+json:
              schema:
                title: Same
                type: object
                nullable: true
                properties:
                  items: {type: array, items: {oneOf: [{$ref: '#/components/schemas/Pet'}]}}
                  state: {type: string, nullable: true, enum: [on, off, null, on]}
                  tree: {$ref: '#/components/schemas/Tree'}
                  again:
                    $ref: '#/paths/~1pets/get/responses/200/content/application~1hal+json/schema'
    post: {$ref: nothing, operationId: 2fa, requestBody: {$ref: '#/components/requestBodies/New'}}
  /shared: {$ref: '#/components/pathItems/Shared'}
  /odd{:
    head:
      responses: {'200': {description: x, content: {application/json: {}}}}
      callbacks: {on: {x-y: 1}}
webhooks: {hook: {post: {responses: {}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  parameters:
    Alias: {$ref: '#/components/parameters/Page'}
    Page: {name: page, in: query, required: "no", schema: {type: integer, default: 1, minimum: "1"}}
  responses:
    Alias: {$ref: '#/components/responses/Bad'}
    Bad: {content: {application/problem+json: {schema: {type: object, title: Same}}}}
  requestBodies:
    New: {content: {multipart/form-data: {$ref: '#/components/schemas/Form'}}}
  pathItems: {Shared: {get: {operationId: getSim, tags: [sims], responses: {}}}}
  schemas:
    0123456789abcdef01Sim:
      title: Same
      type: object
      required: [id, $ref]
      properties:
        id: {type: string, required: true, default: x}
        default: {type: boolean, default: nonsense}
        restrictionStatus: {type: string}
        'restrictionStatus:': {type: string}
        $ref: {type: string}
        list: {type: array}
        tuple: {type: array, prefixItems: [{type: string}, {$ref: '#/components/schemas/client'}]}
        anything: {type: any}
        number: {type: number, enum: [0.5, 1]}
        mixed: {enum: [1, a, true]}
        nothing: null
        maybe: {$ref: '#/components/schemas/client', nullable: true}
        many: {type: [object, string, 'null'], properties: {x: {enum: [1, 2]}}}
        data: {type: string, format: binary}
        labels: {additionalProperties: {type: string}}
        self: {$ref: '#/components/schemas/0123456789abcdef01Sim/properties/many'}
        both: {allOf: [{$ref: '#/components/schemas/Word'}, {$ref: '#/components/schemas/Base'}]}
    f123456789abcdef01Sim: {type: object, properties: {kind: {type: string}}}
    client: {type: object, nullable: true, properties: {a: {type: string, const: {x: 1}}}}
    WebRTCEndpoint: {type: object}
    WebRtcEndpoint: {type: object, title: Same}
    Filter: {type: object, properties: {status: {type: string}, age: {type: integer}}}
    Form: {type: object, properties: {file: {type: file}, meta: {type: object}}}
    Word: {type: string, not: {enum: [x]}}
    Base: {type: object, properties: {id: {type: string}, kind: {type: string}}}
    Child:
      allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {type: integer}}}]
      required: [id]
    Loop: {allOf: [{$ref: '#/components/schemas/Loop'}, {$ref: '#/components/schemas/Child'}]}
    Pet:
      type: object
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind, mapping: {cat: Cat, lion: Cat, gone: Nope}}
      oneOf:
        - {$ref: '#/components/schemas/Cat'}
        - {$ref: '#/components/schemas/f123456789abcdef01Sim'}
        - null
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {claws: {type: integer}}}]}
    Vehicle: {properties: {wheels: {type: integer}}, discriminator: wheels}
    Bike: {allOf: [{$ref: '#/components/schemas/Vehicle'}, {properties: {bell: {type: boolean}}}]}
    Tree: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/Tree'}}]}
    OtherName: {$ref: '#/components/schemas/Tree'}
    Circle: {$ref: '#/components/schemas/Circle'}
"""

OVERLAY = """
overlay: 1.0.0
info: {title: Torture, version: "1"}
actions:
  - target: $.components.schemas.Sim
    description: The vendor always sends it.
    update: {required: [maybe]}
  - target: $.paths['/sims/{sim_id}'].get.parameters[?@.name == 'fields']
    description: The vendor's example shows texts.
    update: {schema: {items: {type: string}}}
  - target: $.paths['/odd%7B']
    description: It answers 404 for everybody.
    remove: true
"""
