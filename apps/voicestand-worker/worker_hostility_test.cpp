#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "voicestand/speech/worker_recognizer.h"

namespace voicestand::speech {
namespace {

using namespace std::chrono_literals;

const std::vector<float> kAudio(16'000, 0.1F);

WorkerRecognizer::Options misbehaving(const std::string& how, std::chrono::milliseconds limit = 60s) {
  WorkerRecognizer::Options options;
  options.program = VOICESTAND_MISBEHAVING_WORKER;
  options.model_dir = how;
  options.model_id = "none";
  options.start_timeout = limit;
  options.patience = limit;
  return options;
}

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

class BeforeReady : public testing::TestWithParam<std::pair<std::string, Errc>> {};

TEST_P(BeforeReady, CreateFailsAndLeavesNoChild) {
  const auto recognizer = WorkerRecognizer::create(misbehaving(GetParam().first));
  ASSERT_FALSE(recognizer);
  EXPECT_EQ(recognizer.error().code, GetParam().second) << recognizer.error().message();
  EXPECT_FALSE(has_children());
}

INSTANTIATE_TEST_SUITE_P(
    Worker, BeforeReady,
    testing::Values(std::pair("garbage", Errc::kWorkerFailed), std::pair("short", Errc::kWorkerFailed),
                    std::pair("too-long", Errc::kWorkerFailed), std::pair("decodes-unasked", Errc::kWorkerFailed),
                    std::pair("loads-twice", Errc::kWorkerFailed), std::pair("wrong-version", Errc::kWorkerFailed),
                    std::pair("lies-about-length", Errc::kWorkerFailed), std::pair("hangs-up", Errc::kWorkerFailed),
                    std::pair("exits", Errc::kWorkerFailed), std::pair("aborts-loading", Errc::kBadModel),
                    std::pair("exits-loading", Errc::kBadModel), std::pair("killed-loading", Errc::kWorkerFailed),
                    std::pair("refuses", Errc::kModelMissing), std::pair("refuses-oddly", Errc::kWorkerFailed)),
    [](const auto& one) {
      std::string name = one.param.first;
      std::erase(name, '-');
      return name;
    });

class WhenAsked : public testing::TestWithParam<std::string> {};

TEST_P(WhenAsked, RecognizeFailsAfterASecondTryAndLeavesNoChild) {
  {
    auto options = misbehaving(GetParam());
    if (GetParam() == "sleeps-when-asked") options.patience = 200ms;
    int restarts = 0;
    options.on_restart = [&](const Error&) { ++restarts; };
    const auto recognizer = WorkerRecognizer::create(std::move(options));
    ASSERT_TRUE(recognizer) << recognizer.error().message();
    const auto hypothesis = (*recognizer)->recognize({kAudio});
    ASSERT_FALSE(hypothesis);
    EXPECT_EQ(hypothesis.error().code, Errc::kWorkerFailed);
    EXPECT_LT(hypothesis.error().message().size(), 700U);
    EXPECT_EQ(restarts, 2);
    EXPECT_EQ((*recognizer)->restarts(), 2U);
    EXPECT_EQ((*recognizer)->worker_pid(), -1);
  }
  EXPECT_FALSE(has_children());
}

INSTANTIATE_TEST_SUITE_P(Worker, WhenAsked,
                         testing::Values("answers-garbage", "answers-other-sequence", "answers-ready",
                                         "answers-stale-for-ever", "dies-when-asked", "sleeps-when-asked",
                                         "chatters-and-dies"),
                         [](const auto& one) {
                           std::string name = one.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(WorkerHostility, TheLastWordsOfADeadWorkerAreTold) {
  const auto loading = WorkerRecognizer::create(misbehaving("aborts-loading"));
  ASSERT_FALSE(loading);
  EXPECT_NE(loading.error().what.find("(engine.cc:12 bad tensor)"), std::string::npos) << loading.error().what;
  const auto recognizer = WorkerRecognizer::create(misbehaving("chatters-and-dies"));
  ASSERT_TRUE(recognizer);
  const auto hypothesis = (*recognizer)->recognize({kAudio});
  ASSERT_FALSE(hypothesis);
  EXPECT_NE(hypothesis.error().what.find("not well"), std::string::npos);
}

TEST(WorkerHostility, AnAnswerIsCleanedAndAnOldOnePassedOver) {
  const auto recognizer = WorkerRecognizer::create(misbehaving("merely-odd"));
  ASSERT_TRUE(recognizer);
  const auto hypothesis = (*recognizer)->recognize({kAudio});
  ASSERT_TRUE(hypothesis);
  EXPECT_EQ(hypothesis->text, "[2Jred\xef\xbf\xbd");
  EXPECT_LT(hypothesis->decode_time, 60s);
}

TEST(WorkerHostility, AWorkerThatNeverBecomesReadyIsGivenUp) {
  const auto recognizer = WorkerRecognizer::create(misbehaving("silent", 100ms));
  ASSERT_FALSE(recognizer);
  EXPECT_EQ(recognizer.error().code, Errc::kWorkerFailed);
  EXPECT_FALSE(has_children());
}

TEST(WorkerHostility, WaitingForAWorkerToBeReadyCanBeStopped) {
  std::stop_source stop;
  auto options = misbehaving("silent");
  options.stop = stop.get_token();
  std::jthread stopper([&] { stop.request_stop(); });
  const auto recognizer = WorkerRecognizer::create(std::move(options));
  ASSERT_FALSE(recognizer);
  EXPECT_EQ(recognizer.error().code, Errc::kInterrupted);
}

TEST(WorkerHostility, AnInterruptionEndsTheCallOfNowOrElseTheNext) {
  const auto recognizer = WorkerRecognizer::create(misbehaving("sleeps-when-asked"));
  ASSERT_TRUE(recognizer);
  std::jthread interrupter([&] { (*recognizer)->interrupt(); });
  const auto hypothesis = (*recognizer)->recognize({kAudio});
  ASSERT_FALSE(hypothesis);
  EXPECT_EQ(hypothesis.error().code, Errc::kInterrupted);
  EXPECT_EQ((*recognizer)->restarts(), 0U);
}

TEST(WorkerHostility, AProgramThatIsMissingOrNoWorkerIsSaid) {
  auto options = misbehaving("any");
  options.program = "/nonexistent/worker";
  EXPECT_EQ(WorkerRecognizer::create(options).error().code, Errc::kWorkerFailed);
  options.program = "/bin/true";
  EXPECT_EQ(WorkerRecognizer::create(options).error().code, Errc::kWorkerFailed);
  options.program.clear();  // beside this test there is none
  EXPECT_EQ(WorkerRecognizer::create(options).error().code, Errc::kWorkerFailed);
}

}  // namespace
}  // namespace voicestand::speech
