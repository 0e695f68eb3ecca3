#pragma once

#include <span>
#include <string>

#include "voicestand/text/segment.h"

namespace voicestand::text {

// A transcript as a file's whole content. Thread: any. Real-time: no. Times are rounded to milliseconds and never run
// backwards; segments without text are left out.

// SubRip: cues of at most two lines of 42 characters (cue_layout.h).
[[nodiscard]] std::string to_srt(std::span<const Segment> segments);

// WebVTT: the same cues, with & < > escaped.
[[nodiscard]] std::string to_vtt(std::span<const Segment> segments);

// A header, then a row a segment: start and end in milliseconds, and the text with white space as single spaces.
[[nodiscard]] std::string to_tsv(std::span<const Segment> segments);

// A line a segment.
[[nodiscard]] std::string to_plain_text(std::span<const Segment> segments);

}  // namespace voicestand::text
