"""Renews newsletter/checks/caniemail.json: which mail programs show what, from the npm package `caniemail`.

`python scripts/refresh_caniemail.py` needs npm. The data are those of caniemail.com, (c) Rémi Parmentier, MIT; of each
mail program only the newest version is kept, and no words of the site but the names of features.
"""

import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "newsletter" / "checks" / "caniemail.json"
NOTICE = (
    "Data of caniemail.com. MIT License. Copyright (c) R\u00e9mi Parmentier. Permission is hereby granted, free of "
    'charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), '
    "to deal in the Software without restriction, including without limitation the rights to use, copy, modify, "
    "merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom "
    "the Software is furnished to do so, subject to the following conditions: The above copyright notice and this "
    "permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS "
    'PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE '
    "WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE "
    "AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF "
    "CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER "
    "DEALINGS IN THE SOFTWARE."
)
_LISTS = re.compile(r",\s*|\s+&\s+")


def download() -> dict[str, Any]:
    """The data file inside the package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "caniemail@2", "--silent"], cwd=folder, check=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as files:
            data = files.extractfile("package/dist/data/caniemail.json")
            assert data
            return json.load(data)


def signs(feature: dict[str, Any]) -> Iterator[str]:
    """What to look for in a mail: a kind and a name, such as `property x`, `value x:y`, `element x` or `pseudo x`."""
    title = feature["title"].strip()
    if feature["category"] == "css":
        bare = re.sub(r" (CSS )?(property|shorthand)$", "", title)
        if all(re.fullmatch(r"[a-z-]+", name) for name in _LISTS.split(bare)):
            yield from (f"property {name}" for name in _LISTS.split(bare))
        elif re.fullmatch(r"[a-z-]+:\s*[a-z-]+", title):
            yield "value " + title.replace(" ", "")
        elif title.startswith("@"):
            yield f"at {re.sub(r'^@media ', '', title).split(',')[0].strip('()')}"
        elif re.fullmatch(r"::?[a-z-]+(\(\))?", title):
            yield f"pseudo {title.removesuffix('()')}"
        elif all(re.fullmatch(r"[a-z-]+\(\)", name) for name in _LISTS.split(title)):
            yield from (f"call {name.removesuffix('()')}" for name in _LISTS.split(title))
    elif feature["category"] == "html":
        yield from (f"element {name}" for name in re.findall(r"<([a-z]+)[^>]*> element", title))
        if found := re.fullmatch(r"([a-z-]+) attribute", title):
            yield f"attribute {found[1]}"


def newest(versions: dict[str, str]) -> str:
    """The first letter for the newest version: y, a (almost), n or u (unknown)."""
    last = max(versions, key=lambda version: [int(number) for number in re.findall(r"\d+", version)])
    return versions[last][0]


def packed(data: dict[str, Any]) -> dict[str, Any]:
    """The file that the checks read: for each feature one letter for each mail program."""
    features = [feature for feature in data["data"] if list(signs(feature))]
    clients = sorted(
        {f"{family}.{place}" for f in features for family, places in f["stats"].items() for place in places}
    )

    def letters(stats: dict[str, dict[str, dict[str, str]]]) -> str:
        places = (client.split(".") for client in clients)
        return "".join(
            newest(found) if (found := stats.get(family, {}).get(place)) else "u" for family, place in places
        )

    return {
        "notice": NOTICE,
        "date": data["last_update_date"][:10],
        "names": {"family": data["nicenames"]["family"], "place": data["nicenames"]["platform"]},
        "clients": clients,
        "features": {
            feature["slug"]: {
                "title": feature["title"].strip(),
                "signs": list(signs(feature)),
                "shown": letters(feature["stats"]),
            }
            for feature in sorted(features, key=lambda feature: feature["slug"])
        },
    }


def main() -> None:
    """Download, pack and write."""
    table = packed(download())
    head = {key: value for key, value in table.items() if key != "features"}
    lines = [
        f"  {json.dumps(slug)}: {json.dumps(feature, ensure_ascii=False)}"
        for slug, feature in table["features"].items()
    ]
    text = json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "features": {\n' + ",\n".join(lines) + "\n }\n}\n"
    TARGET.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
