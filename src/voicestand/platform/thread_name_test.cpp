#include "voicestand/platform/thread_name.h"

#include <array>
#include <thread>

#include <gtest/gtest.h>
#include <sys/prctl.h>

namespace voicestand::platform {
namespace {

TEST(ThreadName, IsSetAndCutToWhatTheKernelKeeps) {
  std::jthread([] {
    std::array<char, 16> name{};
    name_this_thread("vs-condition");
    ::prctl(PR_GET_NAME, name.data());
    EXPECT_STREQ(name.data(), "vs-condition");
    name_this_thread("a name that is too long by far");
    ::prctl(PR_GET_NAME, name.data());
    EXPECT_STREQ(name.data(), "a name that is ");
  }).join();
}

}  // namespace
}  // namespace voicestand::platform
