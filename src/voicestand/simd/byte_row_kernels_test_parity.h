#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "voicestand/simd/kernels_test_parity.h"

// As kernels_test_parity.h, for what helps rows of activations to be good as bytes.
namespace voicestand::simd::parity {

inline std::string greatest(const Kernels& tested, Bytes bytes) {
  const auto x = values_of<float>(bytes);
  const std::size_t got = tested.byte_row.greatest(x.data(), x.size());
  const std::size_t wanted = scalar().byte_row.greatest(x.data(), x.size());
  return got == wanted ? "" : std::to_string(got) + " instead of " + std::to_string(wanted);
}

// Three inputs of a matrix of `outputs` columns, made of what there is of `bytes` again and again.
inline std::string add_inputs(const Kernels& tested, std::size_t outputs, float value, Bytes bytes,
                              std::size_t offset) {
  constexpr std::uint32_t kInputs = 5;
  if (bytes.empty()) return "";
  std::vector<std::uint8_t> table(offset + kInputs * outputs);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint8_t>(bytes[i % bytes.size()]);
  const ByteWeights weights{.bytes = table.data() + offset,
                            .inputs = kInputs,
                            .outputs = outputs,
                            .scale = 0.0039F,
                            .zero = 131,
                            .zero_fraction = 0.25F};
  const InputValue inputs[] = {{.input = 4, .value = value}, {.input = 0, .value = -3}, {.input = 2, .value = 0.7F}};
  Guarded<float> got(std::vector<float>(outputs, 0.5F), offset);
  Guarded<float> wanted(std::vector<float>(outputs, 0.5F), offset);
  tested.byte_row.add_inputs(weights, inputs, std::size(inputs), got.data());
  scalar().byte_row.add_inputs(weights, inputs, std::size(inputs), wanted.data());
  return got.difference(wanted);
}

inline std::string byte_softmax(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto x = values_of<float>(bytes);
  Guarded<std::uint8_t> got(x.size(), offset);
  const float step = tested.byte_row.softmax(x.data(), x.size(), got.data());
  double most = -std::numeric_limits<double>::infinity();
  for (const float value : x) most = std::isnan(value) || std::isnan(most) ? NAN : std::max<double>(most, value);
  if (x.empty() || !std::isfinite(most)) return "";  // any bytes
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact = std::exp(x[i] - most);
    sum += exact;
    const double before_the_floor = 255 * exact + static_cast<double>(kDither[i % kDithers]);
    if (got[i] > before_the_floor + 0.003 || got[i] + 1.0 < before_the_floor - 0.003)
      return "byte " + std::to_string(i) + ": " + std::to_string(got[i]) + " of " + std::to_string(before_the_floor);
  }
  return std::abs(static_cast<double>(step) * 255 * sum - 1) <= 3e-5 ? "" : "a step of " + std::to_string(step);
}

}  // namespace voicestand::simd::parity
