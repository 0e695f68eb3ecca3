#include "voicestand/platform/process_status.h"

#include <chrono>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace voicestand::platform {
namespace {

TEST(ProcessStatus, IsThatOfThisProcess) {
  const ProcessStatus status = process_status();
  EXPECT_GE(status.cpu_s, 0);
  ASSERT_TRUE(status.resident_bytes && status.virtual_bytes);
  EXPECT_GT(*status.resident_bytes, 100'000U);
  EXPECT_GT(*status.virtual_bytes, *status.resident_bytes);
  ASSERT_TRUE(status.started_unix_s);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LE(*status.started_unix_s, now + 1);  // to the second
  EXPECT_GT(*status.started_unix_s, now - 3'600);
}

TEST(ProcessStatus, CountsOpenFiles) {
  const auto before = process_status().open_files;
  ASSERT_TRUE(before);
  const int opened = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(process_status().open_files, *before + 1);
  ::close(opened);
  EXPECT_EQ(process_status().open_files, *before);
}

TEST(ProcessStatus, CountsItsMemory) {
  constexpr std::size_t kMore = 32U << 20U;
  const auto before = *process_status().resident_bytes;
  std::vector<char> much(kMore, 'x');
  const auto after = *process_status().resident_bytes;
  EXPECT_GE(after + (kMore / 8), before + kMore) << much[kMore - 1];
}

}  // namespace
}  // namespace voicestand::platform
