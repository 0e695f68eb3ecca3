#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/nn/silero.h"

namespace voicestand::bench::baseline {

// The Silero network as one writes it down: each layer a loop over outputs and inputs. Thread: one.
class Silero {
 public:
  static constexpr std::size_t kWindow = nn::Silero::kWindow;
  static constexpr std::size_t kContext = nn::Silero::kContext;
  static constexpr std::size_t kHidden = nn::Silero::kHidden;

  // Errors: kBadModel, and those of OnnxFile.
  [[nodiscard]] static Result<Silero> load(const std::string& path);

  [[nodiscard]] float process(std::span<const float, kWindow> window);
  void reset();

 private:
  // [outputs][inputs][taps], padded by one frame on both sides.
  struct Convolution {
    std::size_t outputs = 0;
    std::size_t inputs = 0;
    std::size_t taps = 0;
    std::size_t stride = 0;
    std::size_t padding = 0;
    std::vector<float> weights;
    std::vector<float> bias;  // may be empty
    // [inputs][frames] in, [outputs][frames] out.
    [[nodiscard]] std::vector<float> apply(std::span<const float> in) const;
  };

  Convolution transform_;
  std::array<Convolution, 4> encoder_;
  std::vector<float> input_weights_;   // [4 gates x hidden][hidden]
  std::vector<float> hidden_weights_;  // likewise
  std::vector<float> gate_bias_;
  Convolution output_;

  std::array<float, kContext> context_{};
  std::array<float, kHidden> hidden_{};
  std::array<float, kHidden> cell_{};
};

}  // namespace voicestand::bench::baseline
