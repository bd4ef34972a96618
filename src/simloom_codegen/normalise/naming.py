"""Names as the generator forms them, and names that generated code has already taken.

The generator's own functions are used, because two names that differ here may be one there:
`WebRTCEndpoint` and `WebRtcEndpoint` are two classes in one module.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from openapi_python_client.strings import ClassName, PythonIdentifier
from openapi_python_client.strings import pascal_case as _pascal_case

if TYPE_CHECKING:
    from collections.abc import Iterable

# The generator's default for a name that is no identifier; its setting is never changed.
FIELD_PREFIX = "field_"
TAG_PREFIX = "tag"

# What generated modules import or define themselves, and the words our library uses for its own
# things; a class of that name would hide them.
TAKEN_CLASS_NAMES = frozenset(
    {
        *("Any", "ClassVar", "Enum", "Literal", "Mapping", "Self", "TypeAlias", "UUID"),
        *("AsyncClient", "Client", "Date", "File", "Model", "OpenIntEnum", "OpenStrEnum"),
        *("Operation", "Request", "Response", "Secret", "Timestamp", "UNSET", "Unset"),
    }
)

# Most file systems allow 255 bytes for a name, and a module still gets a number or a suffix.
LONGEST_MODULE = 180
_KEPT_OF_LONG = 60  # of these each may get an underscore before it
# A digit would begin a word of its own in snake_case.
_DIGITS_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")

_NOT_ALLOWED_IN_COMPONENT = re.compile(r"[^A-Za-z0-9._-]+")
_CACHED = 16384  # the same names are asked for by one step after the other
_SEPARATORS = "._-"
_NO_WORD = re.compile(r"[^\w.-]+")
_WORD = re.compile(r"[A-Za-z0-9]+")


@lru_cache(maxsize=_CACHED)
def class_name(name: str) -> str:
    """Return the class the generator makes of a component name."""
    return str(ClassName(name, FIELD_PREFIX))


@lru_cache(maxsize=_CACHED)
def module_name(name: str) -> str:
    """Return the module the generator writes that class to."""
    return str(PythonIdentifier(class_name(name), FIELD_PREFIX))


@lru_cache(maxsize=_CACHED)
def python_name(name: str, *, as_written: bool = False) -> str:
    """Return the Python name of an operation, parameter or property.

    `as_written` is what the generator falls back to when two of them would be the same: the name
    without the change to snake_case.
    """
    return str(PythonIdentifier(name, FIELD_PREFIX, skip_snake_case=as_written))


def package_name(tag: str) -> str:
    """Return the package that the operations of a tag are written to."""
    return str(PythonIdentifier(tag, TAG_PREFIX))


@lru_cache(maxsize=_CACHED)
def pascal(text: str) -> str:
    """Return text as one PascalCase word of ASCII letters and digits; may be empty."""
    return str(_pascal_case(" ".join(_WORD.findall(ascii_only(text)))))


def fits(module: str) -> bool:
    """Tell whether a module or package name can be the name of a file."""
    return len(module.encode()) <= LONGEST_MODULE


def shortened(name: str) -> str:
    """Return the start of a name and a digest of it all, so that two long names stay two."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:8].translate(_DIGITS_AS_LETTERS)
    return f"{name[:_KEPT_OF_LONG]}_{digest}"


def ascii_only(text: str) -> str:
    """Return text without accents and without what has no ASCII form."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def path_words(path: str) -> str:
    """Return the words of a path joined by `_`, for names made from a path."""
    return "_".join(_WORD.findall(ascii_only(path)))


def wanted_component_name(name: str) -> str:
    """Return the name where it may stay, else the legal and short enough one that is like it."""
    plain = name if is_plain_component_name(name) else clean_component_name(name)
    return plain if fits(module_name(plain)) else shortened(plain)


def is_plain_component_name(name: str) -> bool:
    """Tell whether a component name may stay: legal in OpenAPI, and a letter in front."""
    return not _NOT_ALLOWED_IN_COMPONENT.search(name) and pascal(name)[:1].isalpha()


def clean_component_name(name: str) -> str:
    """Return a component name made legal, with a letter in front."""
    words = _NO_WORD.sub("_", name)
    clean = _NOT_ALLOWED_IN_COMPONENT.sub("", ascii_only(words)).strip(_SEPARATORS)
    return clean if clean[:1].isalpha() else f"Model{clean}"


def is_taken(name: str) -> bool:
    """Tell whether generated code has another use for the class of this component name."""
    made = class_name(name)
    return made in TAKEN_CLASS_NAMES or made.endswith("_")


class ComponentNames:
    """Hands out component names whose classes and modules are nobody else's."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._classes: set[str] = set()
        self._modules: set[str] = set()
        for name in names:
            self._take(name)

    def is_free(self, name: str) -> bool:
        """Tell whether a component may have this name."""
        return (
            is_plain_component_name(name)
            and not is_taken(name)
            and class_name(name) not in self._classes
            and module_name(name) not in self._modules
        )

    def claim(self, wanted: str) -> str:
        """Take the name, or the first free one made from it, and return it.

        A name that generated code uses gets `Model` behind it, one that is in use a number.
        """
        name = wanted_component_name(wanted)
        if is_taken(name):
            name = f"{name}Model"
        base, number = name, 1
        while not self.is_free(name):
            number += 1
            name = f"{base}{number}"
        self._take(name)
        return name

    def _take(self, name: str) -> None:
        self._classes.add(class_name(name))
        self._modules.add(module_name(name))
