"""Our templates stand on the generator's: when a stock one moves, a person reads it first."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from simloom_codegen.errors import TemplateError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

BASE = "base.toml"


def default_templates() -> Path:
    """Return the folder of our templates: inside the wheel, or at the root of a checkout."""
    here = Path(__file__).parent
    for candidate in (here / "templates", here.parents[1] / "templates"):
        if (candidate / BASE).is_file():
            return candidate
    raise TemplateError(
        "the templates of simloom-codegen are missing",
        file=str(here / "templates"),
        remedy="reinstall simloom, or pass --templates",
    )


def stock_templates() -> Traversable:
    """Return the folder of the generator's own templates."""
    return files("openapi_python_client") / "templates"


def check_bases(templates: Path, stock: Traversable | None = None) -> None:
    """Raise `TemplateError` unless every stock template that we replace is the one we compared.

    `base.toml` holds, for each of our templates, the sha256 of the stock one and why we replace it.
    """
    path = templates / BASE
    recorded = tomllib.loads(path.read_text("utf-8")).get("template", {})
    stock = stock or stock_templates()
    ours = {item.name for item in templates.glob("*.jinja")}
    if missing := sorted(ours - set(recorded)):
        raise TemplateError(
            f"no base is recorded for {', '.join(missing)}",
            file=f"templates/{BASE}",
            remedy="compare the template with the stock one, then add its sha256 and the reason",
        )
    for name, entry in sorted(recorded.items()):
        if name not in ours:
            raise TemplateError(
                "a base is recorded for a template that we no longer have",
                file=f"templates/{BASE}",
                pointer=f"/template/{name}",
                remedy="remove the entry",
            )
        if not str(entry.get("why", "")).strip():
            raise TemplateError(
                "no reason is recorded", file=f"templates/{BASE}", pointer=f"/template/{name}/why"
            )
        found = stock / name
        digest = hashlib.sha256(found.read_bytes()).hexdigest() if found.is_file() else "missing"
        if digest != entry.get("sha256"):
            raise TemplateError(
                f"the stock template moved: recorded {entry.get('sha256')}, found {digest}",
                file=f"templates/{BASE}",
                pointer=f"/template/{name}",
                remedy="read what the generator changed, adapt ours, record the new sha256",
            )
