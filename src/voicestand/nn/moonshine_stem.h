#pragma once

#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/nn/arena.h"
#include "voicestand/nn/byte_block.h"
#include "voicestand/nn/moonshine_weights.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::nn {

// Which samples a frame stands for: the i-th for the `samples` from `first` + i * `samples` on, the middle of those
// that it hears.
struct FrameTiming {
  std::size_t first;
  std::size_t samples;
};

// Where a Moonshine encoder begins: samples -> frames, by three convolutions. Thread: one at a time.
//
// The group norm behind the first one needs the mean and variance of the whole clip, y = (x - mean) / deviation weight
// + bias. As the second convolution is linear up to its GELU, it is fed with x weight alone as that comes; division,
// mean and bias are made up for behind it, once they are known. So the first convolution's output, the largest of all,
// never exists as a whole.
class MoonshineStem {
 public:
  // Real-time: no. `weights` must outlive it.
  MoonshineStem(const EncoderWeights& weights, const simd::Kernels& kernels);

  // How many frames that many samples give.
  [[nodiscard]] std::size_t frames_of(std::size_t samples) const noexcept;

  // See MoonshineEncoder.
  [[nodiscard]] FrameTiming timing() const noexcept;

  // Takes the memory to work in for at most that many samples; it holds nothing between calls of run().
  void place(Arena& arena, std::size_t most_samples);

  // Real-time: bounded, allocates nothing. Writes frames_of(samples.size()) frames; samples as Silero takes them.
  // False where `stop` became true first.
  [[nodiscard]] bool run(std::span<const float> samples, float* frames, const std::atomic<bool>& stop) noexcept;

 private:
  // Frames of the first convolution: a sum over all channels and frames, of themselves and of their squares.
  struct Sums {
    double values = 0;
    double squares = 0;
  };

  [[nodiscard]] std::size_t wave_frames_of(std::size_t samples) const noexcept;
  void make_waves(const float* samples, float* waves, std::size_t count, Sums& sums) noexcept;
  void normalise(const Sums& sums, double count) noexcept;
  void finish_second(float* rows, std::size_t count) noexcept;

  const EncoderWeights* weights_;
  const simd::Kernels* kernels_;
  // What the second convolution makes of group_weight and of group_bias, held constant.
  std::vector<double> second_of_weight_;
  std::vector<double> second_of_bias_;
  ByteBlock block_;

  float* heard_ = nullptr;   // samples of a block
  float* waves_ = nullptr;   // frames of a block after the first convolution
  float* second_ = nullptr;  // all frames after the second
  float* sums_ = nullptr;    // of a block, channel by channel: values, then squares
  float* offset_ = nullptr;  // see finish_second()
  float factor_ = 0;
};

}  // namespace voicestand::nn
