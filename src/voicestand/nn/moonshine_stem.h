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
// never exists as a whole; and what the second one makes of the beginning of a clip stays when more is heard: it is
// kept for a clip that begins with the same samples, as those of a speaker who goes on do.
class MoonshineStem {
 public:
  // Real-time: no. `weights` must outlive it. `members`: of the team that its work is shared in.
  MoonshineStem(const EncoderWeights& weights, std::size_t members, const simd::Kernels& kernels);

  // How many frames that many samples give.
  [[nodiscard]] std::size_t frames_of(std::size_t samples) const noexcept;

  // See MoonshineEncoder.
  [[nodiscard]] FrameTiming timing() const noexcept;

  // Takes the memory that must stay as it is between calls of run(), for at most that many samples.
  void place_kept(Arena& arena, std::size_t most_samples);
  // Takes the memory to work in; it holds nothing between calls of run().
  void place(Arena& arena);

  // Real-time: bounded, allocates nothing. Writes frames_of(samples.size()) frames; samples as Silero takes them.
  // False where the work was not wanted any more.
  [[nodiscard]] bool run(std::span<const float> samples, float* frames, const SharedWork& work) noexcept;

 private:
  // Of a piece of the first convolution's output, over all its channels and frames.
  struct Sums {
    double values = 0;
    double squares = 0;
  };

  [[nodiscard]] std::size_t wave_frames_of(std::size_t samples) const noexcept;
  [[nodiscard]] std::size_t most_waves() const noexcept;
  [[nodiscard]] std::size_t samples_of(std::size_t waves) const noexcept;
  [[nodiscard]] std::size_t most_finished() const noexcept;
  [[nodiscard]] std::size_t waves_until(std::size_t piece) const noexcept;
  [[nodiscard]] std::size_t samples_until(std::size_t piece) const noexcept;
  void keep(std::span<const float> samples, std::size_t pieces) noexcept;
  [[nodiscard]] bool make_second(std::span<const float> samples, std::size_t count, const SharedWork& work) noexcept;
  void make_waves(const float* samples, std::size_t count, float* waves, std::size_t member) noexcept;
  Sums weigh(float* waves, std::size_t count, std::size_t member) noexcept;
  void normalise(std::span<const Sums> pieces, double count) noexcept;
  void finish_second(const float* rows, std::size_t count, float* finished) noexcept;

  const EncoderWeights* weights_;
  const simd::Kernels* kernels_;
  std::size_t members_;
  // What the second convolution makes of group_weight and of group_bias, held constant.
  std::vector<double> second_of_weight_;
  std::vector<double> second_of_bias_;
  ByteBlock block_;

  // What the second convolution made before its bias, and sums of the first one, piece by piece; and of the first so
  // many pieces, which are kept, what was heard.
  float* second_ = nullptr;
  Sums* piece_sums_ = nullptr;
  float* kept_samples_ = nullptr;
  std::size_t kept_pieces_ = 0;

  float* offset_ = nullptr;  // see finish_second()
  float factor_ = 0;
  // Member by member: samples of a block, its frames after the first convolution, and sums of a piece of them, channel
  // by channel: values, then squares; and what the third convolution hears.
  float* heard_ = nullptr;
  float* waves_ = nullptr;
  float* sums_ = nullptr;
  float* finished_ = nullptr;
};

}  // namespace voicestand::nn
