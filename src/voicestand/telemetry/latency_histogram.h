#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/telemetry/log_linear_scale.h"

namespace voicestand::telemetry {

// How long something took, every time it happened: fixed memory, no sampling. Durations from 1 us to 100 s come back
// within kMaxRelativeError, shorter ones within half a cell (8 ns); longer ones count as the top, but max() is exact.
class LatencyHistogram {
 public:
  static constexpr std::chrono::nanoseconds kTop = std::chrono::seconds(100);
  static constexpr double kMaxRelativeError = LogLinearScale::kMaxRelativeError;

  LatencyHistogram() noexcept = default;
  LatencyHistogram(const LatencyHistogram&) = delete;
  LatencyHistogram& operator=(const LatencyHistogram&) = delete;
  ~LatencyHistogram() = default;

  // Thread: any. Real-time: yes, wait-free while one thread records, lock-free when several do. Less than nothing
  // counts as nothing.
  void record(std::chrono::nanoseconds duration) noexcept VS_REALTIME;

  // The following read while others record: what is recorded meanwhile may or may not be seen. Thread: any.
  // Real-time: yes, bounded by the number of buckets.

  [[nodiscard]] std::uint64_t count() const noexcept VS_REALTIME;
  // Of what the buckets hold, so with their errors: a second number to add up would double what recording costs.
  [[nodiscard]] std::chrono::nanoseconds sum() const noexcept VS_REALTIME;
  // Exact. Nothing where nothing was recorded.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> max() const noexcept VS_REALTIME;
  // The duration that a share `p` of all did not exceed: p = 0.5 is the median, p >= 1 is max(). Nothing where nothing
  // was recorded.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> quantile(double p) const noexcept VS_REALTIME;

  // How many took no longer than each of these, which rise; a bound within a bucket is taken for the bucket's nearer
  // end. `counts` has a place for each.
  void count_within(std::span<const std::chrono::nanoseconds> bounds,
                    std::span<std::uint64_t> counts) const noexcept VS_REALTIME;

  // Thread: any. Real-time: yes, bounded. Adds all that `other` has recorded, as if it had been recorded here.
  void merge(const LatencyHistogram& other) noexcept VS_REALTIME;

 private:
  static constexpr std::size_t kBuckets = LogLinearScale::index_of(kTop) + 1;

  void raise_max(std::int64_t candidate_ns) noexcept VS_REALTIME;

  // Written by whoever records. Every access is relaxed and pairs with nothing: each number is whole by itself, and no
  // other memory hangs on it. The count is the buckets' sum, so that count and quantiles agree.
  std::array<std::atomic<std::uint64_t>, kBuckets> buckets_{};
  std::atomic<std::int64_t> max_ns_{0};
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
};

static_assert(sizeof(LatencyHistogram) <= 32 * 1024);

}  // namespace voicestand::telemetry
