#!/usr/bin/env python3
"""The page for browsers, in a headless Chromium: what it shows is what the program says of itself, whoever looks and however."""
import json
import pathlib
import time
import unittest
import urllib.parse

import browser
from browser import DEPS, Browser
from metrics_test import WatchedTest, free_port, get, samples
from program import PROGRAM, SAMPLES, words

ARTEFACTS = pathlib.Path(PROGRAM).parent / "artefacts"

# In place of the server: shows what the test tells.
PUPPET = """
window.told = [];
window.WebSocket = class {
  static OPEN = 1;
  readyState = 1;
  constructor() {
    window.tell = (state) => {
      this.onmessage({data: JSON.stringify(state)});
      return new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown(true))));
    };
  }
};
"""


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

    def setUp(self):
        super().setUp()
        self.browser = self.enterContext(Browser())
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
        for _ in range(5):
            before = samples(get(self.url + "metrics")[2])
            time.sleep(0.3)  # the page is told ten times a second
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

    def puppet(self):
        """The page, told by the test, and a true state to begin with."""
        _, self.url = self.listen("--no-asr", "--input", SAMPLES / "two_cities.wav", "--pace", "realtime")
        self.browser.call("Page.addScriptToEvaluateOnNewDocument", source=PUPPET)
        self.browser.open(self.url)
        self.browser.until("window.tell !== undefined")
        time.sleep(0.5)
        return self.state()

    def tell(self, state):
        self.browser.value(f"window.tell({json.dumps(state)})")

    def test_whatever_is_said_stays_text(self):
        state = self.puppet()
        hostile = "<img src=x onerror=alert(1)>\u202e</p><script>document.title='taken'</script>"
        latency = {name: None for name in (
            "capture_ms", "conditioning_ms", "detection_ms", "first_partial_ms", "decode_ms", "endpoint_ms", "speech_end_to_final_ms",
            "release_to_final_ms", "text_ms", "injection_ms")}
        state["utterances"] = [{"utterance": 1, "text": hostile, "start_s": 0, "end_s": 1, "confidence": None, "outcome": "secret", "latency": latency}]
        state["partial"] = {"utterance": 2, "text": "👍🏽" + hostile, "stable_chars": 1}
        state |= {"input": hostile, "model": None, "engine": None, "isa": None, "cores": None, "windows": None}
        state["counters"]["realtime_allocations"] = None
        state["counters"]["overruns"] = 2**53 - 1
        self.tell(state)
        self.assertIn(hostile, self.browser.text("#said p"))
        self.assertIn("not typed: secret", self.browser.text("#said p"))
        self.assertEqual(self.browser.text("#stable"), "👍")
        self.assertEqual(number(self.browser.value(row("overruns"))), 2**53 - 1)
        self.assertEqual(self.browser.value(row("real-time allocations")), "–")
        self.assertEqual(self.browser.value("document.querySelectorAll('img, main script').length"), 0)
        self.assertEqual(self.browser.value("document.title"), "VoiceStand")

    def test_an_alert_shows_and_clears(self):
        state = self.puppet()
        alert = {"name": "Overruns", "severity": "critical", "state": "firing", "since_s": 1.7e9, "message": "audio was lost"}
        self.tell(state | {"alerts": [alert | {"state": "pending"}]})
        self.assertEqual(self.browser.text("#alerts"), "")
        self.tell(state | {"alerts": [alert]})
        self.assertRegex(self.browser.text("#alerts .critical"), "Overruns audio was lost since")
        self.tell(state | {"alerts": [alert | {"state": "resolved"}]})
        self.assertIn("over since", self.browser.text("#alerts .resolved"))
        self.tell(state)
        self.assertEqual(self.browser.text("#alerts"), "")

    def test_everybody_can_use_it(self):
        self.watched()
        self.browser.until("document.querySelectorAll('#said .words').length >= 1")
        self.browser.value((DEPS / "web/axe.min.js").read_text() + "; true")
        for width in (1280, 360):
            for scheme in ("light", "dark"):
                with self.subTest(f"{width} {scheme}"):
                    self.browser.size(width, 800)
                    self.browser.colours(scheme)
                    time.sleep(0.3)
                    faults = self.browser.value("axe.run().then((its) => its.violations.map((each) => [each.impact, each.id, each.nodes[0].html]))")
                    self.assertEqual([fault for fault in faults if fault[0] in ("serious", "critical")], [])
                    self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), width, "nothing is cut off")
        # By the keyboard alone.
        self.browser.size(1280, 800)
        reached = []
        for _ in range(9):
            self.browser.press("Tab")
            reached.append(self.browser.value("document.activeElement.id || document.activeElement.className || document.activeElement.tagName"))
        self.assertEqual(reached[:2], ["skip", "theme"])
        self.assertIn("scroll", reached, "tables that are wider than the screen can be scrolled")
        self.browser.value("document.querySelector('#theme').focus()")
        before = self.browser.value("getComputedStyle(document.body).backgroundColor")
        self.assertIn("auto", self.browser.text("#theme"))
        shown = set()
        for _ in range(2):
            self.browser.press("Enter")
            shown.add((self.browser.text("#theme"), self.browser.value("getComputedStyle(document.body).backgroundColor")))
        self.assertEqual({name for name, _ in shown}, {"Colours: light", "Colours: dark"})
        self.assertEqual(len({colour for _, colour in shown} | {before}), 2)


if __name__ == "__main__":
    if absent := browser.missing():
        print(f"skipped: not installed: {', '.join(absent)}")
        raise SystemExit(77)
    unittest.main()
