#!/usr/bin/env python3
"""Captions of what a real PipeWire server plays, also when the server is restarted in the middle."""
import os
import subprocess
import sys
import time
import unittest

from pipewire_session import PipewireSession, missing_programs
from program import MODEL, PROGRAM, SAMPLES, children_of, events, of_type, words


class PipewireCaptions(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(PipewireSession())
        self.process = subprocess.Popen([PROGRAM, "listen", "--input", "pipewire", "--device", "vs.monitor", "--model", MODEL, "--json"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=self.session.env)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.assertEqual(events(self.process.stdout.readline())[0]["type"], "ready")

    def play(self):
        with self.session.play(SAMPLES / "beckett.wav") as playing:
            playing.wait(timeout=30)
        time.sleep(1.5)  # the endpoint of what was played last

    def ended(self):
        self.process.terminate()
        out = self.process.stdout.read()
        self.assertEqual(self.process.wait(timeout=30), 130)
        return events(out)

    def said(self, happened):
        return " ".join(words(" ".join(final["text"] for final in of_type(happened, "final"))))

    def test_what_is_played_is_captioned(self):
        self.play()
        happened = self.ended()
        self.assertIn("ever tried ever failed", self.said(happened))
        summary = happened[-1]
        self.assertEqual(summary["overruns"], 0)
        self.assertEqual(summary["realtime_allocations"] or 0, 0)
        self.assertLess(summary["front_end_latency_ms"]["p50"], 30)

    def test_the_server_is_restarted(self):
        self.play()
        self.session.restart_server()
        self.play()
        happened = self.ended()
        codes = [warning["code"] for warning in of_type(happened, "warning")]
        self.assertEqual(codes.count("device_lost"), 1, codes)
        self.assertEqual(codes.count("device_restored"), 1, codes)
        self.assertGreaterEqual(self.said(happened).count("ever tried ever failed"), 2)


if __name__ == "__main__":
    absent = missing_programs()
    if absent:
        print(f"skipped: not installed: {', '.join(absent)}")
        sys.exit(77)
    unittest.main()
