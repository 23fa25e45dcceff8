"""Coverage-guided fuzzing of parse, classify and explain: nothing may raise or take two seconds.

pip install atheris; python bench/fuzz_replies.py CORPUS_FOLDER -max_total_time=300 [further options of libFuzzer]

An empty folder is seeded with the replies that the project wrote, and what is found stays there. `--keep` packs what is
new into tests/replies/fuzz-corpus.zip, which the tests read in every run.
"""

import json
import sys
import time
import zipfile
from pathlib import Path

PACKED = Path(__file__).parent.parent / "tests" / "replies" / "fuzz-corpus.zip"
SECONDS = 2.0


def read_whole(data: bytes) -> None:
    """All that may be done with a mail's bytes; raises where something is wrong."""
    from written_replies import ours

    from newsletter.replies import classify, explain

    begun = time.perf_counter()
    verdict = classify(data, ours())
    json.dumps(verdict.as_dict("mail"), ensure_ascii=False).encode()
    if time.perf_counter() - begun > SECONDS:
        raise TimeoutError(f"{time.perf_counter() - begun:.1f} seconds")
    explain(data, ours()).encode()


def seed(folder: Path) -> None:
    """Some of our own messages, cut short, so that the fuzzer finds its way into every rule."""
    from written_replies import written

    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        for number, reply in enumerate(written("tuning")):
            (folder / f"written-{number}").write_bytes(reply.raw[:1500])


def keep(folder: Path) -> None:
    """Pack what the fuzzer found into the file that the tests read; our own replies are read by other tests."""
    with zipfile.ZipFile(PACKED, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(set(folder.iterdir()) - set(folder.glob("written-*"))):
            entry = zipfile.ZipInfo(path.name)  # without a date, so that packing again changes nothing
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())


def main() -> None:
    """Fuzz until libFuzzer ends. What is measured must not be imported before."""
    import atheris

    with atheris.instrument_imports(include=["newsletter.replies"]):
        seed(Path(sys.argv[1]))
    atheris.Setup(sys.argv, read_whole)
    atheris.Fuzz()


if __name__ == "__main__":
    if "--keep" in sys.argv:
        keep(Path(sys.argv[1]))
    else:
        main()
