#include "voicestand/simd/matrix_dots.h"
#include "voicestand/simd/matrix_kernels.h"
#include "voicestand/simd/matrix_lanes_256.h"
#include "voicestand/simd/matrix_multiply.h"
#include "voicestand/simd/matrix_quantise.h"

namespace voicestand::simd {
namespace {

struct Source;

struct Vectors : MatrixPairDots<MatrixLanes256<Source>> {
  static constexpr size_t kTileRows = 4;
  static constexpr size_t kTileVectors = 2;
  static constexpr size_t kWovenAtOnce = 2;
  static constexpr size_t kOutputRows = 2;
};

}  // namespace

const MatrixKernels kMatrixAvx2{.quantise = Quantise<Vectors>::row,
                                .quantise_as = Quantise<Vectors>::as,
                                .multiply = Multiply<Vectors>::multiply,
                                .multiply_by_output = Multiply<Vectors>::by_output};

}  // namespace voicestand::simd
