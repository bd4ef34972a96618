"""source.toml says where a file comes from, and counts what is in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter


def test_source_names_the_document(source, provider):
    facts = source["source"]
    assert facts["provider"] == provider
    assert facts["kind"] == "transcription"
    assert re.fullmatch(r"[a-z0-9-]+\.txt", facts["document"])
    for key in ("title", "vendor", "document_version", "licence"):
        assert facts[key], key
    assert facts["url"] == "" or facts["url"].startswith("https://")
    assert dt.date.fromisoformat(facts["retrieved"])


def test_digest_of_the_document(source, vendor_document):
    digest = source["source"]["sha256"]
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    if vendor_document.parent.is_dir():
        assert hashlib.sha256(vendor_document.read_bytes()).hexdigest() == digest


def test_counts_equal_those_of_the_spec(source, operations):
    evidence = Counter(operation.body["x-evidence"] for operation in operations)
    assert source["counts"] == {
        "operations": len(operations),
        "documented": evidence["documented"],
        "inferred": evidence["inferred"],
    }


def test_what_is_inferred_is_explained(source):
    entries = source["inferred"]
    assert entries
    for entry in entries:
        assert set(entry) == {"what", "why"}
        assert entry["what"]
        assert entry["why"]
