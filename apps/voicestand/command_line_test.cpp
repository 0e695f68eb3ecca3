#include "command_line.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::vector<std::string>;

// A program that remembers what it was given.
class Probe {
 public:
  Probe() {
    program.add_instead("--version", [] { return ExitCode::kInterrupted; }, "print the version");
    Command& copy = program.add_command("copy", "copy files");
    copy.add_flag("--force", force, "without asking");
    copy.add_option("--format", "FORMAT", one_of({"text", "json"}, [this](std::size_t which) { format = which; }),
                    "how");
    copy.add_option("--size", "N", into(size), "how much");
    copy.add_option("--name", "NAME", into(name), "what it is called");
    copy.add_argument("TO", Command::Need::kRequired, into(to), "where to");
    copy.add_arguments("FROM", Command::Need::kOptional, into(from), "what");
    copy.set_work([] { return ExitCode::kDone; });
    Command& models = program.add_command("models", "the models");
    models.add_command("list", "print them").set_work([] { return ExitCode::kMissing; });
  }

  // The exit code of the chosen work, or what is wrong with the words.
  std::string told(const Words& words) {
    const auto work = program.parse(words);
    return work ? "exit " + std::to_string(static_cast<int>((*work)())) : work.error().message();
  }

  Command program{"probe", "A probe."};
  bool force = false;
  std::size_t format = 9;
  int size = 0;
  std::optional<std::string> name;
  std::string to;
  Words from;
};

TEST(CommandLine, OptionsMayStandAnywhere) {
  Probe probe;
  EXPECT_EQ(probe.told({"copy", "a", "--format", "json", "b", "--size=12", "c", "--force"}), "exit 0");
  EXPECT_TRUE(probe.force);
  EXPECT_EQ(probe.format, 1U);
  EXPECT_EQ(probe.size, 12);
  EXPECT_EQ(probe.name, std::nullopt);
  EXPECT_EQ(probe.to, "a");
  EXPECT_THAT(probe.from, ElementsAre("b", "c"));
}

TEST(CommandLine, TheLastOfTwoCounts) {
  Probe probe;
  EXPECT_EQ(probe.told({"copy", "a", "--name", "one", "--name", "two"}), "exit 0");
  EXPECT_EQ(probe.name, "two");
}

TEST(CommandLine, AnOptionMayBeShortenedWhereThatIsClear) {
  Probe probe;
  EXPECT_EQ(probe.told({"copy", "a", "--si", "7"}), "exit 0");
  EXPECT_EQ(probe.size, 7);
  EXPECT_THAT(probe.told({"copy", "a", "--fo"}), HasSubstr("there is no option '--fo'"));
}

TEST(CommandLine, CommandsStandInCommands) {
  EXPECT_EQ(Probe().told({"models", "list"}), "exit 4");
  EXPECT_THAT(Probe().told({"models"}), HasSubstr("a command is missing: see 'probe models --help'"));
  EXPECT_THAT(Probe().told({}), HasSubstr("a command is missing: see 'probe --help'"));
}

TEST(CommandLine, WhatIsDoneInsteadAsksForNothingElse) {
  EXPECT_EQ(Probe().told({"--version"}), "exit 130");
  EXPECT_EQ(Probe().told({"--version", "copy"}), "exit 130");
}

TEST(CommandLine, WhatIsWrongIsTold) {
  EXPECT_EQ(Probe().told({"cpoy"}), "there is no command 'cpoy', the nearest is 'copy': see 'probe --help'");
  EXPECT_EQ(Probe().told({"copy", "a", "--fromat", "json"}),
            "there is no option '--fromat', the nearest is '--format': see 'probe copy --help'");
  EXPECT_EQ(Probe().told({"copy", "a", "-x"}), "there is no option '-x': see 'probe copy --help'");
  EXPECT_EQ(Probe().told({"copy"}), "TO is missing: see 'probe copy --help'");
  EXPECT_EQ(Probe().told({"copy", "a", "--size"}), "--size needs a value: see 'probe copy --help'");
  EXPECT_EQ(Probe().told({"copy", "a", "--force=1"}), "--force takes no value: see 'probe copy --help'");
  EXPECT_EQ(Probe().told({"copy", "a", "--format", "doc"}),
            "--format: 'doc' is none of text, json: see 'probe copy --help'");
  EXPECT_EQ(Probe().told({"models", "list", "b"}), "'b' is one argument too many: see 'probe models list --help'");
}

TEST(CommandLine, ANumberIsAWholeOne) {
  for (const char* word : {"", "x", "1x", "1.5", " 1", "99999999999999999999"}) {
    EXPECT_THAT(Probe().told({"copy", "a", "--size", word}), HasSubstr("is no whole number")) << word;
  }
}

TEST(CommandLine, TheHelpNamesAllThereIs) {
  const Probe probe;
  EXPECT_EQ(probe.program.help(),
            "Usage: probe [OPTION]... COMMAND ...\n"
            "A probe.\n"
            "\n"
            "Options:\n"
            "  --version   print the version\n"
            "  -h, --help  print this help\n"
            "\n"
            "Commands:\n"
            "  copy    copy files\n"
            "  models  the models\n");
  EXPECT_EQ(probe.program.commands().front().help(),
            "Usage: probe copy [OPTION]... TO [FROM...]\n"
            "copy files\n"
            "\n"
            "  TO    where to\n"
            "  FROM  what\n"
            "\n"
            "Options:\n"
            "  --force          without asking\n"
            "  --format FORMAT  how\n"
            "  --size N         how much\n"
            "  --name NAME      what it is called\n"
            "  -h, --help       print this help\n");
}

// Words as hostile as a shell lets through.
rc::Gen<Words> any_words() {
  return rc::gen::container<Words>(rc::gen::oneOf(
      rc::gen::elementOf(Words{"copy", "models", "list", "-h", "--help", "--", "-", "--size", "--name=", "--f", "-fx"}),
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127))),
      rc::gen::just(std::string())));
}

RC_GTEST_PROP(CommandLine, AnyWordsAreDoneOrRefused, ()) {
  Words words = *any_words();
  const bool copies = *rc::gen::arbitrary<bool>();
  if (copies) words.insert(words.begin(), "copy");
  Probe probe;
  const auto work = probe.program.parse(words);
  if (!work) {
    RC_ASSERT(work.error().code == Errc::kUsage);
    RC_ASSERT(work.error().remedy.find("--help") != std::string::npos);
  } else {
    RC_ASSERT(static_cast<bool>(*work));
  }
}

RC_GTEST_PROP(CommandLine, AfterTwoDashesWordsAreTakenAsTheyAre, ()) {
  Words words = *any_words();
  words.insert(words.begin(), "to");
  Words line{"copy", "--force", "--"};
  line.insert(line.end(), words.begin(), words.end());
  Probe probe;
  RC_ASSERT(probe.program.parse(line).has_value());
  RC_ASSERT(probe.to == "to");
  RC_ASSERT(std::equal(probe.from.begin(), probe.from.end(), words.begin() + 1, words.end()));
}

}  // namespace
}  // namespace voicestand::app
