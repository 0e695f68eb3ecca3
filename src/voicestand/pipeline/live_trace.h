#pragma once

#include <cstddef>
#include <cstdint>

#include "voicestand/base/clock.h"
#include "voicestand/base/realtime.h"
#include "voicestand/telemetry/trace.h"

namespace voicestand::pipeline {

// What the live path's threads take note of as it happens. The subject is a position in the stream, in 16 kHz samples,
// unless it says otherwise.
enum class Moment : std::uint8_t {
  kBlock,              // delivery of a captured block -> readable by detection, where it ends
  kOverrun,            // audio was lost; the subject is how many captured frames
  kWindow,             // detection worked on the window that ends there
  kPartialDecode,      // of the audio up to there: while one speaks
  kSpeculativeDecode,  // at a pause
  kFinalDecode,        // speech had ended
  kPartial,            // given to the sink; the subject is the utterance
  kFinal,              // its end and its text both known -> given to the sink; likewise
};

// One ring a thread; together they hold the last 15 s at least of a source that delivers 128 frames of 48 kHz at a time
// (conditioning: 5 s).
struct LiveTrace {
  telemetry::Trace<64> source;  // of the source's delivering thread
  telemetry::Trace<2'048> conditioning;
  telemetry::Trace<512> detection;
  telemetry::Trace<256> recognition;
  telemetry::Trace<256> output;
};

// Thread: the trace's own. Real-time: yes, wait-free.
template <std::size_t kCapacity>
void take_note(telemetry::Trace<kCapacity>& trace, Moment what, std::uint64_t subject, Clock::TimePoint at,
               Clock::Duration lasted = {}) noexcept VS_REALTIME {
  trace.record({.what = static_cast<std::uint8_t>(what), .subject = subject, .at = at, .lasted = lasted});
}

}  // namespace voicestand::pipeline
