#include "voicestand/lib/curl/content_range.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::curl {
namespace {

TEST(ContentRange, ReadsWhatServersSend) {
  const auto range = parse_content_range("Content-Range: bytes 100-199/1000\r\n");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first_byte, 100U);
  EXPECT_EQ(range->whole_bytes, 1000U);
  EXPECT_EQ(parse_content_range("content-range:bytes 0-0/*")->whole_bytes, std::nullopt);
}

TEST(ContentRange, RefusesWhatMakesNoSense) {
  for (const char* line :
       {"", "Content-Range:", "Content-Range: bytes */1000", "Content-Range: bytes 5-4/10",
        "Content-Range: bytes 5-10/10", "Content-Range: bytes -5-10/20", "Content-Length: 7",
        "Content-Range: bytes 1-2/3x", "Content-Range: bytes 99999999999999999999-1/2", "Content-Range: items 0-1/2"}) {
    EXPECT_FALSE(parse_content_range(line)) << line;
  }
}

TEST(ContentRange, ReadsBackAnyRange) {
  EXPECT_TRUE(rc::check([] {
    const auto first = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 50U);
    const auto length = *rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << 40U);
    const auto beyond = *rc::gen::inRange<std::uint64_t>(0, 1000);
    const std::uint64_t whole = first + length + beyond;
    const auto range = parse_content_range("Content-Range: bytes " + std::to_string(first) + "-" +
                                           std::to_string(first + length - 1) + "/" + std::to_string(whole));
    RC_ASSERT(range.has_value());
    RC_ASSERT(range->first_byte == first && range->whole_bytes == whole);
  }));
}

}  // namespace
}  // namespace voicestand::curl
