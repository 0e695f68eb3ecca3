#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bench/pool/allocators.h"
#include "bench/pool/chains.h"
#include "bench/suite.h"

namespace voicestand::bench {
namespace {

using pool::Sizes;

constexpr double kBarSameThread = 10;
constexpr double kBarOtherThread = 3;

constexpr std::size_t kSmall = rt::BlockPool::kBlockBytes[0];
constexpr std::size_t kMedium = rt::BlockPool::kBlockBytes[1];
constexpr std::size_t kLarge = rt::BlockPool::kBlockBytes[2];

struct Mix {
  std::string_view name;  // empty: of every size
  Sizes sizes;
};

constexpr Sizes all_of(std::size_t bytes) {
  Sizes sizes{};
  sizes.fill(bytes);
  return sizes;
}

constexpr std::array kMixes{
    Mix{.name = "", .sizes = {kSmall, kMedium, kSmall, kMedium, kSmall, kMedium, kSmall, kLarge}},
    Mix{.name = "/1KiB", .sizes = all_of(kSmall)},
    Mix{.name = "/16KiB", .sizes = all_of(kMedium)},
    Mix{.name = "/256KiB", .sizes = all_of(kLarge)},
};

// Enough for all chains that can be on the way, those in the hands of both threads, and what their caches keep.
constexpr std::uint32_t kBlocks = pool::kChain * (pool::kInFlight + 4);

class PoolComparison {
 public:
  PoolComparison(std::string name, const Sizes& sizes, double bar)
      : sizes_(sizes),
        bar_(bar),
        comparison_{.suite = "pool",
                    .name = std::move(name),
                    .unit = Unit::cost("ns/block", 1e9, pool::kChain),
                    .subjects = {},
                    .bars = {}} {}

  template <typename Allocator>
  Spend same_thread(std::shared_ptr<Allocator> allocator) const {
    return [allocator = std::move(allocator), sizes = sizes_, complete = complete_](std::uint64_t chains) {
      return pool::same_thread(*allocator, sizes, chains, *complete);
    };
  }

  template <typename Allocator>
  Spend other_thread(std::shared_ptr<Allocator> taker, std::shared_ptr<Allocator> giver,
                     const std::shared_ptr<pool::Way>& way) const {
    return [taker = std::move(taker), giver = std::move(giver), way, sizes = sizes_, complete = complete_](
               std::uint64_t chains) { return pool::other_thread(*taker, *giver, *way, sizes, chains, *complete); };
  }
  template <typename Allocator>
  Spend other_thread(const std::shared_ptr<Allocator>& allocator, const std::shared_ptr<pool::Way>& way) const {
    return other_thread(allocator, allocator, way);
  }

  void add_ours(std::string variant, Spend spend) {
    comparison_.subjects.push_back(ours(std::move(variant), std::move(spend)));
  }
  void add_peer(const std::string& name, Spend spend) {
    comparison_.subjects.push_back(peer(name, std::move(spend)));
    if (name == "malloc") comparison_.bars.push_back({.variant = {}, .to = name, .at_least = bar_});
  }

  Result<void> run(Session& session) {
    session.compare(comparison_);
    if (*complete_) return {};
    return fail(Errc::kBadData, "an allocator had no block left", comparison_.name, "do not trust the figures");
  }

 private:
  Sizes sizes_;
  double bar_;
  std::shared_ptr<std::atomic<bool>> complete_ = std::make_shared<std::atomic<bool>>(true);
  Comparison comparison_;
};

std::shared_ptr<pool::Mimalloc> find_mimalloc(Session& session) {
#if defined(VOICESTAND_BENCH_MIMALLOC)
  if (auto found = pool::Mimalloc::load(VOICESTAND_BENCH_MIMALLOC))
    return std::make_shared<pool::Mimalloc>(*found);
  else
    session.note(found.error().message());
#else
  (void)session;
#endif
  return nullptr;
}

}  // namespace

Result<void> run_pool(Session& session) {
  auto made = rt::BlockPool::create({.blocks = {kBlocks, kBlocks, kBlocks}});
  if (!made) return std::unexpected(std::move(made.error()));
  const std::shared_ptr<rt::BlockPool> blocks = std::move(*made);
  auto way = pool::Way::create(pool::kInFlight);
  if (!way) return std::unexpected(std::move(way.error()));
  const auto shared_way = std::make_shared<pool::Way>(std::move(*way));
  const auto mimalloc = find_mimalloc(session);
  const auto malloc = std::make_shared<pool::Malloc>();

  for (const Mix& mix : kMixes) {
    PoolComparison same("pool/same-thread" + std::string(mix.name), mix.sizes, kBarSameThread);
    same.add_ours("", same.same_thread(std::make_shared<pool::OwnBlocks>(blocks)));
    same.add_peer("malloc", same.same_thread(malloc));
    if (mimalloc) same.add_peer("mimalloc", same.same_thread(mimalloc));
    same.add_peer("pmr", same.same_thread(std::make_shared<pool::Pmr<std::pmr::unsynchronized_pool_resource>>()));
    if (auto done = same.run(session); !done) return done;
  }
  for (const Mix& mix : kMixes) {
    PoolComparison other("pool/other-thread" + std::string(mix.name), mix.sizes, kBarOtherThread);
    other.add_ours("", other.other_thread(std::make_shared<pool::OwnBlocks>(blocks),
                                          std::make_shared<pool::OwnBlocks>(blocks), shared_way));
    other.add_ours("uncached", other.other_thread(std::make_shared<pool::SharedBlocks>(blocks), shared_way));
    other.add_peer("malloc", other.other_thread(malloc, shared_way));
    if (mimalloc) other.add_peer("mimalloc", other.other_thread(mimalloc, shared_way));
    other.add_peer("pmr",
                   other.other_thread(std::make_shared<pool::Pmr<std::pmr::synchronized_pool_resource>>(), shared_way));
    if (auto done = other.run(session); !done) return done;
  }
  return {};
}

}  // namespace voicestand::bench
