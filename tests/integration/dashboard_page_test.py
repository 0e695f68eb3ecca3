#!/usr/bin/env python3
"""The page for browsers by itself, told by the test: what is unknown, hostile, huge or gone, and whoever looks."""
import functools
import http.server
import json
import pathlib
import threading
import unittest

import browser
from browser import DEPS, Browser
from program import PROGRAM

BUILT = pathlib.Path(PROGRAM).parent / "web"
ARTEFACTS = pathlib.Path(PROGRAM).parent / "artefacts"

# In place of the server: shows what the test tells, and says when it has been drawn.
PUPPET = """
window.WebSocket = class {
  static OPEN = 1;
  readyState = 1;
  constructor() {
    window.tell = (state) => {
      this.onmessage({data: JSON.stringify(state)});
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))));
    };
  }
  close() { this.onclose(); }
};
"""
HOSTILE = "<img src=x onerror=alert(1)>\u202e</p><script>document.title='taken'</script>" + 200 * "W"
STAGES = {"capture_to_vad": 5, "first_partial": None, "decode": None, "speech_end_to_final": None, "release_to_final": None, "inject": None,
          "release_to_text": 50}
BOUNDS = [1, 2, 3, 5, 8, 12, 20, 35, 50, 100, 200, 500, 1000, 2000, None]
LATENCY = {"capture_ms": 10, "conditioning_ms": 2, "detection_ms": 60, "first_partial_ms": 260, "decode_ms": 38, "endpoint_ms": 300,
           "speech_end_to_final_ms": 320, "release_to_final_ms": 24, "text_ms": 0.5, "injection_ms": 19.5}


def histogram(target_ms, count):
    shares = dict.fromkeys(("p50_ms", "p90_ms", "p95_ms", "p99_ms", "p99_9_ms", "max_ms"), 30.0 if count else None)
    buckets = [{"le_ms": bound, "count": count if bound is None or bound >= 35 else 0} for bound in BOUNDS]
    return {"count": count, "sum_ms": 30.0 * count, "target_ms": target_ms, "buckets": buckets} | shares


def utterance(number, text="It was the best of times.", **changes):
    return {"utterance": number, "text": text, "start_s": 5.0 * number, "end_s": 5.0 * number + 3.4, "confidence": 0.93, "outcome": "typed",
            "latency": LATENCY} | changes


def picture(**changes):
    """A dictation on a hybrid processor, in the middle of a sentence."""
    kinds = 12 * ["performance"] + 8 * ["efficiency"] + 2 * ["low_power"]
    return {
        "schema": 1, "at_s": 1.79e9, "state": "listening", "input": "a microphone", "model": "moonshine-base-en", "engine": "native", "isa": "avx2",
        "program": {"version": "0.1.0", "commit": "1a2b3c4", "command": "dictate", "pid": 4711, "uptime_s": 18345.2},
        "audio_s": 61.4,
        "windows": {"length_s": 0.032, "end": 1920, "peak": [0.02 + 0.3 * (i % 40 > 8) * (i % 7) / 7 for i in range(320)],
                    "probability": [0.02 + 0.97 * (i % 40 > 8) for i in range(320)], "speech": [int(i % 40 > 8) for i in range(320)]},
        "partial": {"utterance": 13, "text": "it was the worst of", "stable_chars": 10},
        "utterances": [utterance(number) for number in range(1, 13)],
        "latency": {name: histogram(target_ms, 1234) for name, target_ms in STAGES.items()},
        "counters": {"audio_frames": 982400, "dropped_frames": 0, "overruns": 0, "utterances": 12, "realtime_allocations": 0,
                     "processing_failures": {"capture": 0, "conditioning": 0, "detection": 0, "recognition": 0}},
        "rings": [{"name": name, "capacity": 65536, "fill_ratio": 0.01, "high_water_ratio": 0.3, "overruns": 0, "dropped_frames": 0}
                  for name in ("capture", "process", "speech")],
        "pool": [{"block_bytes": 16384, "blocks": 80, "in_use": 14, "high_water": 21, "exhausted": 0}],
        "threads": [{"name": name, "cpu_s": 1.5, "utilisation": 0.02, "involuntary_switches": 7, "allocations": 0}
                    for name in ("vs-condition", "vs-detect", "vs-recognise", "vs-output")],
        "cores": [{"core": core, "kind": kind, "utilisation": (core % 5) / 5} for core, kind in enumerate(kinds)],
        "memory": {"rss_bytes": 178 << 20, "private_bytes": 121 << 20, "pool_bytes": 1310720, "telemetry_bytes": 180480},
        "cpu": {"utilisation": 0.06}, "thermal": [{"zone": "x86_pkg_temp", "celsius": 61.0}], "governor": {"level": 0, "reason": None},
        "alerts": [], "viewers": 1} | changes


def picture_of_nothing():
    """As little as may be known."""
    its = picture(at_s=1.79e9 + 60, input=None, model=None, engine=None, isa=None, audio_s=0, windows=None, partial=None, rings=[], pool=[], threads=[],
                  cores=None, thermal=[], governor=None, memory={"rss_bytes": None, "private_bytes": None, "pool_bytes": 0, "telemetry_bytes": 0},
                  cpu={"utilisation": None}, latency={name: histogram(target_ms, 0) for name, target_ms in STAGES.items()},
                  utterances=[utterance(1, "", confidence=None, outcome=None, latency=dict.fromkeys(LATENCY))])
    its["program"]["uptime_s"] = None
    its["counters"]["realtime_allocations"] = None
    return its


class Files(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'")
        super().end_headers()

    def log_message(self, *_):
        pass


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ARTEFACTS.mkdir(exist_ok=True)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=BUILT))
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.address = f"http://127.0.0.1:{server.server_port}/index.html"
        cls.browser = cls.enterClassContext(Browser())
        cls.browser.call("Page.addScriptToEvaluateOnNewDocument", source=PUPPET)

    def setUp(self):
        self.browser.thrown.clear()
        self.browser.size(1280, 900)
        self.browser.colours("light")
        self.browser.open(self.address)
        self.browser.until("window.tell !== undefined")

    def tearDown(self):
        self.assertEqual(self.browser.thrown, [])

    def tell(self, state):
        self.browser.value(f"window.tell({json.dumps(state)})")

    def values(self, selector, its="textContent"):
        return self.browser.value(f"[...document.querySelectorAll({json.dumps(selector)})].map((each) => each.{its})")

    def test_whatever_is_said_stays_text(self):
        self.tell(picture(utterances=[utterance(1, HOSTILE, outcome="window_changed")], input=HOSTILE,
                          partial={"utterance": 2, "text": "👍🏽" + HOSTILE, "stable_chars": 1}))
        self.assertEqual(self.values("#said .words"), [HOSTILE])
        self.assertEqual(self.values("#said small"), [" not typed: window changed"])
        self.assertEqual(self.values(".waterfalls .words"), [HOSTILE])
        self.assertEqual(self.browser.text("#stable"), "👍")
        self.assertEqual(self.browser.value("document.querySelectorAll('img, main script').length"), 0)
        self.assertEqual(self.browser.value("document.title"), "VoiceStand")
        self.browser.size(360, 800)
        self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), 360)

    def test_what_is_not_known_is_not_told(self):
        for state in (picture_of_nothing(), picture(), picture_of_nothing()):
            self.tell(state)
            rows = len(state["threads"])
            self.browser.until(f"document.querySelectorAll('[aria-label=Threads] tbody tr').length === {rows}")
            self.assertEqual(len(self.values(".columns > div")), len(state["cores"] or []))
            shown = self.browser.value("document.body.innerText + [...document.querySelectorAll('main *')].map((each) => "
                                       "[...each.attributes].map((its) => its.value)).join()")
            self.assertNotRegex(shown, "NaN|undefined|Infinity|null")
        self.assertEqual(self.browser.text("#sound .note"), "not listening")
        self.assertEqual(self.values("[aria-label=Counts] td")[-1], "–")

    def test_figures_of_any_size(self):
        state = picture()
        state["counters"] |= {"overruns": 2**53 - 1, "dropped_frames": 1000, "audio_frames": 0}
        self.tell(state)
        self.assertEqual(self.values("[aria-label=Counts] td"), ["12", "0", "1\u202f000", "9\u202f007\u202f199\u202f254\u202f740\u202f991", "0"])
        self.assertEqual(self.values("td.bad"), ["1\u202f000", "9\u202f007\u202f199\u202f254\u202f740\u202f991"])
        self.assertIn("bad", self.values("#vitals dl > div", "className"))
        self.assertIn("late", self.browser.value("document.querySelector('#latency-capture_to_vad').className"))
        self.assertNotIn("late", self.browser.value("document.querySelector('#latency-release_to_text').className"))

    def test_an_alert_shows_and_clears(self):
        alert = {"name": "VoiceStandOverruns", "severity": "critical", "state": "firing", "since_s": 1.7e9, "message": "sound was lost"}
        self.tell(picture(alerts=[alert | {"state": "pending"}]))
        self.assertEqual(self.browser.text("#alerts"), "")
        self.tell(picture(alerts=[alert]))
        self.assertRegex(self.browser.text("#alerts .critical"), "VoiceStandOverruns sound was lost since")
        self.assertIn("VoiceStandOverruns", self.browser.value("document.title"))
        self.tell(picture(alerts=[alert | {"state": "resolved"}]))
        self.assertIn("over since", self.browser.text("#alerts .resolved"))
        self.assertEqual(self.browser.value("document.title"), "VoiceStand")
        self.tell(picture())
        self.assertEqual(self.browser.text("#alerts"), "")

    def test_what_follows_what_in_an_utterance(self):
        self.tell(picture(utterances=[utterance(1)]))
        self.assertEqual(self.values(".waterfalls .lane", "getAttribute('aria-label')"), [
            "in the device at 0.00 ms, conditioned at 2.00 ms, detected at 60.0 ms, first words at 260 ms",
            "end decided at 300 ms, final text at 320 ms, given to the desktop at 321 ms, typed at 340 ms"])
        ending = self.browser.value("[...document.querySelectorAll('.waterfalls .lane:last-child i')].map((each) => {"
                                    "const its = each.getBoundingClientRect(); return [each.className, its.left, its.right]; })")
        places = {kind: (left, right) for kind, left, right in ending}
        zero = places["zero"][0]
        scale = (places["pause"][1] - zero) / LATENCY["endpoint_ms"]
        for kind, ms in (("release", 320 - 24), ("recognition", 300), ("typing", 320.5)):
            self.assertAlmostEqual((places[kind][0] - zero) / scale, ms, delta=2, msg=kind)
        self.assertEqual(self.values(".waterfalls .length"), ["3.4 s"])

    def test_bars_keep_their_colour(self):
        coloured = """(() => {
          const canvas = document.querySelector('#latency-decode canvas');
          const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let found = 0;
          for (let at = 0; at < data.length; at += 4) found += data[at] === 0x2c && data[at + 1] === 0x6f && data[at + 2] === 0xcb;
          return found;
        })()"""
        for count in (1000, 2000, 3000):
            self.tell(picture(latency={"decode": histogram(None, count)}))
            self.browser.until(f"document.querySelector('#latency-decode .count').textContent.startsWith('{count // 1000}')")
            self.assertGreater(self.browser.value(coloured), 200)

    def test_text_is_read_aloud_once(self):
        self.tell(picture(utterances=[utterance(1), utterance(2)]))
        self.browser.value("document.querySelectorAll('#said p').forEach((each) => { each.dataset.old = '1'; })")
        self.tell(picture(utterances=[utterance(2, outcome="failed"), utterance(3)]))
        self.assertEqual(self.values("#said p", "dataset.old ?? 'new'"), ["1", "new"])
        self.assertEqual(self.values("#said small"), [" not typed: failed", ""])

    def test_what_is_old_is_told_to_be_old(self):
        self.tell(picture())
        self.assertEqual(self.browser.text("#link"), "live")
        self.browser.until("document.body.dataset.link === 'stale'")
        self.assertRegex(self.browser.text("#link"), r"^nothing new: as it was at \d\d:\d\d:\d\d$")
        self.browser.until("getComputedStyle(document.querySelector('main')).opacity < 0.6")
        self.tell(picture())
        self.assertEqual(self.browser.text("#link"), "live")

    def test_everybody_can_use_it(self):
        self.tell(picture(alerts=[{"name": "VoiceStandHot", "severity": "warning", "state": "firing", "since_s": 1.7e9, "message": "the machine is hot"}]))
        self.browser.value((DEPS / "web/axe.min.js").read_text() + "; true")
        for width in (1600, 1280, 800, 360):
            for scheme in ("light", "dark"):
                with self.subTest(f"{width} {scheme}"):
                    self.browser.size(width, 800)
                    self.browser.colours(scheme)
                    self.tell(picture())
                    self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), width, "nothing is cut off")
                    self.browser.picture(ARTEFACTS / f"page-{width}-{scheme}.png")
                    if width not in (1280, 360):
                        continue
                    faults = self.browser.value("axe.run().then((its) => its.violations.map((each) => [each.impact, each.id, each.nodes[0].html]))")
                    self.assertEqual([fault for fault in faults if fault[0] in ("serious", "critical")], [])

    def test_by_the_keyboard_alone(self):
        self.tell(picture())
        self.browser.until("document.querySelector('.waterfalls').tabIndex === 0")
        reached, rings = [], set()
        for _ in range(4):
            self.browser.press("Tab")
            reached.append(self.browser.value("document.activeElement.id || document.activeElement.className"))
            rings.add(self.browser.value("getComputedStyle(document.activeElement).outlineStyle"))
        self.assertEqual(reached, ["skip", "theme", "said", "waterfalls scroll"], "what has more than fits can be scrolled")
        self.assertEqual(rings, {"solid"})
        self.browser.value("document.querySelector('.skip').focus()")
        self.browser.press("Enter")
        self.assertEqual(self.browser.until("document.activeElement.id"), "text")
        self.browser.value("document.querySelector('#theme').focus()")
        colour = "getComputedStyle(document.body).backgroundColor"
        shown = {(self.browser.text("#theme"), self.browser.value(colour))}
        for _ in range(2):
            self.browser.press("Enter")
            shown.add((self.browser.text("#theme"), self.browser.value(colour)))
        self.assertEqual({name for name, _ in shown}, {"Colours: auto", "Colours: light", "Colours: dark"})
        self.assertEqual(len({its for _, its in shown}), 2)
        self.browser.open(self.address)
        self.assertEqual(self.browser.until("document.querySelector('#theme')?.textContent"), "Colours: dark", "it is remembered")
        self.browser.value("localStorage.clear()")


if __name__ == "__main__":
    if absent := browser.missing():
        print(f"skipped: not installed: {', '.join(absent)}")
        raise SystemExit(77)
    unittest.main()
