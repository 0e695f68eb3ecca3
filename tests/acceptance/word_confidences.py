"""Which words of recognised texts are right, and how sure the recogniser was of each."""
import math

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

normalise = EnglishTextNormalizer()


def judged(reference, outcome):
    """(confidence, right) for each word of one file, as `transcribe --format json` tells it, that both sides, normalised, can
    be compared by: what the normaliser leaves out, or makes one of with its neighbours, is left out."""
    words = [word for segment in outcome["segments"] for word in segment["words"]]
    heard = normalise(" ".join(word["word"] for word in words)).split()
    if not heard:
        return []
    right = [False] * len(heard)
    for chunk in jiwer.process_words(normalise(reference), " ".join(heard)).alignments[0]:
        if chunk.type == "equal":
            right[chunk.hyp_start_idx:chunk.hyp_end_idx] = [True] * (chunk.hyp_end_idx - chunk.hyp_start_idx)
    judgements, at = [], 0
    for word in words:
        parts = normalise(word["word"]).split()
        found = next((i for i in range(at, min(at + 3, len(heard))) if parts and heard[i:i + len(parts)] == parts), None)
        if found is not None:
            at = found + len(parts)
            judgements.append((word["confidence"], all(right[found:at])))
    return judgements


def calibration_error(judgements, bins=10):
    """How far confidence lies from the share of right words, in `bins` equal steps of confidence, in the mean over words."""
    steps = [[] for _ in range(bins)]
    for confidence, right in judgements:
        steps[min(int(confidence * bins), bins - 1)].append(right - confidence)
    return sum(abs(math.fsum(step)) for step in steps) / len(judgements)


def wrong_share(judgements, low, high):
    """Of the words with a confidence in [low, high]: how many there are, and the share that is wrong."""
    wrong = [not right for confidence, right in judgements if low <= confidence <= high]
    return len(wrong), sum(wrong) / max(len(wrong), 1)
