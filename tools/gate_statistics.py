"""What the performance gate concludes from measurements that two builds took by turns, and how surely.

A round measures both builds, and only the ratio within a round counts: what slows a machine down for a while slows both.
The logarithms of those ratios are held against no change by Yuen's t-test for trimmed means (1974), which a single
disturbed round on either side does not sway, and the probabilities are put right for the number of results by Holm's
method (1979): that any of them is a false alarm has the probability ALARM, however they depend on each other.
"""
import dataclasses
import functools
import math
import statistics

ALARM = 0.01  # the most, for all results of a gate together
FLOOR = 0.05  # smaller changes of a time never fail: where code comes to lie in memory changes that much
FEWEST_ROUNDS = 8
LEAST_DEVIATION = 0.001  # of a ratio: what was the same in all rounds is still not known better than that


@dataclasses.dataclass(frozen=True)
class Pairs:
    """A result of both builds, a value a round. `rate`: more of it is better."""
    name: str
    unit: str
    base: list
    head: list
    rate: bool = False

    def worsenings(self):
        """The logarithm of each round's ratio; above 0 the head is worse."""
        sign = -1 if self.rate else 1
        return [sign * math.log(head / base) for base, head in zip(self.base, self.head, strict=True)]


@dataclasses.dataclass(frozen=True)
class Change:
    """What is said of a result. Ratios above 1 are worse; `interval` holds the ratio with 99 %."""
    pairs: Pairs
    ratio: float
    interval: tuple
    noise: float  # standard deviation of a round's ratio
    chance: float  # that such a worsening, or an improvement where it is one, comes from noise; for all results together
    verdict: str  # "worse", "better", "same"


def upper_tail(t, degrees):
    """The probability that Student's t with so many degrees of freedom is above `t`."""
    if t < 0:
        return 1 - upper_tail(-t, degrees)
    begin, end, steps = math.atan(t / math.sqrt(degrees)), math.pi / 2, 60
    width = (end - begin) / steps
    density = [max(math.cos(begin + i * width), 0.0) ** (degrees - 1) for i in range(steps + 1)]
    area = width / 3 * (density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2]))
    whole = math.sqrt(math.pi) * math.exp(math.lgamma(degrees / 2) - math.lgamma((degrees + 1) / 2))
    return area / whole


@functools.cache
def upper_quantile(share, degrees):
    """The t above which lies `share`, at most a half."""
    low, high = 0.0, 1.0
    while upper_tail(high, degrees) > share:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if upper_tail(middle, degrees) > share else (low, middle)
    return (low + high) / 2


def trimmed(values):
    """The mean without the outermost eighth on each side, its standard error, and its degrees of freedom."""
    ordered, count = sorted(values), len(values)
    cut = count // 8
    kept = ordered[cut:count - cut]
    winsorised = [min(max(value, kept[0]), kept[-1]) for value in ordered]
    deviation = max(statistics.stdev(winsorised), LEAST_DEVIATION)
    error = deviation * math.sqrt((count - 1) / (len(kept) * (len(kept) - 1)))
    return statistics.fmean(kept), error, len(kept) - 1


def holm(chances):
    """Each probability put right for there being so many of them."""
    adjusted, largest = [0.0] * len(chances), 0.0
    for rank, index in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        largest = max(largest, min(1.0, chances[index] * (len(chances) - rank)))
        adjusted[index] = largest
    return adjusted


def judge(results, floor=FLOOR, alarm=ALARM):
    """The Change of each Pairs, in their order; all have at least FEWEST_ROUNDS rounds."""
    estimates = [trimmed(pairs.worsenings()) for pairs in results]
    worse = holm([upper_tail(mean / error, degrees) for mean, error, degrees in estimates])
    better = holm([upper_tail(-mean / error, degrees) for mean, error, degrees in estimates])
    changes = []
    for pairs, (mean, error, degrees), *chances in zip(results, estimates, worse, better, strict=True):
        chance = chances[0] if mean >= 0 else chances[1]
        reach = upper_quantile(0.005, degrees) * error
        beyond = abs(mean) >= math.log1p(floor) and chance < alarm
        changes.append(Change(pairs=pairs, ratio=math.exp(mean), interval=(math.exp(mean - reach), math.exp(mean + reach)),
                              noise=statistics.stdev(pairs.worsenings()), chance=chance,
                              verdict="same" if not beyond else "worse" if mean > 0 else "better"))
    return changes
