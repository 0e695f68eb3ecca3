#include "voicestand/simd/matrix_dots.h"
#include "voicestand/simd/matrix_lanes_256.h"
#include "voicestand/simd/matrix_multiply.h"

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
  static constexpr size_t kRowsByOutput = 2;
  static constexpr size_t kRowsWithWeights = 2;
};

}  // namespace

const MatrixKernels kMatrixAvxVnni = MatrixMultiply<Vectors>::kKernels;

}  // namespace voicestand::simd
