#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace voicestand::simd {

// The instruction sets that there are kernels for, from plain to wide.
enum class Isa : std::uint8_t {
  kScalar,      // what every processor of the architecture has, and the oracle of the others
  kAvx2,        // AVX2 and FMA
  kAvxVnni,     // and byte dot products, as processors without AVX-512 have them
  kAvx512,      // AVX-512 F, BW, DQ and VL
  kAvx512Vnni,  // and its byte dot products
};

// Thread: any. Real-time: no. "scalar", "avx2", "avxvnni", "avx512", "avx512vnni", as users write and read them.
[[nodiscard]] std::string_view name_of(Isa isa) noexcept;
[[nodiscard]] std::optional<Isa> isa_named(std::string_view name) noexcept;

// Thread: any. Real-time: no. What this processor and its operating system can run, plainest first.
[[nodiscard]] std::span<const Isa> available_isas() noexcept;

}  // namespace voicestand::simd
