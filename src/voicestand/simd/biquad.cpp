#include "voicestand/simd/biquad.h"

namespace voicestand::simd {

Biquad Biquad::of(double b0, double b1, double b2, double a1, double a2) noexcept {
  Biquad made{.b0 = b0, .b1 = b1, .b2 = b2, .a1 = a1, .a2 = a2, .columns = {}};
  for (size_t column = 0; column < 4 + kGroup; ++column) {
    const auto one_if = [=](size_t which) noexcept { return column == which ? 1.0 : 0.0; };
    State state{.x1 = one_if(3), .x2 = one_if(2), .y1 = one_if(1), .y2 = one_if(0)};
    for (size_t i = 0; i < kGroup; ++i) {
      const double x = one_if(4 + i);
      const double y = b0 * x + b1 * state.x1 + b2 * state.x2 - a1 * state.y1 - a2 * state.y2;
      made.columns[column][i] = y;
      state = {.x1 = x, .x2 = state.x1, .y1 = y, .y2 = state.y1};
    }
  }
  return made;
}

}  // namespace voicestand::simd
