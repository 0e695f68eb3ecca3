#!/usr/bin/env python3
"""Alerts: in the program, by Prometheus' rules and a real Alertmanager; and every query of the Grafana dashboard has data."""
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import threading
import time
import unittest
import urllib.parse

from metrics_test import WatchedTest, free_port, get

PACKAGING = pathlib.Path(__file__).parents[2] / "packaging"
LIMIT_S = 60
SECOND = bytes(2 * 16_000)  # of silence


class Receiver:
    """What Alertmanager sends its notifications to."""

    def __init__(self):
        receiver = self
        self.told = []  # (alert, status)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.told += [(alert["labels"]["alertname"], alert["status"]) for alert in message["alerts"]]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Alerts(WatchedTest):
    def server(self, *command):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def until(self, condition, what):
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.1)

    def start_prometheus(self, target):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        manager, self.port = free_port(), free_port()
        (self.folder / "alertmanager.yml").write_text(json.dumps({
            "route": {"receiver": "test", "group_by": ["alertname"], "group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h"},
            "receivers": [{"name": "test", "webhook_configs": [{"url": self.receiver.address, "send_resolved": True}]}]}))
        (self.folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(PACKAGING / "prometheus/voicestand.rules.yml")],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{manager}"]}]}]},
            "scrape_configs": [{"job_name": "voicestand", "static_configs": [{"targets": [target]}]}]}))
        self.server("prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=alerts", f"--web.listen-address=127.0.0.1:{manager}",
                    "--cluster.listen-address=")
        self.server("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", f"--web.listen-address=127.0.0.1:{self.port}")

    def query(self, expression):
        body = get(f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": expression}))[2]
        answer = json.loads(body)
        self.assertEqual(answer["status"], "success", body)
        return answer["data"]["result"]

    def feed(self, seconds):
        """By the clock, and then no more, as a microphone that is switched off."""
        for _ in range(round(10 * seconds)):
            self.process.stdin.buffer.write(SECOND[:len(SECOND) // 10])
            self.process.stdin.buffer.flush()
            time.sleep(0.1)

    def test_a_microphone_that_falls_silent(self):
        self.process, url = self.listen("--input", "stdin", stdin=subprocess.PIPE)
        self.start_prometheus(urllib.parse.urlsplit(url).netloc)
        self.feed(3)

        def alerts():
            return {(alert["name"], alert["state"]) for alert in json.loads(get(url + "api/state")[2])["alerts"]}

        self.until(lambda: ("VoiceStandNoAudio", "firing") in alerts(), "the program's own alert")
        self.assertRegex(self.process.stderr.readline(), r"^voicestand: VoiceStandNoAudio firing: nothing comes from the microphone")
        self.until(lambda: ("VoiceStandNoAudio", "firing") in self.receiver.told, self.receiver.told)

        # Meanwhile there is something to plot.
        dashboard = json.loads((PACKAGING / "grafana/voicestand.json").read_text())
        expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        self.assertGreater(len(expressions), 20)
        for expression in expressions:
            with self.subTest(expression):
                self.assertTrue(self.query(expression.replace("$instance", ".*").replace("$__rate_interval", "30s")))

        feeder = threading.Thread(target=self.feed, args=(25,))
        feeder.start()
        self.until(lambda: ("VoiceStandNoAudio", "resolved") in alerts(), "its end")
        self.assertRegex(self.process.stderr.readline(), r"^voicestand: VoiceStandNoAudio resolved")
        self.until(lambda: ("VoiceStandNoAudio", "resolved") in self.receiver.told, self.receiver.told)
        self.assertEqual({name for name, _ in self.receiver.told}, {"VoiceStandNoAudio"})
        feeder.join()


class Rules(unittest.TestCase):
    FOLDER = PACKAGING / "prometheus"

    def test_they_fire_when_they_should_and_not_else(self):
        result = subprocess.run(["promtool", "test", "rules", "voicestand.rules.test.yml"], cwd=self.FOLDER, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_they_are_those_of_the_program(self):
        rules = re.findall(r"^ +- alert: (\w+)$.*?severity: (\w+)", (self.FOLDER / "voicestand.rules.yml").read_text(), re.MULTILINE | re.DOTALL)
        source = (PACKAGING.parent / "src/voicestand/service/alert_book.cpp").read_text()
        self.assertEqual(rules, re.findall(r'\.name = "(VoiceStand\w+)",\s+\.severity = "(\w+)"', source))


if __name__ == "__main__":
    if absent := [name for name in ("prometheus", "promtool", "prometheus-alertmanager") if shutil.which(name) is None]:
        print(f"skipped: not installed: {', '.join(absent)}")
        raise SystemExit(77)
    unittest.main()
