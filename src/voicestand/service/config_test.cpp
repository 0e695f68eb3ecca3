#include "voicestand/service/config.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/stat.h>

#include "voicestand/service/config_file.h"
#include "voicestand/service/config_keys.h"
#include "voicestand/service/model_test_folder.h"

namespace voicestand::service {
namespace {

using namespace std::chrono_literals;

Error only_error(std::string_view text) {
  const auto config = parse_config(text, "c.toml");
  EXPECT_FALSE(config) << text;
  if (config) return {};
  EXPECT_EQ(config.error().size(), 1U) << text;
  EXPECT_EQ(config.error().front().code, Errc::kBadConfig);
  return config.error().front();
}

TEST(Config, TakesWhatIsSetAndKeepsTheRest) {
  const auto config = parse_config(
      "[recognition]\nmodel = \"moonshine-tiny-en\"\nthreads = 2\n[segmentation]\nendpoint_pause_ms = 700\n"
      "max_segment_s = 12.5\nonset_probability = 0.6\n[partials]\nenabled = false\n[audio]\ninput = \"alsa\"\n",
      "c.toml");
  ASSERT_TRUE(config) << config.error().front().message();
  EXPECT_EQ(config->values.recognition.model, "moonshine-tiny-en");
  EXPECT_EQ(config->values.recognition.threads, 2);
  EXPECT_EQ(config->values.segmentation.endpoint_pause, 700ms);
  EXPECT_EQ(config->values.segmentation.max_segment, 12'500ms);
  EXPECT_DOUBLE_EQ(config->values.segmentation.onset_probability, 0.6);
  EXPECT_FALSE(config->values.partials.enabled);
  EXPECT_EQ(config->values.audio.input, "alsa");
  EXPECT_EQ(config->values.segmentation.pre_roll, 300ms);
}

TEST(Config, AWholeNumberWillDoWhereAnyNumberDoes) {
  EXPECT_EQ(parse_config("segmentation.max_segment_s = 12", "c.toml")->values.segmentation.max_segment, 12s);
}

TEST(Config, AnUnknownKeyNamesItsLineAndTheNearest) {
  const Error error = only_error("[segmentation]\npre_roll_ms = 100\npost_rol_ms = 100\n");
  EXPECT_EQ(error.where, "c.toml:3");
  EXPECT_NE(error.what.find("segmentation.post_rol_ms"), std::string::npos);
  EXPECT_NE(error.remedy.find("segmentation.post_roll_ms"), std::string::npos);
  EXPECT_NE(only_error("[recogntion]\nmodel = 'x'\n").remedy.find("recognition.model"), std::string::npos);
  EXPECT_NE(only_error("[adio]\n").remedy.find("audio."), std::string::npos);
  EXPECT_NE(only_error("model = 'x'\n").remedy.find("recognition.model"), std::string::npos);
  EXPECT_NE(only_error("\"recognition.model\" = 'x'\n").what.find("unknown key"), std::string::npos);
}

TEST(Config, AWrongTypeOrRangeSaysWhatWouldBeRight) {
  EXPECT_NE(only_error("recognition.threads = 65").remedy.find("0 to 64"), std::string::npos);
  EXPECT_NE(only_error("recognition.threads = -1").what.find("-1"), std::string::npos);
  EXPECT_NE(only_error("recognition.threads = 2.5").remedy.find("whole number"), std::string::npos);
  EXPECT_NE(only_error("recognition.threads = '2'").remedy.find("whole number"), std::string::npos);
  EXPECT_NE(only_error("segmentation.pre_roll_ms = 9223372036854775807").remedy.find("1000"), std::string::npos);
  EXPECT_NE(only_error("segmentation.onset_probability = nan").what.find("nan"), std::string::npos);
  EXPECT_NE(only_error("segmentation.max_segment_s = inf").remedy.find("20"), std::string::npos);
  EXPECT_NE(only_error("partials.enabled = 1").remedy.find("true or false"), std::string::npos);
  EXPECT_NE(only_error("audio.input = 'pipewir'").remedy.find("pipewire"), std::string::npos);
  EXPECT_NE(only_error("recognition.model = [1]").what.find("array"), std::string::npos);
  EXPECT_NE(only_error("recognition = 5").what.find("recognition"), std::string::npos);
  EXPECT_NE(only_error("models.mirror = 'http://mirror.example'").remedy.find("https"), std::string::npos);
}

TEST(Config, WordsAreListedInGeneralAndPerApplication) {
  const auto config = parse_config(
      "[vocabulary]\nwords = ['Helstone', 'post mortem']\n[vocabulary.applications.'org.gnome.Terminal']\n"
      "words = ['sudo', 'Helstone']\n[vocabulary.applications.firefox]\n[vocabulary.applications.mail]\nwords = []\n",
      "c.toml");
  ASSERT_TRUE(config) << config.error().front().message();
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_for(config->values, ""), (Words{"Helstone", "post mortem"}));
  EXPECT_EQ(words_for(config->values, "org.gnome.Terminal"), (Words{"Helstone", "post mortem", "sudo"}));
  for (const char* other : {"firefox", "mail", "org.gnome.Nautilus"})
    EXPECT_EQ(words_for(config->values, other), (Words{"Helstone", "post mortem"}));
  EXPECT_TRUE(words_for({}, "firefox").empty());
  EXPECT_NE(show_config(*config).find("words = [\"sudo\", \"Helstone\"]  # line 4\n"), std::string::npos);
}

TEST(Config, WhatIsNoListOfWordsSaysWhatWouldBe) {
  EXPECT_NE(only_error("vocabulary.words = 'Helstone'").remedy.find("a list of"), std::string::npos);
  EXPECT_NE(only_error("vocabulary.words = ['Helstone', 7]").remedy.find("texts in quotes"), std::string::npos);
  EXPECT_NE(only_error("vocabulary.words = ['a', '  ']").what.find("no word"), std::string::npos);
  EXPECT_NE(only_error("vocabulary.words = [\"a\\nb\"]").what.find("\"a\\nb\""), std::string::npos);
  EXPECT_NE(only_error("vocabulary.words = ['" + std::string(101, 'a') + "']").what.find("100 bytes"),
            std::string::npos);
  EXPECT_TRUE(parse_config("vocabulary.words = ['" + std::string(100, 'a') + "']", "c.toml"));
  const auto many = [](std::size_t count) {
    std::string text = "[vocabulary.applications.a]\nwords = [";
    for (std::size_t i = 0; i < count; ++i) text += "'a', ";
    return text + "]";
  };
  EXPECT_EQ(only_error(many(kMostTexts + 1)).where, "c.toml:2");
  EXPECT_NE(only_error(many(kMostTexts + 1)).what.find("vocabulary.applications.a.words"), std::string::npos);
  EXPECT_TRUE(parse_config(many(kMostTexts), "c.toml"));

  EXPECT_NE(only_error("vocabulary.wrds = []").remedy.find("vocabulary.words"), std::string::npos);
  for (const char* odd : {"[vocabulary.applications.org.gnome.Terminal]\nwords = []", "vocabulary.applications = 1",
                          "[vocabulary.applications]\nwords = ['a']", "[vocabulary.applications.a]\nwrds = ['a']",
                          "[vocabulary.applications.a.words]\nwords = ['a']"}) {
    EXPECT_NE(only_error(odd).remedy.find("[vocabulary.applications.\"APP-ID\"]"), std::string::npos) << odd;
  }
}

TEST(Config, WordsThatAreShownReadBackAsTheSame) {
  EXPECT_TRUE(rc::check([] {
    const auto words = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "a", "\"b\"", "\\", "'c' d", "#", "]", "gr\xC3\xBC\xC3\x9F", "\xF0\x9F\x99\x82", "[x]", "a.b"));
    LoadedConfig config = load_config("/nonexistent/config.toml").value();
    config.values.vocabulary = {.words = *words,
                                .applications = *rc::gen::container<std::map<std::string, std::vector<std::string>>>(
                                    rc::gen::element<std::string>("", "a", "a.b", "\"", "words", "\n"), words)};
    const auto again = parse_config(show_config(config), "c.toml");
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->values.vocabulary.words == config.values.vocabulary.words);
    RC_ASSERT(again->values.vocabulary.applications == config.values.vocabulary.applications);
  }));
}

TEST(Config, TextsOfOnesOwnAndWhatIsOtherwiseForAnApplication) {
  const auto config = parse_config(
      "[text]\nfillers = false\n[text.phrases]\n'my address' = \"12 Main Street\\nSpringfield\"\n"
      "[text.replace]\n'voice stand' = 'VoiceStand'\n'/([0-9]+) percent/' = '\\1 %'\n"
      "[profiles.chat]\napps = ['Discord', 'slack']\ntype.live = 'stable'\ntext.commands = false\n"
      "[profiles.chat.text.replace]\n'voice stand' = 'VS'\n[profiles.empty]\n[profiles.other]\napps = ['slack']\n"
      "text.commands = true\n",
      "c.toml");
  ASSERT_TRUE(config) << config.error().front().message();
  EXPECT_EQ(config->values.text.phrases.at("my address"), "12 Main Street\nSpringfield");
  const Config elsewhere = config_for(config->values, "editor");
  EXPECT_EQ(elsewhere.type.live, "final");
  EXPECT_EQ(elsewhere.text.replace.at("voice stand"), "VoiceStand");
  for (const char* app : {"Discord", "discord", "slack"}) {
    const Config chat = config_for(config->values, app);
    EXPECT_EQ(chat.type.live, "stable") << app;
    EXPECT_FALSE(chat.text.commands) << app << ": the first profile by name";
    EXPECT_FALSE(chat.text.fillers) << "what it does not set stays";
    EXPECT_EQ(chat.text.replace.at("voice stand"), "VS");
    EXPECT_EQ(chat.text.replace.size(), 2U);
  }
  EXPECT_EQ(config_for(config->values, "").type.live, "final");
  const auto again = parse_config(show_config(*config), "c.toml");
  ASSERT_TRUE(again) << again.error().front().message();
  EXPECT_EQ(again->values.text.phrases, config->values.text.phrases);
  EXPECT_EQ(again->values.text.replace, config->values.text.replace);
  EXPECT_EQ(again->values.profiles, config->values.profiles);
}

TEST(Config, WhatIsNoTextOfOnesOwnSaysWhatWouldBe) {
  EXPECT_NE(only_error("[text.phrases]\na = 5").remedy.find("[text.phrases]"), std::string::npos);
  EXPECT_NE(only_error("[text.replace.a]\nb = 'c'").remedy.find("[text.replace]"), std::string::npos);
  EXPECT_NE(only_error("text.replace = 'a'").remedy.find("[text.replace]"), std::string::npos);
  EXPECT_NE(only_error("[text.replace]\n'/(/' = 'a'").what.find("no regular expression"), std::string::npos);
  EXPECT_NE(only_error("[text.replace]\n' ' = 'a'").what.find("nothing that can be said"), std::string::npos);
  EXPECT_NE(only_error("[text.replace]\na = \"\\u0007\"").what.find("nothing that can be said"), std::string::npos);
  EXPECT_NE(only_error("[text.phrases]\na = '" + std::string(4'001, 'x') + "'").what.find("too much"),
            std::string::npos);
  EXPECT_EQ(only_error("[profiles.a]\napps = ['b']\nrecognition.model = 'c'").where, "c.toml:3");
  EXPECT_NE(only_error("[profiles.a]\nrecognition.model = 'c'").remedy.find("type.live"), std::string::npos);
  EXPECT_NE(only_error("[profiles.a]\ntype.live = 'maybe'").remedy.find("stable"), std::string::npos);
  EXPECT_NE(only_error("[profiles.a]\napps = 'b'").remedy.find("a list of"), std::string::npos);
  EXPECT_NE(only_error("profiles.a = 1").remedy.find("[profiles.NAME]"), std::string::npos);
  EXPECT_NE(only_error("profiles = 1").remedy.find("[profiles.NAME]"), std::string::npos);
}

TEST(Config, TellsAllErrorsAtOnceInTheOrderOfLines) {
  const auto config = parse_config("[recognition]\nmodl = 'x'\nthreads = 'many'\n[audio]\ninput = 7\n", "c.toml");
  ASSERT_FALSE(config);
  ASSERT_EQ(config.error().size(), 3U);
  EXPECT_EQ(config.error()[0].where, "c.toml:2");
  EXPECT_EQ(config.error()[1].where, "c.toml:3");
  EXPECT_EQ(config.error()[2].where, "c.toml:5");
}

TEST(Config, SettingsMustGoTogether) {
  const Error error = only_error("[segmentation]\nonset_probability = 0.2\n");
  EXPECT_EQ(error.where, "c.toml:2");
  EXPECT_NE(error.what.find("hangover_probability"), std::string::npos);
  EXPECT_TRUE(parse_config("[segmentation]\nonset_probability = 0.2\nhangover_probability = 0.1\n", "c.toml"));
}

TEST(Config, EveryKeyIsExplainedAndItsDefaultIsAllowed) {
  const LoadedConfig defaults = load_config("/nonexistent/config.toml").value();
  EXPECT_FALSE(defaults.file_exists);
  const std::string shown = show_config(load_config("/nonexistent/config.toml").value());
  for (const ConfigKey& key : config_keys()) {
    EXPECT_NE(key.name.find('.'), std::string_view::npos) << key.name;
    const std::size_t at =
        shown.find("\n" + std::string(key.leaf()) + " = ", shown.find("[" + std::string(key.section()) + "]"));
    ASSERT_NE(at, std::string::npos) << key.name;
    EXPECT_TRUE(shown.substr(shown.rfind('\n', at - 1) + 1).starts_with("# ")) << key.name;
    EXPECT_EQ(shown.find("#  Takes", shown.rfind('\n', at - 1)), std::string::npos) << key.name << " is not explained";
    const std::string line = std::string(key.name) + " = " + config_value_text(key, defaults.values);
    EXPECT_TRUE(parse_config(line, "c.toml")) << line;
  }
  for (const auto& [lesser, greater] : config_orders()) {
    for (const auto name : {lesser, greater}) {
      EXPECT_NE(std::ranges::find(config_keys(), name, &ConfigKey::name), config_keys().end()) << name;
    }
  }
}

TEST(Config, WhatIsShownReadsBackAsTheSame) {
  EXPECT_TRUE(rc::check([] {
    std::string text;
    for (const ConfigKey& key : config_keys()) {
      if (!*rc::gen::arbitrary<bool>()) continue;
      Config defaults;
      std::string value = config_value_text(key, defaults);
      if (config_number(key, defaults)) {
        value = std::to_string(
            *rc::gen::inRange(static_cast<int>(std::ceil(key.least)), static_cast<int>(std::floor(key.most)) + 1));
      } else if (!key.choices.empty()) {
        value = "'" + std::string(*rc::gen::elementOf(std::vector(key.choices.begin(), key.choices.end()))) + "'";
      }
      text += std::string(key.name) + " = " + value + "\n";
    }
    const auto config = parse_config(text, "c.toml");
    if (!config) return;  // settings that do not go together
    const auto again = parse_config(show_config(*config), "c.toml");
    RC_ASSERT(again.has_value());
    for (const ConfigKey& key : config_keys()) {
      RC_ASSERT(config_value_text(key, again->values) == config_value_text(key, config->values));
    }
  }));
}

TEST(Config, ShowsWhereEachSettingComesFrom) {
  const auto config = parse_config("[audio]\ndevice = 'Mic \"1\"'\n", "/tmp/odd\nname.toml");
  ASSERT_TRUE(config);
  const std::string shown = show_config(*config);
  EXPECT_NE(shown.find("device = \"Mic \\\"1\\\"\"  # line 2\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("input = \"auto\"  # default\n"), std::string::npos);
  EXPECT_TRUE(parse_config(shown, "c.toml"));
}

TEST(Config, SurvivesDamagedFiles) {
  const std::string whole = show_config(load_config("/nonexistent/config.toml").value());
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same damage every time
  for (int round = 0; round < 3'000; ++round) {
    std::string text = whole;
    for (int flips = 0; flips < 4; ++flips) text[random() % text.size()] = static_cast<char>(random() % 256);
    if (const auto config = parse_config(text, "c.toml"); !config) {
      for (const Error& error : config.error()) EXPECT_TRUE(error.where.starts_with("c.toml:")) << error.message();
    }
  }
}

TEST(ConfigFile, OddFilesAreRefusedWithTheirName) {
  const TestFolder folder;
  const auto refused = [&](const std::filesystem::path& file, Errc code) {
    const auto config = load_config(file);
    ASSERT_FALSE(config) << file;
    EXPECT_EQ(config.error().front().code, code) << config.error().front().message();
    EXPECT_NE(config.error().front().where.find(file.string()), std::string::npos);
  };
  refused(folder.path(), Errc::kBadConfig);
  folder.write("huge.toml", std::string(kMaxConfigBytes + 1, '#'));
  refused(folder.path() / "huge.toml", Errc::kBadConfig);
  folder.write("latin1.toml", "# caf\xE9\n");
  refused(folder.path() / "latin1.toml", Errc::kBadConfig);
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  refused(folder.path() / "pipe", Errc::kBadConfig);
  if (::geteuid() != 0) {
    folder.write("secret.toml", "");
    ASSERT_EQ(::chmod((folder.path() / "secret.toml").c_str(), 0), 0);
    refused(folder.path() / "secret.toml", Errc::kIo);
  }
}

TEST(SetInConfig, ChangesOneValueAndNothingElse) {
  const TestFolder folder;
  const auto file = folder.path() / "new" / "config.toml";
  ASSERT_TRUE(set_in_config(file, "recognition.model", "moonshine-tiny-en"));
  EXPECT_EQ(folder.read("new/config.toml"), "[recognition]\nmodel = \"moonshine-tiny-en\"\n");

  folder.write("new/config.toml", "# mine\n[recognition]\nmodel = 'a' # note\nthreads = 1\n");
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  ASSERT_TRUE(set_in_config(file, "recognition.model", "b"));
  EXPECT_EQ(folder.read("new/config.toml"), "# mine\n[recognition]\nmodel = \"b\" # note\nthreads = 1\n");
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(folder.names("new"), std::vector<std::string>{"config.toml"});
}

TEST(SetInConfig, FollowsALink) {
  const TestFolder folder;
  folder.write("dotfiles.toml", "[audio]\n");
  std::filesystem::create_symlink("dotfiles.toml", folder.path() / "config.toml");
  ASSERT_TRUE(set_in_config(folder.path() / "config.toml", "audio.input", "alsa"));
  EXPECT_EQ(folder.read("dotfiles.toml"), "[audio]\ninput = \"alsa\"\n");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "config.toml"));
}

TEST(SetInConfig, LeavesAWrongFileAlone) {
  const TestFolder folder;
  folder.write("config.toml", "[recognition]\nthreads = 'x'\n");
  EXPECT_EQ(set_in_config(folder.path() / "config.toml", "recognition.model", "b").error().code, Errc::kBadConfig);
  EXPECT_EQ(folder.read("config.toml"), "[recognition]\nthreads = 'x'\n");
  folder.write("config.toml", "");
  EXPECT_EQ(set_in_config(folder.path() / "config.toml", "audio.input", "b").error().code, Errc::kBadConfig);
  EXPECT_EQ(set_in_config(folder.path() / "config.toml", "audio.inpt", "b").error().code, Errc::kUsage);
  EXPECT_EQ(set_in_config(folder.path() / "config.toml", "recognition.threads", "2").error().code, Errc::kUsage);
  EXPECT_EQ(folder.read("config.toml"), "");
}

}  // namespace
}  // namespace voicestand::service
