"""A disk that fills up: what was recorded stays, the rest is told not to be saved, and with room it goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.full_disk import CANNOT
from tests.harness.programs import ROOT


@pytest.mark.parametrize("harness", ["full_disk", "full_backup"])
def test_a_full_disk_loses_nothing(harness: str, tmp_path: Path) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed: no small disk can be mounted")
    alone = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    done = subprocess.run(
        [*alone, sys.executable, "-m", f"tests.harness.{harness}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == CANNOT or "unshare failed" in done.stderr:
        pytest.skip("this machine does not permit a small disk to be mounted")
    assert done.returncode == 0, done.stdout + done.stderr
