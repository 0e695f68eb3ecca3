#pragma once

#include <string>
#include <vector>

namespace voicestand::text {

struct TimedWord {
  std::string text;
  double start_s = 0;
  double end_s = 0;
};

// One stretch of speech and what was said in it. Times count from the start of the recording.
struct Segment {
  double start_s = 0;
  double end_s = 0;
  std::string text;
  std::vector<TimedWord> words;  // empty where their times are not known
};

}  // namespace voicestand::text
