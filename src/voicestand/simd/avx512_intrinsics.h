#pragma once

// AVX-512 as the processor has it; or, with VS_SIMD_EMULATED, in plain code, so that the kernels are tested on every
// machine. The emulated tables have names of their own: VS_AVX512_TABLE(kGain) is kGainAvx512 or kGainAvx512Emulated;
// and so with VNNI.
#if defined(VS_SIMD_EMULATED)
#include "voicestand/simd/avx512_emulation.h"
#define VS_AVX512_TABLE(family) family##Avx512Emulated
#define VS_AVX512VNNI_TABLE(family) family##Avx512VnniEmulated
#else
#include <immintrin.h>
#define VS_AVX512_TABLE(family) family##Avx512
#define VS_AVX512VNNI_TABLE(family) family##Avx512Vnni
#endif
