#!/usr/bin/env python3
"""Words are right as often as their confidence says.

usage: confidence_test.py LIST.tsv OUTCOMES.json --calibration-error LIMIT

Of all words of LIST.tsv's recordings, as word_error_rate.py has heard and normalises them: exits 1 where the expected
calibration error (ten steps of confidence) is above LIMIT, or where words with a confidence below 0.5 are not wrong at
least ten times as often as those above 0.9; 77 (skipped) where the list is absent.
"""
import argparse
import json
import pathlib
import sys

from word_error_rate import recordings

LEAST_RATIO = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("listing", type=pathlib.Path)
    parser.add_argument("outcomes", type=pathlib.Path)
    parser.add_argument("--calibration-error", type=float, required=True)
    arguments = parser.parse_args()
    if not arguments.listing.exists():
        print(f"skipped: the recordings are not here ({arguments.listing})")
        sys.exit(77)

    from word_confidences import calibration_error, judged, wrong_share

    listed = recordings(arguments.listing)
    outcomes = json.loads(arguments.outcomes.read_text())
    judgements = []
    for (_, reference), outcome in zip(listed, outcomes):
        judgements += judged(reference, outcome)

    error = calibration_error(judgements)
    unsure, unsure_wrong = wrong_share(judgements, 0, 0.5)
    sure, sure_wrong = wrong_share(judgements, 0.9, 1)
    print(f"{arguments.outcomes.stem}: calibration error {error:.4f} over {len(judgements)} words; wrong: "
          f"{unsure_wrong:.0%} of {unsure} words below 0.5, {sure_wrong:.1%} of {sure} above 0.9")
    for low in (tenth / 10 for tenth in range(10)):
        count, wrong = wrong_share(judgements, low, low + 0.1)
        print(f"    {low:.1f} to {low + 0.1:.1f}: {count:5d} words, {1 - wrong:4.0%} right")
    if error > arguments.calibration_error:
        sys.exit(f"above the limit of {arguments.calibration_error}")
    if unsure_wrong < LEAST_RATIO * sure_wrong:
        sys.exit("confidence does not tell right words from wrong ones")


if __name__ == "__main__":
    main()
