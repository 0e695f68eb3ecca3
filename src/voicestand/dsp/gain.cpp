#include "voicestand/dsp/gain.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "voicestand/dsp/decibel.h"

namespace voicestand::dsp {
namespace {

// Magnitudes are counted in bins of a sixteenth of an octave in the mantissa's linear sense (at most 0.53 dB wide):
// the upper bits of a positive float grow with its value.
constexpr int kBinShift = 19;
constexpr std::size_t kBins = std::size_t{1} << (31 - kBinShift);

constexpr std::size_t bin_of(float sample) noexcept {
  return (std::bit_cast<std::uint32_t>(sample) & 0x7FFF'FFFFU) >> kBinShift;
}

constexpr float top_of(std::size_t bin) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bin + 1) << kBinShift);
}

}  // namespace

float peak_normalising_gain(std::span<const float> utterance, const simd::LevelKernels& kernels) noexcept {
  std::array<std::uint32_t, kBins> counts{};
  for (const float sample : utterance) ++counts[bin_of(sample)];
  std::size_t exceeding = utterance.size() / 1000;
  std::size_t bin = kBins - 1;
  for (; bin > 0 && counts[bin] <= exceeding; --bin) exceeding -= counts[bin];
  const float peak = std::min(top_of(bin), kernels.peak(utterance.data(), utterance.size()));
  constexpr float kSilence = 1e-6F;
  if (!(peak > kSilence)) return 1.0F;
  const float wanted_db = kUtterancePeakDbfs - dbfs_of(peak);
  return factor_of_db(std::clamp(wanted_db, -kMaxUtteranceGainDb, kMaxUtteranceGainDb));
}

}  // namespace voicestand::dsp
