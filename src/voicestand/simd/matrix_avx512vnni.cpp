#include "voicestand/simd/matrix_dots.h"
#include "voicestand/simd/matrix_lanes_512.h"
#include "voicestand/simd/matrix_multiply.h"

namespace voicestand::simd {
namespace {

struct Lanes : MatrixLanes512<Lanes> {
  static Ints dot_bytes(Ints sum, Ints unsigned_bytes, Ints signed_bytes) noexcept VS_REALTIME {
    return _mm512_dpbusd_epi32(sum, unsigned_bytes, signed_bytes);
  }
};

struct Vectors : MatrixByteDots<Lanes> {
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 4;
  static constexpr size_t kWovenAtOnce = 4;
  static constexpr size_t kRowsByOutput = 4;
  static constexpr size_t kRowsWithWeights = 4;
};

}  // namespace

const MatrixKernels VS_AVX512VNNI_TABLE(kMatrix) = MatrixMultiply<Vectors>::kKernels;

}  // namespace voicestand::simd
