#!/usr/bin/env python3
"""What is installed beside the program is in order."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
UNIT = PACKAGING / "systemd/voicestand.service"
MOST_EXPOSED = 20  # tenths, as systemd-analyze counts


class Unit(unittest.TestCase):
    def analyze(self, *arguments):
        with tempfile.TemporaryDirectory(prefix="voicestand-packaging-") as folder:
            return subprocess.run(["systemd-analyze", "--user", *arguments], env={"XDG_RUNTIME_DIR": folder, "HOME": folder, "PATH": "/usr/bin:/bin"},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def test_it_may_do_little(self):
        result = self.analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", UNIT)
        self.assertEqual(result.returncode, 0, result.stdout)
        print(result.stdout.strip().splitlines()[-1], file=sys.stderr)

    def test_the_names_agree(self):
        name = "org.voicestand.Dictation1"
        self.assertIn(f"BusName={name}\n", UNIT.read_text())
        activation = (PACKAGING / f"dbus/{name}.service").read_text()
        self.assertIn(f"Name={name}\n", activation)
        self.assertIn(f"SystemdService={UNIT.name}\n", activation)
        self.assertTrue((PACKAGING / f"dbus/{name}.xml").is_file())


if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        print("skipped: not installed: systemd-analyze")
        sys.exit(77)
    unittest.main()
