"""`newsletter preview` on the command line."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_it_prints_its_address_serves_and_ends_with_ctrl_c(draft_folder: Path) -> None:
    command = [sys.executable, "-m", "newsletter", "-C", str(draft_folder), "preview", "2025-11", "--no-open"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stdout
        url = run.stdout.readline().split()[-1]
        assert b"The first number" in urllib.request.urlopen(url, timeout=10).read()
        run.send_signal(signal.SIGINT)
        output, errors = run.communicate(timeout=20)
    assert (run.returncode, errors) == (0, "")
    assert "The preview has ended." in output


def test_an_issue_that_is_not_there_ends_it_with_status_2_and_one_sentence(draft_folder: Path) -> None:
    command = [sys.executable, "-m", "newsletter", "-C", str(draft_folder), "preview", "2031-01", "--no-open"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 2
    assert "there is no issue here" in run.stderr
    assert "Traceback" not in run.stderr
