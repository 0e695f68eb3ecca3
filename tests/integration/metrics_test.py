#!/usr/bin/env python3
"""Prometheus reads the metrics of a program that listens, and what it reads is what the program says of itself at its end."""
import http.client
import json
import re
import shutil
import socket
import subprocess
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from program import MODEL, SAMPLES, ProgramTest, of_type

NAMES = {
    "voicestand_capture_to_vad_seconds", "voicestand_first_partial_seconds", "voicestand_speech_end_to_final_seconds",
    "voicestand_release_to_final_seconds", "voicestand_decode_seconds", "voicestand_inject_seconds", "voicestand_audio_frames_total",
    "voicestand_overruns_total", "voicestand_dropped_frames_total", "voicestand_processing_failures_total", "voicestand_utterances_total",
    "voicestand_realtime_allocations_total", "voicestand_pool_exhausted_total", "voicestand_ring_fill_ratio",
    "voicestand_pool_blocks_in_use", "voicestand_core_utilisation_ratio", "voicestand_thread_cpu_seconds_total",
    "voicestand_thermal_celsius", "voicestand_governor_level", "voicestand_build_info", "process_cpu_seconds_total", "process_resident_memory_bytes",
    "process_virtual_memory_bytes", "process_open_fds", "process_max_fds", "process_start_time_seconds"}
OPEN_METRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(address, headers={}):
    """(status, headers, body)"""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read().decode()


def samples(text):
    """{'name{label="x"}': value}"""
    return {match[1]: float(match[2]) for match in re.finditer(r"^([^#\s][^\s{]*(?:\{[^}]*\})?) (\S+)", text, re.MULTILINE)}


class WatchedTest(ProgramTest):
    def listen(self, *arguments, http="127.0.0.1:0", **options):
        """A program that listens, and where it can be looked at."""
        process = self.enterContext(self.started("listen", "--model", MODEL, "--json", "--http", http, *arguments, **options))
        line = process.stderr.readline()
        found = re.search(r"watch it at (http://\S+/)$", line)
        self.assertIsNotNone(found, line)
        return process, found[1]


@unittest.skipIf(shutil.which("prometheus") is None, "there is no Prometheus")
class Metrics(WatchedTest):
    def test_each_figure_is_the_summary_s(self):
        process, url = self.listen("--input", SAMPLES / "beckett.wav", "--pace", "realtime")
        earlier, deadline = {}, time.monotonic() + 60
        while True:
            try:
                status, headers, text = get(url + "metrics")
                figures = samples(text)
                _, _, open_metrics = get(url + "metrics", OPEN_METRICS)
            except OSError:
                break  # it has ended
            self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
            for name in earlier:
                if name.partition("{")[0].endswith(("_total", "_count", "_bucket")):
                    self.assertGreaterEqual(figures[name], earlier[name], name)
            if earlier.get("voicestand_utterances_total") and not figures["voicestand_first_partial_seconds_count"]:
                self.fail("an utterance without a first partial")
            earlier, last, last_open = figures, text, open_metrics
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        out, _ = process.communicate(timeout=30)
        summary = of_type(list(map(json.loads, out.splitlines())), "summary")[0]
        # What came between the last look and the end, a twentieth of a second, is missing.
        for name, told, near in (("voicestand_audio_frames_total", summary["captured_frames"], 4800), ("voicestand_dropped_frames_total", 0, 0),
                                 ("voicestand_utterances_total", summary["utterances"], 1),
                                 ('voicestand_overruns_total{ring="capture"}', 0, 0), ("voicestand_realtime_allocations_total", 0, 0)):
            self.assertLessEqual(earlier[name], told, name)
            self.assertGreaterEqual(earlier[name], told - near, name)
        self.assertEqual(NAMES - set(re.findall(r"^# TYPE (\S+)", last, re.MULTILINE)), set())
        check = subprocess.run(["promtool", "check", "metrics"], input=last, capture_output=True, text=True)
        self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""))
        self.assertTrue(last_open.endswith("# EOF\n"))
        self.assertRegex(last_open, r'voicestand_first_partial_seconds_bucket\{le="[^"]+"\} \d+ # \{utterance="\d+"\} \S+ \d+\.\d+\n')

    def test_prometheus_reads_it(self):
        process, url = self.listen("--input", SAMPLES / "two_cities.wav", "--pace", "realtime")
        port = free_port()
        config = self.folder / "prometheus.yml"
        config.write_text(json.dumps({"scrape_configs": [{"job_name": "voicestand", "scrape_interval": "1s", "scrape_timeout": "1s",
                                                          "static_configs": [{"targets": [url.removeprefix("http://").strip("/")]}]}]}))
        prometheus = subprocess.Popen(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder}/tsdb",
                                       f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(prometheus.wait)
        self.addCleanup(prometheus.kill)

        def query(expression):
            status, _, body = get(f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
            self.assertEqual(status, 200, body)
            return json.loads(body)["data"]["result"]

        def within(seconds, expression):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                try:
                    if result := query(expression):
                        return result
                except OSError:
                    pass
                time.sleep(0.1)
            self.fail(f"Prometheus does not know {expression} after {seconds} s")

        self.assertEqual(within(30, 'up{job="voicestand"} == 1')[0]["metric"]["job"], "voicestand")
        within(20, "voicestand_utterances_total >= 1")
        self.assertEqual(query("voicestand_build_info")[0]["metric"]["model"], MODEL)
        self.assertGreater(float(within(10, "rate(voicestand_audio_frames_total[5s]) > 0")[0]["value"][1]), 10_000)
        self.assertLess(float(within(10, "histogram_quantile(0.9, voicestand_first_partial_seconds_bucket) > 0")[0]["value"][1]), 5)
        known = set(json.loads(get(f"http://127.0.0.1:{port}/api/v1/label/__name__/values")[2])["data"])
        self.assertEqual({name for name in NAMES if not any(each.startswith(name) for each in known)} - {"voicestand_thermal_celsius"}, set())
        process.terminate()


class Visitors(WatchedTest):
    """Who is let in, and what happens to those who do not behave."""

    def test_who_may_come(self):
        _, url = self.listen("--no-asr", "--input", SAMPLES / "beckett.wav", "--pace", "realtime")
        host = url.removeprefix("http://").strip("/")
        port = host.rpartition(":")[2]
        for headers, status in (({}, 200), ({"Host": f"localhost:{port}"}, 200), ({"Host": "evil.org"}, 403),
                                ({"Origin": f"http://{host}"}, 200), ({"Origin": "http://evil.org"}, 403), ({"Origin": "null"}, 403)):
            for page in ("metrics", "api/state", "healthz"):
                self.assertEqual(get(url + page, headers)[0], status, (page, headers))
        self.assertEqual(get(url + "etc/passwd")[0], 404)
        _, headers, _ = get(url + "api/state")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn("Server", headers)
        for method, status in (("HEAD", 200), ("POST", 405), ("DELETE", 405)):
            connection = http.client.HTTPConnection(host, timeout=10)
            connection.request(method, "/metrics")
            answer = connection.getresponse()
            self.assertEqual(answer.status, status, method)
            self.assertEqual(answer.read() == b"", method == "HEAD")
            connection.close()

    def test_beyond_this_machine_it_takes_a_token(self):
        self.assert_refused(self.run_program("listen", "--http", "0.0.0.0:0", "--input", SAMPLES / "beckett.wav"), 2, "watch.token")
        folder = self.home / ".config/voicestand"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text('[watch]\ntoken = "open sesame"\n')
        _, url = self.listen("--no-asr", "--input", SAMPLES / "beckett.wav", "--pace", "realtime", http="0.0.0.0:0")
        url = url.replace("0.0.0.0", "127.0.0.1")
        self.assertEqual(get(url + "metrics")[0], 403)
        self.assertEqual(get(url + "metrics?token=open%20sesame!")[0], 403)
        self.assertEqual(get(url + "metrics?token=open%20sesame")[0], 200)
        self.assertEqual(get(url + "metrics", {"Authorization": "Bearer open sesame", "Host": "desk.example.org"})[0], 200)

    def test_an_address_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assert_refused(self.run_program("listen", "--http", address, "--input", SAMPLES / "beckett.wav"), 1, address)
        self.assert_refused(self.run_program("listen", "--http", "example.org:80"), 2, "example.org:80")


if __name__ == "__main__":
    unittest.main()
