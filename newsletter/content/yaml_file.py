"""Reads and writes `issue.yaml`: comments and order survive a round trip, and hostile or broken YAML gets one sentence.

A save is compare-and-set on the hash of the file as it was read, so that nobody's words are lost unseen.
"""

import hashlib
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import ScalarNode

from newsletter.content.yaml_advice import advice
from newsletter.errors import InputError, Problem, StaleSaveError

LARGEST_FILE = 1_000_000  # bytes; a full issue has about 20,000
_DEEPEST = 12
_MOST_NODES = 20_000


@dataclass(frozen=True, kw_only=True)
class YamlFile:
    """One YAML file as it was read."""

    path: Path
    text: str  # as it stands on disk
    digest: str  # SHA-256 of the bytes on disk; a save compares it
    data: Any  # ruamel's tree: knows lines, comments and order


class _Constructor(RoundTripConstructor):
    """Leaves a date that does not exist, such as 2025-11-31, as text: the field then says so, with its place."""

    def construct_yaml_timestamp(self, node: ScalarNode, values: Any = None) -> Any:  # noqa: ANN401
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return node.value


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    yaml.preserve_quotes = True
    yaml.width = 4096  # never break a line that the editor did not break
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def read_yaml(path: Path) -> YamlFile:
    """Read a file; InputError with file and line for whatever is wrong with it as YAML."""
    text, digest = _read_text(path)
    return YamlFile(path=path, text=text, digest=digest, data=parse_yaml(text, path))


def _read_text(path: Path) -> tuple[str, str]:
    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise _refused(path, None, f"this file can't be read: {error.strerror or error}") from None
    if raw is None:
        raise _refused(path, None, "this file is larger than 1 MB; an issue has about 20 KB. Move pictures to images/")
    try:
        return raw.decode("utf-8-sig"), hashlib.sha256(raw).hexdigest()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(path, line, "this file is not in UTF-8; save it again with the encoding UTF-8") from None


def parse_yaml(text: str, path: Path) -> Any:  # noqa: ANN401  (a YAML tree)
    """The tree of a YAML text; InputError where it is broken or made to exhaust the reader."""
    text = text.replace("\r\n", "\n")  # ruamel.yaml would leave the CR in comments
    try:
        _refuse_bombs(text, path)
        return _yaml().load(text)
    except DuplicateKeyError as error:
        raise _refused(path, _line(error), f"{_twice(error)} stands twice here; keep one of the two") from None
    except MarkedYAMLError as error:
        raise _refused(path, *advice(error, text)) from None
    except YAMLError as error:
        line = _character_line(text, error)
        raise _refused(path, line, f"this is not valid YAML: {_first_words(str(error))}") from None
    except ValueError:
        raise _refused(path, None, "a number in this file can't be read as one; put it in quotes") from None


def _refuse_bombs(text: str, path: Path) -> None:
    depth = 0
    for count, event in enumerate(_yaml().parse(io.StringIO(text))):
        line = event.start_mark.line + 1
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise _refused(
                path, line, "anchors and aliases (& and *) are not used in issues; write the text out, or in quotes"
            )
        if getattr(event, "ctag", None):
            raise _refused(path, line, "tags (!) are not used in issues; put the text in quotes")
        if depth > _DEEPEST or count > _MOST_NODES:
            raise _refused(path, line, "this file is nested too deep or too long to be an issue; mend the indentation")


def _line(error: MarkedYAMLError) -> int | None:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else None


def _character_line(text: str, error: Exception) -> int | None:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else None


def _twice(error: DuplicateKeyError) -> str:
    found = re.search(r'duplicate key "(.*?)"', str(error.problem), re.DOTALL)
    return f"the field '{_first_words(found[1])}'" if found else "a field"


def _first_words(text: str | None) -> str:
    return re.sub(r"\s+", " ", (text or "").split("\n")[0])[:120].rstrip(".")


def _refused(path: Path, line: int | None, message: str) -> InputError:
    return InputError([Problem(message=message, file=str(path), line=line)])


def dump_yaml(data: Any) -> str:  # noqa: ANN401
    """A tree as text, with the comments and the order it was read with."""
    stream = io.StringIO()
    _yaml().dump(data, stream)
    return stream.getvalue()


def save_text(path: Path, text: str, *, expected: str | None) -> str:
    """Write a file if it still has the hash `expected` (None: if it does not exist yet); returns the new hash.

    Raises StaleSaveError, with nothing written, where somebody else saved in between.
    """
    raw = text.encode("utf-8")
    # The lock orders our own savers; an editor that ignores it is still seen by its hash.
    with FileLock(path.with_name(f".{path.name}.lock")):
        present = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
        if present != expected:
            message = "somebody else saved this file since you opened it; compare the two texts and save again"
            raise StaleSaveError([Problem(message=message, file=str(path))])
        _replace(path, raw)
    return hashlib.sha256(raw).hexdigest()


def _replace(path: Path, raw: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp lets nobody else read; the team that shares the folder must go on reading
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
