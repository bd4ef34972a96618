"""The loom: vendors' OpenAPI documents in, typed clients out."""
