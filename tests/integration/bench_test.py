#!/usr/bin/env python3
"""`voicestand bench`: each suite runs, and what it writes is what is agreed upon. A smoke run: no figure means anything."""
import json
import pathlib
import shutil
import unittest

import program
from program import MODELS, PROGRAM, ProgramTest

SUITES = ["ring", "pool", "simd", "vad", "pipeline", "asr"]
OF = "voicestand"
TO = set("mutex scalar boost spa jack malloc mimalloc pmr volk soxr speexdsp onnxruntime openvino baseline "
         "sherpa moonshine-voice faster-whisper".split())
# What `bench asr` is compared with beyond what the build itself needs (tools/fetch_bench_peers.py).
ASR_PEERS = MODELS.parent / "bench-peers"


class Bench(ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["VOICESTAND_BENCH_SMOKE"] = "1"

    def measure(self, *suites):
        path = self.folder / "bench.json"
        result = self.run_program("bench", *suites, "--json", path, timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(path.read_text()), result.stdout

    def assert_interval(self, interval, value):
        low, high = interval
        self.assertLessEqual(low, value)
        self.assertLessEqual(value, high)

    def test_the_agreed_json(self):
        document, _ = self.measure()
        self.assertEqual(set(document), {"schema", "machine", "commit", "results", "ratios"})
        self.assertEqual(document["schema"], 1)
        self.assertEqual(set(document["machine"]), {"cpu", "cores", "isa", "kernel"})
        self.assertEqual({result["suite"] for result in document["results"]}, set(SUITES))
        names = {result["name"] for result in document["results"]}
        self.assertEqual(len(names), len(document["results"]))
        for result in document["results"]:
            with self.subTest(result["name"]):
                self.assertEqual(set(result), {"suite", "name", "unit", "samples", "mean", "p50", "p99", "max", "ci95"})
                self.assertGreater(result["samples"], 0)
                self.assertGreater(result["p50"], 0)
                self.assert_interval(result["ci95"], result["p50"])
                self.assertLessEqual(result["p50"], result["p99"])
        for ratio in document["ratios"]:
            with self.subTest(ratio["name"], to=ratio["to"]):
                self.assertEqual(set(ratio), {"suite", "name", "value", "ci95", "of", "to"})
                self.assertEqual(ratio["of"], OF)
                self.assertIn(ratio["to"], TO)
                self.assertIn(ratio["name"], names)
                self.assert_interval(ratio["ci95"], ratio["value"])
        pairs = {(ratio["name"], ratio["to"]) for ratio in document["ratios"]}
        for pair in [("ring/128", "mutex"), ("ring/256", "mutex"), ("ring/480", "mutex"), ("pool/same-thread", "malloc"),
                     ("pool/other-thread", "malloc"), ("simd/gain", "scalar"), ("pipeline/cpu", "baseline")]:
            self.assertIn(pair, pairs)
        for name in ["resample/48-16", "vad/window", "pipeline/throughput/96k-stereo", "pipeline/latency/128", "pipeline/latency/1024"]:
            self.assertIn(name, names)
        self.assert_asr(document)

    def assert_asr(self, document):
        names = {result["name"] for result in document["results"]}
        wanted = {"asr/decode/base", "asr/decode/tiny", "asr/live/cpu", "asr/start-to-ready/base"}
        for model in ["base", "tiny"]:
            wanted |= {f"asr/release-to-text/{model}", f"asr/release-to-text/{model}/p95", f"asr/first-partial/{model}",
                       f"asr/first-partial/{model}/p95", f"asr/peak-rss/{model}"}
        if shutil.which("strip"):
            wanted.add("asr/binary-size")
        self.assertLessEqual(wanted, names)
        compared = {(ratio["name"], ratio["to"]) for ratio in document["ratios"]}
        installed = (ASR_PEERS / "asr-venv" / "bin" / "python").exists()
        for pair, there in {("asr/decode/base", "sherpa"): True,
                            ("asr/decode/tiny", "sherpa"): True,
                            ("asr/decode/tiny", "moonshine-voice"): installed,
                            ("asr/live/cpu", "moonshine-voice"): installed,
                            ("asr/decode/base", "faster-whisper"): installed and (ASR_PEERS / "whisper-base").is_dir(),
                            ("asr/decode/tiny", "faster-whisper"): installed and (ASR_PEERS / "whisper-tiny.en").is_dir(),
                            ("asr/decode/base", "moonshine-voice"): False}.items():
            with self.subTest(pair):
                self.assertEqual(pair in compared, there)

    def test_one_suite_alone(self):
        document, shown = self.measure("ring")
        self.assertEqual({result["suite"] for result in document["results"]}, {"ring"})
        self.assertIn("ring/128", shown)

    def test_no_such_suite(self):
        self.assert_refused(self.run_program("bench", "ring", "gpu"), 2, "gpu", *SUITES)

    def test_a_folder_that_is_not_there(self):
        result = self.run_program("bench", "ring", "--json", self.folder / "none" / "bench.json")
        self.assert_refused(result, 1, "none")

    def test_without_the_benchmark_program(self):
        alone = self.folder / "voicestand"
        shutil.copy(PROGRAM, alone)
        before, program.PROGRAM = program.PROGRAM, str(alone)
        self.addCleanup(setattr, program, "PROGRAM", before)
        self.assert_refused(self.run_program("bench", "ring"), 4, "voicestand-bench", "./run bench")


if __name__ == "__main__":
    if not pathlib.Path(PROGRAM).with_name("voicestand-bench").exists():
        print("no voicestand-bench beside the program")
        raise SystemExit(77)
    if not (MODELS / "silero-vad").is_dir():
        print("no models")
        raise SystemExit(77)
    unittest.main()
