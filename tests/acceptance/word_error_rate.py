#!/usr/bin/env python3
"""Word error rate of `voicestand transcribe`, or of `listen`, over a list of recordings.

usage: word_error_rate.py VOICESTAND LIST.tsv MODEL [--live] [--limit PERCENT] [--details FILE] [--outcomes FILE]
                          [-- ARGUMENTS OF the command…]

LIST.tsv names a recording (`file`, relative to the list) and its words (`transcript`) a row. Both sides are normalised by
Whisper's English normaliser (package whisper-normalizer: lower case, no punctuation, numbers, contractions and spellings
written one way); the rate is the sum of edits over the sum of words, by jiwer. Exits 1 where the rate is above the limit,
77 (skipped) where the list is absent. What was heard is written to the file of --outcomes, for those that judge the same
otherwise.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys


def recordings(listing):
    with open(listing, newline="") as rows:
        return [(listing.parent / row["file"], row["transcript"]) for row in csv.DictReader(rows, delimiter="\t")]


def transcribe(voicestand, model, files, extra):
    command = [voicestand, "transcribe", "--format", "json", "--model", model, *extra, *map(str, files)]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"'{' '.join(command[:6])} …' ended with {result.returncode}")
    return [json.loads(line) for line in result.stdout.splitlines()]


# The finals of the live path, which cuts speech earlier than `transcribe` does, in the shape of transcribe's outcome.
def listen(voicestand, model, file, extra):
    command = [voicestand, "listen", "--json", "--pace", "fast", "--model", model, "--input", str(file), *extra]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"'{' '.join(command)}' ended with {result.returncode}")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    finals = [event for event in events if event["type"] == "final"]
    return {"file": str(file), "text": " ".join(final["text"] for final in finals), "segments": finals,
            "audio_s": events[-1]["audio_s"], "decode_s": sum(final["latency"]["decode_ms"] or 0 for final in finals) / 1000}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voicestand")
    parser.add_argument("listing", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--limit", type=float)
    parser.add_argument("--details", type=pathlib.Path)
    parser.add_argument("--outcomes", type=pathlib.Path)
    parser.add_argument("extra", nargs="*")
    arguments = parser.parse_args()
    if not arguments.listing.exists():
        print(f"skipped: the recordings are not here ({arguments.listing})")
        sys.exit(77)

    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    listed = recordings(arguments.listing)
    files = [file for file, _ in listed]
    if arguments.live:
        outcomes = [listen(arguments.voicestand, arguments.model, file, arguments.extra) for file in files]
    else:
        outcomes = transcribe(arguments.voicestand, arguments.model, files, arguments.extra)
    assert [o["file"] for o in outcomes] == [str(file) for file, _ in listed], "one line a file, in the order given"
    if arguments.outcomes:
        arguments.outcomes.write_text(json.dumps(outcomes))

    edits = words = 0
    rows = []
    for (file, reference), outcome in zip(listed, outcomes):
        measured = jiwer.process_words(normalise(reference), normalise(outcome["text"]) or "")
        wrong = measured.substitutions + measured.deletions + measured.insertions
        total = measured.hits + measured.substitutions + measured.deletions
        edits, words = edits + wrong, words + total
        rows.append((wrong, total, len(outcome["segments"]), file.name, normalise(reference), normalise(outcome["text"])))
    rate = 100 * edits / words
    audio, decoding = (sum(o[key] for o in outcomes) for key in ("audio_s", "decode_s"))
    how = "listen" if arguments.live else "transcribe"
    print(f"{arguments.model} on {arguments.listing.name}, {how}: {rate:.2f} % word errors ({edits} of {words} words, {len(listed)} files, "
          f"{audio:.0f} s of audio decoded in {decoding:.1f} s)")
    if arguments.details:
        arguments.details.write_text("".join("\t".join(map(str, row)) + "\n" for row in sorted(rows, reverse=True)))
    if arguments.limit is not None and rate > arguments.limit:
        for row in sorted(rows, reverse=True)[:10]:
            print(*row, sep="\n    ")
        sys.exit(f"above the limit of {arguments.limit} %")


if __name__ == "__main__":
    main()
