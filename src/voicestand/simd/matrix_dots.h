#pragma once

#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {

// How bytes are multiplied, for matrix_finish.h, above `Lanes` (matrix_lanes_*.h).

// With an instruction that adds up four products of unsigned and signed bytes: Lanes::dot_bytes(sum, unsigned, signed).
template <typename Lanes>
struct MatrixByteDots : Lanes {
  using Ints = Lanes::Ints;
  struct Weights {
    Ints bytes;
  };
  struct Values {
    Ints bytes;
  };
  static constexpr size_t kParts = 1;
  static constexpr int32_t kPackedLess = 128;
  static constexpr int32_t kSigns = static_cast<int32_t>(0x8080'8080U);

  // Four inputs of the outputs of vector k of four, from a line of each input.
  static Weights woven(const Ints (&lines)[4], size_t k) noexcept VS_REALTIME {
    const Ints a = k < 2 ? Lanes::low_bytes(lines[0], lines[1]) : Lanes::high_bytes(lines[0], lines[1]);
    const Ints b = k < 2 ? Lanes::low_bytes(lines[2], lines[3]) : Lanes::high_bytes(lines[2], lines[3]);
    return {k % 2 == 0 ? Lanes::low_pairs(a, b) : Lanes::high_pairs(a, b)};
  }

  // Unsigned values and packed weights, which are signed.
  static Weights packed(Weights w) noexcept VS_REALTIME { return {Lanes::exclusive_or(w.bytes, Lanes::ints(kSigns))}; }
  static Values unsigned_values(uint32_t four) noexcept VS_REALTIME {
    return {Lanes::ints(static_cast<int32_t>(four))};
  }
  static Ints dot(Ints sum, Values x, Weights w) noexcept VS_REALTIME {
    return Lanes::dot_bytes(sum, x.bytes, w.bytes);
  }

  // Signed values and weights as they are.
  static void split(uint32_t four, uint32_t (&parts)[kParts]) noexcept VS_REALTIME { parts[0] = four; }
  static Values signed_values(const uint32_t (&parts)[kParts]) noexcept VS_REALTIME {
    return {Lanes::ints(static_cast<int32_t>(parts[0]))};
  }
  static Values signed_row(Ints bytes) noexcept VS_REALTIME {
    return {Lanes::exclusive_or(bytes, Lanes::ints(kSigns))};
  }
  static Weights in_order(Ints bytes) noexcept VS_REALTIME { return {bytes}; }
  static Ints sum_bytes(Ints sum, Ints bytes) noexcept VS_REALTIME {
    return Lanes::dot_bytes(sum, bytes, Lanes::ints(0x0101'0101));
  }
  static Ints dot_in_place(Ints sum, Values x, Weights w) noexcept VS_REALTIME {
    return Lanes::dot_bytes(sum, w.bytes, x.bytes);
  }
};

// With one that adds up two products of 16-bit integers: Lanes::dot_pairs(a, b).
template <typename Lanes>
struct MatrixPairDots : Lanes {
  using Ints = Lanes::Ints;
  // Of four inputs the first and third, and the second and fourth.
  struct Pairs {
    Ints even;
    Ints odd;
  };
  using Weights = Pairs;
  using Values = Pairs;
  static constexpr size_t kParts = 2;
  static constexpr int32_t kPackedLess = 0;

  // Four inputs of the outputs of vector k of four, from a line of each input.
  static Weights woven(const Ints (&lines)[4], size_t k) noexcept VS_REALTIME {
    return {widened(lines[0], lines[2], k), widened(lines[1], lines[3], k)};
  }
  static Ints widened(Ints a, Ints b, size_t k) noexcept VS_REALTIME {
    const Ints bytes = k < 2 ? Lanes::low_bytes(a, b) : Lanes::high_bytes(a, b);
    return k % 2 == 0 ? Lanes::low_bytes(bytes, Lanes::ints(0)) : Lanes::high_bytes(bytes, Lanes::ints(0));
  }

  static Weights packed(Weights w) noexcept VS_REALTIME { return w; }
  static Values unsigned_values(uint32_t four) noexcept VS_REALTIME {
    const Ints all = Lanes::ints(static_cast<int32_t>(four));
    return {Lanes::even_bytes(all), Lanes::odd_bytes(all)};
  }
  static Ints dot(Ints sum, Values x, Weights w) noexcept VS_REALTIME {
    return Lanes::sum(Lanes::sum(sum, Lanes::dot_pairs(x.even, w.even)), Lanes::dot_pairs(x.odd, w.odd));
  }

  // Two signed bytes as 16-bit integers, in each part.
  static void split(uint32_t four, uint32_t (&parts)[kParts]) noexcept VS_REALTIME {
    const auto wide = [](uint32_t byte) noexcept {
      return static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(byte))) & 0xFFFFU;
    };
    const auto pair = [=](uint32_t low, uint32_t high) noexcept { return wide(low) | wide(high) << 16U; };
    parts[0] = pair(four, four >> 16U);
    parts[1] = pair(four >> 8U, four >> 24U);
  }
  static Values signed_values(const uint32_t (&parts)[kParts]) noexcept VS_REALTIME {
    return {Lanes::ints(static_cast<int32_t>(parts[0])), Lanes::ints(static_cast<int32_t>(parts[1]))};
  }
  static Values signed_row(Ints bytes) noexcept VS_REALTIME {
    const Values all = in_order(bytes);
    return {Lanes::less_128(all.even), Lanes::less_128(all.odd)};
  }
  static Weights in_order(Ints bytes) noexcept VS_REALTIME {
    return {Lanes::even_bytes(bytes), Lanes::odd_bytes(bytes)};
  }
  static Ints dot_in_place(Ints sum, Values x, Weights w) noexcept VS_REALTIME { return dot(sum, x, w); }
};

}  // namespace voicestand::simd
