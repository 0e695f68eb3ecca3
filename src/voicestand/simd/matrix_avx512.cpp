#include "voicestand/simd/matrix_dots.h"
#include "voicestand/simd/matrix_lanes_512.h"
#include "voicestand/simd/matrix_multiply.h"

namespace voicestand::simd {
namespace {

struct Vectors;
using Lanes = MatrixLanes512<Vectors>;

struct Vectors : MatrixPairDots<Lanes> {
  static constexpr size_t kTileRows = 6;
  static constexpr size_t kTileVectors = 4;
  static constexpr size_t kWovenAtOnce = 4;
  static constexpr size_t kRowsByOutput = 4;
  static constexpr size_t kRowsWithWeights = 4;
};

}  // namespace

const MatrixKernels VS_AVX512_TABLE(kMatrix) = MatrixMultiply<Vectors>::kKernels;

}  // namespace voicestand::simd
