#pragma once

#include "bench/asr/clips.h"
#include "bench/asr/models.h"
#include "bench/session.h"
#include "voicestand/base/result.h"

// What the suite is made of. Thread: one. Errors: what each needs is missing, or a subject did not do its work.
namespace voicestand::bench::asr {

// Ten seconds at once, one thread each: ours, sherpa-onnx with the same model, Moonshine Voice and faster-whisper with
// their own models of about that size.
[[nodiscard]] Result<void> compare_decoding(Session& session, const AsrModel& model, Clips& clips);

// What a live session with partials costs the processor, the tiny model, beside Moonshine Voice's.
[[nodiscard]] Result<void> compare_live(Session& session, Clips& clips);

// What the product promises of `listen --push-to-talk` at the clock's pace: release to text, the first partial, memory.
[[nodiscard]] Result<void> measure_listening(Session& session, const AsrModel& model, Clips& clips);

// From the program's start to `ready`, the model in the page cache.
[[nodiscard]] Result<void> measure_start(Session& session, Clips& clips);

// The size of the program without symbols.
void measure_binary(Session& session);

}  // namespace voicestand::bench::asr
