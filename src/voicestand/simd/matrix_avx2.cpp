#include "voicestand/simd/matrix_dots.h"
#include "voicestand/simd/matrix_lanes_256.h"
#include "voicestand/simd/matrix_multiply.h"

namespace voicestand::simd {
namespace {

struct Vectors;
using Lanes = MatrixLanes256<Vectors>;

struct Vectors : MatrixPairDots<Lanes> {
  static constexpr size_t kTileRows = 4;
  static constexpr size_t kTileVectors = 2;
  static constexpr size_t kWovenAtOnce = 2;
  static constexpr size_t kRowsByOutput = 2;
  static constexpr size_t kRowsWithWeights = 1;
};

}  // namespace

const MatrixKernels kMatrixAvx2 = MatrixMultiply<Vectors>::kKernels;

}  // namespace voicestand::simd
