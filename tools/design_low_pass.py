#!/usr/bin/env python3
"""Prints the weights in src/voicestand/dsp/low_pass.cpp, and what they reach. Needs numpy.

The response is a sum of cosines over the support, so its spectrum is a sum of sinc functions, linear in the weights. The
first weight is 1 (unity at 0 Hz) and the last makes the response zero at its ends, so that the spectrum falls from the
band that is looked at here on. The others come from least squares, again and again, each frequency weighted by the errors
that it had so far: that ends where the largest error of a band is as small as it can be (C. L. Lawson, 1961).
"""
import numpy as np

SUPPORT_S = 87 / 48_000
PASS_HZ, STOP_HZ = 7_000, 9_000
RIPPLE_DB, STOP_BAND_DB = 0.06, 84
COSINES = 17


def main():
    k = np.arange(COSINES + 1)
    stop = np.concatenate([np.linspace(STOP_HZ, (COSINES + 6) / SUPPORT_S, 1500), np.linspace((COSINES + 6) / SUPPORT_S, 6 * (COSINES + 6) / SUPPORT_S, 1500)])
    hz = np.concatenate([np.linspace(0, PASS_HZ, 500), stop])
    wanted = (hz <= PASS_HZ).astype(float)
    allowed = np.where(hz <= PASS_HZ, 10 ** (RIPPLE_DB / 20) - 1, 10 ** (-STOP_BAND_DB / 20))
    turns = hz[:, None] * SUPPORT_S
    spectra = (np.sinc(turns - k) + np.sinc(turns + k)) / 2
    sign = (-1.0) ** k

    fixed = spectra[:, 0] - sign[-1] * spectra[:, -1]
    free = spectra[:, 1:-1] - np.outer(spectra[:, -1], sign[-1] * sign[1:-1])
    emphasis = np.ones(len(hz))
    best, best_error = None, np.inf
    for _ in range(600):
        scale = np.sqrt(emphasis) / allowed
        weights = np.linalg.lstsq(free * scale[:, None], (wanted - fixed) * scale, rcond=None)[0]
        error = np.abs(free @ weights - (wanted - fixed)) / allowed
        if error.max() < best_error:
            best, best_error = weights, error.max()
        emphasis = emphasis * error / error.max() + 1e-13
        emphasis /= emphasis.sum()

    last = -sign[-1] * (1 + (sign[1:-1] * best).sum())
    print(", ".join(f"{weight:.9g}" for weight in (1.0, *best, last)))
    ripple = 20 * np.log10(1 + best_error * (10 ** (RIPPLE_DB / 20) - 1))
    print(f"ripple {ripple:.3f} dB, stop band {STOP_BAND_DB - 20 * np.log10(best_error):.1f} dB")


if __name__ == "__main__":
    main()
