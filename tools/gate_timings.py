"""Times that two builds take by turns: whole runs of voicestand-bench, each in a new process.

What a program's memory looks like differs from process to process and moves some results more than their noise within
one, so a process is one measurement, and the builds take turns as A B B A.
"""
import dataclasses
import json
import os
import resource

import gate_builds
import gate_statistics

SUITES = ("ring", "pool", "simd", "pipeline")
PEERS = frozenset("mutex scalar boost spa jack malloc mimalloc pmr volk soxr speexdsp onnxruntime openvino baseline sherpa moonshine-voice "
                  "faster-whisper".split())
RATES = frozenset(["x", "GB/s"])
ROUNDS = 24
SPARE_ROUNDS = 8  # that may take the place of void ones
MOST_STEAL = 0.01  # of our cores' time: taken by the hypervisor
MOST_OTHERS = 0.10  # of our cores' time: used by other programs


@dataclasses.dataclass(frozen=True)
class Noise:
    """What disturbed a run, as shares of the cores' time. None where the system does not tell."""
    steal: float | None
    others: float | None

    @property
    def quiet(self):
        return (self.steal or 0) <= MOST_STEAL and (self.others or 0) <= MOST_OTHERS

    def __str__(self):
        return ", ".join(f"{name} {'unknown' if share is None else f'{share:.1%}'}" for name, share in (("steal", self.steal), ("others", self.others)))


def core_ticks(text, cores):
    """(busy, stolen, all) ticks of some cores, from the text of /proc/stat; None where they are not in it."""
    busy = stolen = total = 0
    wanted = {f"cpu{core}" for core in cores}
    for words in map(str.split, text.splitlines()):
        if words and words[0] in wanted and len(words) >= 9:
            user, nice, system, idle, waiting, irq, soft, steal = map(int, words[1:9])
            busy += user + nice + system + irq + soft
            stolen += steal
            total += user + nice + system + irq + soft + steal + idle + waiting
    return (busy, stolen, total) if total else None


class NoiseWatch:
    """Counts from when it was made; what our own children used is told apart once they have ended."""

    def __init__(self):
        self.begin = self.read()

    @staticmethod
    def read():
        try:
            with open("/proc/stat", encoding="ascii") as file:
                ticks = core_ticks(file.read(), os.sched_getaffinity(0))
        except OSError:
            ticks = None
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ticks, (used.ru_utime + used.ru_stime) * os.sysconf("SC_CLK_TCK")

    def so_far(self):
        (begin, own_begin), (end, own_end) = self.begin, self.read()
        if begin is None or end is None or end[2] <= begin[2]:
            return Noise(None, None)
        busy, stolen, total = (after - before for before, after in zip(begin, end))
        return Noise(steal=stolen / total, others=max(0.0, busy - (own_end - own_begin)) / total)


@dataclasses.dataclass(frozen=True)
class Run:
    values: dict  # name -> (unit, median)
    noise: Noise


def parse(text):
    """The medians of what is ours in a file of `bench --json`: name -> (unit, median)."""
    document = json.loads(text)
    if document.get("schema") != 1:
        raise ValueError("not what `bench --json` writes")
    return {result["name"]: (result["unit"], result["p50"]) for result in document["results"]
            if result["name"].rsplit("/", 1)[-1] not in PEERS and result["p50"] > 0}


@dataclasses.dataclass
class Timings:
    results: list  # Pairs
    only_base: list  # names
    only_head: list
    rounds: int = 0
    void: int = 0
    noise: str = ""


def paired(rounds):
    """The Pairs of what both builds measured in all of some (base, head) rounds, and the names that one side alone has."""
    sides = [[run.values for run in side] for side in zip(*rounds)]
    names = [[name for name in side[0] if all(name in values for values in side)] for side in sides]
    results = []
    for name in names[1]:
        if name in names[0] and sides[0][0][name][0] == sides[1][0][name][0]:
            unit = sides[1][0][name][0]
            base, head = ([values[name][1] for values in side] for side in sides)
            results.append(gate_statistics.Pairs(name, unit, base, head, rate=unit in RATES))
    both = {pairs.name for pairs in results}
    return Timings(results, [name for name in names[0] if name not in both], [name for name in names[1] if name not in both], len(rounds))


class Stopwatch:
    """`folder`: of its own, for what the runs write. `keep_noisy`: no round is void; noise hides changes, it makes none up."""

    def __init__(self, folder, deadline, keep_noisy=False, say=lambda text: None):
        self.folder, self.deadline, self.keep_noisy, self.say = folder, deadline, keep_noisy, say
        self.folder.mkdir(parents=True, exist_ok=True)

    def run(self, programs):
        out = self.folder / "bench.json"
        out.unlink(missing_ok=True)
        watch = NoiseWatch()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VOICESTAND_")}
        command = [programs / "voicestand-bench", *SUITES, "--quick", "--json", out]
        result = gate_builds.run_in_time(command, self.deadline, env=environment)
        if result.returncode == 2 and "--quick" in result.stdout:
            raise gate_builds.NotJudged(f"the {programs.name}'s voicestand-bench knows no --quick")
        if result.returncode != 0 or not out.is_file():
            raise gate_builds.NotJudged(f"the {programs.name}'s voicestand-bench fails: {result.stdout[-500:]}")
        return Run(parse(out.read_text()), watch.so_far())

    def measure(self, base, head, wanted=ROUNDS):
        """Timings of the programs in two folders. NotJudged where too few rounds were quiet, or fitted into the time."""
        quiet, void = [], 0
        while len(quiet) < wanted and void <= SPARE_ROUNDS:
            order = (base, head) if len(quiet) % 2 == 0 else (head, base)
            try:
                runs = {side: self.run(side) for side in order}
            except gate_builds.NotJudged:
                if self.deadline.left() > 0 or len(quiet) < gate_statistics.FEWEST_ROUNDS:
                    raise
                break
            if self.keep_noisy or all(run.noise.quiet for run in runs.values()):
                quiet.append((runs[base], runs[head]))
            else:
                void += 1
                self.say("a round is void: " + "; ".join(str(run.noise) for run in runs.values()))
        if len(quiet) < gate_statistics.FEWEST_ROUNDS:
            raise gate_builds.NotJudged(f"{len(quiet)} rounds were quiet and {void} were not; {gate_statistics.FEWEST_ROUNDS} are needed")
        timings = paired(quiet)
        timings.void = void
        worst = [max((getattr(run.noise, what) or 0) for pair in quiet for run in pair) for what in ("steal", "others")]
        timings.noise = f"at most {worst[0]:.1%} of a run's time stolen, {worst[1]:.1%} used by others"
        return timings
