#include "voicestand/lib/posix/child_process.h"

#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {
namespace {

TEST(ChildProcess, TellsItsExitCode) {
  auto child = ChildProcess::spawn({.argv = {"sh", "-c", "exit 7"}, .descriptors = {}});
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait().code, 7);
}

TEST(ChildProcess, TellsTheSignalThatEndedIt) {
  auto child = ChildProcess::spawn({.argv = {"sleep", "60"}, .descriptors = {}});
  ASSERT_TRUE(child);
  EXPECT_FALSE(child->wait_for(std::chrono::milliseconds(1)));
  child->signal(SIGKILL);
  EXPECT_EQ(child->wait().signal, SIGKILL);
}

TEST(ChildProcess, AMissingProgramIsAnError) {
  const auto child = ChildProcess::spawn({.argv = {"/nonexistent/program"}, .descriptors = {}});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, Errc::kServiceMissing);
}

TEST(ChildProcess, WritesToTheDescriptorItWasGiven) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  auto child = ChildProcess::spawn({.argv = {"echo", "-n", "heard"}, .descriptors = {{writer.get(), 1}}});
  ASSERT_TRUE(child);
  writer.reset();
  std::array<char, 16> text{};
  EXPECT_EQ(::read(reader.get(), text.data(), text.size()), 5);
  EXPECT_STREQ(text.data(), "heard");
  EXPECT_TRUE(child->wait().clean());
}

TEST(ChildProcess, ASignalToTheGroupAlsoReachesWhatItHasStarted) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  auto child = ChildProcess::spawn({.argv = {"sh", "-c", "sleep 60 & echo; wait"}, .descriptors = {{writer.get(), 1}}});
  ASSERT_TRUE(child);
  writer.reset();
  std::array<char, 1> line{};
  EXPECT_EQ(::read(reader.get(), line.data(), line.size()), 1) << "it has started the other";
  child->signal_group(SIGKILL);
  EXPECT_EQ(child->wait().signal, SIGKILL);
  pollfd closed{.fd = reader.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&closed, 1, 10'000), 1) << "somebody still holds the pipe";
}

TEST(ChildProcess, DoesNotOutliveItsObject) {
  pid_t pid = -1;
  {
    auto child = ChildProcess::spawn({.argv = {"sleep", "60"}, .descriptors = {}});
    ASSERT_TRUE(child);
    pid = child->pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

}  // namespace
}  // namespace voicestand::posix
