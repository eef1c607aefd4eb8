"""YAML to specs, with the place of every mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from kijun.errors import CorruptFileError, SpecError

__all__ = ["Document", "as_mapping", "convert", "parse_yaml", "read_yaml"]

_Spec = TypeVar("_Spec")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_BYTES = 4_000_000


class Document(msgspec.Struct, frozen=True):
    """A parsed YAML file: `data`, and `lines` from a dotted key path to its 1-based line."""

    file: str
    data: Any
    lines: dict[str, int]

    def error(self, message: str, key: str = "") -> SpecError:
        """A `SpecError` that points at `key`, or at its nearest parent with a known line."""
        place = key
        while place and place not in self.lines:
            place = re.sub(r"(\.[^.\[\]]+|\[\d+\]|^[^.\[\]]+)$", "", place)
        return SpecError(message, file=self.file, line=self.lines.get(place), key=key or None)


def read_yaml(path: Path) -> Document:
    """Reads a YAML file.

    Raises:
        SpecError: no such file, or not the YAML that we read.
        CorruptFileError: not UTF-8 text.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SpecError(
                f"larger than {_MOST_BYTES // 1_000_000} MB; a task file holds settings, data goes beside it", file=path
            )
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        near = get_close_matches(path.name, _names_beside(path), n=2)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise SpecError(f"no such file{hint}", file=path) from None
    except IsADirectoryError:
        raise SpecError("is a folder; name a task file in it", file=path) from None
    except PermissionError:
        raise SpecError("may not be read; check its permissions", file=path) from None
    except UnicodeDecodeError as error:
        raise CorruptFileError(f"not UTF-8 text (byte {error.start}); save it as UTF-8", file=path) from None
    return parse_yaml(text, str(path))


def _names_beside(path: Path) -> list[str]:
    try:
        return [child.name for child in path.parent.iterdir()]
    except OSError:
        return []


def parse_yaml(text: str, file: str) -> Document:
    """Parses YAML text; `file` is its name in messages. Anchors, custom tags and repeated keys are errors.

    Raises:
        SpecError: with line and what was expected.
    """
    lines: dict[str, int] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise SpecError("the file is empty", file=file)
            _walk(node, "", lines, file, set())
            data = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "cannot be read"
        hint = (
            "; put text with ':' or '{' in quotes"
            if "mapping values" in what or "flow" in (error.context or "")
            else ""
        )
        raise SpecError(f"not valid YAML: {what}{hint}", file=file, line=mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecError(f"not valid YAML: character {error.character!r} is not allowed", file=file, line=line) from None
    except (ValueError, RecursionError) as error:
        raise SpecError(f"not valid YAML: {error}", file=file) from None
    return Document(file, data, lines)


def _walk(node: yaml.Node, path: str, lines: dict[str, int], file: str, above: set[int], depth: int = 0) -> None:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if depth > 50:
        raise SpecError("nested more than 50 levels deep", file=file, line=line)
    if id(node) in above:
        raise SpecError("anchors and aliases (& and *) are not read; write the value out", file=file, line=line)
    above.add(id(node))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            key_line = key_node.start_mark.line + 1
            if key is None:
                raise SpecError("a key must be plain text", file=file, line=key_line)
            if key in seen:
                raise SpecError("appears twice; keep one", file=file, line=key_line, key=f"{path}.{key}".lstrip("."))
            seen.add(key)
            child = f"{path}.{key}" if path else key
            lines[child] = key_line
            _walk(value_node, child, lines, file, above, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value_node in enumerate(node.value):
            _walk(value_node, f"{path}[{index}]", lines, file, above, depth + 1)


def convert(document: Document, data: Any, kind: type[_Spec], prefix: str = "") -> _Spec:
    """Makes a spec of parsed data; `prefix` is where `data` stands in the document.

    Raises:
        SpecError: with file, line, key, what was expected and what was found.
    """
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        key = f"{prefix}{path.rstrip('`')}".lstrip(".")
        unknown = re.search(r"unknown field `([^`]*)`", message)
        if unknown:
            name = unknown.group(1)
            known = list(_field_names(kind, path.rstrip("`")))
            near = get_close_matches(name, known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            raise document.error(f"unknown key; {advice}", f"{key}.{name}".lstrip(".")) from None
        missing = re.search(r"missing required field `([^`]*)`", message)
        if missing:
            raise document.error(f"{missing.group(1)!r} is missing; it is required", key) from None
        found = _value_at(data, path.rstrip("`"))
        shown = f"; got {found!r:.80}" if found is not _ABSENT else ""
        text = re.sub(r"^Expected", "expected", message).replace("`", "")
        raise document.error(f"{text}{shown}", key) from None


_ABSENT: Any = object()


def _steps(path: str) -> Iterator[str | int]:
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]", path):
        yield name if name else (int(index) if index.isdigit() else index)


def _value_at(data: Any, path: str) -> Any:
    for step in _steps(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return data


def _field_names(kind: Any, path: str) -> list[str]:
    """Field names of the struct at `path` below `kind`, as far as the types tell."""
    from typing import get_args, get_type_hints

    for step in _steps(path):
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            kind = get_type_hints(kind).get(str(step), Any)
        candidates = [kind, *(inner for arg in get_args(kind) for inner in (arg, *get_args(arg)))]
        kind = next((c for c in candidates if isinstance(c, type) and issubclass(c, msgspec.Struct)), Any)
    return list(kind.__struct_fields__) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else []


def as_mapping(document: Document, data: Any, what: str) -> Mapping[str, Any]:
    """`data` as a mapping, or a `SpecError` that says what a `what` file looks like."""
    if not isinstance(data, dict):
        raise document.error(f"a {what} file is a list of 'key: value' lines; got {type(data).__name__}")
    return data
