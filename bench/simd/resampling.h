#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

// Resamplers from 48 to 16 kHz, and what can be found out about them from outside.
namespace voicestand::bench::resampling {

inline constexpr int kInputRateHz = 48'000;
inline constexpr int kOutputRateHz = 16'000;
inline constexpr std::size_t kBlockFrames = 480;  // 10 ms
inline constexpr std::size_t kMaxOutput = 4'096;  // of one block

class Converter {
 public:
  virtual ~Converter() = default;
  // Takes all of `block`; returns the samples written to `out`, which has room for kMaxOutput.
  [[nodiscard]] virtual std::size_t process(std::span<const float> block, std::span<float> out) noexcept = 0;
};

using Make = std::function<std::unique_ptr<Converter>()>;

// How far down the loudest tone comes through that the output cannot hold, from 9 kHz up, every `step_hz`.
[[nodiscard]] double stop_band_db(const Make& make, double step_hz);

// From a sample's going in to its counterpart's coming out: what the output's time line lags behind the input's, and
// what is held back.
[[nodiscard]] double delay_ms(const Make& make);

}  // namespace voicestand::bench::resampling
