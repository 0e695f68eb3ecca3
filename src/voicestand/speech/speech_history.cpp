#include "voicestand/speech/speech_history.h"

#include <algorithm>

namespace voicestand::speech {
namespace {

constexpr std::size_t kBlock = AudioBlock::kSamples;

}  // namespace

// One block more for the part of the oldest that is not kept, one for the part of the newest that is not filled.
SpeechHistory::SpeechHistory(rt::BlockPool& pool, std::size_t max_samples)
    : pool_(pool), blocks_(max_samples / kBlock + 2, nullptr) {}

SpeechHistory::~SpeechHistory() {
  while (first_block_ < next_block_) drop_oldest();
}

bool SpeechHistory::make_room(std::size_t samples) noexcept {
  while (base_ + next_block_ * kBlock < end_ + samples) {
    AudioBlock* const block = AudioBlock::create(pool_);
    if (block == nullptr) return false;
    if (next_block_ - first_block_ == blocks_.size()) drop_oldest();
    blocks_[place(next_block_++)] = block;
  }
  return true;
}

void SpeechHistory::append(std::span<const float> samples) noexcept {
  while (!samples.empty()) {
    const std::uint64_t offset = end_ - base_;
    const std::uint64_t block = offset / kBlock;
    if (block >= next_block_) return;
    const auto at = static_cast<std::size_t>(offset % kBlock);
    const std::size_t count = std::min(samples.size(), kBlock - at);
    std::copy_n(samples.data(), count, blocks_[place(block)]->samples().data() + at);
    samples = samples.subspan(count);
    end_ += count;
  }
}

void SpeechHistory::drop_oldest() noexcept {
  blocks_[place(first_block_)]->release();
  ++first_block_;
  begin_ = std::max(begin_, std::min(end_, base_ + first_block_ * kBlock));
}

void SpeechHistory::forget_before(std::uint64_t position) noexcept {
  while (first_block_ < next_block_ && base_ + (first_block_ + 1) * kBlock <= std::min(position, end_)) drop_oldest();
}

void SpeechHistory::reset(std::uint64_t position) noexcept {
  while (first_block_ < next_block_) drop_oldest();
  first_block_ = next_block_ = 0;
  base_ = begin_ = end_ = position;
}

SpeechHistory::Stretch SpeechHistory::stretch(std::uint64_t from, std::uint64_t to) const noexcept {
  if (from < begin_ || from >= to || to > end_) return {};
  const std::uint64_t offset = from - base_;
  const auto first = static_cast<std::uint32_t>(offset % kBlock);
  const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(to - from, kBlock - first));
  return {.block = blocks_[place(offset / kBlock)], .first = first, .count = count};
}

}  // namespace voicestand::speech
