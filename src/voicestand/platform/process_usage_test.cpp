#include "voicestand/platform/process_usage.h"

#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

constexpr pid_t kChild = 4242;
constexpr std::string_view kStat =
    "4242 (a) (b) S 1 4242 4242 0 -1 4194560 1 2 3 4 500 250 30 20 20 0 1 0 100 1000 100 18446744073709551615 1 1 0\n";

// CPU time and reaped children are this process's real ones even under a sysroot, so tests look at differences.
void fill(const FakeSysroot& root, std::string_view status, std::string_view stat) {
  root.write("/proc/self/status", "Name:\tvoicestand\nVmHWM:\t    1000 kB\n");
  root.write("/proc/4242/status", status);
  root.write("/proc/4242/stat", stat);
}

TEST(ProcessUsage, AddsTheLivingChild) {
  const FakeSysroot root;
  fill(root, "Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t    2000 kB\nVmRSS:\t 5 kB\n", kStat);
  const auto alone = process_usage({}, root.path());
  const auto both = process_usage(std::array{kChild}, root.path());
  ASSERT_TRUE(alone && both);
  EXPECT_EQ(both->peak_rss_bytes - alone->peak_rss_bytes, 2000 * 1024);
  EXPECT_NEAR(both->cpu_s - alone->cpu_s, 800.0 / static_cast<double>(::sysconf(_SC_CLK_TCK)), 0.2);
}

TEST(ProcessUsage, AChildThatIsGoneOrAZombieCostsNothing) {
  const FakeSysroot root;
  fill(root, "Name:\tx\nState:\tZ (zombie)\n", kStat);
  const auto alone = process_usage({}, root.path());
  const auto others = process_usage(std::array{kChild, kChild + 1}, root.path());
  ASSERT_TRUE(alone && others);
  EXPECT_EQ(others->peak_rss_bytes, alone->peak_rss_bytes);
}

TEST(ProcessUsage, SaysWhatDoesNotReadAsAProcFile) {
  const FakeSysroot root;
  for (const auto& [status, stat] :
       std::vector<std::pair<std::string, std::string>>{{"VmHWM:\t-5 kB\n", std::string(kStat)},
                                                        {"VmHWM:\t5 MB\n", std::string(kStat)},
                                                        {"VmHWM:\t99999999999999999999999 kB\n", std::string(kStat)},
                                                        {"VmHWM:\t18446744073709551615 kB\n", std::string(kStat)},
                                                        {"", ""},
                                                        {"", "4242 (x S 1 2"},
                                                        {"", "4242 (x) S 1 2"},
                                                        {"", "4242 (x) S 1 2 3 4 5 6 7 8 9 10 a b c d e"},
                                                        {std::string(300'000, 'x'), std::string(kStat)}}) {
    fill(root, status, stat);
    const auto usage = process_usage(std::array{kChild}, root.path());
    ASSERT_FALSE(usage) << status << stat;
    EXPECT_EQ(usage.error().code, Errc::kBadData);
  }
}

RC_GTEST_PROP(ProcessUsage, SurvivesAnyBytes, (const std::string& status, const std::string& stat)) {
  const FakeSysroot root;
  fill(root, "VmHWM:" + status, "1 (x) " + stat);
  const auto usage = process_usage(std::array{kChild}, root.path());
  RC_ASSERT(usage || usage.error().code == Errc::kBadData);
}

TEST(ProcessUsage, CountsThisProcessAsItWorks) {
  const auto before = process_usage({});
  ASSERT_TRUE(before);
  constexpr std::size_t kBytes = 64 << 20;
  const auto touched = std::make_unique_for_overwrite<char[]>(kBytes);
  volatile char* const page = touched.get();
  for (std::size_t i = 0; i < kBytes; i += 4096) page[i] = 1;
  const auto cpu_now = [] { return process_usage({}).value().cpu_s; };
  while (cpu_now() < before->cpu_s + 0.02) {
  }
  const auto after = process_usage({});
  ASSERT_TRUE(after);
  EXPECT_GE(after->peak_rss_bytes, kBytes);
}

// The same work shows before and after the child is reaped.
TEST(ProcessUsage, CountsAChildAliveAndReaped) {
  constexpr std::size_t kBytes = 48 << 20;
  const auto before = process_usage({}).value();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto* const memory = static_cast<volatile char*>(::malloc(kBytes));
    for (std::size_t i = 0; i < kBytes; i += 4096) memory[i] = 1;
    while (::clock() < CLOCKS_PER_SEC / 10) {
    }
    if (::write(ends[1], "x", 1) == 1) ::pause();
    ::_exit(0);
  }
  char done = 0;
  ASSERT_EQ(::read(ends[0], &done, 1), 1);
  const auto alive = process_usage(std::array{child});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const auto reaped = process_usage({});
  ASSERT_TRUE(alive && reaped);
  for (const auto& usage : {*alive, *reaped}) {
    EXPECT_GE(usage.cpu_s, before.cpu_s + 0.08);
    EXPECT_GE(usage.peak_rss_bytes, before.peak_rss_bytes + kBytes);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace voicestand::platform
