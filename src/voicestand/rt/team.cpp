#include "voicestand/rt/team.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace voicestand::rt {
namespace {

constexpr std::uint32_t kPartsShift = 16;
constexpr std::uint32_t kAsked = (1U << kPartsShift) - 1;

// Looks at what is awaited before going to sleep for it: some 20 us. A task often follows another, and a helper's last
// part the sharer's own, sooner than the kernel wakes anybody.
constexpr int kLooks = 500;

void relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

template <typename Predicate>
void wait(Doorbell& bell, Predicate predicate) noexcept {
  for (int look = 0; look < kLooks; ++look) {
    if (predicate()) return;
    relax();
  }
  (void)bell.wait_until(predicate, Clock::TimePoint::max());
}

}  // namespace

Result<std::unique_ptr<Team>> Team::create(std::function<void()> prepare) {
  std::unique_ptr<Team> team(new Team);
  try {
    team->helper_ = std::jthread([&team = *team, prepare = std::move(prepare)] {
      if (prepare) prepare();
      team.help();
    });
  } catch (const std::system_error& error) {
    return fail(Errc::kNoSpace, std::string("no thread to help: ") + error.what(), "", "close other programs");
  }
  return team;
}

Team::~Team() {
  ended_.store(true, std::memory_order_release);  // pair: help()
  begun_.ring();
}

void Team::divide(const Task& task, std::size_t parts) noexcept {
  parts = std::min(parts, kMostParts);
  if (parts < kMembers) {
    if (parts == 1) task.call(task.work, 0, 0);
    return;
  }
  task_ = task;
  done_.store(0, std::memory_order_relaxed);  // released by the next line
  tickets_.store(static_cast<std::uint32_t>(parts) << kPartsShift, std::memory_order_release);  // pair: take_part()
  begun_.ring();
  while (take_part(0)) {
  }
  wait(finished_, [&]() noexcept { return finished(parts); });
}

bool Team::finished(std::size_t parts) const noexcept {
  return done_.load(std::memory_order_acquire) == parts;  // pair: take_part()
}

bool Team::take_part(std::size_t member) noexcept {
  std::uint32_t tickets = tickets_.load(std::memory_order_relaxed);
  do {
    if ((tickets & kAsked) >= tickets >> kPartsShift) return false;
  } while (!tickets_.compare_exchange_weak(tickets, tickets + 1, std::memory_order_acquire,  // pair: divide()
                                           std::memory_order_relaxed));
  task_.call(task_.work, tickets & kAsked, member);
  done_.fetch_add(1, std::memory_order_release);  // pair: finished()
  return true;
}

void Team::help() noexcept {
  const auto called = [&]() noexcept {
    const std::uint32_t tickets = tickets_.load(std::memory_order_relaxed);
    return (tickets & kAsked) < tickets >> kPartsShift || ended_.load(std::memory_order_acquire);  // pair: ~Team()
  };
  for (;;) {
    wait(begun_, called);
    if (ended_.load(std::memory_order_acquire)) return;  // pair: ~Team()
    while (take_part(1)) {
    }
    finished_.ring();
  }
}

}  // namespace voicestand::rt
