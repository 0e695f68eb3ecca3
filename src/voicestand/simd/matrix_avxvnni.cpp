#include "voicestand/simd/matrix_dots.h"
#include "voicestand/simd/matrix_kernels.h"
#include "voicestand/simd/matrix_lanes_256.h"
#include "voicestand/simd/matrix_multiply.h"
#include "voicestand/simd/matrix_quantise.h"

namespace voicestand::simd {
namespace {

struct Lanes : MatrixLanes256<Lanes> {
  static Ints dot_bytes(Ints sum, Ints unsigned_bytes, Ints signed_bytes) noexcept VS_REALTIME {
    return _mm256_dpbusd_avx_epi32(sum, unsigned_bytes, signed_bytes);
  }
};

struct Vectors : MatrixByteDots<Lanes> {
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 2;
  static constexpr size_t kWovenAtOnce = 2;
  static constexpr size_t kOutputRows = 2;
};

}  // namespace

const MatrixKernels kMatrixAvxVnni{.quantise = Quantise<Vectors>::row,
                                   .quantise_as = Quantise<Vectors>::as,
                                   .multiply = Multiply<Vectors>::multiply,
                                   .multiply_by_output = Multiply<Vectors>::by_output};

}  // namespace voicestand::simd
