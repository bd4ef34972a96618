"""The page for people at `/`, Swagger UI for each vendor, and who may reach the admin surface."""

from __future__ import annotations
