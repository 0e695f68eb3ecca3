#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>

#include "voicestand/base/result.h"
#include "voicestand/nn/arena.h"
#include "voicestand/nn/byte_attention.h"
#include "voicestand/nn/byte_block.h"
#include "voicestand/nn/moonshine_stem.h"
#include "voicestand/nn/moonshine_weights.h"
#include "voicestand/nn/rotary.h"
#include "voicestand/nn/shared_work.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::nn {

// What an encoder makes of a clip: frames of `width` numbers, one after the other.
struct Frames {
  std::span<const float> values;
  std::size_t width;
  [[nodiscard]] std::size_t count() const noexcept { return values.size() / width; }
};

// The half of Moonshine that listens: samples -> frames that a decoder attends to. Thread: one at a time.
class MoonshineEncoder {
 public:
  // Real-time: no, takes all the memory there will be. `weights` must outlive it. Errors: kUsage where `most_samples`
  // give no frame, or more than a matrix may have inputs. With a `team`, which must outlive it, the work is shared; the
  // frames are the same.
  [[nodiscard]] static Result<MoonshineEncoder> create(const EncoderWeights& weights, std::size_t most_samples,
                                                       const simd::Kernels& kernels = simd::kernels(),
                                                       rt::Team* team = nullptr);

  // How many frames that many samples give: 0 for less than about 65 ms.
  [[nodiscard]] std::size_t frames_of(std::size_t samples) const noexcept { return stem_.frames_of(samples); }
  [[nodiscard]] FrameTiming timing() const noexcept { return stem_.timing(); }
  [[nodiscard]] std::size_t most_samples() const noexcept { return most_samples_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return arena_.bytes(); }

  // Real-time: bounded, allocates nothing. 16 kHz mono, full scale ±1; what lies past most_samples() is not heard, and
  // samples that are not finite count as silence. The frames last until the next call. Nothing where `stop` became
  // true, which is looked at every 2 ms or so.
  [[nodiscard]] std::optional<Frames> encode(std::span<const float> samples, const std::atomic<bool>& stop) noexcept;

 private:
  MoonshineEncoder(const EncoderWeights& weights, std::size_t most_samples, const simd::Kernels& kernels,
                   rt::Team* team);
  void place(Arena& arena);

  // Frames that are worked on at once.
  struct Block {
    std::size_t begin;
    std::size_t count;
  };
  template <typename Work>
  [[nodiscard]] bool share_frames(std::size_t most, const SharedWork& share, const Work& work) const noexcept;

  enum class Turned : std::uint8_t { kNo, kYes };
  [[nodiscard]] bool project(const Linear& linear, Turned turned, const SharedWork& share) noexcept;
  [[nodiscard]] bool attend(const EncoderLayer& layer, const SharedWork& share) noexcept;
  [[nodiscard]] bool think(const EncoderLayer& layer, const SharedWork& share) noexcept;
  [[nodiscard]] ByteBlock::Rows rows(const float* x, std::size_t count) const noexcept;

  const EncoderWeights* weights_;
  const simd::Kernels* kernels_;
  rt::Team* team_;
  std::size_t most_samples_;
  MoonshineStem stem_;
  Rotary rotary_;
  std::vector<ByteAttention> attentions_;  // member by member
  ByteBlock block_;                        // of all frames
  ByteBlock inner_block_;                  // inside the MLP, member by member
  Arena arena_;

  std::size_t frames_ = 0;  // of this clip
  float* hidden_ = nullptr;
  float* rows_ = nullptr;   // of all frames: keys, then values, then queries and what they found
  float* inner_ = nullptr;  // rows of a block inside the MLP, member by member
  ByteMemory memory_{};
};

}  // namespace voicestand::nn
