#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/rt/block_pool.h"
#include "voicestand/speech/audio_block.h"

namespace voicestand::speech {

// The latest 16 kHz mono samples as a chain of blocks, addressed by their position since the beginning of the audio.
// Parts of it are handed on without a copy. Thread: one at a time.
class SpeechHistory {
 public:
  // Real-time: no, allocates. Keeps at most the last `max_samples` or some more, in blocks of `pool`, which outlives
  // it.
  SpeechHistory(rt::BlockPool& pool, std::size_t max_samples);
  SpeechHistory(const SpeechHistory&) = delete;
  SpeechHistory& operator=(const SpeechHistory&) = delete;
  ~SpeechHistory();

  // Real-time: as AudioBlock::create(). Makes sure that append() finds room for `samples`, at most kSamples of a block;
  // false where there is no memory.
  [[nodiscard]] bool make_room(std::size_t samples) noexcept;

  // Real-time: yes, bounded by the samples given. Those for which make_room() has made none are lost.
  void append(std::span<const float> samples) noexcept VS_REALTIME;

  // Real-time: as AudioBlock::release(). Gives back the blocks that end before `position`.
  void forget_before(std::uint64_t position) noexcept;

  // Real-time: as AudioBlock::release(). Forgets all; the next sample appended has this position (after a gap in the
  // audio).
  void reset(std::uint64_t position) noexcept;

  // Real-time: yes. The positions of the oldest sample still there and of the next one to come.
  [[nodiscard]] std::uint64_t begin() const noexcept VS_REALTIME { return begin_; }
  [[nodiscard]] std::uint64_t end() const noexcept VS_REALTIME { return end_; }

  // Real-time: yes, wait-free. The samples from `from` on that lie in one block, up to `to` at most; none unless
  // begin() <= from < to <= end(). Whoever keeps it holds the block.
  struct Stretch {
    AudioBlock* block = nullptr;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  [[nodiscard]] Stretch stretch(std::uint64_t from, std::uint64_t to) const noexcept VS_REALTIME;

 private:
  [[nodiscard]] std::size_t place(std::uint64_t block) const noexcept VS_REALTIME { return block % blocks_.size(); }
  void drop_oldest() noexcept;

  rt::BlockPool& pool_;
  // Block n, counted from the last reset, lies at n % size. It holds the positions from base_ + n * kSamples on.
  std::vector<AudioBlock*> blocks_;
  std::uint64_t first_block_ = 0;
  std::uint64_t next_block_ = 0;
  std::uint64_t base_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace voicestand::speech
