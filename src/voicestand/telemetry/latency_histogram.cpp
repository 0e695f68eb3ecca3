#include "voicestand/telemetry/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace voicestand::telemetry {

using std::chrono::nanoseconds;

void LatencyHistogram::record(nanoseconds duration) noexcept {
  duration = std::max(duration, nanoseconds::zero());
  const std::size_t index = LogLinearScale::index_of(std::min(duration, kTop));
  buckets_[index].fetch_add(1, std::memory_order_relaxed);
  raise_max(duration.count());
}

void LatencyHistogram::raise_max(std::int64_t candidate_ns) noexcept {
  std::int64_t seen = max_ns_.load(std::memory_order_relaxed);
  while (seen < candidate_ns && !max_ns_.compare_exchange_strong(seen, candidate_ns, std::memory_order_relaxed)) {
  }
}

std::uint64_t LatencyHistogram::count() const noexcept {
  std::uint64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

nanoseconds LatencyHistogram::sum() const noexcept {
  nanoseconds total{0};
  for (std::size_t index = 0; index < kBuckets; ++index) {
    total +=
        static_cast<std::int64_t>(buckets_[index].load(std::memory_order_relaxed)) * LogLinearScale::middle_of(index);
  }
  return total;
}

std::optional<nanoseconds> LatencyHistogram::max() const noexcept {
  if (count() == 0) return std::nullopt;
  return nanoseconds(max_ns_.load(std::memory_order_relaxed));
}

std::optional<nanoseconds> LatencyHistogram::quantile(double p) const noexcept {
  const std::uint64_t total = count();
  if (total == 0) return std::nullopt;
  const nanoseconds largest(max_ns_.load(std::memory_order_relaxed));
  if (!(p < 1)) return largest;
  const double rank = std::ceil(std::max(p, 0.0) * static_cast<double>(total));
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  std::uint64_t passed = 0;
  for (std::size_t index = 0; index < kBuckets; ++index) {
    passed += buckets_[index].load(std::memory_order_relaxed);
    if (passed >= wanted) return std::min(LogLinearScale::middle_of(index), largest);
  }
  return largest;
}

void LatencyHistogram::count_within(std::span<const nanoseconds> bounds,
                                    std::span<std::uint64_t> counts) const noexcept {
  std::uint64_t passed = 0;
  std::size_t index = 0;
  for (std::size_t bound = 0; bound < std::min(bounds.size(), counts.size()); ++bound) {
    for (; index < kBuckets && LogLinearScale::middle_of(index) <= bounds[bound]; ++index)
      passed += buckets_[index].load(std::memory_order_relaxed);
    counts[bound] = passed;
  }
}

void LatencyHistogram::merge(const LatencyHistogram& other) noexcept {
  for (std::size_t index = 0; index < kBuckets; ++index) {
    const std::uint64_t more = other.buckets_[index].load(std::memory_order_relaxed);
    if (more != 0) buckets_[index].fetch_add(more, std::memory_order_relaxed);
  }
  raise_max(other.max_ns_.load(std::memory_order_relaxed));
}

}  // namespace voicestand::telemetry
