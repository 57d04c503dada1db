"""What a user installs: the wheel carries the profiles and works without the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_works_alone(tmp_path: Path) -> None:
    """Built, unpacked somewhere else, asked for a phenotype from there."""
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        ".",
    ]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import immunosep_tui; assert 'site' in immunosep_tui.__file__, immunosep_tui.__file__\n"
        "from immunosep_tui.cli import main\n"
        "sys.exit(main(['classify', '--ferritin', '4421', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["phenotype"] == "mals"
    assert list((tmp_path / "site" / "immunosep_tui" / "data" / "cases").glob("*.toml"))
    assert (tmp_path / "site" / "immunosep_tui" / "data" / "evidence" / "immunosep-2025.toml").is_file()
