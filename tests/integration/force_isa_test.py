#!/usr/bin/env python3
"""The program hears the same on every instruction set, and says so where it cannot have the one it is told to use."""
import pathlib
import unittest

from program import MODEL, SAMPLES, ProgramTest

CPU_FLAGS = set(pathlib.Path("/proc/cpuinfo").read_text().split())


class ForceIsa(ProgramTest):
    def transcribe(self, isa):
        self.environment["VOICESTAND_FORCE_ISA"] = isa
        return self.run_program("transcribe", "--model", MODEL, SAMPLES / "beckett.wav")

    @unittest.skipUnless({"avx2", "fma"} <= CPU_FLAGS, "the machine has one instruction set alone")
    def test_same_text(self):
        scalar, vector = self.transcribe("scalar"), self.transcribe("avx2")
        self.assertEqual((scalar.returncode, vector.returncode), (0, 0), scalar.stderr + vector.stderr)
        self.assertIn("ever", scalar.stdout.lower())
        self.assertEqual(scalar.stdout, vector.stdout)

    def test_unknown(self):
        self.assert_refused(self.transcribe("mmx"), 2, "mmx", "VOICESTAND_FORCE_ISA", "scalar")


if __name__ == "__main__":
    unittest.main()
