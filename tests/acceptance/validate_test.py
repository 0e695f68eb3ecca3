#!/usr/bin/env python3
"""`validate` measures every promise by doing it, and tells what it found."""
import json
import pathlib
import unittest

from program import ProgramTest

# name: limit and whether it is the least
TARGETS = {
    "audio_latency_p99_9_ms": (5, False),
    "release_to_text_p95_ms": (50, False),
    "peak_rss_mib": (100, False),
    "audio_path_memory_mib": (5, False),
    "realtime_allocations": (0, False),
    "cpu_efficiency_ratio": (10, True),
    "throughput_khz": (96, True),
    "binary_mib": (1.4, False),
    "overruns": (0, False),
}
# What is promised of processors that multiply bytes, and by how much another one may miss it.
OF_VNNI = {"release_to_text_p95_ms": 5}
ALWAYS = {"peak_rss_mib", "audio_path_memory_mib", "realtime_allocations", "throughput_khz", "binary_mib"}  # whatever else runs


class Validate(ProgramTest):
    def test_every_promise(self):
        page = pathlib.Path(self.folder) / "validation.html"
        result = self.run_program("validate", "--json", "--report", page, timeout=400)
        said = json.loads(result.stdout)
        print(json.dumps(said, indent=1))
        self.assertEqual([target["name"] for target in said["targets"]], list(TARGETS))
        has_vnni = any("vnni" in json.dumps(entry) for entry in said["hardware"] if entry["name"] == "instruction_sets")
        missed = 0
        for target in said["targets"]:
            limit, least = TARGETS[target["name"]]
            self.assertEqual(target["limit"], limit)
            self.assertTrue(target["how"])
            if target["pass"] is None:
                self.assertIn("not ", target["how"], "why it was not judged")
                self.assertNotIn(target["name"], ALWAYS)
            else:
                reached = target["measured"] >= limit if least else target["measured"] <= limit
                self.assertEqual(target["pass"], reached, target)
                may_miss = OF_VNNI.get(target["name"], 1) if not has_vnni else 1
                self.assertTrue(reached or target["measured"] <= limit * may_miss, target)
                missed += not reached
        self.assertEqual(said["pass"], all(target["pass"] for target in said["targets"]))
        self.assertEqual(result.returncode, 1 if missed else 0, result.stderr)
        self.assertTrue({"machine", "instruction_sets", "realtime_scheduling"} <= {entry["name"] for entry in said["hardware"]})
        text = page.read_text()
        for name in TARGETS:
            self.assertIn(name, text)


if __name__ == "__main__":
    unittest.main()
