"""A new repository for a provider, from the vendor's OpenAPI document: `simloom new-provider`.

`names.py` checks the id and derives the other names; `document.py` reads the document and
`inspection.py` says what it makes certain; `clientnames.py` looks names up in the generated client;
`rendering.py` fills the templates; `creating.py` puts everything into a folder, or nothing.
"""
