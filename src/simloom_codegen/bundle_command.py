"""`simloom-codegen bundle`: one OpenAPI 3 document from whatever a vendor publishes."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (typer reads the annotations at run time)
from typing import Annotated

import typer

from simloom_codegen.errors import DocumentError, printable


def bundle(
    *,
    spec: Annotated[Path, typer.Option(help="OpenAPI 3 or Swagger 2.0; YAML or JSON.")],
    out: Annotated[Path, typer.Option(help="The file to write, as JSON; it must not exist.")],
) -> None:
    """Write one OpenAPI 3 document with all that a vendor's files refer to.

    The files have to lie below one folder: the working directory, or that of the document. Swagger
    2.0 is converted. Each repair and loss is told.
    """
    from simloom_codegen.document import dump  # noqa: PLC0415
    from simloom_codegen.intake import take_in  # noqa: PLC0415

    taken = take_in(spec)
    for change in taken.changes:
        typer.echo(printable(change.as_text()))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("xb") as file:
            file.write(dump(taken.document))
    except FileExistsError:
        raise DocumentError(
            "the file is there already", file=str(out), remedy="choose another --out"
        ) from None
    except OSError as error:
        raise DocumentError(
            f"cannot be written: {error.strerror}", file=str(out), remedy="check the path"
        ) from None
    typer.echo(f"wrote {out}")
