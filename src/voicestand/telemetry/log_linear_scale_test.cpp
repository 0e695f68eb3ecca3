#include "voicestand/telemetry/log_linear_scale.h"

#include <gtest/gtest.h>

namespace voicestand::telemetry {
namespace {

// Walks every bucket: its middle lies in it, and the next one begins where it ends.
TEST(LogLinearScale, HasNoGapsAndNoOverlaps) {
  using Scale = LogLinearScale;
  std::chrono::nanoseconds first{0};
  const std::size_t last = Scale::index_of(std::chrono::seconds(100));
  for (std::size_t index = 0; index <= last; ++index) {
    ASSERT_EQ(Scale::index_of(first), index);
    const std::chrono::nanoseconds middle = Scale::middle_of(index);
    ASSERT_EQ(Scale::index_of(middle), index);
    const std::chrono::nanoseconds next = first + 2 * (middle - first);
    ASSERT_EQ(Scale::index_of(next - std::chrono::nanoseconds(1)), index);
    if (first >= std::chrono::microseconds(1)) {
      ASSERT_LE(static_cast<double>((middle - first).count()) / static_cast<double>(first.count()), 0.01);
    }
    first = next;
  }
}

}  // namespace
}  // namespace voicestand::telemetry
