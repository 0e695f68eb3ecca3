#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "voicestand/audio/audio_format.h"
#include "voicestand/base/clock.h"
#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"

namespace voicestand::audio {

// One delivery of a source. The samples are the source's; they are valid during the call alone.
struct CaptureBlock {
  std::span<const float> samples;  // interleaved, a whole number of frames
  AudioFormat format;              // may change between blocks (a device was replaced)
  Clock::TimePoint delivered_at;   // when the last frame of the block became available
  std::uint64_t gap_frames = 0;    // frames that the device is known to have lost just before this block
  bool kept = false;               // it has waited for a listener: when it comes says nothing of the path
};

// Where an AudioSource delivers to. All calls for one source come from one thread at a time, in order.
class CaptureSink {
 public:
  virtual ~CaptureSink() = default;

  // Thread: the source's delivering thread. Real-time: yes, wait-free. Takes the whole block or, when there is no room,
  // nothing and returns false: a live source lets it go (the sink counts the gap), a file waits and tries again.
  [[nodiscard]] virtual bool push(const CaptureBlock& block) noexcept VS_REALTIME = 0;

  // Thread: as push(). Real-time: no, sleeps until there may be room, `stop` is requested by the sink's owner or some
  // 100 ms have passed.
  virtual void wait_for_room() noexcept = 0;

  // The following are called from any thread of the source that is not real-time.

  // Nothing follows: the file or stream has been delivered to its end.
  virtual void ended() noexcept = 0;
  // Nothing follows: the source cannot go on.
  virtual void failed(Error error) noexcept = 0;
  // A live device went away (`what` says which) / came back; deliveries stop and go on by themselves.
  virtual void lost(std::string what) noexcept = 0;
  virtual void restored(std::string what) noexcept = 0;
};

}  // namespace voicestand::audio
