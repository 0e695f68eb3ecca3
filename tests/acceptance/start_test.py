#!/usr/bin/env python3
"""From starting the program, its files in the page cache, to `ready`: less than 100 ms with the base model.

VOICESTAND_OTHER_PROGRAM, where it is set, is measured in turn with the program, to compare them.
"""
import os
import statistics
import subprocess
import time
import unittest

import program
from program import ProgramTest, events

STARTS = 20
LIMIT_MS = 100


class Start(ProgramTest):
    def start_ms(self, executable, silence, *arguments):
        began = time.perf_counter()
        process = subprocess.Popen([executable, "listen", "--json", "--pace", "realtime", "--input", silence, *arguments],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=self.environment, text=True)
        try:
            first = process.stdout.readline()
            took = 1000 * (time.perf_counter() - began)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        self.assertEqual(events(first)[0]["type"], "ready")
        return took

    def measured(self, *arguments):
        silence = self.write_wav("silence.wav", [0] * 16000)
        executables = [program.PROGRAM]
        if other := os.environ.get("VOICESTAND_OTHER_PROGRAM"):
            executables.append(other)
        took = [[] for _ in executables]
        for turn in range(STARTS + 1):
            for i in sorted(range(len(executables)), reverse=turn % 2 == 1):
                ms = self.start_ms(executables[i], silence, *arguments)
                if turn > 0:  # the first warms the page cache
                    took[i].append(ms)
        for executable, each in zip(executables, took):
            lower, median, upper = statistics.quantiles(each, n=4)
            print(f"{executable} {' '.join(arguments)}: median {median:.1f} ms, middle half {lower:.1f} to {upper:.1f}, least {min(each):.1f}")
        return statistics.median(took[0])

    def test_base(self):
        self.assertLess(self.measured("--model", "moonshine-base-en"), LIMIT_MS)

    def test_voice_detection_alone(self):
        self.assertLess(self.measured("--no-asr"), LIMIT_MS)


if __name__ == "__main__":
    unittest.main()
