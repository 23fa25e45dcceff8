"""`newsletter live`: what is asked before the studio goes live, the terminal asks too."""

from collections.abc import Callable
from pathlib import Path

Ask = Callable[..., str]
LIVE = ["live", "--by", "Ann"]
LOCAL = '\n[sending]\ntransport = "smtp://127.0.0.1:2525"\n'


def test_nobody_goes_live_before_there_is_a_way_out_and_all_is_in_order(root: Path, ask: Ask) -> None:
    assert "name the mail server in [sending] transport of newsletter.toml first" in ask(LIVE)
    with (root / "newsletter.toml").open("a") as settings:
        settings.write(LOCAL)
    key = root / "data" / "secret.key"
    key.chmod(0o644)
    told = ask(LIVE)
    assert "First mend what is not in order: " in told
    assert "`newsletter doctor` says how." in told
    assert told.endswith("=> 1\n")
    key.chmod(0o600)
    assert "Live, by Ann. Mail now goes by smtp://127.0.0.1:2525" in ask(LIVE)
