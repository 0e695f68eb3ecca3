#include "voicestand/pipeline/window_log.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::pipeline {
namespace {

TEST(WindowLog, IsEmptyAtFirst) {
  const WindowLog log;
  EXPECT_EQ(log.last(10).end, 0U);
  EXPECT_THAT(log.last(10).windows, testing::IsEmpty());
}

RC_GTEST_PROP(WindowLog, TheNewestAreThereInTheirOrder, ()) {
  const auto written = *rc::gen::inRange<std::size_t>(0, 3 * WindowLog::kCapacity);
  const auto wanted = *rc::gen::inRange<std::size_t>(0, 2 * WindowLog::kCapacity);
  WindowLog log;
  const auto probability = [](std::size_t at) { return static_cast<float>(at % 1'000) / 1'000.0F; };
  for (std::size_t at = 0; at < written; ++at)
    log.add({.peak_dbfs = -60, .probability = probability(at), .speech = at % 3 == 0});
  const auto stretch = log.last(wanted);
  RC_ASSERT(stretch.end == written);
  RC_ASSERT(stretch.windows.size() == std::min({written, wanted, WindowLog::kCapacity - 1}));
  std::size_t at = written - stretch.windows.size();
  for (const WindowFigures& window : stretch.windows) {
    RC_ASSERT(std::abs(window.probability - probability(at)) < 1e-4F);
    RC_ASSERT(window.speech == (at % 3 == 0));
    ++at;
  }
}

RC_GTEST_PROP(WindowLog, EveryFigureComesBack, (float peak_dbfs, float probability, bool speech)) {
  WindowLog log;
  log.add({.peak_dbfs = peak_dbfs, .probability = probability, .speech = speech});
  const WindowFigures read = log.last(1).windows.at(0);
  RC_ASSERT(std::abs(read.peak_dbfs - std::clamp(peak_dbfs, -120.0F, 0.0F)) < 0.01F);
  RC_ASSERT(std::abs(read.probability - std::clamp(probability, 0.0F, 1.0F)) < 1e-4F);
  RC_ASSERT(read.speech == speech);
}

// Each window has its three figures from one add().
TEST(WindowLog, AWindowIsWholeWhileOthersRead) {
  const auto log = std::make_unique<WindowLog>();
  std::jthread writer([&](const std::stop_token& stop) {
    for (std::uint64_t at = 0; !stop.stop_requested(); ++at) {
      const bool speech = at % 2 == 0;
      log->add({.peak_dbfs = speech ? -30.0F : -90.0F, .probability = speech ? 0.75F : 0.25F, .speech = speech});
    }
  });
  for (int look = 0; look < 2'000; ++look) {
    for (const WindowFigures& window : log->last(64).windows) {
      ASSERT_NEAR(window.peak_dbfs, window.speech ? -30 : -90, 0.01);
      ASSERT_NEAR(window.probability, window.speech ? 0.75 : 0.25, 1e-4);
    }
  }
}

}  // namespace
}  // namespace voicestand::pipeline
