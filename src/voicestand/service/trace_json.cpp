#include "voicestand/service/trace_json.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "voicestand/base/clock.h"

namespace voicestand::service {
namespace {

using Json = nlohmann::ordered_json;
using pipeline::Moment;
using telemetry::TraceRecord;

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

Json event_of(const TraceRecord& record, Clock::TimePoint start, std::size_t row) {
  const Name name = name_of(record.what);
  Json event{{"name", name.name}, {"ph", "X"}, {"pid", 1}, {"tid", row}, {"ts", microseconds(record.at - start)}};
  if (is_moment(record)) {
    event["ph"] = "i";
    event["s"] = "t";  // across its row alone
  } else {
    event["dur"] = microseconds(record.lasted);
  }
  event["args"] = {{name.subject, record.subject}};
  return event;
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
  Json events = Json::array();
  events.push_back({{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"args", {{"name", "voicestand"}}}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    events.push_back(
        {{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", i + 1}, {"args", {{"name", rows[i].thread}}}});
    events.push_back(
        {{"name", "thread_sort_index"}, {"ph", "M"}, {"pid", 1}, {"tid", i + 1}, {"args", {{"sort_index", i}}}});
    for (const TraceRecord& record : rows[i].records) events.push_back(event_of(record, start, i + 1));
  }
  return Json{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}}.dump() + "\n";
}

}  // namespace voicestand::service
