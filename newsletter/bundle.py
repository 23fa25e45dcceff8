"""Where the files that travel with the program are: templates, the sample workspace.

In a clone they are the repository's own folders; in an installed wheel they lie in `newsletter/_bundle`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundle_root() -> Path:
    """The folder that holds `templates/`, `issues/`, `pages/`, `subscribers/` and `newsletter.toml`."""
    packed = _PACKAGE / "_bundle"
    return packed if packed.is_dir() else _PACKAGE.parent
