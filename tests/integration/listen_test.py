#!/usr/bin/env python3
"""Live captions end to end: the events of `listen --json` on real recordings at the clock's pace."""
import json
import os
import signal
import statistics
import subprocess
import time
import unittest
import wave

from program import MODEL, SAMPLES, ProgramTest, children_of, events, of_type, words

ENDPOINT_PAUSE_MS = 500


def said(all_events):
    return words(" ".join(final["text"] for final in of_type(all_events, "final")))


class Captions(ProgramTest):
    """One run of 44 s with the default model, looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("run_program")
        case.setUp()
        cls.addClassCleanup(case.doCleanups)
        cls.result = case.run_program("listen", "--input", SAMPLES / "two_cities.wav", "--pace", "realtime", "--json")
        cls.events = events(cls.result.stdout)

    def test_ends_well(self):
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))

    def test_begins_with_ready_and_ends_with_the_summary(self):
        self.assertEqual(self.events[0]["type"], "ready")
        self.assertEqual(self.events[0]["model"], "moonshine-base-en")
        self.assertEqual(self.events[0]["engine"], "native")
        self.assertGreater(self.events[0]["load_ms"], 0)
        self.assertEqual(self.events[-1]["type"], "summary")

    def test_the_words_are_there(self):
        text = " ".join(said(self.events))
        for phrase in ("it was the best of times", "it was the worst of times", "age of wisdom", "winter of despair"):
            self.assertIn(phrase, text)

    def test_utterances_are_told_in_order(self):
        open_at = {}
        for event in self.events:
            if event["type"] == "speech_started":
                open_at[event["utterance"]] = event["at_s"]
            elif event["type"] in ("partial", "final"):
                self.assertIn(event["utterance"], open_at)
        finals = of_type(self.events, "final")
        self.assertEqual([f["utterance"] for f in finals], sorted({f["utterance"] for f in finals}))
        for before, after in zip(finals, finals[1:]):
            self.assertLessEqual(before["end_s"], after["start_s"])

    def test_words_have_their_times(self):
        for final in of_type(self.events, "final"):
            self.assertEqual(" ".join(word["word"] for word in final["words"]), final["text"])
            edges = [final["start_s"] - 0.5]
            for word in final["words"]:
                self.assertLess(word["start_s"], word["end_s"])
                self.assertGreaterEqual(word["start_s"], edges[-1] - 1e-6)
                self.assertTrue(0 <= word["confidence"] <= 1)
                edges.append(word["end_s"])
            self.assertLessEqual(edges[-1], final["end_s"] + 0.5)
            self.assertTrue(0 <= final["confidence"] <= 1)

    def test_what_was_promised_stays(self):
        promised = {}
        for event in self.events:
            if event["type"] == "partial":
                prefix = promised.get(event["utterance"], "")
                self.assertTrue(event["text"].startswith(prefix), (prefix, event["text"]))
                self.assertGreaterEqual(event["stable_chars"], len(prefix))
                promised[event["utterance"]] = event["text"][: event["stable_chars"]]

    def test_the_first_partial_comes_early(self):
        """Within 700 ms of the onset: the audio behind it plus its lag, less the pre-roll before the onset. Where long speech
        was cut while it went on, the next utterance begins in the past, and its words have been shown already."""
        cut_in_speech = {final["utterance"] for final in of_type(self.events, "final")
                         if final["latency"]["speech_end_to_final_ms"] is None}
        started = {event["utterance"]: event["at_s"] for event in of_type(self.events, "speech_started")
                   if event["utterance"] - 1 not in cut_in_speech}
        first = {}
        for event in of_type(self.events, "partial"):
            if event["utterance"] in started:
                first.setdefault(event["utterance"], event)
        self.assertGreaterEqual(len(first), 5)
        for utterance, event in first.items():
            with self.subTest(utterance=utterance):
                self.assertLessEqual(event["audio_s"] * 1000 - min(300, started[utterance] * 1000) + event["lag_ms"], 700)

    def test_finals_are_ready_at_the_endpoint(self):
        """p95 within the endpoint pause and 60 ms where the processor multiplies bytes (VNNI), for which that is promised; a decode takes
        twice as long where it does not. A run that a busy neighbour has disturbed is repeated once."""
        happened = self.events
        limit = ENDPOINT_PAUSE_MS + (60 if "vnni" in happened[0]["isa"] else 200)
        for attempt in range(2):
            waits = sorted(final["latency"]["speech_end_to_final_ms"] for final in of_type(happened, "final")
                           if final["latency"]["speech_end_to_final_ms"] is not None)
            print(f"speech end to final, ms: {waits}")
            self.assertGreaterEqual(len(waits), 5)
            p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
            if p95 <= limit or attempt == 1:
                break
            happened = events(self.run_program("listen", "--input", SAMPLES / "two_cities.wav", "--json").stdout)
        self.assertLessEqual(p95, limit)

    def test_no_audio_was_lost(self):
        summary = self.events[-1]
        self.assertEqual((summary["overruns"], summary["dropped_frames"], summary["realtime_allocations"] or 0), (0, 0, 0))
        self.assertAlmostEqual(summary["audio_s"], 44.4, delta=0.2)
        self.assertEqual(summary["utterances"], len(of_type(self.events, "final")))

    def test_the_process_figures(self):
        summary = self.events[-1]
        self.assertGreater(summary["cpu_s"], 0.5)
        self.assertGreater(summary["peak_rss_bytes"], 60e6, "the model is in it")
        self.assertLess(summary["peak_rss_bytes"], 100 * 2**20)
        self.assertIsNotNone(summary["front_end_latency_ms"])
        self.assertIn(summary["scheduling"]["state"], ("realtime", "favoured", "normal"), "and not demoted")
        self.assertLess(summary["front_end_latency_ms"]["p50"], 5, "a file by the clock comes as from a device, and is as early")
        self.assertEqual([load["name"] for load in summary["threads"]], ["vs-condition", "vs-detect", "vs-recognise", "vs-output"])
        self.assertLess(sum(load["cpu_s"] for load in summary["threads"]), summary["cpu_s"] + 0.01)
        for load in summary["threads"]:
            self.assertGreater(load["allocations"], 0, load)
        memory = summary["memory"]
        self.assertLessEqual(memory["private_bytes"], memory["rss_bytes"])
        self.assertLessEqual(memory["rss_bytes"], summary["peak_rss_bytes"])
        self.assertGreater(memory["private_bytes"], memory["pool_bytes"] + memory["telemetry_bytes"])
        self.assertLessEqual(memory["telemetry_bytes"], 256 * 1024)
        self.assertEqual(len({core["core"] for core in summary["cores"]}), len(summary["cores"]))
        for core in summary["cores"]:
            self.assertTrue(0 <= core["utilisation"] <= 1, core)
            self.assertIn(core["kind"], ("performance", "efficiency", "low_power", "core"))
        self.assertGreater(sum(core["utilisation"] for core in summary["cores"]) * summary["audio_s"], 0.8 * summary["cpu_s"],
                           "the cores were busy with this at least")

    def test_the_figures_add_up(self):
        summary = self.events[-1]
        self.assertEqual(summary["captured_frames"], summary["processed_frames"] + summary["dropped_frames"])
        with wave.open(str(SAMPLES / "two_cities.wav")) as recording:
            self.assertEqual(summary["captured_frames"], recording.getnframes())
        self.assertEqual([ring["name"] for ring in summary["rings"]], ["capture", "process", "speech"])
        for ring in summary["rings"]:
            self.assertEqual(ring["fill_ratio"], 0, "at the end all has been taken")
            self.assertTrue(0 < ring["high_water_ratio"] < 0.5, ring)
        self.assertEqual(sum(ring["overruns"] for ring in summary["rings"]), summary["overruns"])
        self.assertEqual(sum(ring["dropped_frames"] for ring in summary["rings"]), summary["dropped_frames"])
        for blocks in summary["pool"]:
            self.assertTrue(0 < blocks["high_water"] <= blocks["blocks"], blocks)
            self.assertEqual(blocks["exhausted"], 0)
        self.assertEqual(sum(blocks["block_bytes"] * blocks["blocks"] for blocks in summary["pool"]), summary["memory"]["pool_bytes"])
        self.assertEqual(set(summary["processing_failures"].values()), {0})

    def test_where_the_time_went(self):
        """What is known of an utterance's first sample: not where speech was cut and it began in the past."""
        known = 0
        for final in of_type(self.events, "final"):
            latency = final["latency"]
            self.assertIsNone(latency["injection_ms"])
            self.assertTrue(0 <= latency["text_ms"] < 100, latency)
            if latency["detection_ms"] is None:
                self.assertIsNone(latency["capture_ms"])
                continue
            known += 1
            self.assertTrue(2.5 < latency["capture_ms"] < 4.5, "blocks of 2.5 ms of a file, and the resampler")
            self.assertTrue(0 < latency["conditioning_ms"] < latency["detection_ms"], latency)
            self.assertTrue(64 <= latency["detection_ms"] < 1000, "two windows at least follow the first")
            if latency["first_partial_ms"] is not None:
                self.assertGreater(latency["first_partial_ms"], latency["detection_ms"])
        self.assertGreaterEqual(known, 5)


class Input(ProgramTest):
    def test_raw_samples_on_standard_input(self):
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", SAMPLES / "beckett.wav", "-f", "s16le", "-ar", "16000", "-ac", "1", "-"],
                             stdout=subprocess.PIPE, check=True).stdout
        result = subprocess.run([os.environ["VOICESTAND_PROGRAM"], "listen", "--input", "stdin", "--model", MODEL, "--json"], input=raw,
                                stdout=subprocess.PIPE, env=self.environment, timeout=60, check=True)
        self.assertIn("ever tried ever failed", " ".join(said(events(result.stdout.decode()))))

    def test_a_wave_file_on_standard_input(self):
        with open(SAMPLES / "beckett.wav", "rb") as recording:
            result = self.run_program("listen", "--input", "stdin", "--model", MODEL, stdin=recording)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("ever tried ever failed", " ".join(words(result.stdout)))

    def test_without_a_microphone_the_sample_is_played(self):
        result = self.run_program("listen", "--model", MODEL, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertIn("no microphone", result.stderr)
        self.assertIn("ever tried ever failed", " ".join(said(events(result.stdout))))

    def test_detection_alone(self):
        result = self.run_program("listen", "--input", SAMPLES / "beckett.wav", "--pace", "fast", "--no-asr", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        happened = events(result.stdout)
        self.assertIsNone(happened[0]["model"])
        self.assertTrue(of_type(happened, "speech_started"))
        self.assertFalse(of_type(happened, "final"))

    def test_push_to_talk_says_one_final_at_the_release(self):
        result = self.run_program("listen", "--input", SAMPLES / "beckett.wav", "--push-to-talk", "--model", MODEL, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        finals = of_type(events(result.stdout), "final")
        self.assertEqual(len(finals), 1)
        self.assertIn("ever tried ever failed", " ".join(words(finals[0]["text"])))
        self.assertIsNotNone(finals[0]["latency"]["release_to_final_ms"])


class Trace(ProgramTest):
    def test_tells_what_the_threads_did(self):
        path = self.folder / "trace.json"
        result = self.run_program("listen", "--input", SAMPLES / "beckett.wav", "--pace", "fast", "--model", MODEL, "--json", "--trace", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        happened = events(result.stdout)
        traced = json.loads(path.read_text())["traceEvents"]
        rows = {event["tid"]: event["args"]["name"] for event in traced if event["name"] == "thread_name"}
        self.assertEqual(list(rows.values()), ["source", "vs-condition", "vs-detect", "vs-recognise", "vs-output"])
        on = {name: [event for event in traced if event["ph"] != "M" and rows[event["tid"]] == name] for name in rows.values()}
        self.assertEqual({event["name"] for event in on["vs-condition"]}, {"block"})
        self.assertEqual({event["name"] for event in on["vs-detect"]}, {"window"})
        self.assertTrue(on["vs-recognise"])
        self.assertEqual([event["args"]["utterance"] for event in on["vs-output"] if event["name"] == "final"],
                         [final["utterance"] for final in of_type(happened, "final")])
        self.assertEqual(min(event["ts"] for event in traced if event["ph"] != "M"), 0)
        for event in on["vs-recognise"]:
            self.assertGreater(event["dur"], 0)

    def test_a_place_that_cannot_be_written_to_is_refused_at_once(self):
        result = self.run_program("listen", "--input", SAMPLES / "beckett.wav", "--no-asr", "--trace", self.folder / "missing" / "trace.json")
        self.assert_refused(result, 1, "trace.json")


class SameText(ProgramTest):
    def test_whatever_the_pace(self):
        """What becomes text does not depend on when it is decoded: with partials at the clock's pace, or at once."""
        texts = []
        for pace in ("realtime", "fast"):
            result = self.run_program("listen", "--input", SAMPLES / "beckett.wav", "--pace", pace, "--model", MODEL, "--json")
            self.assertEqual(result.returncode, 0, result.stderr)
            texts.append([(final["start_s"], final["text"]) for final in of_type(events(result.stdout), "final")])
        self.assertTrue(texts[0])
        self.assertEqual(*texts)


class WorkerDies(ProgramTest):
    def test_no_word_is_lost(self):
        arguments = ("listen", "--input", SAMPLES / "beckett.wav", "--model", MODEL, "--engine", "sherpa", "--json")
        undisturbed = said(events(self.run_program(*arguments).stdout))
        with self.started(*arguments) as process:
            process.stdout.readline()
            for _ in range(3):
                time.sleep(2)
                for child in children_of(process.pid):
                    os.kill(child, signal.SIGKILL)
            out, _ = process.communicate(timeout=60)
        happened = events(out)
        self.assertEqual(process.returncode, 0)
        self.assertTrue([w for w in of_type(happened, "warning") if w["code"] == "worker_restarted"])
        self.assertEqual(said(happened), undisturbed)


if __name__ == "__main__":
    unittest.main()
