#include "voicestand/speech/worker_recognizer.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::speech {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
constexpr std::size_t kWavHeaderBytes = 44;
const std::string kTiny = VOICESTAND_BUNDLE_DIR "/models/moonshine-tiny-en";
const std::string kBase = VOICESTAND_BUNDLE_DIR "/models/moonshine-base-en";

std::vector<float> beckett() {
  std::ifstream file(VOICESTAND_BUNDLE_DIR "/samples/beckett.wav", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<std::int16_t> samples((bytes.size() - kWavHeaderBytes) / 2);
  std::memcpy(samples.data(), bytes.data() + kWavHeaderBytes, samples.size() * 2);
  std::vector<float> audio;
  for (const std::int16_t sample : samples) audio.push_back(static_cast<float>(sample) / 32'768.0F);
  return audio;
}

WorkerRecognizer::Options options(const std::string& model_dir) {
  WorkerRecognizer::Options options;
  options.program = VOICESTAND_WORKER;
  options.model_dir = model_dir;
  options.model_id = fs::path(model_dir).filename();
  return options;
}

// Sends signals to the worker of now and to nothing else: a process number of -1 would mean every process there is, and
// that of a worker long gone may be somebody else's.
class WorkerHandle {
 public:
  explicit WorkerHandle(const WorkerRecognizer& recognizer) {
    const pid_t pid = recognizer.worker_pid();
    if (pid <= 1) return;
    posix::UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    // Its number is taken back before it is reaped: where it stands unchanged, what was opened is the worker.
    if (recognizer.worker_pid() == pid) fd_ = std::move(fd);
  }
  [[nodiscard]] bool signal(int number) const {
    return fd_ && ::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0) == 0;
  }

 private:
  posix::UniqueFd fd_;
};

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

class Recognition : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kTiny)) GTEST_SKIP() << kTiny << " is not there";
    auto made = WorkerRecognizer::create(options(kTiny));
    ASSERT_TRUE(made) << made.error().message();
    recognizer = *std::move(made);
  }
  void TearDown() override {
    recognizer.reset();
    EXPECT_FALSE(has_children());
  }
  std::string hear(std::span<const float> heard) const {
    const auto hypothesis = recognizer->recognize({heard});
    return hypothesis ? hypothesis->text : hypothesis.error().message();
  }
  void kill_worker() const { ASSERT_TRUE(WorkerHandle(*recognizer).signal(SIGKILL)); }

  const std::vector<float> audio = beckett();
  std::unique_ptr<WorkerRecognizer> recognizer;
};

TEST_F(Recognition, HearsTheWords) {
  const auto hypothesis = recognizer->recognize({audio});
  ASSERT_TRUE(hypothesis) << hypothesis.error().message();
  for (const auto* word : {"tried", "failed", "matter", "again", "better"})
    EXPECT_THAT(hypothesis->text, HasSubstr(word));
  EXPECT_GT(hypothesis->decode_time, 1ms);
  EXPECT_FALSE(hypothesis->words);
  EXPECT_EQ(recognizer->info().model, "moonshine-tiny-en");
  EXPECT_EQ(recognizer->info().engine, "sherpa");
  EXPECT_GT(recognizer->info().load_time, 1ms);
  EXPECT_EQ(recognizer->restarts(), 0U);
}

TEST_F(Recognition, NothingSaidIsNoText) {
  EXPECT_EQ(hear(std::vector<float>(16'000 * 5)), "");
  EXPECT_EQ(hear(std::vector<float>(16'000, std::numeric_limits<float>::quiet_NaN())), "");
  EXPECT_EQ(hear(std::vector<float>(1, 0.5F)), "");
  EXPECT_EQ(hear({}), "");
  EXPECT_EQ(hear(std::vector<float>(1'600)), "");
  EXPECT_EQ(recognizer->restarts(), 0U);
}

TEST_F(Recognition, MoreThanItTakesIsRefused) {
  EXPECT_TRUE(recognizer->recognize({std::vector<float>(recognizer->max_samples())}));
  const auto hypothesis = recognizer->recognize({std::vector<float>(recognizer->max_samples() + 1)});
  ASSERT_FALSE(hypothesis);
  EXPECT_EQ(hypothesis.error().code, Errc::kUsage);
}

TEST_F(Recognition, AWorkerKilledBetweenCallsCostsNothing) {
  const std::string text = hear(audio);
  kill_worker();
  EXPECT_EQ(hear(audio), text);
  kill_worker();
  EXPECT_EQ(hear(audio), text);
  EXPECT_EQ(recognizer->restarts(), 2U);
}

// Thirty kills in three tests, at seeded moments from just before the request until well behind the answer, on a short
// clip.
class RecognitionUnderFire : public Recognition, public testing::WithParamInterface<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, RecognitionUnderFire, testing::Values(1U, 2U, 3U));

TEST_P(RecognitionUnderFire, AWorkerKilledAtAnyMomentCostsNoWord) {
  const std::span<const float> clip = std::span(audio).subspan(0, 16'000 * 4);
  const auto start = std::chrono::steady_clock::now();
  const std::string text = hear(clip);
  const auto usual = std::chrono::steady_clock::now() - start;
  EXPECT_THAT(text, HasSubstr("failed"));
  std::mt19937_64 random(GetParam());
  for (int i = 0; i < (kSanitized ? 3 : 10); ++i) {
    const WorkerHandle victim(*recognizer);
    const auto moment = std::chrono::nanoseconds(random() % static_cast<std::uint64_t>((usual * 5 / 4).count()));
    std::jthread killer([&] {
      std::this_thread::sleep_for(moment);  // the moment is the point here, it synchronises nothing
      (void)victim.signal(SIGKILL);
    });
    EXPECT_EQ(hear(clip), text);
    killer.join();
  }
  EXPECT_EQ(hear(clip), text);
  EXPECT_GE(recognizer->restarts(),
            kSanitized ? 1U : 4U);  // a kill behind one answer and the next before its request are one
}

TEST_F(Recognition, AWorkerThatIsKilledAgainAndAgainIsAnErrorAndTheNextCallWorks) {
  std::atomic<bool> enough{false};
  std::jthread killer([&] {
    while (!enough) {
      (void)WorkerHandle(*recognizer).signal(SIGKILL);
      std::this_thread::yield();
    }
  });
  const auto hypothesis = recognizer->recognize({audio});
  enough = true;
  killer.join();
  ASSERT_FALSE(hypothesis);
  EXPECT_EQ(hypothesis.error().code, Errc::kWorkerFailed);
  EXPECT_THAT(hear(audio), HasSubstr("failed"));
}

TEST_F(Recognition, AStoppedWorkerIsTakenForDead) {
  auto impatient = options(kTiny);
  impatient.patience = 1s;
  impatient.on_restart = [](const Error& why) { EXPECT_THAT(why.what, HasSubstr("does not answer")); };
  auto made = WorkerRecognizer::create(std::move(impatient));
  ASSERT_TRUE(made);
  ASSERT_TRUE(WorkerHandle(**made).signal(SIGSTOP));
  EXPECT_TRUE((*made)->recognize({std::span(audio).first(16'000)}));
  EXPECT_EQ((*made)->restarts(), 1U);
}

TEST_F(Recognition, AnInterruptedCallIsFollowedByARightOne) {
  const std::string text = hear(audio);
  for (int i = 0; i < 5; ++i) {
    std::jthread interrupter([&] { recognizer->interrupt(); });
    const auto hypothesis = recognizer->recognize({audio});
    ASSERT_FALSE(hypothesis);
    EXPECT_EQ(hypothesis.error().code, Errc::kInterrupted);
    interrupter.join();
    EXPECT_EQ(hear(std::vector<float>(16'000)), "");
    EXPECT_EQ(hear(audio), text);
  }
  EXPECT_EQ(recognizer->restarts(), 0U);
}

TEST_F(Recognition, SignalsOfTheTerminalDoNotReachIt) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) EXPECT_TRUE(WorkerHandle(*recognizer).signal(number));
  EXPECT_NE(::getpgid(recognizer->worker_pid()), ::getpgrp());
  EXPECT_THAT(hear(audio), HasSubstr("failed"));
  EXPECT_EQ(recognizer->restarts(), 0U);
}

// The process that made the worker is killed; the worker, which falls to this test, must end by itself.
TEST(WorkerLife, AWorkerDoesNotOutliveItsParent) {
  if (!fs::exists(kTiny)) GTEST_SKIP() << kTiny << " is not there";
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const pid_t parent = ::fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    const auto made = WorkerRecognizer::create(options(kTiny));
    const pid_t pid = made ? (*made)->worker_pid() : -1;
    (void)!::write(ends[1], &pid, sizeof pid);
    if (made) (void)(*made)->recognize({std::vector<float>((*made)->max_samples())});
    for (;;) ::pause();
  }
  pid_t worker = -1;
  ASSERT_EQ(::read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  ASSERT_GT(worker, 0);
  ASSERT_EQ(::kill(parent, SIGKILL), 0);
  EXPECT_EQ(::waitpid(parent, nullptr, 0), parent);
  int status = 0;
  EXPECT_EQ(::waitpid(worker, &status, 0), worker);
  EXPECT_TRUE(WIFEXITED(status));
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_FALSE(has_children());
}

class DamagedModel : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kTiny)) GTEST_SKIP() << kTiny << " is not there";
    std::string name = fs::temp_directory_path() / "voicestand-model-XXXXXX";
    folder = ::mkdtemp(name.data());
    for (const auto* file : {"encoder_model.onnx", "decoder_model_merged.onnx", "tokenizer.json"}) {
      fs::create_symlink(fs::path(kTiny) / file, folder / file);
    }
  }
  void TearDown() override {
    if (!folder.empty()) fs::remove_all(folder);
    EXPECT_FALSE(has_children());
  }
  // Replaces the link by a file that may be changed.
  fs::path own(const std::string& file) const {
    fs::remove(folder / file);
    fs::copy_file(fs::path(kTiny) / file, folder / file);
    return folder / file;
  }
  Errc refusal() const {
    const auto made = WorkerRecognizer::create(options(folder));
    EXPECT_FALSE(made);
    return made ? Errc::kUsage : made.error().code;
  }
  fs::path folder;
};

TEST_F(DamagedModel, AMissingFileIsSaid) {
  fs::remove(folder / "tokenizer.json");
  EXPECT_EQ(refusal(), Errc::kModelMissing);
  fs::remove(folder / "encoder_model.onnx");
  EXPECT_EQ(refusal(), Errc::kModelMissing);
  fs::remove_all(folder);
  EXPECT_EQ(refusal(), Errc::kModelMissing);
}

TEST_F(DamagedModel, ATruncatedModelIsRefused) {
  for (const auto* file : {"encoder_model.onnx", "decoder_model_merged.onnx"}) {
    const auto path = own(file);
    fs::resize_file(path, fs::file_size(path) - 1);
    EXPECT_EQ(refusal(), Errc::kBadModel);
    fs::resize_file(path, fs::file_size(path) / 2);
    EXPECT_EQ(refusal(), Errc::kBadModel);
    fs::resize_file(path, 0);
    EXPECT_EQ(refusal(), Errc::kBadModel);
  }
}

TEST_F(DamagedModel, AnotherTokenizerIsRefused) {
  const auto path = own("tokenizer.json");
  std::ofstream(path) << R"({"model":{"vocab":{"a":0,"b":1}},"added_tokens":[]})";
  EXPECT_EQ(refusal(), Errc::kBadModel);
  std::ofstream(path) << "no JSON";
  EXPECT_EQ(refusal(), Errc::kBadModel);
}

TEST_F(DamagedModel, SwappedFilesAreRefused) {
  fs::rename(folder / "encoder_model.onnx", folder / "x");
  fs::rename(folder / "decoder_model_merged.onnx", folder / "encoder_model.onnx");
  fs::rename(folder / "x", folder / "decoder_model_merged.onnx");
  EXPECT_EQ(refusal(), Errc::kBadModel);
}

// Flipped bits may leave a model that loads and speaks nonsense (checksums find those); they must never do harm here.
TEST_F(DamagedModel, FlippedBitsAreSurvived) {
  const auto audio = beckett();
  std::mt19937_64 random(3);
  for (int round = 0; round < (kSanitized ? 3 : 10); ++round) {
    const auto path = own(round % 2 == 0 ? "encoder_model.onnx" : "decoder_model_merged.onnx");
    const auto size = fs::file_size(path);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    for (int flips = 0; flips < 64; ++flips) {
      // Half of them where the graph's nodes begin, which is where structure is.
      const auto at = static_cast<std::streamoff>(random() % (flips % 2 == 0 ? 4'096 : size));
      file.seekg(at);
      const int byte = file.get();
      file.seekp(at);
      file.put(static_cast<char>(byte ^ 1 << random() % 8));
    }
    file.close();
    const auto made = WorkerRecognizer::create(options(folder));
    if (!made) {
      EXPECT_TRUE(made.error().code == Errc::kBadModel || made.error().code == Errc::kWorkerFailed);
      continue;
    }
    const auto hypothesis = (*made)->recognize({std::span(audio).first(32'000)});
    EXPECT_TRUE(hypothesis || hypothesis.error().code == Errc::kWorkerFailed);
  }
}

std::size_t peak_rss_mib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) / 1'024;
  }
  return 0;
}

TEST(WorkerMemory, TwentySecondsOfSpeechStayBelowThreeHundredMebibytes) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's memory says nothing";
  if (!fs::exists(kBase)) GTEST_SKIP() << kBase << " is not there";
  auto made = WorkerRecognizer::create(options(kBase));
  ASSERT_TRUE(made) << made.error().message();
  std::vector<float> audio = beckett();
  audio.insert(audio.end(), audio.begin(), audio.end());
  audio.resize(16'000 * 20);
  for (const std::size_t seconds : {20U, 5U, 13U, 20U}) {
    EXPECT_TRUE((*made)->recognize({std::span(audio).first(16'000 * seconds)}));
  }
  const auto peak = peak_rss_mib((*made)->worker_pid());
  RecordProperty("peak_rss_mib", std::to_string(peak));
  EXPECT_GT(peak, 100U);
  EXPECT_LT(peak, 300U);
}

}  // namespace
}  // namespace voicestand::speech
