#include "transcript_format.h"

#include <vector>

#include "voicestand/service/figures_json.h"
#include "voicestand/text/join.h"
#include "voicestand/text/json_writer.h"
#include "voicestand/text/subtitles.h"

namespace voicestand::app {
namespace {

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
  text::JsonWriter json;
  json.begin_object();
  json.member("file", file);
  std::string whole;
  for (const auto& segment : transcript.segments) whole = text::join_text(whole, segment.text);
  json.member("text", whole);
  json.begin_array("segments");
  for (const auto& segment : transcript.segments) {
    json.begin_object();
    json.member("start_s", service::rounded(segment.start_s));
    json.member("end_s", service::rounded(segment.end_s));
    json.member("text", segment.text);
    service::write_words(segment.words, json);
    json.end_object();
  }
  json.end_array();
  json.member("audio_s", service::rounded(transcript.audio_s));
  json.member("decode_s", service::rounded(transcript.decode_s));
  json.member("model", engine.model);
  json.member("engine", engine.engine);
  json.end_object();
  return json.finish() + "\n";
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
