#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "bench/ring/peers.h"
#include "bench/ring/queues.h"
#include "bench/ring/relay.h"
#include "bench/suite.h"

namespace voicestand::bench {
namespace {

constexpr double kBarToLockFree = 1.2;
constexpr double kBarToMutex = 10;

// One block size: every queue carries the same blocks between the same two cores.
class RingComparison {
 public:
  explicit RingComparison(std::size_t block_samples)
      : payload_(std::make_shared<ring::Payload>(block_samples)),
        comparison_{.suite = "ring",
                    .name = "ring/" + std::to_string(block_samples),
                    .unit = Unit::cost("ns/block", 1e9),
                    .subjects = {},
                    .bars = {}} {
    add_ours<ring::InPlaceRing>("");
    add_ours<ring::CopyingRing>("copy");
#if defined(VOICESTAND_BENCH_BOOST)
    add_peer<ring::BoostQueue>("boost", kBarToLockFree);
#endif
#if defined(VOICESTAND_BENCH_SPA)
    add_peer<ring::SpaRing>("spa", kBarToLockFree);
#endif
#if defined(VOICESTAND_BENCH_JACK)
    add_peer<ring::JackRing>("jack", kBarToLockFree);
#endif
    add_peer<ring::LockedDeque>("mutex", kBarToMutex);
  }

  Result<void> run(Session& session) {
    session.compare(comparison_);
    if (*intact_) return {};
    return fail(Errc::kBadData, "a queue delivered other samples than were sent", comparison_.name,
                "do not trust the figures");
  }

 private:
  template <typename Queue>
  Spend through() const {
    return [queue = std::make_shared<Queue>(), payload = payload_, intact = intact_](std::uint64_t blocks) {
      return ring::relay(*queue, *payload, blocks, *intact);
    };
  }
  template <typename Queue>
  void add_ours(std::string variant) {
    comparison_.subjects.push_back(ours(std::move(variant), through<Queue>()));
  }
  template <typename Queue>
  void add_peer(const std::string& name, double bar) {
    comparison_.subjects.push_back(peer(name, through<Queue>()));
    comparison_.bars.push_back({.variant = {}, .to = name, .at_least = bar});
  }

  std::shared_ptr<ring::Payload> payload_;
  std::shared_ptr<std::atomic<bool>> intact_ = std::make_shared<std::atomic<bool>>(true);
  Comparison comparison_;
};

}  // namespace

Result<void> run_ring(Session& session) {
  for (const std::size_t block_samples : {128U, 256U, 480U}) {
    if (auto done = RingComparison(block_samples).run(session); !done) return done;
  }
  return {};
}

}  // namespace voicestand::bench
