#include "voicestand/service/trace_json.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace voicestand::service {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using pipeline::Moment;

// The events of one row, by the name of its thread.
std::vector<json> row_of(const json& trace, const std::string& thread) {
  std::vector<json> found;
  json row;
  for (const json& event : trace["traceEvents"]) {
    if (event["name"] == "thread_name" && event["args"]["name"] == thread) row = event["tid"];
  }
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] != "M" && event["tid"] == row) found.push_back(event);
  }
  return found;
}

TEST(TraceJson, AnEmptyTraceHasRowsAndNothingInThem) {
  const auto trace = json::parse(trace_json(*std::make_unique<pipeline::LiveTrace>()));
  for (const auto* const thread : {"source", "vs-condition", "vs-detect", "vs-recognise", "vs-output"})
    EXPECT_TRUE(row_of(trace, thread).empty());
  for (const json& event : trace["traceEvents"]) EXPECT_EQ(event["ph"], "M");
}

TEST(TraceJson, TellsWhatWhenAndHowLongInMicroseconds) {
  const auto live = std::make_unique<pipeline::LiveTrace>();
  const Clock::TimePoint start{5h};
  take_note(live->conditioning, Moment::kBlock, 160, start + 1ms, 250us);
  take_note(live->recognition, Moment::kSpeculativeDecode, 4'096, start + 2ms, 30ms);
  take_note(live->output, Moment::kPartial, 1, start + 3ms);
  take_note(live->output, Moment::kFinal, 1, start + 40ms, 1'500ns);
  take_note(live->source, Moment::kOverrun, 128, start);
  const auto trace = json::parse(trace_json(*live));

  const auto block = row_of(trace, "vs-condition").at(0);
  EXPECT_EQ(block["name"], "block");
  EXPECT_EQ(block["ph"], "X");
  EXPECT_EQ(block["ts"], 1'000.0) << "since the oldest record of all rows";
  EXPECT_EQ(block["dur"], 250.0);
  EXPECT_EQ(block["args"]["sample"], 160);
  EXPECT_EQ(row_of(trace, "vs-recognise").at(0)["name"], "decode: speculative");
  const auto output = row_of(trace, "vs-output");
  ASSERT_EQ(output.size(), 2U);
  EXPECT_EQ(output[0]["ph"], "i");
  EXPECT_FALSE(output[0].contains("dur"));
  EXPECT_EQ(output[1]["args"]["utterance"], 1);
  EXPECT_EQ(output[1]["dur"], 1.5);
  EXPECT_EQ(row_of(trace, "source").at(0)["args"]["frames"], 128);
}

}  // namespace
}  // namespace voicestand::service
