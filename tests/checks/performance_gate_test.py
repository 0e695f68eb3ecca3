#!/usr/bin/env python3
"""The performance gate: its statistics against known distributions, what it reads, what it says, and which commits it compares."""
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import gate_builds  # noqa: E402
import gate_instructions  # noqa: E402
import gate_report  # noqa: E402
import gate_statistics  # noqa: E402
import gate_timings  # noqa: E402

ROUNDS = gate_timings.ROUNDS
RESULTS = 34  # as many as the four suites give


class Statistics(unittest.TestCase):
    def test_students_t(self):
        # From tables of the distribution.
        for t, degrees, share in [(6.314, 1, 0.05), (2.015, 5, 0.05), (3.250, 9, 0.005), (4.781, 9, 0.0005), (2.457, 30, 0.01)]:
            with self.subTest(t=t, degrees=degrees):
                self.assertAlmostEqual(gate_statistics.upper_tail(t, degrees) / share, 1, delta=0.004)
                self.assertAlmostEqual(gate_statistics.upper_tail(-t, degrees), 1 - share, delta=1e-4)
                self.assertAlmostEqual(gate_statistics.upper_quantile(share, degrees), t, delta=0.01)
        self.assertAlmostEqual(gate_statistics.upper_tail(0, 7), 0.5)

    def test_holm(self):
        self.assertEqual(gate_statistics.holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
        self.assertEqual(gate_statistics.holm([0.6, 0.5]), [1.0, 1.0])
        self.assertEqual(gate_statistics.holm([]), [])

    def test_a_single_wild_round_does_not_sway_the_mean(self):
        values = [0.1, -0.1] * 6
        mean, error, degrees = gate_statistics.trimmed(values[:-1] + [1000.0])
        self.assertLess(abs(mean), 0.05)
        self.assertLess(error, 0.1)
        self.assertEqual(degrees, len(values) - 3)


def normal(random_, deviation=0.02):
    return random_.gauss(0, deviation)


def heavy_tails(random_):
    """One run in ten is far off."""
    return random_.gauss(0, 0.15 if random_.random() < 0.1 else 0.015)


def two_states(random_):
    """Each process falls into one of two states that lie apart, as where its memory comes to lie decides."""
    return random_.choice((0.0, 0.25)) + random_.gauss(0, 0.01)


def slow_spells(random_):
    """Mostly quick; what slows a run down slows it much."""
    return random_.expovariate(1 / 0.05)


NOISES = (normal, heavy_tails, two_states, slow_spells)


def rounds(random_, noise, slower=1.0, rate=False, drift=0.0, name="toy"):
    """Pairs that took turns as A B B A while the machine drifted."""
    base, head = [], []
    for number in range(ROUNDS):
        order = (base, head) if number % 2 == 0 else (head, base)
        for turn, side in enumerate(order):
            time = 100 * math.exp(noise(random_) + drift * (2 * number + turn)) * (slower if side is head else 1)
            side.append(1 / time if rate else time)
    return gate_statistics.Pairs(name, "x" if rate else "ns/block", base, head, rate)


def gate(random_, noise, slower=1.0, **options):
    """The verdicts of a gate whose first result is slower."""
    results = [rounds(random_, noise, slower if i == 0 else 1.0, name=f"toy/{i}", **options) for i in range(RESULTS)]
    return [change.verdict for change in gate_statistics.judge(results)]


class FalseAlarms(unittest.TestCase):
    GATES = 500  # of each kind; the tails are looked at in test_chances with many more results

    def test_gates_of_a_build_against_itself(self):
        alarms = {}
        for noise in NOISES:
            random_ = random.Random(1)
            alarms[noise.__name__] = sum("worse" in gate(random_, noise) for _ in range(self.GATES))
        print("false alarms of", self.GATES, "gates each:", alarms)
        total = sum(alarms.values())
        self.assertLessEqual(total, gate_statistics.ALARM * self.GATES * len(NOISES), alarms)

    def test_chances(self):
        """Without a floor, a chance of 1 in 1,000 comes up that often or more rarely, whatever the noise."""
        results, share = 10_000, 0.001
        for noise in NOISES:
            with self.subTest(noise.__name__):
                random_ = random.Random(2)
                above = 0
                for _ in range(results):
                    mean, error, degrees = gate_statistics.trimmed(rounds(random_, noise).worsenings())
                    above += mean / error > gate_statistics.upper_quantile(share, degrees)
                # Three standard deviations of the count beyond what is expected.
                self.assertLessEqual(above, results * share + 3 * math.sqrt(results * share))

    def test_a_machine_that_drifts(self):
        random_ = random.Random(3)
        self.assertFalse(any("worse" in gate(random_, normal, drift=0.01) for _ in range(50)))


class Slowdowns(unittest.TestCase):
    def found(self, noise, slower, gates=100, **options):
        random_ = random.Random(4)
        return sum(gate(random_, noise, slower, **options)[0] == "worse" for _ in range(gates)) / gates

    def test_ten_percent_are_found(self):
        self.assertGreaterEqual(self.found(normal, 1.10), 0.99)
        self.assertGreaterEqual(self.found(normal, 1.10, rate=True), 0.99)
        self.assertGreaterEqual(self.found(heavy_tails, 1.15), 0.8)

    def test_what_is_below_the_floor_does_not_fail(self):
        self.assertEqual(self.found(lambda random_: random_.gauss(0, 0.001), 1.04), 0)

    def test_what_does_not_vary_needs_no_luck(self):
        pairs = gate_statistics.Pairs("delay", "ms", [0.9] * ROUNDS, [1.0] * ROUNDS)
        self.assertEqual(gate_statistics.judge([pairs])[0].verdict, "worse")

    def test_an_improvement_is_one(self):
        random_ = random.Random(5)
        change, = gate_statistics.judge([rounds(random_, normal, 0.8)])
        self.assertEqual(change.verdict, "better")
        self.assertAlmostEqual(change.ratio, 0.8, delta=0.03)
        self.assertLess(change.interval[0], 0.8)
        self.assertGreater(change.interval[1], 0.8)


BENCH = """{"schema":1,"machine":{},"commit":"c","ratios":[],"results":[
{"suite":"ring","name":"ring/128","unit":"ns/block","p50":20.5},{"suite":"ring","name":"ring/128/copy","unit":"ns/block","p50":30},
{"suite":"ring","name":"ring/128/mutex","unit":"ns/block","p50":500},{"suite":"pipeline","name":"pipeline/throughput/96k-stereo","unit":"x","p50":900}]}"""


class Times(unittest.TestCase):
    QUIET = gate_timings.Noise(0.0, 0.0)

    def run_of(self, **values):
        return gate_timings.Run({name: ("ns/block", value) for name, value in values.items()}, self.QUIET)

    def test_ours_alone_are_read(self):
        self.assertEqual(gate_timings.parse(BENCH), {"ring/128": ("ns/block", 20.5), "ring/128/copy": ("ns/block", 30),
                                                     "pipeline/throughput/96k-stereo": ("x", 900)})
        with self.assertRaises(ValueError):
            gate_timings.parse(BENCH.replace('"schema":1', '"schema":2'))

    def test_pairs(self):
        timings = gate_timings.paired([(self.run_of(a=1, old=5), self.run_of(a=2, new=6)), (self.run_of(a=3, old=5), self.run_of(a=4, new=6))])
        self.assertEqual([(pairs.name, pairs.base, pairs.head) for pairs in timings.results], [("a", [1, 3], [2, 4])])
        self.assertEqual((timings.only_base, timings.only_head, timings.rounds), (["old"], ["new"], 2))

    def test_more_of_a_rate_is_better(self):
        values = gate_timings.Run(gate_timings.parse(BENCH), self.QUIET)
        self.assertEqual({pairs.name: pairs.rate for pairs in gate_timings.paired([(values, values)]).results},
                         {"ring/128": False, "ring/128/copy": False, "pipeline/throughput/96k-stereo": True})

    def test_ticks_of_our_cores(self):
        text = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\ncpu1 10 0 0 90 0 0 0 0 0 0\ncpu10 7 7 7 7 7 7 7 7 0 0\nintr 5\n"
        self.assertEqual(gate_timings.core_ticks(text, {1}), (10, 0, 100))
        self.assertEqual(gate_timings.core_ticks(text, {0, 1}), (29, 8, 136))
        self.assertIsNone(gate_timings.core_ticks("cpu  1 2 3\n", {0}))

    def test_what_disturbs(self):
        self.assertTrue(gate_timings.Noise(None, None).quiet)
        self.assertTrue(gate_timings.Noise(0.005, 0.05).quiet)
        self.assertFalse(gate_timings.Noise(0.02, 0.0).quiet)
        self.assertFalse(gate_timings.Noise(0.0, 0.2).quiet)


class FakeStopwatch(gate_timings.Stopwatch):
    """Measures in no time; `noise` of each run in turn, quiet after that."""

    def __init__(self, folder, noise=(), keep_noisy=False):
        super().__init__(folder, gate_builds.Deadline(60), keep_noisy)
        self.noise, self.order = list(noise), ""

    def run(self, programs):
        self.order += programs.name[0]
        return gate_timings.Run({"a": ("ns", 1.0)}, self.noise.pop(0) if self.noise else gate_timings.Noise(0.0, 0.0))


class Rounds(unittest.TestCase):
    LOUD = gate_timings.Noise(0.5, 0.0)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.sides = (self.folder / "base", self.folder / "head")

    def test_turns(self):
        stopwatch = FakeStopwatch(self.folder)
        self.assertEqual(stopwatch.measure(*self.sides).rounds, ROUNDS)
        self.assertEqual(stopwatch.order, "bhhb" * (ROUNDS // 2))

    def test_a_void_round_is_made_again(self):
        stopwatch = FakeStopwatch(self.folder, [gate_timings.Noise(0.0, 0.0), self.LOUD])
        timings = stopwatch.measure(*self.sides)
        self.assertEqual((timings.rounds, timings.void), (ROUNDS, 1))
        self.assertTrue(stopwatch.order.startswith("bhbhhb"))

    def test_a_loud_machine_is_not_judged(self):
        with self.assertRaises(gate_builds.NotJudged):
            FakeStopwatch(self.folder, [self.LOUD] * 100).measure(*self.sides)

    def test_a_loud_machine_is_judged_where_asked_for(self):
        timings = FakeStopwatch(self.folder, [self.LOUD] * 100, keep_noisy=True).measure(*self.sides)
        self.assertEqual((timings.rounds, timings.void), (ROUNDS, 0))
        self.assertIn("50.0%", timings.noise)


CALLGRIND = """version: 1
creator: callgrind-3.19.0
events: Ir

ob=(1) /usr/bin/voicestand
fl=(1) ???
fn=(1) main
0 10
cfn=(2) voicestand::dsp::gain(float const*)
calls=3 0
0 3000
0 5

fn=(2)
0 2900
+3 100

totals: 3015
"""


class Instructions(unittest.TestCase):
    def test_a_profile_is_read(self):
        profile = gate_instructions.parse(CALLGRIND)
        self.assertEqual(profile.total, 3015)
        self.assertEqual(profile.functions, {"main": 15, "voicestand::dsp::gain(float const*)": 3000})
        with self.assertRaises(ValueError):
            gate_instructions.parse("events: Ir\ntotals: 0\n")

    def counted(self, base, head):
        return gate_instructions.Counted("count/toy", [gate_instructions.Profile(total, {"f": total}) for total in base],
                                         [gate_instructions.Profile(total, {"f": total - 7, "g": 7}) for total in head])

    def test_verdicts(self):
        self.assertEqual(self.counted([1000, 1000], [1009, 1009]).verdict, "same")
        self.assertEqual(self.counted([1000, 1000], [1011, 1011]).verdict, "worse")
        self.assertEqual(self.counted([1000, 1030], [1035, 1036]).verdict, "same")  # the same program differs by 3 %
        self.assertEqual(self.counted([1000, 1000], [980, 981]).verdict, "better")
        self.assertEqual(self.counted([1000], [1107]).moved(), [("f", 100), ("g", 7)])


class Report(unittest.TestCase):
    def findings(self):
        random_ = random.Random(6)
        results = [rounds(random_, normal, 1.3, name="ring/<script>alert(1)</script>"), rounds(random_, normal, name="ring/128")]
        counted = gate_instructions.Counted("count/toy", [gate_instructions.Profile(1000, {"std::vector<int>": 1000})],
                                            [gate_instructions.Profile(1100, {"std::vector<int>": 1100})])
        return gate_report.Findings(base="1a2b <b>base</b>", head="3c4d head", counted=[counted], changes=gate_statistics.judge(results),
                                    timings=gate_timings.Timings(results, [], ["ring/new"], ROUNDS, 1, "quiet"))

    def test_what_is_slower_is_named(self):
        findings = self.findings()
        self.assertEqual(findings.worse, ["count/toy", "ring/<script>alert(1)</script>"])
        text = gate_report.text_of(findings)
        self.assertIn("performance gate: slower: count/toy, ring/", text.splitlines()[-1])
        self.assertIn("+100  std::vector<int>", text)
        self.assertIn("In the head alone: ring/new.", text)

    def test_what_is_meant_to_be_slower_does_not_fail(self):
        findings = self.findings()
        findings.accepted = ["ring/<*"]
        self.assertEqual(findings.worse, ["count/toy"])
        findings.accepted += ["count/toy"]
        self.assertEqual(findings.verdict, "not slower")
        self.assertIn("meant to be by the commits' trailers: count/toy, ring/<script>", gate_report.text_of(findings))

    def test_the_html_stands_alone_and_names_are_not_markup(self):
        text = gate_report.html_of(self.findings())
        self.assertNotIn("<script", text)
        self.assertNotIn("<b>", text)
        self.assertNotIn("http://", text)
        self.assertNotIn("https://", text)
        self.assertIn("&lt;script&gt;", text)
        self.assertIn("std::vector&lt;int&gt;", text)

    def test_chances_are_readable(self):
        self.assertEqual([gate_report.chance(share) for share in (1.0, 0.97, 0.0123, 0.00001)], ["100 %", "97 %", "1.23 %", "< 0.01 %"])

    def test_nothing_judged(self):
        findings = gate_report.Findings("a", "b", notes=["times, the time was up"])
        self.assertEqual(findings.verdict, "not judged")
        self.assertIn("Not judged: times, the time was up.", gate_report.text_of(findings))


class Repository(unittest.TestCase):
    """A small repository of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "tree"
        self.root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.first = self.commit("src/a.cpp", "1")

    def git(self, *arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, path, content, message=None, days_ago=0):
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_text(content)
        self.git("add", "--all")
        os.environ["GIT_COMMITTER_DATE"] = f"{int(time.time() - days_ago * 24 * 60 * 60)} +0000"
        self.git("commit", "--quiet", "--message", message or path)
        del os.environ["GIT_COMMITTER_DATE"]
        return self.git("rev-parse", "HEAD")

    def run_gate(self, *arguments):
        command = [sys.executable, ROOT / "tools" / "performance_gate.py", "--root", self.root, *arguments]
        return subprocess.run(command, capture_output=True, text=True)


class Commits(Repository):
    """Which commits are compared."""

    def test_a_branch_is_compared_with_where_it_left_the_main_line(self):
        self.git("checkout", "--quiet", "-b", "change")
        self.commit("src/a.cpp", "2")
        head = self.commit("src/a.cpp", "3")
        self.assertEqual(gate_builds.History(self.root).base_of(head), self.first)

    def test_the_main_line_is_compared_with_what_it_was_a_day_before(self):
        self.git("checkout", "--quiet", "--orphan", "older")
        self.commit("src/a.cpp", "0", days_ago=3)
        yesterdays = self.commit("src/a.cpp", "1", days_ago=1.5)
        self.commit("src/a.cpp", "2", days_ago=0.5)
        head = self.commit("src/a.cpp", "3")
        self.git("branch", "--force", "main")
        self.assertEqual(gate_builds.History(self.root).base_of(head), yesterdays)

    def test_what_commits_accept(self):
        self.commit("src/a.cpp", "2", message="Make it right\n\nSlower: ring/128, simd/*\nReviewed-by: b")
        self.commit("src/a.cpp", "3", message="Slower in its subject: is no trailer")
        head = self.commit("src/a.cpp", "4", message="Another\n\nSlower: pool/same-thread")
        history = gate_builds.History(self.root)
        self.assertEqual(history.accepted(self.first, head), ["pool/same-thread", "ring/128", "simd/*"])
        self.assertEqual(history.accepted(head, head), [])

    def test_the_main_line_is_compared_with_the_commit_before_where_it_is_new(self):
        second = self.commit("src/a.cpp", "2")
        head = self.commit("src/a.cpp", "3")
        self.assertEqual(gate_builds.History(self.root).base_of(head), second)

    def test_nothing_to_compare_with(self):
        result = self.run_gate()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("not judged: no commit to compare with", result.stdout)

    def test_a_shallow_clone_fetches_the_base(self):
        self.commit("src/a.cpp", "2")
        clone = self.root.parent / "clone"
        subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{self.root}", clone], check=True, capture_output=True)
        history = gate_builds.History(clone)
        self.assertEqual(history.base_of(history.commit("HEAD")), self.first)

    def test_a_change_of_words_alone_is_not_built(self):
        self.commit("README.md", "words")
        result = self.run_gate()
        self.assertEqual(result.returncode, 0)
        self.assertIn("not judged: nothing that is compiled differs", result.stdout)
        self.assertFalse((self.root / "build/gate/tree").exists())

    def test_a_base_that_does_not_build(self):
        self.commit("CMakeLists.txt", "message(FATAL_ERROR broken)")
        result = self.run_gate()
        self.assertEqual(result.returncode, 0)
        self.assertIn("not judged: the base", result.stdout)

    def test_wrong_usage(self):
        for arguments in (["--base", "nonsense"], ["--nonsense"], ["--rounds", "2"]):
            with self.subTest(arguments):
                self.assertEqual(self.run_gate(*arguments).returncode, 2)

    def test_both_sides_are_built_in_one_folder(self):
        head = self.commit("src/a.cpp", "2")
        workshop = gate_builds.Workshop(self.root, gate_builds.Deadline(60))
        for commit, content in ((self.first, "1"), (head, "2"), (self.first, "1")):
            workshop.check_out(commit)
            self.assertEqual((workshop.tree / "src/a.cpp").read_text(), content)
            self.assertTrue((workshop.tree / ".deps").is_symlink())

    def test_a_command_that_takes_too_long_is_ended(self):
        with self.assertRaises(gate_builds.NotJudged):
            gate_builds.run_in_time(["sleep", "60"], gate_builds.Deadline(0.2))


PROJECT = """cmake_minimum_required(VERSION 3.25)
project(toy LANGUAGES CXX)
add_executable(voicestand src/program.cpp)
add_executable(voicestand-bench src/bench.cpp)
"""
PRESETS = """{"version": 6, "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/${presetName}"}]}"""
# Writes what `voicestand-bench … --json FILE` would: a time with a little noise, differing from process to process.
TOY_BENCH = """#include <cstdio>
#include <unistd.h>
constexpr double kTime = 100;
int main(int argc, char** argv) {
  std::FILE* file = std::fopen(argv[argc - 1], "w");
  if (file == nullptr) return 1;
  std::fprintf(file, "{\\"schema\\":1,\\"results\\":[{\\"suite\\":\\"toy\\",\\"name\\":\\"toy/work\\",\\"unit\\":\\"ns\\",\\"p50\\":%f}]}",
               kTime + ::getpid() % 7 * 0.2);
  return std::fclose(file);
}
"""


class WholeGates(Repository):
    """The gate from end to end, on a project whose benchmark says how slow it is."""

    def setUp(self):
        super().setUp()
        for path, content in (("CMakeLists.txt", PROJECT), ("CMakePresets.json", PRESETS), ("src/bench.cpp", TOY_BENCH)):
            self.commit(path, content)
        self.base = self.commit("src/program.cpp", "int main() {}\n")

    def test_a_slower_head_fails(self):
        self.commit("src/bench.cpp", TOY_BENCH.replace("kTime = 100", "kTime = 110"))
        report = self.root / "report.html"
        result = self.run_gate("--report", report, "--even-if-noisy")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("performance gate: slower: toy/work", result.stdout)
        self.assertIn("toy/work", report.read_text())
        self.assertIn("Not judged: instructions", result.stdout)

    def test_a_head_that_is_meant_to_be_slower_passes(self):
        self.commit("src/bench.cpp", TOY_BENCH.replace("kTime = 100", "kTime = 110"), message="Be right\n\nSlower: toy/*")
        result = self.run_gate("--even-if-noisy")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("meant to be by the commits' trailers: toy/work", result.stdout)

    def test_a_head_that_is_no_slower_passes(self):
        self.commit("src/bench.cpp", TOY_BENCH.replace("kTime = 100", "kTime = 100.5"))
        result = self.run_gate("--even-if-noisy")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("performance gate: not slower", result.stdout)

    def test_the_same_program_is_not_measured(self):
        self.commit("src/bench.cpp", "// words\n" + TOY_BENCH)
        result = self.run_gate()
        self.assertEqual(result.returncode, 0)
        self.assertIn("both commits give the same programs", result.stdout)

    def test_a_head_that_does_not_build(self):
        self.commit("src/bench.cpp", "no program\n")
        result = self.run_gate()
        self.assertEqual(result.returncode, 2)
        self.assertIn("does not build", result.stderr)


if __name__ == "__main__":
    unittest.main()
