#!/usr/bin/env python3
"""Push-to-talk at the clock's pace: the text is there within 50 ms of the key's release (30 with the small model), from less
than 100 MiB (60) of memory, whatever was said. The time is promised of processors that multiply bytes (VNNI), as the reference laptop does; one that does
not takes two to three times as long for a decode, and is held to five times the time."""
import csv
import statistics
import sys
import unittest

from program import SPEECH, ProgramTest, events, of_type

LISTING = SPEECH / "read.tsv"
EVERY = 8  # of the recordings; all of them take a quarter of an hour
WITHOUT_VNNI = 5
PROMISES = {"moonshine-base-en": (50, 100), "moonshine-tiny-en": (30, 60)}  # ms, MiB


class ReleaseToText(ProgramTest):
    def release_to_final_ms(self, model, file):
        result = self.run_program("listen", "--push-to-talk", "--pace", "realtime", "--model", model, "--input", file, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        happened = events(result.stdout)
        finals = of_type(happened, "final")
        self.assertEqual(len(finals), 1, f"{file}: one utterance, one text")
        self.slowness = 1 if "vnni" in happened[0]["isa"] else WITHOUT_VNNI
        return finals[0]["latency"]["release_to_final_ms"], happened[-1]["peak_rss_bytes"] / 2**20

    def promised(self, model):
        with open(LISTING, newline="") as rows:
            files = [SPEECH / row["file"] for row in csv.DictReader(rows, delimiter="\t")][::EVERY]
        limit_ms, limit_mib = PROMISES[model]
        waits, peaks = [], []
        for file in files:
            wait, peak = self.release_to_final_ms(model, file)
            for _ in range(2):  # a busy neighbour, or really? Once more.
                if wait > limit_ms * self.slowness:
                    wait = min(wait, self.release_to_final_ms(model, file)[0])
            waits.append(wait)
            peaks.append(peak)
        p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
        print(f"{model}: release to text p50 {statistics.median(waits):.1f} ms, p95 {p95:.1f} ms, most {max(waits):.1f} ms; "
              f"peak {max(peaks):.1f} MiB; {sorted(round(wait) for wait in waits)}")
        self.assertLessEqual(p95, limit_ms * self.slowness)
        self.assertLess(max(peaks), limit_mib)

    def test_base(self):
        self.promised("moonshine-base-en")

    def test_tiny(self):
        self.promised("moonshine-tiny-en")


if __name__ == "__main__":
    if not LISTING.exists():
        print(f"skipped: the recordings are not here ({LISTING})")
        sys.exit(77)
    unittest.main()
