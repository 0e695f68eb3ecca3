#!/usr/bin/env python3
"""Builds two commits and fails where the head is slower than the base.

usage: performance_gate.py [--base REF] [--head REF] [--report FILE] [--limit SECONDS] [--rounds N] [--even-if-same]
                           [--even-if-noisy]

Counts the instructions of fixed work by both builds, and measures the suites ring, pool, simd and pipeline by turns. Exit
status: 0 not slower, or not judged, and then a line says why; 1 slower; 2 wrong usage, or the head does not build. How and
why: docs/adr/0006-performance-gate.md.
"""
import argparse
import fcntl
import pathlib
import signal
import sys
import time

import gate_builds
import gate_instructions
import gate_report
import gate_statistics
import gate_timings
import source_tree

LIMIT_S = 480


def say(text):
    print(f"performance gate: {text}", file=sys.stderr, flush=True)


def count(findings, workshop, base, head):
    """Adds the instruction counts, or why there are none."""
    counter = gate_instructions.Counter(workshop.root / ".deps", workshop.folder / "count", workshop.deadline)
    try:
        if why := counter.available():
            raise gate_builds.NotJudged(why)
        findings.counted, reasons = counter.count(base, head)
        findings.notes += [f"instructions, {reason}" for reason in reasons]
    except gate_builds.NotJudged as reason:
        findings.notes.append(f"instructions, {reason}")


def measure(findings, workshop, base, head, arguments):
    """Adds the times, or why there are none."""
    try:
        findings.timings = gate_timings.Stopwatch(workshop.folder / "times", workshop.deadline, arguments.even_if_noisy, say).measure(
            base, head, arguments.rounds)
        findings.changes = gate_statistics.judge(findings.timings.results)
    except gate_builds.NotJudged as reason:
        findings.notes.append(f"times, {reason}")


def compare(arguments, workshop):
    """The Findings. NotJudged where there is nothing to compare, Broken where the head does not build."""
    history = workshop.history
    if history.git("rev-parse", "--git-dir") is None:
        raise gate_builds.NotJudged("there is no git history")
    head = history.commit(arguments.head)
    base = history.commit(arguments.base) if arguments.base else history.base_of(head)
    if arguments.head == "HEAD" and history.uncommitted():
        say("what is not committed is not looked at")
    if not arguments.even_if_same and not history.changed_since(base, head):
        raise gate_builds.NotJudged("nothing that is compiled differs from the base")
    findings = gate_report.Findings(history.describe(base), history.describe(head), accepted=history.accepted(base, head))
    say(f"building {findings.base}")
    try:
        base_programs = workshop.build(base, "base")
    except gate_builds.Broken as reason:
        raise gate_builds.NotJudged(f"the base, {reason}") from None
    say(f"building {findings.head}")
    head_programs = workshop.build(head, "head")
    if not arguments.even_if_same and workshop.same_programs(base, head):
        raise gate_builds.NotJudged("both commits give the same programs")
    say("counting instructions")
    count(findings, workshop, base_programs, head_programs)
    say("measuring by turns")
    measure(findings, workshop, base_programs, head_programs, arguments)
    return findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", metavar="REF", help="the commit to compare with; where the head left the main line, or what that was a day before, unless named")
    parser.add_argument("--head", metavar="REF", default="HEAD")
    parser.add_argument("--report", metavar="FILE", type=pathlib.Path, help="where the HTML goes; build/gate/report.html unless named")
    parser.add_argument("--limit", metavar="SECONDS", type=float, default=LIMIT_S, help=f"for everything; {LIMIT_S} unless named")
    parser.add_argument("--rounds", metavar="N", type=int, default=gate_timings.ROUNDS, help=f"of times; {gate_timings.ROUNDS} unless named")
    parser.add_argument("--even-if-same", action="store_true", help="measure where nothing differs: this finds false alarms")
    parser.add_argument("--even-if-noisy", action="store_true", help="keep rounds that other programs disturbed: less is found, no more is made up")
    parser.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.rounds < gate_statistics.FEWEST_ROUNDS:
        parser.error(f"fewer than {gate_statistics.FEWEST_ROUNDS} rounds say nothing")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # by way of the `finally` that ends what was started
    folder = arguments.root.resolve() / "build" / "gate"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one gate at a time; waiting for another does not count
        began = time.monotonic()
        workshop = gate_builds.Workshop(arguments.root.resolve(), gate_builds.Deadline(arguments.limit))
        try:
            findings = compare(arguments, workshop)
        except gate_builds.NotJudged as reason:
            print(f"performance gate: not judged: {reason}")
            return 0
        except gate_builds.Broken as reason:
            print(f"performance gate: {reason}", file=sys.stderr)
            return 2
    findings.seconds = time.monotonic() - began
    report = arguments.report or workshop.folder / "report.html"
    report.write_text(gate_report.html_of(findings), encoding="utf-8")
    print(gate_report.text_of(findings), end="")
    say(f"the report is {report}")
    return 1 if findings.worse else 0


if __name__ == "__main__":
    sys.exit(main())
