#include "voicestand/simd/kernels.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <ranges>
#include <string>
#include <string_view>

namespace voicestand::simd {
namespace {

constexpr const char* kForceVariable = "VOICESTAND_FORCE_ISA";

constexpr Kernels kScalar{.isa = Isa::kScalar,
                          .byte_row = kByteRowScalar,
                          .convert = kConvertScalar,
                          .filter = kFilterScalar,
                          .gain = kGainScalar,
                          .layer = kLayerScalar,
                          .level = kLevelScalar,
                          .matrix = kMatrixScalar,
                          .network = kNetworkScalar,
                          .product = kProductScalar,
                          .spectrum = kSpectrumScalar};

#if defined(__x86_64__)
// Byte products are what differs with VNNI.
constexpr Kernels avx2(Isa isa, const MatrixKernels& matrix) noexcept {
  return {.isa = isa,
          .byte_row = kByteRowAvx2,
          .convert = kConvertAvx2,
          .filter = kFilterAvx2,
          .gain = kGainAvx2,
          .layer = kLayerAvx2,
          .level = kLevelAvx2,
          .matrix = matrix,
          .network = kNetworkAvx2,
          .product = kProductAvx2,
          .spectrum = kSpectrumAvx2};
}
constexpr Kernels avx512(Isa isa, const MatrixKernels& matrix) noexcept {
  return {.isa = isa,
          .byte_row = kByteRowAvx512,
          .convert = kConvertAvx512,
          .filter = kFilterAvx512,
          .gain = kGainAvx512,
          .layer = kLayerAvx512,
          .level = kLevelAvx512,
          .matrix = matrix,
          .network = kNetworkAvx512,
          .product = kProductAvx512,
          .spectrum = kSpectrumAvx512};
}
constexpr Kernels kAvx2 = avx2(Isa::kAvx2, kMatrixAvx2);
constexpr Kernels kAvxVnni = avx2(Isa::kAvxVnni, kMatrixAvxVnni);
// AVX-512 without VNNI is a few processors of before 2019: 60 KB of code for byte products of their own, half as quick
// again as these, is too much for them.
constexpr Kernels kAvx512 = avx512(Isa::kAvx512, kMatrixAvx2);
constexpr Kernels kAvx512Vnni = avx512(Isa::kAvx512Vnni, kMatrixAvx512Vnni);
constexpr std::array<const Kernels*, 5> kTables{&kScalar, &kAvx2, &kAvxVnni, &kAvx512, &kAvx512Vnni};  // by Isa
#else
constexpr std::array<const Kernels*, 1> kTables{&kScalar};
#endif

std::string_view forced_name() noexcept {
  const char* const value = std::getenv(kForceVariable);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

const Kernels& choose() noexcept {
  if (const auto forced = isa_named(forced_name())) {
    if (const Kernels* const found = kernels_for(*forced)) return *found;
  }
  for (const Isa isa : available_isas() | std::views::reverse) {
    if (const Kernels* const found = kernels_for(isa)) return *found;
  }
  return kScalar;
}

}  // namespace

const Kernels* kernels_for(Isa isa) noexcept {
  if (std::ranges::find(available_isas(), isa) == available_isas().end()) return nullptr;
  return kTables[static_cast<std::size_t>(isa)];
}

const Kernels& kernels() noexcept {
  static const Kernels& chosen = choose();
  return chosen;
}

Result<void> check_forced_isa() {
  const std::string_view name = forced_name();
  if (name.empty()) return {};
  if (const auto isa = isa_named(name); isa && kernels_for(*isa) != nullptr) return {};
  std::string known;
  for (const Isa isa : available_isas()) known += (known.empty() ? "" : ", ") + std::string(name_of(isa));
  return fail(Errc::kUsage, "this machine has no instruction set '" + std::string(name) + "'", kForceVariable,
              "it has " + known);
}

}  // namespace voicestand::simd
