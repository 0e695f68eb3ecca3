#!/usr/bin/env python3
"""Listed words are recognised more often, and a list does other speech no harm.

usage: vocabulary_test.py VOICESTAND LIST.tsv OUTCOMES.json MODEL [--recall PERCENT] [--harm POINTS]

OUTCOMES.json is what word_error_rate.py has heard without a list.

Listed are the rare words of LIST.tsv's transcripts that the model misses in some recording: those of six letters or more
that are in no more than three transcripts. As many distractors, which nobody says, are listed with them. Exits 1 where
less than PERCENT of the listed words that are said and were missed are recognised, where word errors in the recordings
without any of them rise by more than POINTS, or where they rise so in all recordings with the distractors alone; 77
(skipped) where the list is absent.
"""
import argparse
import collections
import json
import os
import pathlib
import sys
import tempfile

from word_error_rate import recordings, transcribe

LEAST_LETTERS = 6
MOST_TRANSCRIPTS = 3

# As rare as those, from other fields.
DISTRACTORS = """
aberration abscissa acetone adjutant aileron almanac ampersand anemone anvil apogee appendage arboreal archipelago
armature artisan astrolabe bassoon bayonet bellows benzene bergamot bifocal bivouac blacksmith bobbin brocade bulwark
buttress cadenza calliper camshaft capstan carburettor cardamom catapult cauldron celandine chandelier chlorine cinnabar
clarinet cobalt colander coriander crankshaft crampon crocus curlew dahlia damask derrick diaphragm dirigible dovetail
drawbridge dulcimer dynamo ebonite eiderdown escarpment estuary fandango filament flintlock flywheel foundry fuselage
galleon gazelle geranium girder glockenspiel gondola granite gusset gypsum halyard harpsichord hemlock hexagon hydrofoil
inkwell isotope jackdaw javelin jonquil juniper kestrel kiln lapwing larkspur lathe lichen lodestone logarithm
""".split()


def recognised(arguments, files, words):
    """The text of each file with these words listed."""
    with tempfile.TemporaryDirectory(prefix="voicestand-test-") as folder:
        config = pathlib.Path(folder) / "voicestand" / "config.toml"
        config.parent.mkdir()
        config.write_text(f"[vocabulary]\nwords = {json.dumps(words)}\n")
        os.environ["XDG_CONFIG_HOME"] = folder
        return transcribe(arguments.voicestand, arguments.model, files, ["--engine", "native"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voicestand")
    parser.add_argument("listing", type=pathlib.Path)
    parser.add_argument("outcomes", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("--recall", type=float, default=0)
    parser.add_argument("--harm", type=float, default=0.1)
    arguments = parser.parse_args()
    if not arguments.listing.exists():
        print(f"skipped: the recordings are not here ({arguments.listing})")
        sys.exit(77)

    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    listed = recordings(arguments.listing)
    files = [file for file, _ in listed]
    references = [normalise(reference).split() for _, reference in listed]
    transcripts = collections.Counter(word for reference in references for word in set(reference))

    def heard(outcomes):
        return [normalise(outcome["text"]).split() for outcome in outcomes], sum(outcome["decode_s"] for outcome in outcomes)

    def errors(texts, chosen):
        wrong = 0
        for i in chosen:
            measured = jiwer.process_words(" ".join(references[i]), " ".join(texts[i]))
            wrong += measured.substitutions + measured.deletions + measured.insertions
        return wrong

    # How often these words are said, and how often of that they are recognised.
    def counted(texts, words):
        said = found = 0
        for reference, text in zip(references, texts):
            for word in words:
                said += reference.count(word)
                found += min(reference.count(word), text.count(word))
        return said, found

    def rare(word):
        return len(word) >= LEAST_LETTERS and word.isalpha() and transcripts[word] <= MOST_TRANSCRIPTS

    plain, plain_s = heard(json.loads(arguments.outcomes.read_text()))
    missed = sorted({word for reference, text in zip(references, plain) for word in reference if rare(word) and word not in text})
    distractors = [word for word in DISTRACTORS if word not in transcripts and normalise(word) == word]
    assert len(distractors) >= len(missed), "as many distractors as words"
    biased, _ = heard(recognised(arguments, files, missed + distractors[:len(missed)]))
    distracted, distracted_s = heard(recognised(arguments, files, distractors))

    said, before = counted(plain, missed)
    _, after = counted(biased, missed)
    gained = 100 * (after - before) / max(said - before, 1)
    everywhere = range(len(files))
    without = [i for i in everywhere if not set(missed) & set(references[i])]
    words = sum(len(references[i]) for i in everywhere)
    words_without = sum(len(references[i]) for i in without)
    harm = 100 * (errors(biased, without) - errors(plain, without)) / max(words_without, 1)
    distraction = 100 * (errors(distracted, everywhere) - errors(plain, everywhere)) / words
    print(f"{arguments.model} on {arguments.listing.name}: of {said} times that one of {len(missed)} words was said, recognised "
          f"{before} without the list and {after} with it: {gained:.0f} % of what was missed\n"
          f"    word errors: {100 * errors(plain, everywhere) / words:.2f} % to {100 * errors(biased, everywhere) / words:.2f} %; "
          f"in the {len(without)} files without such a word {harm:+.2f} points of {words_without} words\n"
          f"    {len(distractors)} words that nobody says: {distraction:+.2f} points of {words} words; "
          f"{plain_s:.1f} s without, {distracted_s:.1f} s with them")
    if gained < arguments.recall:
        sys.exit(f"below the least of {arguments.recall} %")
    if harm > arguments.harm or distraction > arguments.harm:
        sys.exit(f"more harm than {arguments.harm} points")


if __name__ == "__main__":
    main()
