#include "voicestand/platform/process_turns.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace voicestand::platform {
namespace {

TEST(ProcessTurns, WhoAsksIsRunning) {
  const auto turns = process_turns(::getpid());
  ASSERT_TRUE(turns) << turns.error().message();
  EXPECT_FALSE(turns->waits);
}

TEST(ProcessTurns, WhoWaitsGetsNoTurns) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  auto turns = process_turns(child);
  while (turns && !turns->waits) turns = process_turns(child);
  ASSERT_TRUE(turns) << turns.error().message();
  EXPECT_EQ(*process_turns(child), *turns);
  ::kill(child, SIGSTOP);
  ::waitpid(child, nullptr, WUNTRACED);
  EXPECT_FALSE(process_turns(child)->waits) << "it is kept from going on";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(process_turns(child)) << "it is gone";
}

}  // namespace
}  // namespace voicestand::platform
