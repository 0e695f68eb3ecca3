#!/usr/bin/env python3
"""Noise, hum, music and silence give no text: every recording of speech/noise.tsv, through transcribe and listen."""
import csv
import sys
import unittest

from program import SPEECH, ProgramTest, events, of_type

LISTING = SPEECH / "noise.tsv"


class NoText(ProgramTest):
    def setUp(self):
        super().setUp()
        with open(LISTING, newline="") as rows:
            self.files = [SPEECH / row["file"] for row in csv.DictReader(rows, delimiter="\t")]

    def test_transcribe(self):
        result = self.run_program("transcribe", "--format", "json", *self.files, timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        said = {line["file"]: line["text"] for line in events(result.stdout) if line["text"]}
        self.assertEqual(said, {})

    def test_listen(self):
        for file in self.files:
            with self.subTest(file.name):
                result = self.run_program("listen", "--input", file, "--pace", "fast", "--json")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual([final["text"] for final in of_type(events(result.stdout), "final")], [])


if __name__ == "__main__":
    if not LISTING.exists():
        print(f"skipped: the recordings are not here ({LISTING})")
        sys.exit(77)
    unittest.main()
