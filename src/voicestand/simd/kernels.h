#pragma once

#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/simd/byte_row_kernels.h"
#include "voicestand/simd/convert_kernels.h"
#include "voicestand/simd/filter_kernels.h"
#include "voicestand/simd/gain_kernels.h"
#include "voicestand/simd/isa.h"
#include "voicestand/simd/layer_kernels.h"
#include "voicestand/simd/level_kernels.h"
#include "voicestand/simd/matrix_kernels.h"
#include "voicestand/simd/network_kernels.h"
#include "voicestand/simd/product_kernels.h"
#include "voicestand/simd/spectrum_kernels.h"

namespace voicestand::simd {

// One implementation of every kernel for one instruction set. What each kernel does stands in its family's header; all
// of them are real-time safe, and may be called from any thread.
struct Kernels {
  Isa isa;
  const ByteRowKernels& byte_row;
  const ConvertKernels& convert;
  const FilterKernels& filter;
  const GainKernels& gain;
  const LayerKernels& layer;
  const LevelKernels& level;
  const MatrixKernels& matrix;
  const NetworkKernels& network;
  const ProductKernels& product;
  const SpectrumKernels& spectrum;
};

// Thread: any. Real-time: yes after the first call. What the product runs on: the widest instruction set that this
// machine has, or the one that VOICESTAND_FORCE_ISA names.
[[nodiscard]] const Kernels& kernels() noexcept;

// Thread: any. Real-time: no. Whether VOICESTAND_FORCE_ISA could be followed; where not, kernels() is as without it.
// Errors: kUsage, naming those that can be.
[[nodiscard]] Result<void> check_forced_isa();

// Thread: any. Real-time: no. The kernels of one instruction set; nullptr where this machine cannot run it.
[[nodiscard]] const Kernels* kernels_for(Isa isa) noexcept;

}  // namespace voicestand::simd
