"""Writes `subscribers/sample.csv`: 200 invented people at the sample's bodies, the same ones every time.

Names are made by pairing lists of common first and family names; no real person is meant. Addresses use `.example`,
which nobody can own (RFC 2606). `python scripts/make_sample_people.py [FILE]`
"""

import csv
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
COUNT = 200
SEED = 2025
COLUMNS = ("email", "name", "body", "role", "nation", "language", "tags")

# First names and family names, by the tradition they come from.
NAMES = (
    (
        "Alice Benedict Charlotte Dominic Eleanor Frances Gareth Harriet Isaac Joanna Kieran Lydia Martha Naomi Oliver",
        "Abbott Barraclough Copplestone Dunthorne Entwistle Fairweather Garside Hathersage Inglewood Kettlewell",
    ),
    (
        "Angharad Beca Carys Dafydd Eirlys Ffion Gruffudd Heledd Ieuan Llŷr Mair Nerys Owain Rhiannon Siôn",
        "Bowen Cadwaladr Eynon Gethin Gwynne Llywelyn Meredydd Prydderch Trefor Ynyr",
    ),
    (
        "Ailsa Catrìona Dòmhnall Eilidh Fearchar Greum Iseabail Kirsty Lachlan Mòrag Niall Ruaridh Seonaid Torcuil",
        "Abercrombie Buchanan Carmichael Drummond Farquharson Geddes Kinloch Galbraith MacAskill Urquhart",
    ),
    (
        "Aoife Bríd Cathal Dáithí Éabha Fionnuala Gráinne Íde Oisín Pádraig Róisín Sorcha Tadhg",
        "Breathnach de~Búrca Devlin McGlinchey O'Donnelly McAteer Rafferty Quigg Mulholland Gormley",
    ),
    (
        "Agnieszka Bartosz Elżbieta Grzegorz Joanna Kasia Łukasz Małgorzata Paweł Zofia",
        "Kaczmarek Kołodziej Leśniak Mróz Piątek Sobczyk Wójtowicz Żurek",
    ),
    (
        "Aarav Bhavna Deepa Farida Harpreet Imran Jyoti Kavita Nadia Priyanka Rajesh Samina Tariq Yasmin",
        "Acharya Bhattacharjee Chowdhury Dhillon Gill Iqbal Kulkarni Mistry Qureshi Rahman Subramaniam",
    ),
    (
        "Adaeze Babajide Chidinma Efua Folasade Kwame Lindiwe Ngozi Olúwaṣeun Sipho Temitope Zainab",
        "Adeyinka Boateng Chukwuma Dlamini Eze-Williams Mensah Nkosi Okonjo Owusu Tshabalala",
    ),
)
ROLES = (
    "Inspector",
    "Lead inspector",
    "Volunteer monitor",
    "Volunteer visitor",
    "Policy manager",
    "Policy officer",
    "Data analyst",
    "Communications officer",
    "Head of inspection",
    "Scheme coordinator",
    "Board member",
    "Researcher",
)
TAGS = ("dashboard", "annual-report", "children", "mental-health", "police-custody", "prisons", "courts", "training")
# Where people of a body that serves more than one nation work.
WORKPLACES = {"england-and-wales": ("england", "england", "wales"), "uk": ("england", "scotland")}


class Lots(Random):
    """Draws lots. `random()` is the one method that promises the same numbers in every Python."""

    def pick(self, things: Sequence[T]) -> T:
        """One of the things."""
        return things[int(self.random() * len(things))]


def people() -> Iterator[dict[str, str]]:
    """The rows of the file, one a person; every name and address once."""
    lots = Lots(SEED)
    bodies = tomllib.loads((ROOT / "subscribers" / "bodies.toml").read_text(encoding="utf-8"))["body"]
    names = [_name(lots, number % len(NAMES)) for number in range(COUNT)]
    for number, name in enumerate(_without_twins(names, lots)):
        body = bodies[number % len(bodies)]
        nation = lots.pick(WORKPLACES.get(body["nation"], (body["nation"],)))
        yield {
            "email": f"{_mailbox(name)}@{body['domains'][0]}",
            "name": name,
            "body": body["id"],
            "role": lots.pick(ROLES),
            "nation": nation,
            "language": "cy" if nation == "wales" and lots.random() < 0.4 else "en",
            "tags": ";".join(sorted({lots.pick(TAGS) for _ in range(lots.pick((0, 0, 1, 1, 2)))})),
        }


def _name(lots: Lots, tradition: int) -> str:
    first, family = (lots.pick(part.split()) for part in NAMES[tradition])
    return f"{first} {family}".replace("~", " ")


def _without_twins(names: list[str], lots: Lots) -> list[str]:
    kept: dict[str, None] = {}
    for number, name in enumerate(names):
        while name in kept:
            name = _name(lots, number % len(NAMES))  # noqa: PLW2901
        kept[name] = None
    return list(kept)


def _mailbox(name: str) -> str:
    """`Llŷr Gethin` as llyr.gethin."""
    plain = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ł", "l")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z'.-]", "", plain.lower().replace(" ", "."))


def write(path: Path) -> None:
    """Write the file as UTF-8 CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(people())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "subscribers" / "sample.csv")
