#include "voicestand/text/subtitles.h"

#include <chrono>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "voicestand/text/cue_layout.h"
#include "voicestand/text/cue_times.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

std::string timestamp(std::chrono::milliseconds at, char decimal_mark) {
  const auto ms = at.count();
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, decimal_mark,
                     ms % 1000);
}

std::string escaped_for_vtt(std::string_view text) {
  std::string escaped;
  for (const char byte : text) {
    switch (byte) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += byte;
    }
  }
  return escaped;
}

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const std::string_view word : split_words(text)) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

}  // namespace

std::string to_srt(std::span<const Segment> segments) {
  std::string file;
  std::size_t number = 0;
  for (const Cue& cue : lay_out_cues(segments)) {
    file += fmt::format("{}\n{} --> {}\n", ++number, timestamp(cue.start, ','), timestamp(cue.end, ','));
    for (const std::string& line : cue.lines) file += line + '\n';
    file += '\n';
  }
  return file;
}

std::string to_vtt(std::span<const Segment> segments) {
  std::string file = "WEBVTT\n\n";
  for (const Cue& cue : lay_out_cues(segments)) {
    file += fmt::format("{} --> {}\n", timestamp(cue.start, '.'), timestamp(cue.end, '.'));
    for (const std::string& line : cue.lines) file += escaped_for_vtt(line) + '\n';
    file += '\n';
  }
  return file;
}

std::string to_tsv(std::span<const Segment> segments) {
  std::string file = "start\tend\ttext\n";
  CueTimes times;
  for (const Segment& segment : segments) {
    const std::string line = on_one_line(segment.text);
    if (line.empty()) continue;
    const auto [start, end] = times.next(segment.start_s, segment.end_s);
    file += fmt::format("{}\t{}\t{}\n", start.count(), end.count(), line);
  }
  return file;
}

std::string to_plain_text(std::span<const Segment> segments) {
  std::string file;
  for (const Segment& segment : segments) {
    const std::string line = on_one_line(segment.text);
    if (!line.empty()) file += line + '\n';
  }
  return file;
}

}  // namespace voicestand::text
