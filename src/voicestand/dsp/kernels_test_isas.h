#pragma once

#include <string>
#include <vector>

#include <rapidcheck.h>

#include "voicestand/simd/kernels.h"

namespace voicestand::dsp {

// The kernels of every instruction set that this machine has.
inline std::vector<const simd::Kernels*> kernels_of_all_isas() {
  std::vector<const simd::Kernels*> all;
  for (const simd::Isa isa : simd::available_isas()) all.push_back(simd::kernels_for(isa));
  return all;
}

// In a property: those of any of them.
inline const simd::Kernels& any_kernels() {
  return **rc::gen::elementOf(kernels_of_all_isas());
}

inline std::string isa_name(const simd::Kernels& kernels) {
  return std::string(simd::name_of(kernels.isa));
}

}  // namespace voicestand::dsp
