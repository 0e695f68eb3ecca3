#include "voicestand/simd/isa.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace voicestand::simd {
namespace {

constexpr std::array<std::string_view, 5> kNames{"scalar", "avx2", "avxvnni", "avx512", "avx512vnni"};

bool runs_here(Isa isa) noexcept {
#if defined(__x86_64__)
  // The compiler's own look at CPUID, which also asks whether the system saves the wide registers.
  switch (isa) {
    case Isa::kScalar:
      return true;
    case Isa::kAvx2:
      return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    case Isa::kAvxVnni:
      return runs_here(Isa::kAvx2) && __builtin_cpu_supports("avxvnni") != 0;
    case Isa::kAvx512:
      return runs_here(Isa::kAvx2) && __builtin_cpu_supports("avx512f") != 0 &&
             __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
             __builtin_cpu_supports("avx512vl") != 0;
    case Isa::kAvx512Vnni:
      return runs_here(Isa::kAvx512) && __builtin_cpu_supports("avx512vnni") != 0;
  }
  return false;
#else
  return isa == Isa::kScalar;
#endif
}

struct Available {
  std::array<Isa, kNames.size()> isas{};
  std::size_t count = 0;
  Available() noexcept {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (const auto isa = static_cast<Isa>(i); runs_here(isa)) isas[count++] = isa;
    }
  }
};

}  // namespace

std::string_view name_of(Isa isa) noexcept {
  return kNames[std::min(static_cast<std::size_t>(isa), kNames.size() - 1)];
}

std::optional<Isa> isa_named(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Isa>(found - kNames.begin());
}

std::span<const Isa> available_isas() noexcept {
  static const Available available;
  return std::span(available.isas).first(available.count);
}

}  // namespace voicestand::simd
