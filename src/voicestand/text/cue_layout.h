#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "voicestand/text/segment.h"

namespace voicestand::text {

// What stands on the screen from `start` to `end`.
struct Cue {
  std::chrono::milliseconds start{};
  std::chrono::milliseconds end{};
  std::vector<std::string> lines;
};

struct CueLayout {
  std::size_t line_chars = 42;  // code points; at least 1
  std::size_t lines = 2;        // at least 1
};

// Thread: any. Real-time: no. Cuts segments into cues that fit: few, evenly filled, ending with a sentence or clause
// where they can. A cue's times are its words' where these are known, else its share of the segment's by length. Cues
// come in order, never overlap, and last at least 1 ms, whatever the segments' times say. A word that is longer than a
// line is cut. Segments without text give none.
[[nodiscard]] std::vector<Cue> lay_out_cues(std::span<const Segment> segments, CueLayout layout = {});

}  // namespace voicestand::text
