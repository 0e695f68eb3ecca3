#!/usr/bin/env python3
"""The page for browsers, in a headless Chromium: what it shows is what the program says of itself, whoever looks and however."""
import json
import pathlib
import subprocess
import time
import unittest
import urllib.parse

import browser
from browser import Browser
from metrics_test import WatchedTest, free_port, get, samples
from program import PROGRAM, SAMPLES, words

ARTEFACTS = pathlib.Path(PROGRAM).parent / "artefacts"

def row(name):
    """An expression: the second cell of the table row that is called so."""
    return (f"[...document.querySelectorAll('#machine tbody tr')].find((its) => its.firstChild.textContent === {json.dumps(name)})"
            "?.children[1].textContent")


def number(text):
    """A figure that is written in groups of three."""
    return int(text.replace("\u202f", ""))


class Dashboard(WatchedTest):
    @classmethod
    def setUpClass(cls):
        ARTEFACTS.mkdir(exist_ok=True)
        cls.browser = cls.enterClassContext(Browser())

    def setUp(self):
        super().setUp()
        self.browser.open("about:blank")
        self.browser.requested.clear()
        self.browser.thrown.clear()
        self.browser.colours("light")
        self.browser.size(1280, 900)

    def tearDown(self):
        self.assertEqual(self.browser.thrown, [])

    def watched(self, recording="two_cities.wav", **options):
        process, url = self.listen("--input", SAMPLES / recording, "--pace", "realtime", **options)
        self.url = url
        self.browser.open(url)
        self.browser.until("document.body.dataset.link === 'live'")
        return process

    def state(self):
        return json.loads(get(self.url + "api/state")[2])

    def test_its_figures_are_those_of_the_metrics(self):
        self.watched()
        self.browser.until("document.querySelectorAll('#said .words').length >= 2")
        rows = {"utterances": "voicestand_utterances_total", "audio frames": "voicestand_audio_frames_total",
                "dropped frames": "voicestand_dropped_frames_total", "real-time allocations": "voicestand_realtime_allocations_total",
                "failures: detection": 'voicestand_processing_failures_total{stage="detection"}'}
        stages = ("capture_to_vad", "first_partial", "decode", "speech_end_to_final")
        for _ in range(4):
            before = samples(get(self.url + "metrics")[2])
            time.sleep(0.8)  # the page is told ten times a second, and writes figures twice a second
            shown = {name: number(self.browser.value(row(name))) for name in rows}
            counts = {stage: number(self.browser.text(f"#latency-{stage} .count")) for stage in stages}
            time.sleep(0.1)
            after = samples(get(self.url + "metrics")[2])
            for name, metric in rows.items():
                self.assertLessEqual(before[metric], shown[name], name)
                self.assertLessEqual(shown[name], after[metric], name)
            for stage in stages:
                metric = f"voicestand_{stage}_seconds_count"
                self.assertLessEqual(before[metric], counts[stage], stage)
                self.assertLessEqual(counts[stage], after[metric], stage)
        quantile = float(self.browser.text("#latency-decode dd").removesuffix(" ms"))
        self.assertAlmostEqual(quantile, self.state()["latency"]["decode"]["p50_ms"], delta=0.3 * quantile)
        for width, scheme in ((1280, "light"), (1280, "dark"), (360, "light")):
            self.browser.size(width, 800)
            self.browser.colours(scheme)
            time.sleep(0.3)
            self.browser.picture(ARTEFACTS / f"dashboard-{width}-{scheme}.png")
        self.assertEqual({urllib.parse.urlsplit(address).netloc for address in self.browser.requested if not address.startswith("data:")},
                         {urllib.parse.urlsplit(self.url).netloc})

    def test_speech_becomes_text_on_it(self):
        self.watched("beckett.wav")
        ends = [int(self.browser.value("document.querySelector('#waveform').dataset.end"))]
        drawn = "(() => { const c = document.querySelector('#waveform canvas'); return c.toDataURL().length; })()"
        pictures = {self.browser.until(drawn)}
        partial = self.browser.until("document.querySelector('#partial').textContent")
        self.assertGreaterEqual(len(words(partial)), 1)
        for _ in range(5):
            time.sleep(0.15)
            ends.append(int(self.browser.value("document.querySelector('#waveform').dataset.end")))
            pictures.add(self.browser.value(drawn))
        self.assertEqual(ends, sorted(set(ends)), "it moves")
        self.assertGreaterEqual(len(pictures), 4)
        self.browser.until("document.querySelectorAll('#said .words').length >= 2")
        said = self.browser.value("[...document.querySelectorAll('#said .words')].map((its) => its.textContent)")
        self.assertEqual(said[:2], [each["text"] for each in self.state()["utterances"]][:2])
        self.assertEqual(self.browser.value("document.querySelector('.waterfalls li p').textContent"), said[-1])

    def test_it_comes_back_with_the_program(self):
        port = free_port()
        process = self.watched(http=f"127.0.0.1:{port}")
        process.kill()
        process.wait()
        self.browser.until("document.body.dataset.link === 'lost'")
        self.assertIn("lost", self.browser.text("#link"))
        _, self.url = self.listen("--input", SAMPLES / "beckett.wav", "--pace", "realtime", http=f"127.0.0.1:{port}")
        self.browser.until("document.body.dataset.link === 'live'")
        self.browser.until("document.querySelector('#partial').textContent")

    def test_with_a_token(self):
        folder = self.home / ".config/voicestand"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text('[watch]\ntoken = "a b&c"\n')
        _, url = self.listen("--no-asr", "--input", SAMPLES / "beckett.wav", "--pace", "realtime")
        self.browser.open(url)
        self.browser.until("document.body.dataset.link === 'refused'")
        self.assertEqual(self.browser.text("#state"), "")
        self.browser.open(url + "?token=a%20b%26c")
        self.browser.until("document.body.dataset.link === 'live'")
        self.assertEqual(self.browser.value("location.search"), "")

    def test_an_alert_shows_and_clears(self):
        process, url = self.listen("--no-asr", "--input", "stdin", stdin=subprocess.PIPE)
        self.browser.open(url)
        second = bytes(2 * 16_000)  # of silence
        process.stdin.buffer.write(second)
        process.stdin.buffer.flush()
        self.assertRegex(self.browser.until("document.querySelector('#alerts .critical')?.textContent"), "^VoiceStandNoAudio nothing comes .* since")
        process.stdin.buffer.write(second)
        process.stdin.buffer.flush()
        self.assertRegex(self.browser.until("document.querySelector('#alerts .resolved')?.textContent"), "^VoiceStandNoAudio .* over since")


if __name__ == "__main__":
    if absent := browser.missing():
        print(f"skipped: not installed: {', '.join(absent)}")
        raise SystemExit(77)
    unittest.main()
