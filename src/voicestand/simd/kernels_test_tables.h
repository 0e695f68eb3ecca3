#pragma once

#include <string>
#include <vector>

#include "voicestand/simd/kernels.h"

namespace voicestand::simd {

extern const ByteRowKernels kByteRowAvx512Emulated;
extern const ConvertKernels kConvertAvx512Emulated;
extern const FilterKernels kFilterAvx512Emulated;
extern const GainKernels kGainAvx512Emulated;
extern const LayerKernels kLayerAvx512Emulated;
extern const LevelKernels kLevelAvx512Emulated;
extern const MatrixKernels kMatrixAvx512VnniEmulated;
extern const NetworkKernels kNetworkAvx512Emulated;
extern const ProductKernels kProductAvx512Emulated;
extern const SpectrumKernels kSpectrumAvx512Emulated;

struct TestedKernels {
  std::string name;
  Kernels kernels;
};

// What this machine runs, and the sources of AVX-512 in emulation, which it always can.
inline std::vector<TestedKernels> tested_kernels() {
  std::vector<TestedKernels> tested;
  for (const Isa isa : available_isas()) {
    if (const Kernels* const kernels = kernels_for(isa)) tested.push_back({std::string(name_of(isa)), *kernels});
  }
  const auto emulated = [](Isa isa, const MatrixKernels& matrix) {
    return Kernels{.isa = isa,
                   .byte_row = kByteRowAvx512Emulated,
                   .convert = kConvertAvx512Emulated,
                   .filter = kFilterAvx512Emulated,
                   .gain = kGainAvx512Emulated,
                   .layer = kLayerAvx512Emulated,
                   .level = kLevelAvx512Emulated,
                   .matrix = matrix,
                   .network = kNetworkAvx512Emulated,
                   .product = kProductAvx512Emulated,
                   .spectrum = kSpectrumAvx512Emulated};
  };
  tested.push_back({"avx512_emulated", emulated(Isa::kAvx512, kMatrixScalar)});
  tested.push_back({"avx512vnni_emulated", emulated(Isa::kAvx512Vnni, kMatrixAvx512VnniEmulated)});
  return tested;
}

// Those that differ in more than products of bytes, which is all that VNNI has.
inline std::vector<TestedKernels> tested_kernels_without_vnni() {
  std::vector<TestedKernels> tested;
  for (const TestedKernels& kernels : tested_kernels()) {
    if (kernels.name.find("vnni") == std::string::npos) tested.push_back(kernels);
  }
  return tested;
}

}  // namespace voicestand::simd
