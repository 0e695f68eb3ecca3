#include "voicestand/service/trace_json.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/text/json_writer.h"

namespace voicestand::service {
namespace {

using pipeline::Moment;
using telemetry::TraceRecord;
using text::JsonWriter;

struct Row {
  std::string_view thread;
  std::vector<TraceRecord> records;
};

struct Name {
  std::string_view name;
  std::string_view subject;
};

Name name_of(std::uint8_t what) {
  switch (static_cast<Moment>(what)) {
    case Moment::kBlock:
      return {.name = "block", .subject = "sample"};
    case Moment::kOverrun:
      return {.name = "overrun", .subject = "frames"};
    case Moment::kWindow:
      return {.name = "window", .subject = "sample"};
    case Moment::kPartialDecode:
      return {.name = "decode: partial", .subject = "sample"};
    case Moment::kSpeculativeDecode:
      return {.name = "decode: speculative", .subject = "sample"};
    case Moment::kFinalDecode:
      return {.name = "decode: final", .subject = "sample"};
    case Moment::kPartial:
      return {.name = "partial", .subject = "utterance"};
    case Moment::kFinal:
      return {.name = "final", .subject = "utterance"};
  }
  return {.name = "unknown", .subject = "subject"};
}

bool is_moment(const TraceRecord& record) {
  const auto what = static_cast<Moment>(record.what);
  return what == Moment::kOverrun || what == Moment::kPartial;
}

double microseconds(Clock::Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

void write_event(const TraceRecord& record, Clock::TimePoint start, std::size_t row, JsonWriter& json) {
  const Name name = name_of(record.what);
  json.begin_object();
  json.member("name", name.name);
  json.member("ph", is_moment(record) ? "i" : "X");
  json.member("pid", 1);
  json.member("tid", row);
  json.member("ts", microseconds(record.at - start));
  if (is_moment(record)) {
    json.member("s", "t");  // across its row alone
  } else {
    json.member("dur", microseconds(record.lasted));
  }
  json.begin_object("args");
  json.member(name.subject, record.subject);
  json.end_object();
  json.end_object();
}

// What is said of a row, or of the whole.
template <typename T>
void write_metadata(const char* name, std::size_t row, const char* argument, const T& said, JsonWriter& json) {
  json.begin_object();
  json.member("name", name);
  json.member("ph", "M");
  json.member("pid", 1);
  json.member("tid", row);
  json.begin_object("args");
  json.member(argument, said);
  json.end_object();
  json.end_object();
}

}  // namespace

std::string trace_json(const pipeline::LiveTrace& trace) {
  const std::array rows{Row{.thread = "source", .records = trace.source.records()},
                        Row{.thread = "vs-condition", .records = trace.conditioning.records()},
                        Row{.thread = "vs-detect", .records = trace.detection.records()},
                        Row{.thread = "vs-recognise", .records = trace.recognition.records()},
                        Row{.thread = "vs-output", .records = trace.output.records()}};
  auto start = Clock::TimePoint::max();
  for (const Row& row : rows) {
    for (const TraceRecord& record : row.records) start = std::min(start, record.at);
  }
  JsonWriter json;
  json.begin_object();
  json.member("displayTimeUnit", "ms");
  json.begin_array("traceEvents");
  write_metadata("process_name", 0, "name", "voicestand", json);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    write_metadata("thread_name", i + 1, "name", rows[i].thread, json);
    write_metadata("thread_sort_index", i + 1, "sort_index", i, json);
    for (const TraceRecord& record : rows[i].records) write_event(record, start, i + 1, json);
  }
  json.end_array();
  json.end_object();
  return json.finish() + "\n";
}

}  // namespace voicestand::service
