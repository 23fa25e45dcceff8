"""Which segments an issue may name: the ids in `subscribers/segments.toml`, and nothing of what they mean."""

import tomllib
from pathlib import Path


def segment_ids(path: Path) -> frozenset[str] | None:
    """The ids in a file of segments; None where it is absent or broken, which whoever needs the rules will tell."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return frozenset(str(segment["id"]) for segment in table.get("segment", ()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return None
