"""Compiles the gettext catalogues below `newsletter/locale`; run it after editing a `.po` file."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "newsletter" / "locale"


def main() -> None:
    """Write each `.mo` beside its `.po`."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


if __name__ == "__main__":
    main()
