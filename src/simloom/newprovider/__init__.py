"""A new repository for a provider, from the vendor's OpenAPI document: `simloom new-provider`.

`names.py` checks the id and derives the other names; `document.py` reads the document and
`inspection.py` says what it makes certain, by `listing.py`, `reading.py` and `changing.py`;
`bindings.py` looks names up in the generated client; `provided.py` and `rendering.py` fill the
templates; `creating.py` puts everything into a folder, or nothing.
"""
