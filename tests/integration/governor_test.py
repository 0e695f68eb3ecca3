#!/usr/bin/env python3
"""On a machine that is hot recognition does less, says so and why, and hears everything all the same."""
import json
import time
import unittest

from metrics_test import WatchedTest, get, samples
from program import SAMPLES, of_type, words

ZONE = "sys/class/thermal/thermal_zone0"
LEVEL = "voicestand_governor_level"


class Governor(WatchedTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "sysroot"
        (self.root / ZONE).mkdir(parents=True)
        self.environment["VOICESTAND_SYSROOT"] = str(self.root)
        for name, text in {"type": "x86_pkg_temp", "temp": "60000", "trip_point_0_type": "passive", "trip_point_0_temp": "95000"}.items():
            (self.root / ZONE / name).write_text(text + "\n")

    def until_level(self, url, level, limit_s):
        """The temperature moves a little, as all do, until the governor is at this level."""
        deadline, thousandths = time.monotonic() + limit_s, self.thousandths
        while (now := samples(get(url + "metrics")[2])[LEVEL]) != level:
            self.assertLess(time.monotonic(), deadline, now)
            thousandths += 1
            (self.root / ZONE / "temp").write_text(f"{thousandths}\n")
            time.sleep(0.2)

    def test_a_hot_machine(self):
        process, url = self.listen("--input", SAMPLES / "two_cities.wav", "--pace", "realtime")
        self.assertEqual(samples(get(url + "metrics")[2])[LEVEL], 0)
        self.thousandths = 101_000
        self.until_level(url, 1, 10)
        self.assertIn("does less (level 1): x86_pkg_temp at 101 of 95 degrees", process.stderr.readline())
        self.until_level(url, 2, 15)
        state = json.loads(get(url + "api/state")[2])
        self.assertEqual((state["governor"]["level"], state["governor"]["reason"]), (2, "x86_pkg_temp at 101 of 95 degrees"))
        self.until_level(url, 3, 15)
        events = list(map(json.loads, process.communicate(timeout=60)[0].splitlines()))
        self.assertIn("it was the best of times", " ".join(words(" ".join(final["text"] for final in of_type(events, "final")))))
        self.assertEqual(of_type(events, "summary")[0]["overruns"], 0)

    def test_it_may_be_switched_off(self):
        config = self.home / ".config" / "voicestand" / "config.toml"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text('[recognition]\ngovernor = "off"\n')
        process, url = self.listen("--input", SAMPLES / "beckett.wav", "--pace", "realtime")
        self.assertNotIn(LEVEL, samples(get(url + "metrics")[2]))
        self.assertIsNone(json.loads(get(url + "api/state")[2])["governor"])
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    unittest.main()
