#include "transcript_format.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "voicestand/service/words_json.h"
#include "voicestand/text/join.h"
#include "voicestand/text/subtitles.h"

namespace voicestand::app {
namespace {

using Json = nlohmann::ordered_json;

std::vector<text::Segment> timed_segments(const pipeline::Transcript& transcript) {
  std::vector<text::Segment> segments;
  for (const auto& segment : transcript.segments) {
    text::Segment timed{.start_s = segment.start_s, .end_s = segment.end_s, .text = segment.text, .words = {}};
    if (segment.words) {
      for (const speech::Word& word : *segment.words) timed.words.push_back({word.text, word.start_s, word.end_s});
    }
    segments.push_back(std::move(timed));
  }
  return segments;
}

std::string json_line(const std::string& file, const pipeline::Transcript& transcript,
                      const speech::RecognizerInfo& engine) {
  std::string whole;
  Json segments = Json::array();
  for (const auto& segment : transcript.segments) {
    whole = text::join_text(whole, segment.text);
    segments.push_back({{"start_s", service::rounded(segment.start_s)},
                        {"end_s", service::rounded(segment.end_s)},
                        {"text", segment.text},
                        {"words", service::words_json(segment.words)}});
  }
  const Json json{{"file", file},
                  {"text", whole},
                  {"segments", segments},
                  {"audio_s", service::rounded(transcript.audio_s)},
                  {"decode_s", service::rounded(transcript.decode_s)},
                  {"model", engine.model},
                  {"engine", engine.engine}};
  // File names and texts that are not UTF-8 are made so.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string format_transcript(TranscriptFormat format, const std::string& file, const pipeline::Transcript& transcript,
                              const speech::RecognizerInfo& engine) {
  switch (format) {
    case TranscriptFormat::kText:
      return text::to_plain_text(timed_segments(transcript));
    case TranscriptFormat::kJson:
      return json_line(file, transcript, engine);
    case TranscriptFormat::kSrt:
      return text::to_srt(timed_segments(transcript));
    case TranscriptFormat::kVtt:
      return text::to_vtt(timed_segments(transcript));
    case TranscriptFormat::kTsv:
      return text::to_tsv(timed_segments(transcript));
  }
  return {};
}

std::string ending_of(TranscriptFormat format) {
  switch (format) {
    case TranscriptFormat::kText:
      return "txt";
    case TranscriptFormat::kJson:
      return "json";
    case TranscriptFormat::kSrt:
      return "srt";
    case TranscriptFormat::kVtt:
      return "vtt";
    case TranscriptFormat::kTsv:
      return "tsv";
  }
  return {};
}

}  // namespace voicestand::app
