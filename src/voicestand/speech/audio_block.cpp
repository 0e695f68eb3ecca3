#include "voicestand/speech/audio_block.h"

#include <new>

namespace voicestand::speech {

AudioBlock* AudioBlock::create(rt::BlockPool& pool) noexcept {
  // Not value-initialised: the samples are written before they are read.
  if (std::byte* const memory = pool.acquire(sizeof(AudioBlock))) return new (memory) AudioBlock(&pool);
  return new (std::nothrow) AudioBlock(nullptr);
}

void AudioBlock::release() noexcept {
  // Release: this holder is done with it. Acquire: the last one sees that all others are. Pair: the same line.
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (pool_ == nullptr) {
    delete this;
    return;
  }
  rt::BlockPool& pool = *pool_;
  this->~AudioBlock();
  pool.release(reinterpret_cast<std::byte*>(this));
}

bool AudioPiece::absorb(AudioPiece& next) noexcept {
  if (block_ == nullptr || next.block_ != block_ || next.first_ != first_ + count_) return false;
  count_ += next.count_;
  next = AudioPiece();
  return true;
}

}  // namespace voicestand::speech
