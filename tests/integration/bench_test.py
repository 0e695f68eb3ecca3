#!/usr/bin/env python3
"""`voicestand bench`: each suite runs, and what it writes is what is agreed upon. A smoke run: no figure means anything."""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import program
from program import MODELS, PROGRAM, ProgramTest

SUITES = ["ring", "pool", "simd", "vad", "pipeline", "asr"]
OF = "voicestand"
TO = set("mutex scalar boost spa jack malloc mimalloc pmr volk soxr speexdsp onnxruntime openvino baseline "
         "sherpa moonshine-voice faster-whisper".split())
# What `bench asr` is compared with beyond what the build itself needs (tools/fetch_bench_peers.py).
ASR_PEERS = MODELS.parent / "bench-peers"


# What is agreed upon, and what is told beyond that.
RESULT = {"suite", "name", "unit", "samples", "mean", "p50", "p99", "max", "ci95"}
MORE = {"mean_ci95", "slope", "slope_ci95", "outliers", "judged", "change", "iterations", "values"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARTEFACTS = pathlib.Path(PROGRAM).parent / "Testing" / "artefacts"


def requested(net_log):
    """Addresses in a net log of Chromium that a page had it ask for; what the browser asks for itself has no origin."""
    asked = [event["params"] for event in net_log["events"] if "initiator" in event.get("params", {}) and "url" in event["params"]]
    return {request["url"] for request in asked if request["initiator"] != "not an origin"}


class Bench(ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["VOICESTAND_BENCH_SMOKE"] = "1"

    def measure(self, *suites):
        path = self.folder / "bench.json"
        result = self.run_program("bench", *suites, "--json", path, timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(path.read_text()), result.stdout

    def write_report(self):
        """A report against a baseline: the page, and what the JSON of the same run says."""
        self.measure("simd")
        baseline = (self.folder / "bench.json").rename(self.folder / "before.json")
        result = self.run_program("bench", "simd", "--json", self.folder / "now.json", "--html", self.folder / "new" / "html",
                                  "--baseline", baseline)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"held against {baseline}", result.stdout)
        self.assertIn("since the baseline", result.stdout)
        self.assertEqual(os.listdir(self.folder / "new" / "html"), ["index.html"])
        return self.folder / "new" / "html" / "index.html", json.loads((self.folder / "now.json").read_text())

    def assert_interval(self, interval, value):
        low, high = interval
        self.assertLessEqual(low, value)
        self.assertLessEqual(value, high)

    def test_the_agreed_json(self):
        document, _ = self.measure()
        self.assertEqual(set(document), {"schema", "machine", "commit", "results", "ratios"})
        self.assertEqual(document["schema"], 1)
        self.assertEqual(set(document["machine"]), {"cpu", "cores", "isa", "kernel", "governor", "frequency_mhz"})
        self.assertEqual({result["suite"] for result in document["results"]}, set(SUITES))
        names = {result["name"] for result in document["results"]}
        self.assertEqual(len(names), len(document["results"]))
        for result in document["results"]:
            with self.subTest(result["name"]):
                self.assertEqual(set(result), RESULT | MORE)
                self.assertIsNone(result["change"], "there is no baseline")
                if result["values"] is not None:
                    self.assertEqual(len(result["values"]), result["samples"])
                    self.assert_interval(result["mean_ci95"], result["mean"])
                if result["slope"] is not None:
                    self.assertEqual(len(result["iterations"]), result["samples"])
                    self.assert_interval(result["slope_ci95"], result["slope"])
                self.assertGreater(result["samples"], 0)
                self.assertGreater(result["p50"], 0)
                self.assert_interval(result["ci95"], result["p50"])
                self.assertLessEqual(result["p50"], result["p99"])
        for ratio in document["ratios"]:
            with self.subTest(ratio["name"], to=ratio["to"]):
                self.assertEqual(set(ratio), {"suite", "name", "value", "ci95", "of", "to", "p", "judged", "change"})
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

    def test_a_report_that_needs_nothing_else(self):
        page, document = self.write_report()
        text = page.read_text()
        for result in document["results"]:
            self.assertIn(result["name"], text)
            self.assertIsNotNone(result["change"], result["name"])
            self.assertFalse(result["judged"], "a smoke run")
        self.assertIn("Content-Security-Policy", text)
        self.assertNotRegex(text, r"(?i)<script|<iframe|https?:|url\(|@import|\bsrc=|\bon[a-z]+=")
        self.assertEqual(set(re.findall(r'href="([^"]*)"', text)) - {f"#r{i}" for i in range(len(document["results"]))}, {"data:,", "#top"})

    @unittest.skipUnless(CHROMIUM, "no Chromium to open the report with (package chromium)")
    def test_a_browser_shows_every_plot_and_asks_for_nothing(self):
        page, document = self.write_report()
        dom, asked = self.browse(page, "--dump-dom")
        self.assertEqual(asked, set())
        names = [result["name"] for result in document["results"]]
        ours = {ratio["name"] for ratio in document["ratios"]}
        many = [result for result in document["results"] if result["values"] is not None and len(result["values"]) > 1]
        sloped = [result for result in many if result["slope"] is not None]
        self.assertGreater(len(sloped), 10)
        shown = collections.Counter(re.findall(r'data-plot="(\w+)"', dom))
        self.assertEqual(shown, {"density": len(many), "samples": len(many), "baseline": len(many), "regression": len(sloped),
                                 "peers": len(ours & {result["name"] for result in many})})
        self.assertEqual(dom.count("</svg>"), sum(shown.values()))
        self.assertEqual(re.findall(r'<section id="r(\d+)">', dom), [str(i) for i in range(len(names))])

        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, ARTEFACTS / "bench-report.html")
        picture = ARTEFACTS / "bench-report.png"
        picture.unlink(missing_ok=True)
        self.browse(page, f"--screenshot={picture}", "--window-size=1280,4000", "--hide-scrollbars")
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertGreater(picture.stat().st_size, 50_000, "an empty page is smaller")

    @unittest.skipUnless(CHROMIUM, "no Chromium (package chromium)")
    def test_a_request_would_be_seen_and_the_page_forbids_it(self):
        leaks = {"http://leak.invalid/a.png": "<img src='{}'>", "http://leak.invalid/b": "<iframe src='{}'></iframe>",
                 "http://leak.invalid/c.css": "<link rel=stylesheet href='{}'>"}
        body = "".join(markup.format(address) for address, markup in leaks.items())
        leaking = self.folder / "leaking.html"
        leaking.write_text(f"<!DOCTYPE html>{body}<h1>seen</h1>")
        dom, asked = self.browse(leaking, "--dump-dom")
        self.assertIn("seen", dom)
        self.assertEqual(asked, set(leaks))
        page, _ = self.write_report()
        leaking.write_text(page.read_text().replace("<main>", f"<main>{body}"))
        dom, asked = self.browse(leaking, "--dump-dom")
        self.assertIn("leak.invalid", dom)
        self.assertEqual(asked, set())

    def browse(self, page, *arguments):
        """What a headless Chromium prints, and the addresses that the page had it ask for."""
        log = self.folder / "net.json"
        result = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
             f"--user-data-dir={self.folder / 'chromium'}", f"--log-net-log={log}", *arguments, page.as_uri()],
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout, requested(json.loads(log.read_text()))

    def test_the_framework_compared_with_itself(self):
        result = self.run_program("bench", "--self-check")
        print(result.stdout, end="")
        self.assertIn("in turns", result.stdout)
        self.assertIn("at the 99 % level", result.stdout)
        in_turns, _, of_ratios, _ = result.stdout.splitlines()
        self.assertEqual(result.returncode == 0, in_turns.endswith("as it should be") and of_ratios.endswith("as it should be"))

    def test_a_baseline_that_is_none(self):
        path = self.folder / "other.json"
        path.write_text('{"type":"ready"}')
        self.assert_refused(self.run_program("bench", "simd", "--baseline", path), 3, "other.json", "--json")
        self.assert_refused(self.run_program("bench", "simd", "--baseline", self.folder / "none.json"), 3, "none.json")

    def test_a_report_folder_that_is_a_file(self):
        path = self.folder / "file"
        path.write_text("")
        self.assert_refused(self.run_program("bench", "simd", "--html", path / "html"), 1, "file", "--html")

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
