"""Instructions that two builds take for the same work, counted by callgrind. No noise of the machine moves them."""
import concurrent.futures
import dataclasses
import os
import re
import shutil
import wave

import gate_builds

ISA = "avx2"  # the best that valgrind knows
LIMIT = 0.01  # of the base's count, beyond what differs between runs of the same program
SHOWN = 8  # functions
NAMED = re.compile(r"c?fn=\((\d+)\)(?: (.*))?")


@dataclasses.dataclass(frozen=True)
class Workload:
    """Work that is the same each time. `sample`: a recording of the bundle, of which it hears `seconds`. `within`: the function
    whose instructions count, with all that it calls; the whole program's where there is none."""
    name: str
    arguments: tuple
    sample: str | None = None
    seconds: float = 0
    program: str = "voicestand"
    within: str | None = None
    runs: int = 2


WORKLOADS = (
    Workload("count/transcribe/tiny", ("transcribe", "--model", "moonshine-tiny-en"), "beckett.wav", 2.0),
    Workload("count/listen/no-asr", ("listen", "--no-asr", "--pace", "fast", "--json", "--input"), "two_cities.wav", 3.0),
    Workload("count/simd", ("simd", "--counted"), program="voicestand-bench", within="voicestand::bench::interleave*"),
)


@dataclasses.dataclass(frozen=True)
class Profile:
    total: int
    functions: dict  # instructions of each by itself


@dataclasses.dataclass(frozen=True)
class Counted:
    """A workload's profiles by both builds."""
    name: str
    base: list
    head: list

    @property
    def ratio(self):
        return least(self.head).total / least(self.base).total

    @property
    def spread(self):
        """By how much runs of the same program differ."""
        return max(max(profile.total for profile in side) / least(side).total - 1 for side in (self.base, self.head))

    @property
    def verdict(self):
        base, head = ([profile.total for profile in side] for side in (self.base, self.head))
        if min(head) > max(base) * (1 + LIMIT):
            return "worse"
        return "better" if max(head) * (1 + LIMIT) < min(base) else "same"

    def moved(self):
        """The functions whose own count has changed most: (name, change), largest first."""
        base, head = least(self.base).functions, least(self.head).functions
        changes = [(name, head.get(name, 0) - base.get(name, 0)) for name in base.keys() | head.keys()]
        return sorted((change for change in changes if change[1] != 0), key=lambda change: (-abs(change[1]), change[0]))[:SHOWN]


def least(profiles):
    return min(profiles, key=lambda profile: profile.total)


def parse(text):
    """The Profile in a callgrind output file. A cost line is a position and a count; one after `calls=` is the callee's."""
    names, functions, current, called, total = {}, {}, None, False, 0
    for line in text.splitlines():
        if found := NAMED.match(line):
            number, name = found.groups()
            if name is not None:
                names[number] = name
            if line.startswith("fn="):
                current = names.get(number, number)
        elif line.startswith("calls="):
            called = True
        elif line[:1] in "0123456789+-*" and line and current is not None:
            words = line.split()
            if not called and len(words) == 2:
                functions[current] = functions.get(current, 0) + int(words[1])
            called = False
        elif line.startswith("totals:"):
            total += int(line.split()[1])
    if total == 0:
        raise ValueError("callgrind counted nothing")
    return Profile(total, functions)


def cut(source, target, seconds):
    """The beginning of a WAV file."""
    with wave.open(str(source)) as whole, wave.open(str(target), "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(int(seconds * whole.getframerate())))


class Counter:
    """Runs workloads in a `folder` of its own; `bundle` has samples/."""

    def __init__(self, bundle, folder, deadline):
        self.bundle, self.folder, self.deadline = bundle, folder, deadline
        self.folder.mkdir(parents=True, exist_ok=True)
        # Nobody's settings and nobody's terminal: the same work everywhere.
        self.environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": str(folder), "VOICESTAND_FORCE_ISA": ISA}

    def available(self):
        """Why nothing can be counted; None where it can."""
        if shutil.which("valgrind") is None:
            return "valgrind is not installed"
        missing = [work.sample for work in WORKLOADS if work.sample and not (self.bundle / "samples" / work.sample).is_file()]
        return f"{missing[0]} is not among the samples" if missing else None

    def clip(self, work):
        return self.folder / f"{work.name.replace('/', '-')}.wav"

    def run(self, side, work, number):
        """The Profile of one run of a program in the folder `side`."""
        out = self.folder / f"{self.clip(work).stem}.{side.name}.{number}.callgrind"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        if work.within:
            command.append(f"--toggle-collect={work.within}")
        command += [side / work.program, *work.arguments]
        if work.sample:
            command.append(self.clip(work))
        result = gate_builds.run_in_time(command, self.deadline, cwd=self.folder, env=self.environment)
        if result.returncode != 0:
            raise gate_builds.NotJudged(f"{work.name} by the {side.name} fails under callgrind: {result.stdout[-300:].strip()}")
        return parse(out.read_text(errors="replace"))

    def count(self, base, head):
        """The workloads Counted, of the programs in two folders, and why others are not. Several run at once: that changes no count."""
        counted, reasons = [], []
        for work in filter(lambda work: work.sample, WORKLOADS):
            cut(self.bundle / "samples" / work.sample, self.clip(work), work.seconds)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            running = [(work, [[pool.submit(self.run, side, work, number) for number in range(work.runs)] for side in (base, head)]) for work in WORKLOADS]
            for work, sides in running:
                try:
                    counted.append(Counted(work.name, *([run.result() for run in side] for side in sides)))
                except (gate_builds.NotJudged, ValueError) as reason:
                    reasons.append(str(reason))
        return counted, reasons
