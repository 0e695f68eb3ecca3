#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/toml/document.h"
#include "voicestand/text/rewriting.h"

namespace voicestand::service {

// What the user can set, with its defaults. Names, ranges and explanations stand in config_keys.cpp.
struct Config {
  using Duration = std::chrono::milliseconds;

  struct Recognition {
    std::string model = "moonshine-base-en";
    std::string engine = "auto";  // the model's own choice
    int threads = 0;              // as many as the machine has to spare
    std::string governor = "auto";
  } recognition;

  struct Partials {
    bool enabled = true;
    Duration interval{400};
  } partials;

  struct Segmentation {
    double onset_probability = 0.5;
    double hangover_probability = 0.35;
    double gate_dbfs = -100;
    Duration pre_roll{300};
    Duration min_speech{96};
    Duration short_pause{120};
    Duration endpoint_pause{500};
    Duration post_roll{250};
    Duration max_segment{10'000};
    Duration soft_segment{4'000};  // 0: never
    Duration soft_pause{200};
  } segmentation;

  // What files are segmented by where it differs: nobody waits for their finals, and longer stretches are recognised
  // better.
  struct Transcribe {
    Duration max_segment{20'000};
    Duration pre_roll{400};
    Duration endpoint_pause{2'000};
    Duration post_roll{500};
  } transcribe;

  struct Audio {
    std::string input = "auto";
    std::string device;  // empty: the default device, followed when it changes
  } audio;

  struct Dictate {
    std::string key = "ctrl+alt+space";  // empty: none
    std::string cancel_key = "Escape";   // while dictating; empty: none
    std::string mode = "auto";
    Duration tap{250};
    Duration max_duration{300'000};  // 0: for ever
    bool sounds = true;
  } dictate;

  struct Microphone {
    std::string policy = "always";
    Duration warm{30'000};
    Duration pre_roll{500};
    Duration tail{200};
  } microphone;

  struct Type {
    std::string backend = "auto";
    std::string layout;  // empty: that of the session
    std::string live = "final";
    bool terminal_newlines = false;
  } type;

  struct Text {
    bool commands = true;
    bool fillers = true;
    bool numbers = true;
    std::vector<std::string> command{};  // a program and its arguments; empty: none
    Duration command_timeout{1'000};
    text::Rewriting::Table phrases{};
    text::Rewriting::Table replace{};
  } text;

  // What is set otherwise for some applications.
  struct Profile {
    struct Setting {
      std::vector<std::string> parts;  // of the key, as in toml::Entry
      toml::Value value;
      bool operator==(const Setting&) const = default;
    };
    std::vector<std::string> apps;
    std::vector<Setting> settings;  // good ones
    bool operator==(const Profile&) const = default;
  };
  std::map<std::string, Profile> profiles{};  // by their names

  struct History {
    bool enabled = true;
    bool audio = false;
    int days = 7;
    int megabytes = 64;
  } history;

  struct Watch {
    std::string http;   // of `dictate`; empty: it is not watched
    std::string token;  // empty: none
  } watch;

  struct Models {
    std::string mirror;  // empty: the addresses in the manifests
  } models;

  struct Vocabulary {
    std::vector<std::string> words;                                  // whatever one speaks to
    std::map<std::string, std::vector<std::string>> applications{};  // by their id: further words
  } vocabulary;
};

// What to listen for while one speaks to an application: the general words, then its own, each once. An empty id is no
// application. Thread: any. Real-time: no.
[[nodiscard]] std::vector<std::string> words_for(const Config& config, const std::string& app_id);

// The settings while one speaks to an application: those of the first profile that names it, in whatever case, go
// before. Thread: any. Real-time: no.
[[nodiscard]] Config config_for(const Config& config, std::string_view app_id);

// The settings in force, and where each comes from.
struct LoadedConfig {
  Config values;
  std::filesystem::path file;
  bool file_exists = false;
  std::vector<std::size_t> lines;  // for each of config_keys(): the line that set it, 0 for a default
  std::map<std::string, std::size_t> application_lines{};  // that set vocabulary.applications
};

// All that is wrong with a file at once; where = "FILE:LINE".
using ConfigErrors = std::vector<Error>;

// Thread: any. Real-time: no. `name` is what errors call the text. Errors: kBadConfig.
[[nodiscard]] std::expected<LoadedConfig, ConfigErrors> parse_config(std::string_view text,
                                                                     const std::filesystem::path& name);

// A file that is not there is all defaults. Thread: any. Real-time: no, reads. Errors: kBadConfig (also for what is no
// regular file or larger than kMaxConfigBytes), kIo (it is there and cannot be read).
[[nodiscard]] std::expected<LoadedConfig, ConfigErrors> load_config(const std::filesystem::path& file);

// The settings in force as TOML, each with its explanation and its origin: reads back as the same settings.
// Thread: any. Real-time: no.
[[nodiscard]] std::string show_config(const LoadedConfig& config);

// Sets one text in the user's file and keeps every other byte of it; makes the file and its folder where there is
// none. The whole is checked before it is put in place at once. Thread: any. Real-time: no. Errors: kUsage (unknown
// key, not a text), kBadConfig (the file, or it with the value, is wrong), kIo, kNoSpace.
[[nodiscard]] Result<void> set_in_config(const std::filesystem::path& file, std::string_view key,
                                         const std::string& value);

}  // namespace voicestand::service
