#pragma once

#include <string>
#include <vector>

#include "voicestand/simd/kernels.h"

namespace voicestand::simd {

extern const ConvertKernels kConvertAvx512Emulated;
extern const FilterKernels kFilterAvx512Emulated;
extern const GainKernels kGainAvx512Emulated;
extern const LevelKernels kLevelAvx512Emulated;
extern const NetworkKernels kNetworkAvx512Emulated;
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
  tested.push_back({"avx512_emulated",
                    {.isa = Isa::kAvx512,
                     .convert = kConvertAvx512Emulated,
                     .filter = kFilterAvx512Emulated,
                     .gain = kGainAvx512Emulated,
                     .layer = kLayerScalar,
                     .level = kLevelAvx512Emulated,
                     .matrix = kMatrixScalar,
                     .network = kNetworkAvx512Emulated,
                     .spectrum = kSpectrumAvx512Emulated}});
  return tested;
}

}  // namespace voicestand::simd
