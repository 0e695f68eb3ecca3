#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/nn/silero.h"

namespace voicestand::bench::vad {

// What runs the Silero network: keeps its context and state itself. Thread: one.
class Engine {
 public:
  using Window = std::span<const float, nn::Silero::kWindow>;

  virtual ~Engine() = default;
  [[nodiscard]] virtual float process(Window window) = 0;
};

// The context that the model sees again before each window, and the window.
class ModelInput {
 public:
  static constexpr std::size_t kSamples = nn::Silero::kContext + nn::Silero::kWindow;

  void take(Engine::Window window) noexcept {
    std::copy(samples_.end() - nn::Silero::kContext, samples_.end(), samples_.begin());
    std::copy(window.begin(), window.end(), samples_.begin() + nn::Silero::kContext);
  }
  [[nodiscard]] float* data() noexcept { return samples_.data(); }

 private:
  std::array<float, kSamples> samples_{};
};

inline constexpr std::size_t kStateValues = 2 * nn::Silero::kHidden;

// Thread: any. Each opens a library that was fetched for it, at run time, on one thread without spinning. Errors:
// kServiceMissing where it is not there or not as expected, with why.
[[nodiscard]] Result<std::unique_ptr<Engine>> make_onnxruntime(const std::string& library, const std::string& model);
[[nodiscard]] Result<std::unique_ptr<Engine>> make_openvino(const std::string& library, const std::string& model);

}  // namespace voicestand::bench::vad
