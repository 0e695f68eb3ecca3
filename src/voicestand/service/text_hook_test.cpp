#include "voicestand/service/text_hook.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <rapidcheck.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "voicestand/base/utf8.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kShort{100};
constexpr milliseconds kLong{30'000};       // never waited for
constexpr milliseconds kWellBefore{5'000};  // of a machine that does other things too

std::ptrdiff_t open_files() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

TextHook hook_of(std::string script, milliseconds timeout = kLong) {
  return TextHook({.argv = {"/bin/sh", "-c", std::move(script)}, .timeout = timeout});
}

// What a program that writes these bytes is said to have answered.
Result<std::string> answer(std::string_view bytes) {
  return TextHook({.argv = {"printf", "%s", std::string(bytes)}, .timeout = kLong}).rewrite({.text = "a", .app = {}});
}

// Whatever a program does, no descriptor and no process of it stays.
class TextHookTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = (std::filesystem::temp_directory_path() / "voicestand-hook-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    open_files_ = open_files();
  }
  void TearDown() override {
    EXPECT_EQ(open_files(), open_files_);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a zombie, or a child that lives";
    EXPECT_EQ(errno, ECHILD);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }

  // The error of a script that must not be waited for.
  static Error error_of(const std::string& script, milliseconds timeout = kLong, std::string text = "a") {
    const auto begin = steady_clock::now();
    const auto rewritten = hook_of(script, timeout).rewrite({.text = std::move(text), .app = {}});
    EXPECT_LT(steady_clock::now() - begin, kWellBefore);
    if (rewritten) return {.code = Errc::kUsage, .what = "it gave: " + *rewritten, .where = {}, .remedy = {}};
    EXPECT_EQ(rewritten.error().where, "/bin/sh");
    EXPECT_FALSE(rewritten.error().remedy.empty());
    return rewritten.error();
  }

  // Whether, soon, nobody has open for writing the FIFO that a script wrote to as 9.
  static bool all_gone(int fifo) {
    pollfd closed{.fd = fifo, .events = 0, .revents = 0};
    return ::poll(&closed, 1, static_cast<int>(kWellBefore.count())) == 1 && (closed.revents & POLLHUP) != 0;
  }

 private:
  std::filesystem::path folder_;
  std::ptrdiff_t open_files_ = 0;
};

TEST_F(TextHookTest, GivesTheProgramsText) {
  auto hook = hook_of("sed 's/teh/the/'");
  EXPECT_EQ(hook.rewrite({.text = "teh end", .app = "foot"}).value(), "the end");
  EXPECT_EQ(hook.rewrite({.text = "teh \"second\"\ntime", .app = {}}).value(), "the \"second\"\ntime");
}

TEST_F(TextHookTest, TheProgramReadsOneObjectToItsEnd) {
  const std::string copy = path("copy");
  auto hook = TextHook({.argv = {"tee", copy}, .timeout = kLong});
  const auto told = [&](const TextHook::Said& said) {
    EXPECT_TRUE(hook.rewrite(said));
    return nlohmann::json::parse(std::ifstream(copy));
  };
  EXPECT_EQ(told({.text = "Say \"ü\"\n", .app = "org.gnome.TextEditor"}),
            (nlohmann::json{{"text", "Say \"ü\"\n"}, {"app", "org.gnome.TextEditor"}}));
  EXPECT_EQ(told({.text = "", .app = {}}), (nlohmann::json{{"text", ""}, {"app", nullptr}}));
}

TEST_F(TextHookTest, AnyTextComesBackTheSame) {
  auto hook = TextHook({.argv = {"cat"}, .timeout = kLong});
  rc::check("text of UTF-8 without commands comes back through cat", [&](const std::vector<std::uint32_t>& numbers) {
    std::string text = "\n\t";
    for (const std::uint32_t number : numbers) {
      const std::uint32_t character = number % 0x110000;
      const bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
      const bool surrogate = character >= 0xD800 && character < 0xE000;
      if (!control && !surrogate) append_utf8(text, character);
    }
    RC_ASSERT(hook.rewrite({.text = text, .app = text}).value() == text);
  });
}

TEST_F(TextHookTest, AHugeTextComesBackAndAHugerOneIsRefused) {
  auto hook = TextHook({.argv = {"cat"}, .timeout = kLong});
  const std::string huge(1'000'000, 'x');
  EXPECT_EQ(hook.rewrite({.text = huge, .app = {}}).value(), huge);
  const auto huger = hook.rewrite({.text = huge + huge, .app = {}});
  ASSERT_FALSE(huger);
  EXPECT_EQ(huger.error().code, Errc::kBadData);
}

TEST_F(TextHookTest, AProgramNeedNotRead) {
  const std::string huge(10'000'000, 'x');
  auto hook = hook_of(R"(exec <&-; printf '{"text": "mine"}')");
  EXPECT_EQ(hook.rewrite({.text = huge, .app = {}}).value(), "mine");
  EXPECT_EQ(error_of("sleep 60", kShort, huge).code, Errc::kWorkerFailed);
}

TEST_F(TextHookTest, AnAnswerMayComeByteByByte) {
  auto hook = hook_of(R"(for c in '{' '"' t e x t '"' : '"' o k '"' '}'; do printf %s "$c"; sleep 0.002; done)");
  EXPECT_EQ(hook.rewrite({.text = "a", .app = {}}).value(), "ok");
}

TEST_F(TextHookTest, OtherMembersArePassedOver) {
  EXPECT_EQ(answer(R"( {"a": [1, {"text": 2}], "text": "t\u00e9\ud83d\ude00", "b": null} )"
                   "\n")
                .value(),
            "té😀");
  EXPECT_EQ(answer(R"({"text":""})").value(), "");
}

TEST_F(TextHookTest, AnAnswerOfNoUseIsRefused) {
  for (const char* const bytes : {"",
                                  " ",
                                  "the text",
                                  "{",
                                  "{}",
                                  "[]",
                                  "null",
                                  "\"text\"",
                                  "3",
                                  R"(["text", "a"])",
                                  R"({"Text": "a"})",
                                  R"({"text": 3})",
                                  R"({"text": null})",
                                  R"({"text": ["a"]})",
                                  R"({"text": {"text": "a"}})",
                                  R"({"text": "a")",
                                  R"({"text": "a)",
                                  R"({"text": "a"} x)",
                                  R"({"text": "a"}{"text": "b"})",
                                  R"({"text": "a",})",
                                  R"({"text": "a", "b": tru})",
                                  R"({"text": "\ud800"})",
                                  R"({"text": "\x"})"}) {
    const auto refused = answer(bytes);
    ASSERT_FALSE(refused) << bytes;
    EXPECT_EQ(refused.error().code, Errc::kBadData) << bytes;
    EXPECT_FALSE(refused.error().remedy.empty()) << bytes;
  }
}

TEST_F(TextHookTest, ATextThatCannotBeTypedIsRefused) {
  for (const char* const text : {"\xFF", "caf\xC3", "\xED\xA0\x80", "\xC0\x80", "\x7F", "\xC2\x9B",  //
                                 R"(\u0000)", R"(\u001b[A)", R"(\r)", R"(a\r\n)", R"(\b)", R"(\u0085)"}) {
    const auto refused = answer(R"({"text": ")" + std::string(text) + R"("})");
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, Errc::kBadData) << text;
  }
  EXPECT_EQ(answer(R"({"text": "a\n\tb"})").value(), "a\n\tb");
}

TEST_F(TextHookTest, AProgramThatFailsSaysHow) {
  const Error code = error_of(R"(printf '{"text": "half"}'; exit 3)");
  EXPECT_EQ(code.code, Errc::kWorkerFailed);
  EXPECT_NE(code.what.find("code 3"), std::string::npos) << code.what;
  const Error signal = error_of(R"(printf '{"text": "half"}'; kill -SEGV $$)");
  EXPECT_EQ(signal.code, Errc::kWorkerFailed);
  EXPECT_NE(signal.what.find("signal 11"), std::string::npos) << signal.what;
  EXPECT_EQ(error_of("exit 0").what, "it wrote nothing");
}

TEST_F(TextHookTest, WhatItSaysOnStderrIsSaidOnOurs) {
  testing::internal::CaptureStderr();
  const auto rewritten = hook_of("cat; echo hello >&2").rewrite({.text = "a", .app = {}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "hello\n");
  EXPECT_EQ(rewritten.value(), "a");
}

TEST_F(TextHookTest, AProgramThatIsLateIsEndedInTime) {
  for (const char* const script : {
           "sleep 60",
           R"(printf '{"text": "and then"}'; sleep 60)",
           R"(printf '{"text": "and then"}'; exec >&-; sleep 60)",
           "trap '' TERM INT HUP PIPE; while :; do :; done",
           "while :; do printf ' '; sleep 0.01; done",
           "kill -STOP $$",
       }) {
    const auto begin = steady_clock::now();
    const Error late = error_of(script, kShort);
    EXPECT_GE(steady_clock::now() - begin, kShort) << script;
    EXPECT_EQ(late.code, Errc::kWorkerFailed) << script;
    EXPECT_NE(late.what.find("100 milliseconds"), std::string::npos) << late.what;
  }
  EXPECT_EQ(error_of("sleep 60", milliseconds(0)).code, Errc::kWorkerFailed);
  EXPECT_EQ(error_of("sleep 60", milliseconds(-1)).code, Errc::kWorkerFailed);
}

TEST_F(TextHookTest, AfterALateOneTheNextIsAsGoodAsTheFirst) {
  auto hook = hook_of("grep -v wait || sleep 60", kShort);
  EXPECT_FALSE(hook.rewrite({.text = "wait", .app = {}}));
  // What was killed may take a moment to be gone, and a busy machine to start another.
  const auto deadline = steady_clock::now() + kLong;
  Result<std::string> next = hook.rewrite({.text = "next", .app = {}});
  while (!next && steady_clock::now() < deadline) next = hook.rewrite({.text = "next", .app = {}});
  EXPECT_EQ(next.value(), "next");
}

TEST_F(TextHookTest, OnlySoMuchIsRead) {
  EXPECT_EQ(error_of("head -c 100000000 /dev/zero").code, Errc::kBadData);
  EXPECT_EQ(error_of("yes").code, Errc::kBadData);
  EXPECT_EQ(error_of("yes & exit 0").code, Errc::kBadData) << "from who was left behind";
}

TEST_F(TextHookTest, WhatItHasStartedIsEndedWithIt) {
  const std::string fifo = path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const posix::UniqueFd reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const std::string begin = "exec 9>" + fifo + "; sleep 60 & ";
  EXPECT_EQ(error_of(begin + "wait", kShort).code, Errc::kWorkerFailed);
  EXPECT_TRUE(all_gone(reader.get()));
  EXPECT_EQ(error_of(begin + "cat /dev/zero").code, Errc::kBadData);
  EXPECT_TRUE(all_gone(reader.get()));
  const Error left = error_of(begin + R"(printf '{"text": "b"}')", kShort);
  EXPECT_EQ(left.code, Errc::kWorkerFailed);
  EXPECT_NE(left.what.find("left a program behind"), std::string::npos) << left.what;
  EXPECT_TRUE(all_gone(reader.get()));
}

TEST_F(TextHookTest, WhatLetsGoOfTheOutputMayStay) {
  const std::string file = path("later");
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const posix::UniqueFd reader(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  auto hook = hook_of("(sleep 0.05; echo done) >" + file + R"( & printf '{"text": "b"}')");
  EXPECT_EQ(hook.rewrite({.text = "a", .app = {}}).value(), "b");
  pollfd written{.fd = reader.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&written, 1, static_cast<int>(kWellBefore.count())), 1);
  std::array<char, 5> word{};
  EXPECT_EQ(::read(reader.get(), word.data(), word.size()), 5);
}

TEST_F(TextHookTest, AProgramThatCannotBeStartedIsAnError) {
  const auto code_of = [](std::vector<std::string> argv) {
    const auto failed = TextHook({.argv = std::move(argv), .timeout = kLong}).rewrite({.text = "a", .app = {}});
    EXPECT_FALSE(failed);
    return failed ? Errc::kUsage : failed.error().code;
  };
  const std::string plain = path("plain");
  std::ofstream(plain) << "#!/bin/sh\ncat\n";
  EXPECT_EQ(code_of({path("nowhere")}), Errc::kServiceMissing);
  EXPECT_EQ(code_of({"voicestand-no-such-program"}), Errc::kServiceMissing);
  EXPECT_EQ(code_of({""}), Errc::kServiceMissing);
  EXPECT_EQ(code_of({plain}), Errc::kIo);
  EXPECT_EQ(code_of({"/"}), Errc::kIo);
  EXPECT_EQ(code_of({}), Errc::kBadConfig);
}

}  // namespace
}  // namespace voicestand::service
