#include "voicestand/telemetry/trace.h"

#include <chrono>
#include <latch>
#include <memory>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::telemetry {
namespace {

using std::chrono::nanoseconds;

// A record all of whose fields follow from one number.
TraceRecord record_of(std::uint64_t n) {
  return {.what = static_cast<std::uint8_t>(n),
          .subject = n * 3 & TraceRecord::kMaxSubject,
          .at = Clock::TimePoint(nanoseconds(n * 5)),
          .lasted = nanoseconds(n * 7)};
}

TEST(Trace, HoldsNothingAtFirst) {
  const Trace<8> trace;
  EXPECT_EQ(trace.written(), 0U);
  EXPECT_TRUE(trace.records().empty());
}

RC_GTEST_PROP(Trace, KeepsTheNewestInOrder, (std::uint8_t count)) {
  Trace<32> trace;
  for (std::uint64_t n = 1; n <= count; ++n) trace.record(record_of(n));
  const auto records = trace.records();
  RC_ASSERT(trace.written() == count);
  RC_ASSERT(records.size() == std::min<std::size_t>(count, 32));
  for (std::size_t i = 0; i < records.size(); ++i) RC_ASSERT(records[i] == record_of(count - records.size() + i + 1));
}

TEST(Trace, FieldsKeepTheirWholeRange) {
  const TraceRecord wide{.what = 0xFF,
                         .subject = TraceRecord::kMaxSubject,
                         .at = Clock::TimePoint::max(),
                         .lasted = Clock::Duration::min()};
  Trace<2> trace;
  trace.record(wide);
  trace.record({.what = 1, .subject = TraceRecord::kMaxSubject + 5, .at = Clock::TimePoint::min()});
  const auto records = trace.records();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0], wide);
  EXPECT_EQ(records[1].what, 1) << "what does not fit does not spill into it";
  EXPECT_EQ(records[1].subject, 4U);
}

// The ring is so small that the writer goes round it while it is read. What is read is whole, in order, and was there.
TEST(Trace, IsReadWhileItIsWritten) {
  constexpr std::uint64_t kRecords = 400'000;
  const auto trace = std::make_unique<Trace<8>>();
  std::latch start(2);
  std::jthread writer([&] {
    start.arrive_and_wait();
    for (std::uint64_t n = 1; n <= kRecords; ++n) trace->record(record_of(n));
  });
  start.arrive_and_wait();
  std::uint64_t read = 0;
  for (std::uint64_t before = 0; before < kRecords;) {
    std::uint64_t last = before;
    for (const TraceRecord& record : trace->records()) {
      const auto n = static_cast<std::uint64_t>(record.lasted.count() / 7);
      ASSERT_EQ(record, record_of(n));
      ASSERT_GE(n, last - std::min<std::uint64_t>(last, 8));
      last = std::max(last, n);
      ++read;
    }
    before = std::max(before, last);
  }
  EXPECT_GE(read, 8U);
  writer.join();
  EXPECT_EQ(trace->records().size(), 8U);
}

}  // namespace
}  // namespace voicestand::telemetry
