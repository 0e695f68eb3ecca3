#pragma once

#include <stddef.h>

namespace voicestand::simd {

// A filter of second order, y = b0 x + b1 x1 + b2 x2 - a1 y1 - a2 y2, for samples in groups: a group's outputs are a
// linear map of the two inputs and outputs before it and of its own inputs. No output depends on inputs after it, so a
// group that has only begun may be filled up with zeros, and computed again when the rest has come.
struct Biquad {
  static constexpr size_t kGroup = 8;
  // Outputs below this count as 0 for those after them: far below the last bit of any input, and before a decaying
  // filter's numbers become denormal and slow.
  static constexpr double kInaudible = 1e-30;

  struct State {
    double x1, x2;  // the last input and the one before
    double y1, y2;  // the same of the outputs
  };

  double b0, b1, b2, a1, a2;
  // What each output of a group gets of y2, y1, x2, x1 and the group's inputs, in that order.
  alignas(64) double columns[4 + kGroup][kGroup];

  // Thread: any. Real-time: yes.
  [[nodiscard]] static Biquad of(double b0, double b1, double b2, double a1, double a2) noexcept;
};

}  // namespace voicestand::simd
