"""Where things are in a checkout of the project."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from simloom_codegen.errors import LoomError

PACKAGE = "simloom_clients"
INPUTS = ("openapi.yaml", "overlay.yaml", "config.yml", "source.toml", "warnings.txt")


@frozen
class Workspace:
    """A checkout: `specs/`, `templates/` and `generated/` below `root`."""

    root: Path

    @property
    def specs(self) -> Path:
        """One folder per provider."""
        return self.root / "specs"

    @property
    def templates(self) -> Path:
        """Our jinja templates."""
        return self.root / "templates"

    @property
    def generated(self) -> Path:
        """The folder that holds the generated package."""
        return self.root / "generated"

    @property
    def lock(self) -> Path:
        """The record of what was generated from what."""
        return self.specs / "lock.toml"

    def providers(self) -> list[str]:
        """Return the ids of all providers, sorted."""
        return sorted(path.parent.name for path in self.specs.glob("*/openapi.yaml"))

    def inputs(self, provider: str) -> dict[str, Path]:
        """Return the input files of a provider that exist."""
        folder = self.specs / provider
        return {name: folder / name for name in INPUTS if (folder / name).is_file()}

    def chosen(self, names: list[str]) -> list[str]:
        """Return the named providers, all when none is named; raise for an unknown name."""
        known = self.providers()
        if unknown := sorted(set(names) - set(known)):
            raise LoomError(
                f"no such provider: {', '.join(unknown)}",
                remedy=f"the providers of this checkout are {', '.join(known)}",
            )
        return [name for name in known if name in names] if names else known


def module_of(provider: str) -> str:
    """Return the module name of a provider id."""
    return provider.replace("-", "_")


def find_workspace(start: Path | None = None) -> Workspace:
    """Return the checkout around a folder (the present one by default)."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "specs").is_dir() and (folder / "templates" / "base.toml").is_file():
            return Workspace(folder)
    raise LoomError(
        "this is not a checkout of simloom: no specs/ and templates/base.toml here or above",
        remedy="change into it; for any other specification use `simloom-codegen generate`",
    )
