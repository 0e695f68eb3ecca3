#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "voicestand/simd/kernels.h"
#include "voicestand/simd/windowed_spectrum.h"

// Kernels held against the scalar ones, for tests by example, by property and by fuzzing. Each function here computes
// the same twice and says where the results differ; nothing where they do not.
namespace voicestand::simd::parity {

using Bytes = std::span<const std::byte>;

// As many `T` as the bytes hold, in memory that ends with them, so that a sanitizer sees what reads on.
template <typename T>
std::vector<T> values_of(Bytes bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

// Any NaN is as good as another.
template <typename T>
bool same_bits(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
  } else {
    return a == b;
  }
}

// A result with a margin before and behind it that must stay as it is.
template <typename T>
class Guarded {
 public:
  explicit Guarded(std::size_t count, std::size_t offset)
      : all_(kMargin + offset + count + kMargin, kCanary), begin_(kMargin + offset), count_(count) {}
  Guarded(const std::vector<T>& from, std::size_t offset) : Guarded(from.size(), offset) {
    std::ranges::copy(from, data());
  }
  T* data() { return all_.data() + begin_; }
  [[nodiscard]] T operator[](std::size_t i) const { return all_[begin_ + i]; }
  [[nodiscard]] bool intact() const {
    const auto untouched = [](T value) { return value == kCanary; };
    return std::all_of(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(begin_), untouched) &&
           std::all_of(all_.begin() + static_cast<std::ptrdiff_t>(begin_ + count_), all_.end(), untouched);
  }
  [[nodiscard]] std::string difference(const Guarded& other) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!same_bits((*this)[i], other[i])) return at(i, (*this)[i], other[i]);
    }
    return intact() && other.intact() ? "" : "written past the end";
  }
  static std::string at(std::size_t i, double got, double wanted) {
    return "[" + std::to_string(i) + "] " + std::to_string(got) + ", not " + std::to_string(wanted);
  }

 private:
  static constexpr std::size_t kMargin = 16;
  static constexpr T kCanary = T{77};
  std::vector<T> all_;
  std::size_t begin_;
  std::size_t count_;
};

inline const Kernels& scalar() {
  return *kernels_for(Isa::kScalar);
}

struct Format {
  const char* name;
  ToMono ConvertKernels::* kernel;
  std::size_t bytes;
};
inline constexpr std::array<Format, 5> kFormats{{{"s16", &ConvertKernels::s16, 2},
                                                 {"s24", &ConvertKernels::s24, 3},
                                                 {"s24_in_32", &ConvertKernels::s24_in_32, 4},
                                                 {"s32", &ConvertKernels::s32, 4},
                                                 {"f32", &ConvertKernels::f32, 4}}};

// The frames begin `offset` bytes into their memory and end with it.
inline std::string to_mono(const Kernels& tested, const Format& format, std::size_t channels, float gain, Bytes bytes,
                           std::size_t offset) {
  const std::size_t count = bytes.size() / (format.bytes * channels);
  std::vector<std::byte> memory(offset);
  memory.insert(memory.end(), bytes.begin(),
                bytes.begin() + static_cast<std::ptrdiff_t>(count * format.bytes * channels));
  Guarded<float> got(count, offset);
  Guarded<float> wanted(count, offset);
  (tested.convert.*format.kernel)(memory.data() + offset, channels, count, gain, got.data());
  (scalar().convert.*format.kernel)(memory.data() + offset, channels, count, gain, wanted.data());
  return got.difference(wanted);
}

inline std::string gain(const Kernels& tested, float factor, Bytes bytes, std::size_t offset) {
  const auto samples = values_of<float>(bytes);
  Guarded<float> got(samples.size(), offset);
  Guarded<float> wanted(samples.size(), offset);
  tested.gain.apply(samples.data(), factor, got.data(), samples.size());
  scalar().gain.apply(samples.data(), factor, wanted.data(), samples.size());
  if (auto found = got.difference(wanted); !found.empty()) return found;
  Guarded<float> in_place(samples, offset);
  tested.gain.apply(in_place.data(), factor, in_place.data(), samples.size());
  return in_place.difference(wanted);
}

// Of a finite term; of others nothing.
inline double magnitude_of(double term) {
  return std::isfinite(term) ? std::abs(term) : 0;
}

// Whether `got` may be what adding up terms that come to `exact` gives; `magnitude` is the sum of magnitude_of() each.
inline bool is_sum(float got, double exact, double magnitude, std::size_t terms) {
  if (magnitude > std::numeric_limits<float>::max() / 2) return true;  // may overflow on the way, or not
  if (std::isnan(exact)) return std::isnan(got);
  if (std::isinf(exact)) return got == exact;
  constexpr double kUnit = std::numeric_limits<float>::epsilon();
  return std::abs(got - exact) <= static_cast<double>(terms + 1) * (kUnit * magnitude + 1e-44);
}

inline std::string level(const Kernels& tested, Bytes bytes) {
  const auto samples = values_of<float>(bytes);
  const float peak = tested.level.peak(samples.data(), samples.size());
  const float wanted_peak = scalar().level.peak(samples.data(), samples.size());
  if (!same_bits(peak, wanted_peak)) return Guarded<float>::at(0, peak, wanted_peak);
  const double sum = tested.level.sum_of_squares(samples.data(), samples.size());
  const double wanted = scalar().level.sum_of_squares(samples.data(), samples.size());
  if (same_bits(sum, wanted) || std::abs(sum - wanted) <= 1e-13 * wanted) return "";
  return Guarded<float>::at(0, sum, wanted);
}

struct ExactDot {
  double sum = 0;
  double magnitude = 0;
  ExactDot(std::span<const float> a, std::span<const float> b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double product = static_cast<double>(a[i]) * b[i];
      sum += product;
      magnitude += magnitude_of(product);
    }
  }
};

inline std::string dot(const Kernels& tested, Bytes bytes) {
  const auto a = values_of<float>(bytes.first(bytes.size() / 2));
  const auto b = values_of<float>(bytes.last(a.size() * sizeof(float)));
  const ExactDot exact(a, b);
  const float got = tested.filter.dot(a.data(), b.data(), a.size());
  return is_sum(got, exact.sum, exact.magnitude, a.size()) ? "" : Guarded<float>::at(0, got, exact.sum);
}

// Outputs over all windows that the bytes hold; all at once and one by one.
inline std::string fir(const Kernels& tested, std::size_t taps, Bytes bytes) {
  const auto samples = values_of<float>(bytes);
  if (samples.size() < 2 * taps) return "";
  const std::size_t count = samples.size() - taps + 1;
  std::vector<FirOutput> outputs;
  for (std::size_t i = 0; i < count; ++i) {
    outputs.push_back({.taps = samples.data() + (7 * i) % count, .samples = samples.data() + i});
  }
  Guarded<float> got(count, 1);
  tested.filter.fir(outputs.data(), count, taps, got.data());
  for (std::size_t i = 0; i < count; ++i) {
    const ExactDot exact({outputs[i].taps, taps}, {outputs[i].samples, taps});
    if (!is_sum(got[i], exact.sum, exact.magnitude, taps)) return Guarded<float>::at(i, got[i], exact.sum);
    float alone = 0;
    tested.filter.fir(&outputs[i], 1, taps, &alone);
    if (!same_bits(alone, got[i])) return "alone " + Guarded<float>::at(i, alone, got[i]);
  }
  return got.intact() ? "" : "written past the end";
}

// As many outputs as the bytes have samples for, of which the last are the taps; at once, and by fir() one by one.
inline std::string decimate(const Kernels& tested, std::size_t taps, std::size_t stride, Bytes bytes) {
  const auto samples = values_of<float>(bytes);
  if (samples.size() < taps) return "";
  const std::size_t count = (samples.size() - taps) / stride + 1;
  const float* const row = samples.data() + samples.size() - taps;
  Guarded<float> got(count, 1);
  tested.filter.decimate(row, taps, samples.data(), stride, got.data(), count);
  for (std::size_t i = 0; i < count; ++i) {
    const FirOutput output{.taps = row, .samples = samples.data() + i * stride};
    float alone = 0;
    tested.filter.fir(&output, 1, taps, &alone);
    if (!same_bits(alone, got[i])) return Guarded<float>::at(i, got[i], alone);
  }
  return got.intact() ? "" : "written past the end";
}

// Groups at once against groups one by one, against the scalar kernel, and groups of which only a beginning is there.
inline std::string biquad(const Kernels& tested, const Biquad& filter, Bytes bytes) {
  auto samples = values_of<float>(bytes);
  samples.resize(samples.size() / Biquad::kGroup * Biquad::kGroup);
  float largest = 0;
  for (float& sample : samples) {
    sample = std::isfinite(sample) ? std::clamp(sample, -8.0F, 8.0F) : 0.0F;
    largest = std::max(largest, std::abs(sample));
  }
  const std::size_t groups = samples.size() / Biquad::kGroup;
  Guarded<float> got(samples, 3);
  Guarded<float> pieces(samples, 3);
  Guarded<float> wanted(samples.size(), 3);
  Biquad::State state{};
  Biquad::State wanted_state{};
  tested.filter.biquad(filter, state, got.data(), got.data(), groups);
  scalar().filter.biquad(filter, wanted_state, samples.data(), wanted.data(), groups);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const float error = std::abs(got[i] - wanted[i]);
    // The last term: what is inaudible may be let go sample by sample or group by group.
    const float allowed = 1.2e-7F * std::abs(wanted[i]) + 1e-9F * largest + 1e-28F;
    if (!(error <= allowed)) return Guarded<float>::at(i, got[i], wanted[i]);
  }
  state = {};
  for (std::size_t group = 0; group < groups; ++group) {
    float* const at = pieces.data() + group * Biquad::kGroup;
    const std::size_t begun = group % Biquad::kGroup;
    std::array<float, Biquad::kGroup> part{};
    std::copy_n(at, begun, part.begin());
    Biquad::State aside = state;
    tested.filter.biquad(filter, aside, part.data(), part.data(), 1);
    tested.filter.biquad(filter, state, at, at, 1);
    for (std::size_t i = 0; i < begun; ++i) {
      if (!same_bits(part[i], at[i])) return "begun " + Guarded<float>::at(i, part[i], at[i]);
    }
  }
  return pieces.difference(got);
}

// The first numbers are the rows, the weights are all of them again and again.
inline std::string dense(const Kernels& tested, std::size_t rows, std::size_t inputs, bool rectify, Bytes bytes) {
  const auto x = values_of<float>(bytes);
  if (x.empty() || x.size() < rows * inputs) return "";
  const std::size_t columns = kBlockSums / rows;
  struct alignas(kCacheLineBytes) Line {
    float numbers[kCacheLineBytes / sizeof(float)];
  };
  std::vector<Line> lines(2 * columns * inputs / std::size(Line{}.numbers) + 1);
  float* const weights = lines.data()->numbers;
  for (std::size_t i = 0; i < 2 * columns * inputs; ++i) weights[i] = x[(i + 1) % x.size()];
  std::vector<float> bias(2 * columns);
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = x[i % x.size()];
  const std::size_t stride = 2 * columns + 1;
  Guarded<float> got(rows * stride, 1);
  const DensePlan plan{
      .rows = rows, .inputs = inputs, .blocks = 2, .weights = weights, .bias = bias.data(), .rectify = rectify};
  tested.network.dense(plan, x.data(), inputs, got.data(), stride);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t output = 0; output < 2 * columns; ++output) {
      std::vector<float> column(inputs + 1, 1.0F);
      std::vector<float> inputs_and_bias(x.begin() + static_cast<std::ptrdiff_t>(row * inputs),
                                         x.begin() + static_cast<std::ptrdiff_t>((row + 1) * inputs));
      for (std::size_t i = 0; i < inputs; ++i)
        column[i] = weights[(output / columns * inputs + i) * columns + output % columns];
      inputs_and_bias.push_back(bias[output]);
      const ExactDot exact(inputs_and_bias, column);
      const double wanted = rectify && exact.sum < 0 ? 0 : exact.sum;
      const float sum = got[row * stride + output];
      if (!is_sum(sum, wanted, exact.magnitude, inputs + 1)) return Guarded<float>::at(output, sum, wanted);
    }
  }
  return got.intact() ? "" : "written past the end";
}

// Four gates and the cell of as many units as the bytes hold.
inline std::string lstm_cell(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto numbers = values_of<float>(bytes);
  const std::size_t units = numbers.size() / 5;
  std::vector<float> before(numbers.end() - static_cast<std::ptrdiff_t>(units), numbers.end());
  for (float& cell : before) cell = std::isfinite(cell) ? std::clamp(cell, -1e6F, 1e6F) : 0.0F;
  Guarded<float> cell(before, offset);
  Guarded<float> wanted_cell(before, offset);
  Guarded<float> hidden(units, offset);
  Guarded<float> wanted_hidden(units, offset);
  tested.network.lstm_cell(numbers.data(), cell.data(), hidden.data(), units);
  scalar().network.lstm_cell(numbers.data(), wanted_cell.data(), wanted_hidden.data(), units);
  const auto near = [](float got, float wanted, float tolerance) {
    return same_bits(got, wanted) || std::abs(got - wanted) <= tolerance;
  };
  for (std::size_t i = 0; i < units; ++i) {
    const float error = 1e-6F * (1 + std::abs(before[i]));
    if (!near(cell[i], wanted_cell[i], error)) return "cell " + Guarded<float>::at(i, cell[i], wanted_cell[i]);
    if (!near(hidden[i], wanted_hidden[i], error)) return Guarded<float>::at(i, hidden[i], wanted_hidden[i]);
  }
  return cell.intact() && hidden.intact() ? "" : "written past the end";
}

// Of the first samples, under the window of those behind them.
inline std::string spectrum(const Kernels& tested, std::size_t size, Bytes bytes, std::size_t offset) {
  auto numbers = values_of<float>(bytes);
  if (numbers.size() < 2 * size) return "";
  double energy = 0;
  for (float& number : numbers) number = std::isfinite(number) ? std::clamp(number, -1e6F, 1e6F) : 0.0F;
  for (std::size_t i = 0; i < size; ++i) energy += std::pow(static_cast<double>(numbers[i]) * numbers[size + i], 2);
  const double error = 2e-7 * std::sqrt(static_cast<double>(size) * energy) + 1e-18;
  const std::span window(numbers.data() + size, size);
  Guarded<float> got(size / 2 + 1, offset);
  Guarded<float> wanted(size / 2 + 1, offset);
  WindowedSpectrum::create(window, tested).value().magnitude(numbers.data(), got.data());
  WindowedSpectrum::create(window, scalar()).value().magnitude(numbers.data(), wanted.data());
  for (std::size_t i = 0; i <= size / 2; ++i) {
    if (!(std::abs(got[i] - wanted[i]) <= error)) return Guarded<float>::at(i, got[i], wanted[i]);
  }
  return got.intact() ? "" : "written past the end";
}

}  // namespace voicestand::simd::parity
