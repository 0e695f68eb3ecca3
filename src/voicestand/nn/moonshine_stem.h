#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/nn/arena.h"
#include "voicestand/nn/byte_block.h"
#include "voicestand/nn/moonshine_weights.h"
#include "voicestand/nn/shared_work.h"
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
  // Real-time: no. `weights` must outlive it. `members`: of the team that its work is shared in.
  MoonshineStem(const EncoderWeights& weights, std::size_t members, const simd::Kernels& kernels);

  // How many frames that many samples give.
  [[nodiscard]] std::size_t frames_of(std::size_t samples) const noexcept;

  // See MoonshineEncoder.
  [[nodiscard]] FrameTiming timing() const noexcept;

  // Takes the memory to work in for at most that many samples; it holds nothing between calls of run().
  void place(Arena& arena, std::size_t most_samples);

  // Real-time: bounded, allocates nothing. Writes frames_of(samples.size()) frames; samples as Silero takes them.
  // False where the work was not wanted any more.
  [[nodiscard]] bool run(std::span<const float> samples, float* frames, const SharedWork& work) noexcept;

 private:
  // Frames of the first convolution: a sum over all channels and frames, of themselves and of their squares.
  struct Sums {
    double values = 0;
    double squares = 0;
  };

  // Of those frames, and from which on they count in its sums.
  struct Stretch {
    std::size_t first;
    std::size_t counted;
    std::size_t end;
  };

  [[nodiscard]] std::size_t wave_frames_of(std::size_t samples) const noexcept;
  [[nodiscard]] std::size_t most_waves() const noexcept;
  [[nodiscard]] std::size_t samples_of(std::size_t waves) const noexcept;
  [[nodiscard]] Sums make_waves(const float* samples, const Stretch& stretch, float* waves,
                                std::size_t member) noexcept;
  void normalise(std::span<const Sums> blocks, double count) noexcept;
  void finish_second(float* rows, std::size_t count) noexcept;

  const EncoderWeights* weights_;
  const simd::Kernels* kernels_;
  std::size_t members_;
  // What the second convolution makes of group_weight and of group_bias, held constant.
  std::vector<double> second_of_weight_;
  std::vector<double> second_of_bias_;
  ByteBlock block_;

  float* second_ = nullptr;     // all frames after the second convolution
  Sums* block_sums_ = nullptr;  // block by block
  float* offset_ = nullptr;     // see finish_second()
  // Member by member: samples of a block, its frames after the first convolution, and their sums, channel by channel:
  // values, then squares.
  float* heard_ = nullptr;
  float* waves_ = nullptr;
  float* sums_ = nullptr;
  float factor_ = 0;
};

}  // namespace voicestand::nn
