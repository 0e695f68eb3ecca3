#include "voicestand/rt/stack_prefault.h"

#include <array>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace voicestand::rt {
namespace {

long minor_faults() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

// Uses most of what is to be there already.
[[gnu::noinline]] void use_stack() {
  std::array<volatile char, kPrefaultedStackBytes * 3 / 4> stack;
  for (std::size_t at = 0; at < stack.size(); at += 4'096) stack[at] = 1;
}

TEST(StackPrefault, LeavesNoFaultForLater) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "a sanitizer's shadow of the stack is filled in when it is first written to";
#endif
  long faults = -1;
  std::jthread([&] {
    prefault_stack();
    const long before = minor_faults();
    use_stack();
    faults = minor_faults() - before;
  }).join();
  EXPECT_EQ(faults, 0);
}

}  // namespace
}  // namespace voicestand::rt
