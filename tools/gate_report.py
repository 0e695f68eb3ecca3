"""The performance gate's report: a table for the terminal, and one HTML file that needs nothing else."""
import dataclasses
import fnmatch
import html
import platform
import statistics

import gate_instructions
import gate_statistics
import gate_timings

WORDS = {"worse": "worse", "better": "better", "same": "as before"}
STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --line: #d2d2d7; --faint: #63636b; --worse: #b3261e; --better: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f0f2; --paper: #161618; --line: #3c3c42; --faint: #a4a4ac; --worse: #ff8a80; --better: #7ddc9f; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
caption { text-align: left; color: var(--faint); padding: .4rem 0; }
.worse { color: var(--worse); font-weight: 600; } .better { color: var(--better); } .faint { color: var(--faint); }
code { overflow-wrap: anywhere; white-space: normal; }
"""


@dataclasses.dataclass
class Findings:
    """What a gate found. A part that was not judged says why in `notes` and is empty."""
    base: str  # as people read it
    head: str
    counted: list = dataclasses.field(default_factory=list)  # gate_instructions.Counted
    changes: list = dataclasses.field(default_factory=list)  # gate_statistics.Change
    timings: gate_timings.Timings | None = None
    notes: list = dataclasses.field(default_factory=list)
    accepted: list = dataclasses.field(default_factory=list)  # patterns of what may be worse
    seconds: float = 0

    def _slower(self):
        counted = [count.name for count in self.counted if count.verdict == "worse"]
        return counted + [change.pairs.name for change in self.changes if change.verdict == "worse"]

    def _may_be(self, name):
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.accepted)

    @property
    def worse(self):
        return [name for name in self._slower() if not self._may_be(name)]

    @property
    def meant(self):
        return [name for name in self._slower() if self._may_be(name)]

    @property
    def judged(self):
        return bool(self.counted or self.changes)

    @property
    def verdict(self):
        if self.worse:
            return "slower: " + ", ".join(self.worse)
        return "not slower" if self.judged else "not judged"


def percent(ratio):
    return f"{(ratio - 1) * 100:+.1f} %"


def chance(share):
    if share < 0.0001:
        return "< 0.01 %"
    return f"{share * 100:.{0 if share >= 0.1 else 2}f} %"


def count_cells(count):
    base, head = (gate_instructions.least(side).total for side in (count.base, count.head))
    return [count.name, f"{base:,}", f"{head:,}", f"{(count.ratio - 1) * 100:+.2f} %", f"{count.spread * 100:.3f} %", WORDS[count.verdict]]


def time_cells(change):
    pairs = change.pairs
    base, head = (f"{statistics.median(side):.4g}" for side in (pairs.base, pairs.head))
    low, high = change.interval
    return [pairs.name, base, head, pairs.unit, percent(change.ratio), f"{percent(low)} to {percent(high)}", f"{change.noise * 100:.1f} %",
            chance(change.chance), WORDS[change.verdict]]


COUNT_HEADS = ["instructions", "base", "head", "worse by", "runs differ by", ""]
TIME_HEADS = ["times", "base", "head", "unit", "worse by", "with 99 %", "noise of a round", "chance", ""]


def explanations(findings):
    lines = []
    if findings.counted:
        lines.append(f"Instructions fail when they are more than {gate_instructions.LIMIT:.0%} above the base's, beyond what runs differ by "
                     f"(callgrind, {gate_instructions.ISA}).")
    if findings.timings:
        timings = findings.timings
        lines.append(f"Times fail when they are worse by {gate_statistics.FLOOR:.0%} or more and the chance of so much from noise, for all results "
                     f"together, is below {gate_statistics.ALARM:.0%}. {timings.rounds} rounds, {timings.void} void; {timings.noise}.")
        for names, where in ((timings.only_base, "base"), (timings.only_head, "head")):
            if names:
                lines.append(f"In the {where} alone: {', '.join(names)}.")
    if findings.meant:
        lines.append(f"Slower, and meant to be by the commits' trailers: {', '.join(findings.meant)}.")
    return lines + [f"Not judged: {note}." for note in findings.notes]


def aligned(heads, rows):
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    return ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
            for row in [heads, *rows]]


def moved_lines(findings):
    for count in findings.counted:
        if count.verdict != "same":
            yield f"{count.name}: what each function takes by itself"
            for name, change in count.moved():
                yield f"  {change:+,}  {name}"


def text_of(findings):
    """The report for a terminal; the verdict comes last."""
    blocks = [[f"base  {findings.base}", f"head  {findings.head}"]]
    if findings.counted:
        blocks.append(aligned(COUNT_HEADS, [count_cells(count) for count in findings.counted]))
    blocks.append(list(moved_lines(findings)))
    if findings.changes:
        blocks.append(aligned(TIME_HEADS, [time_cells(change) for change in findings.changes]))
    blocks.append(explanations(findings))
    blocks.append([f"performance gate: {findings.verdict} ({findings.seconds:.0f} s)"])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def table(caption, heads, rows):
    """`rows`: (verdict, cells)."""
    head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in heads)
    body = "".join(f'<tr class="{verdict}">' + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>\n" for verdict, cells in rows)
    return f'<div class="wide"><table><caption>{html.escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n'


def html_of(findings):
    """The report as one file; everything that comes from outside is escaped."""
    verdict = "worse" if findings.worse else "better" if findings.judged else "faint"
    parts = [f'<h1>Performance gate: <span class="{verdict}">{html.escape(findings.verdict)}</span></h1>\n']
    parts.append(f"<p>base <code>{html.escape(findings.base)}</code><br>head <code>{html.escape(findings.head)}</code></p>\n")
    if findings.counted:
        parts.append(table("Fixed work under callgrind", COUNT_HEADS, [(count.verdict, count_cells(count)) for count in findings.counted]))
        for count in findings.counted:
            if count.verdict != "same":
                rows = [("", [f"{change:+,}", name]) for name, change in count.moved()]
                parts.append(table(f"{count.name}: functions whose own instructions changed most", ["instructions", "function"], rows))
    if findings.changes:
        parts.append(table("Medians of voicestand-bench, the builds by turns", TIME_HEADS, [(change.verdict, time_cells(change)) for change in findings.changes]))
    parts += [f"<p>{html.escape(line)}</p>\n" for line in explanations(findings)]
    parts.append(f'<p class="faint">{html.escape(platform.platform())}, {findings.seconds:.0f} s</p>\n')
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>VoiceStand performance gate</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n{''.join(parts)}</body>\n</html>\n")
