#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "voicestand/simd/byte_row_kernels_test_parity.h"
#include "voicestand/simd/kernels_test_parity.h"
#include "voicestand/simd/kernels_test_tables.h"
#include "voicestand/simd/layer_kernels_test_parity.h"
#include "voicestand/simd/matrix_kernels_test_parity.h"

namespace voicestand::simd {
namespace {

// The first bytes choose what is done with the others. A number stays what it was, for the inputs that are kept: 0 and
// 2 are no kernel's any more, and do what the last one does.
constexpr int kKernels = 27;
struct Choice {
  std::uint8_t what;
  std::uint8_t channels;
  std::uint8_t offset;
  std::uint8_t taps;
  float factor;
};

// The factor's bits are as good as any others.
parity::MatrixCase matrix_of(const Choice& choice) {
  std::uint32_t bits;
  std::memcpy(&bits, &choice.factor, sizeof bits);
  const std::size_t inputs = choice.taps % 75;
  return {.rows = choice.channels % 20U,
          .inputs = inputs,
          .outputs = choice.offset,
          .stride = (bits & 0xFFU) % (inputs + 3),
          .zero = static_cast<std::int32_t>(bits >> 8U & 0x1FFU),
          .zero_fraction = (bits & 0x2'0000U) != 0 ? 0.25F : 0.0F,
          .bias = (bits & 0x4'0000U) != 0,
          .finish = static_cast<Finish>((bits >> 19U & 0xFU) % 3),
          .offset = bits >> 23U & 0xFU};
}

std::string difference(const Kernels& tested, const Choice& choice, parity::Bytes bytes) {
  const std::size_t offset = choice.offset % 32;
  switch (choice.what % kKernels) {
    case 1:
      return parity::gain(tested, choice.factor, bytes, offset);
    case 3:
      return parity::level(tested, bytes);
    case 4:
      return parity::dot(tested, bytes);
    case 5:
      return parity::fir(tested, std::size_t{8} * (1 + choice.taps % 4), bytes);
    case 6:
      return parity::decimate(tested, std::size_t{8} * (1 + choice.taps % 8), std::size_t{1} + choice.channels % 8,
                              bytes);
    case 7:
      return parity::biquad(tested, Biquad::of(0.99170, -1.98340, 0.99170, -1.98333, 0.98347), bytes);
    case 8:
      return parity::dense(tested, std::size_t{1} << choice.channels % 3, std::size_t{choice.taps} % 40,
                           choice.offset % 2 == 0, bytes);
    case 9:
      return parity::lstm_cell(tested, bytes, offset);
    case 10:
      return parity::spectrum(tested, kMinSpectrum << choice.taps % 2, bytes, offset);
    case 11:
      return parity::multiply(
          tested,
          {.rows = std::size_t{choice.channels} % 14, .inner = bytes.size() % 70, .columns = std::size_t{choice.taps}},
          choice.factor, bytes, offset);
    case 12:
      return parity::transpose(tested, choice.taps % 40, bytes, offset);
    case 13:
      return parity::layer_norm(tested, bytes, offset);
    case 14:
      return parity::softmax(tested, bytes, offset);
    case 15:
      return parity::gelu(tested, bytes, offset);
    case 16:
      return parity::silu_gate(tested, bytes, offset);
    case 17:
      return parity::hyperbolic_tangent(tested, bytes, offset);
    case 18:
      return parity::rotate_pairs(tested, bytes, offset);
    case 19:
      return parity::quantise(tested, bytes, offset);
    case 20:
      return parity::multiply(tested, matrix_of(choice), bytes);
    case 21:
      return parity::multiply_by_output(tested, matrix_of(choice), bytes);
    case 22:
      return parity::quantise_as(tested, {.scale = choice.factor, .zero = choice.taps}, bytes, offset);
    case 23:
      return parity::greatest(tested, bytes);
    case 24:
      return parity::add_inputs(tested, std::size_t{choice.taps} % 75, choice.factor, bytes, offset);
    case 25:
      return parity::byte_softmax(tested, bytes, offset);
    default:
      return parity::to_mono(tested, parity::kFormats[choice.taps % parity::kFormats.size()],
                             std::size_t{1} + choice.channels % 8, choice.factor, bytes, offset);
  }
}

void compare(parity::Bytes bytes) {
  static const std::vector<TestedKernels> all = tested_kernels();
  if (bytes.size() < sizeof(Choice)) return;
  Choice choice;
  std::memcpy(&choice, bytes.data(), sizeof choice);
  for (const TestedKernels& tested : all) {
    const std::string found = difference(tested.kernels, choice, bytes.subspan(sizeof choice));
    if (found.empty()) continue;
    std::fprintf(stderr, "%s, kernel %d: %s\n", tested.name.c_str(), choice.what % kKernels, found.c_str());
    std::abort();
  }
}

}  // namespace
}  // namespace voicestand::simd

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voicestand::simd::compare(std::as_bytes(std::span(data, size)));
  return 0;
}
