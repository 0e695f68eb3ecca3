#!/usr/bin/env python3
"""Prints the constants in src/voicestand/speech/confidence.cpp, and how much better they are than those in use.

    voicestand transcribe --engine native --format json --model MODEL FILES… > OUTCOMES.json    (any number of times)
    .deps/venv/bin/python tools/calibrate_confidence.py OFFSET SLOPE LIST.tsv[,LIST.tsv…] OUTCOMES.json…

OFFSET and SLOPE are the constants that the outcomes were made with: what comes of them is fitted, so that any may be in
use. A LIST names a recording (`file`) and its words (`transcript`) a row. Every other recording is fitted (logistic
regression, Newton's method); the others tell the expected calibration error, in ten steps, before and after.
"""
import csv
import json
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests/acceptance"))
from word_confidences import calibration_error, judged, wrong_share  # noqa: E402


def logit(p):
    p = min(max(p, 5e-4), 1 - 5e-4)  # as far as three digits tell
    return math.log(p / (1 - p))


def logistic(x):
    return 1 / (1 + math.exp(-x))


def fit(judgements):
    """(offset, slope) that make logistic(offset + slope * logit(confidence)) likeliest."""
    offset, slope = 0.0, 1.0
    for _ in range(30):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for confidence, right in judgements:
            x = logit(confidence)
            p = logistic(offset + slope * x)
            g0, g1 = g0 + right - p, g1 + (right - p) * x
            h00, h01, h11 = h00 + p * (1 - p), h01 + p * (1 - p) * x, h11 + p * (1 - p) * x * x
        determinant = h00 * h11 - h01 * h01
        offset += (h11 * g0 - h01 * g1) / determinant
        slope += (h00 * g1 - h01 * g0) / determinant
    return offset, slope


def described(judgements):
    below, wrong_below = wrong_share(judgements, 0, 0.5)
    above, wrong_above = wrong_share(judgements, 0.9, 1)
    return (f"calibration error {calibration_error(judgements):.4f}; wrong: {wrong_below:.0%} of {below} words up to 0.5, "
            f"{wrong_above:.1%} of {above} from 0.9 on")


def main():
    offset, slope = float(sys.argv[1]), float(sys.argv[2])
    references = {}
    for listing in sys.argv[3].split(","):
        with open(listing, newline="") as rows:
            references |= {pathlib.Path(row["file"]).name: row["transcript"] for row in csv.DictReader(rows, delimiter="\t")}
    halves = ([], [])
    for path in sys.argv[4:]:
        for line in open(path):
            outcome = json.loads(line)
            name = pathlib.Path(outcome["file"]).name
            if name in references:
                halves[sorted(references).index(name) % 2].extend(judged(references[name], outcome))
    fitted, held_out = halves
    a, b = fit(fitted)
    mapped = [(logistic(a + b * logit(confidence)), right) for confidence, right in held_out]
    print(f"{len(fitted)} words fitted, {len(held_out)} held out")
    print(f"before: {described(held_out)}\nafter:  {described(mapped)}")
    print(f"kOffset = {a + b * offset:.2f}, kSlope = {b * slope:.2f}")


if __name__ == "__main__":
    main()
