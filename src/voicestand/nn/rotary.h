#pragma once

#include <cstddef>
#include <vector>

#include "voicestand/simd/layer_kernels.h"

namespace voicestand::nn {

// The position of a row, turned into its heads (J. Su et al., "RoFormer", 2021): neighbouring dimensions 2i and 2i + 1
// of a head, up to `dimensions` of them, are turned by position / kRotaryBase^(2i / dimensions). Thread: any may turn.
class Rotary {
 public:
  struct Heads {
    std::size_t count;
    std::size_t width;
  };

  Rotary() = default;
  Rotary(Heads heads, std::size_t dimensions, std::size_t positions);

  // Real-time: yes. In place: `count` rows of all heads side by side, the first at `position`.
  void turn(const simd::LayerKernels& kernels, float* rows, std::size_t count, std::size_t position) const noexcept;

 private:
  Heads heads_{};
  std::size_t pairs_ = 0;
  std::vector<float> cosines_;  // position by position
  std::vector<float> sines_;
};

}  // namespace voicestand::nn
