#include "voicestand/service/config_keys.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "voicestand/desktop/key_chord.h"
#include "voicestand/desktop/layout_names.h"
#include "voicestand/lib/curl/download.h"
#include "voicestand/lib/toml/document.h"
#include "voicestand/lib/websockets/admission.h"
#include "voicestand/service/typing_ways.h"

namespace voicestand::service {
namespace {

constexpr double kMsPerSecond = 1000;

constexpr std::array<std::string_view, 3> kEngines{"auto", "native", "sherpa"};
constexpr std::array<std::string_view, 2> kGovernors{"auto", "off"};
constexpr std::array<std::string_view, 3> kInputs{"auto", "pipewire", "alsa"};
constexpr std::array<std::string_view, 4> kModes{"auto", "hold", "toggle", "continuous"};
constexpr std::array<std::string_view, 3> kPolicies{"always", "warm", "on-press"};
constexpr std::array<std::string_view, 3> kLiveTexts{"off", "final", "stable"};

Result<void> check_mirror(const std::string& address) {
  if (address.empty()) return {};
  return curl::check_address(address);
}

Result<void> check_http(const std::string& address) {
  if (address.empty()) return {};
  const auto parsed = websockets::Address::parse(address);
  if (!parsed) return std::unexpected(parsed.error());
  return {};
}

Result<void> check_key(const std::string& key) {
  if (key.empty()) return {};
  const auto chord = desktop::KeyChord::parse(key);
  if (!chord) return std::unexpected(chord.error());
  return {};
}

Result<void> check_layout(const std::string& layout) {
  const auto names = desktop::LayoutNames::parse(layout);
  if (!names) return std::unexpected(names.error());
  return {};
}

// What may be listed as a word or phrase.
Result<void> check_word(const std::string& word) {
  constexpr std::size_t kMostBytes = 100;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; };
  if (word.size() > kMostBytes)
    return fail(Errc::kBadConfig, "longer than 100 bytes", "", "list words and short phrases");
  if (word.find_first_not_of(' ') == std::string::npos)
    return fail(Errc::kBadConfig, "no word", "", "take it off the list");
  if (std::ranges::any_of(word, is_control))
    return fail(Errc::kBadConfig, "with a control character in it", "", "list words as they are written in a sentence");
  return {};
}

Result<void> check_argument(const std::string& argument) {
  if (argument.find('\0') == std::string::npos) return {};
  return fail(Errc::kBadConfig, "with a zero byte in it", "", "write it as in a shell, a text for each word");
}

// NOLINTBEGIN(readability-identifier-length): one letter, forty rows
constexpr std::array kKeys{
    ConfigKey{.name = "recognition.model", .field = [](Config& c) -> ConfigField { return &c.recognition.model; }},
    ConfigKey{.name = "recognition.engine",
              .field = [](Config& c) -> ConfigField { return &c.recognition.engine; },
              .choices = kEngines},
    ConfigKey{.name = "recognition.threads",
              .field = [](Config& c) -> ConfigField { return &c.recognition.threads; },
              .least = 0,
              .most = 64},
    ConfigKey{.name = "recognition.governor",
              .field = [](Config& c) -> ConfigField { return &c.recognition.governor; },
              .choices = kGovernors},
    ConfigKey{.name = "partials.enabled", .field = [](Config& c) -> ConfigField { return &c.partials.enabled; }},
    ConfigKey{.name = "partials.interval_ms",
              .field = [](Config& c) -> ConfigField { return &c.partials.interval; },
              .least = 50,
              .most = 5'000},
    ConfigKey{.name = "segmentation.onset_probability",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.onset_probability; },
              .least = 0.01,
              .most = 0.99},
    ConfigKey{.name = "segmentation.hangover_probability",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.hangover_probability; },
              .least = 0.01,
              .most = 0.99},
    ConfigKey{.name = "segmentation.gate_dbfs",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.gate_dbfs; },
              .least = -120,
              .most = 0},
    ConfigKey{.name = "segmentation.pre_roll_ms",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.pre_roll; },
              .least = 0,
              .most = 1'000},
    ConfigKey{.name = "segmentation.min_speech_ms",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.min_speech; },
              .least = 32,
              .most = 500},
    ConfigKey{.name = "segmentation.short_pause_ms",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.short_pause; },
              .least = 32,
              .most = 2'000},
    ConfigKey{.name = "segmentation.endpoint_pause_ms",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.endpoint_pause; },
              .least = 100,
              .most = 10'000},
    ConfigKey{.name = "segmentation.post_roll_ms",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.post_roll; },
              .least = 0,
              .most = 1'000},
    ConfigKey{.name = "segmentation.max_segment_s",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.max_segment; },
              .least = 4,
              .most = 20},
    ConfigKey{.name = "segmentation.soft_segment_s",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.soft_segment; },
              .least = 0,
              .most = 20},
    ConfigKey{.name = "segmentation.soft_pause_ms",
              .field = [](Config& c) -> ConfigField { return &c.segmentation.soft_pause; },
              .least = 32,
              .most = 10'000},
    ConfigKey{.name = "transcribe.pre_roll_ms",
              .field = [](Config& c) -> ConfigField { return &c.transcribe.pre_roll; },
              .least = 0,
              .most = 1'000},
    ConfigKey{.name = "transcribe.endpoint_pause_ms",
              .field = [](Config& c) -> ConfigField { return &c.transcribe.endpoint_pause; },
              .least = 100,
              .most = 10'000},
    ConfigKey{.name = "transcribe.post_roll_ms",
              .field = [](Config& c) -> ConfigField { return &c.transcribe.post_roll; },
              .least = 0,
              .most = 1'000},
    ConfigKey{.name = "transcribe.max_segment_s",
              .field = [](Config& c) -> ConfigField { return &c.transcribe.max_segment; },
              .least = 4,
              .most = 20},
    ConfigKey{
        .name = "audio.input", .field = [](Config& c) -> ConfigField { return &c.audio.input; }, .choices = kInputs},
    ConfigKey{.name = "audio.device", .field = [](Config& c) -> ConfigField { return &c.audio.device; }},
    ConfigKey{.name = "dictate.key",
              .field = [](Config& c) -> ConfigField { return &c.dictate.key; },
              .check = check_key,
              .expects = "a key as `voicestand keys` names it, or nothing"},
    ConfigKey{.name = "dictate.cancel_key",
              .field = [](Config& c) -> ConfigField { return &c.dictate.cancel_key; },
              .check = check_key,
              .expects = "a key as `voicestand keys` names it, or nothing"},
    ConfigKey{
        .name = "dictate.mode", .field = [](Config& c) -> ConfigField { return &c.dictate.mode; }, .choices = kModes},
    ConfigKey{.name = "dictate.tap_ms",
              .field = [](Config& c) -> ConfigField { return &c.dictate.tap; },
              .least = 50,
              .most = 2'000},
    ConfigKey{.name = "dictate.max_duration_s",
              .field = [](Config& c) -> ConfigField { return &c.dictate.max_duration; },
              .least = 0,
              .most = 3'600},
    ConfigKey{.name = "dictate.sounds", .field = [](Config& c) -> ConfigField { return &c.dictate.sounds; }},
    ConfigKey{.name = "microphone.policy",
              .field = [](Config& c) -> ConfigField { return &c.microphone.policy; },
              .choices = kPolicies},
    ConfigKey{.name = "microphone.warm_s",
              .field = [](Config& c) -> ConfigField { return &c.microphone.warm; },
              .least = 1,
              .most = 3'600},
    ConfigKey{.name = "microphone.pre_roll_ms",
              .field = [](Config& c) -> ConfigField { return &c.microphone.pre_roll; },
              .least = 0,
              .most = 2'000},
    ConfigKey{.name = "microphone.tail_ms",
              .field = [](Config& c) -> ConfigField { return &c.microphone.tail; },
              .least = 0,
              .most = 2'000},
    ConfigKey{.name = "type.backend",
              .field = [](Config& c) -> ConfigField { return &c.type.backend; },
              .choices = kTypingChoices},
    ConfigKey{.name = "type.layout",
              .field = [](Config& c) -> ConfigField { return &c.type.layout; },
              .check = check_layout,
              .expects = "keyboard layouts such as 'de(nodeadkeys)', or nothing"},
    ConfigKey{
        .name = "type.live", .field = [](Config& c) -> ConfigField { return &c.type.live; }, .choices = kLiveTexts},
    ConfigKey{.name = "type.terminal_newlines",
              .field = [](Config& c) -> ConfigField { return &c.type.terminal_newlines; }},
    ConfigKey{.name = "text.commands", .field = [](Config& c) -> ConfigField { return &c.text.commands; }},
    ConfigKey{.name = "text.fillers", .field = [](Config& c) -> ConfigField { return &c.text.fillers; }},
    ConfigKey{.name = "text.numbers", .field = [](Config& c) -> ConfigField { return &c.text.numbers; }},
    ConfigKey{.name = "text.command",
              .field = [](Config& c) -> ConfigField { return &c.text.command; },
              .check = check_argument,
              .expects = "a program and its arguments"},
    ConfigKey{.name = "text.command_timeout_ms",
              .field = [](Config& c) -> ConfigField { return &c.text.command_timeout; },
              .least = 10,
              .most = 60'000},
    ConfigKey{.name = "history.enabled", .field = [](Config& c) -> ConfigField { return &c.history.enabled; }},
    ConfigKey{.name = "history.audio", .field = [](Config& c) -> ConfigField { return &c.history.audio; }},
    ConfigKey{.name = "history.days",
              .field = [](Config& c) -> ConfigField { return &c.history.days; },
              .least = 1,
              .most = 3'650},
    ConfigKey{.name = "history.megabytes",
              .field = [](Config& c) -> ConfigField { return &c.history.megabytes; },
              .least = 1,
              .most = 100'000},
    ConfigKey{.name = "watch.http",
              .field = [](Config& c) -> ConfigField { return &c.watch.http; },
              .check = check_http,
              .expects = "an IP address and a port, or nothing"},
    ConfigKey{.name = "watch.token", .field = [](Config& c) -> ConfigField { return &c.watch.token; }},
    ConfigKey{.name = "models.mirror",
              .field = [](Config& c) -> ConfigField { return &c.models.mirror; },
              .check = check_mirror,
              .expects = "an https address or nothing"},
    ConfigKey{.name = "vocabulary.words",
              .field = [](Config& c) -> ConfigField { return &c.vocabulary.words; },
              .check = check_word},
};
constexpr ConfigKey kApplicationWords{.name = "vocabulary.applications.words",
                                      .field = [](Config& c) -> ConfigField { return &c.vocabulary.words; },
                                      .check = check_word};
constexpr ConfigKey kProfileApps{
    .name = "apps", .field = [](Config& c) -> ConfigField { return &c.vocabulary.words; }, .check = check_word};
// NOLINTEND(readability-identifier-length)

constexpr std::array kOrders{
    ConfigOrder{.lesser = "segmentation.hangover_probability", .greater = "segmentation.onset_probability"},
    ConfigOrder{.lesser = "segmentation.short_pause_ms", .greater = "segmentation.endpoint_pause_ms"},
    ConfigOrder{.lesser = "segmentation.soft_pause_ms", .greater = "segmentation.endpoint_pause_ms"},
    ConfigOrder{.lesser = "segmentation.short_pause_ms", .greater = "transcribe.endpoint_pause_ms"},
    ConfigOrder{.lesser = "segmentation.soft_pause_ms", .greater = "transcribe.endpoint_pause_ms"},
    ConfigOrder{.lesser = "segmentation.soft_segment_s", .greater = "segmentation.max_segment_s"},
};

double unit_per_ms(const ConfigKey& key) {
  return key.name.ends_with("_s") ? 1 / kMsPerSecond : 1;
}

template <typename T>
T* field_of(const ConfigKey& key, Config& config) {
  const ConfigField field = key.field(config);
  const auto* found = std::get_if<T*>(&field);
  return found != nullptr ? *found : nullptr;
}

// A float in TOML has a point or an exponent.
std::string float_text(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  return kKeys;
}
const ConfigKey& application_words_key() {
  return kApplicationWords;
}
const ConfigKey& profile_apps_key() {
  return kProfileApps;
}
std::span<const ConfigOrder> config_orders() {
  return kOrders;
}

std::string config_value_text(const ConfigKey& key, const Config& config) {
  Config copy = config;
  if (const auto* on = field_of<bool>(key, copy)) return *on ? "true" : "false";
  if (const auto* text = field_of<std::string>(key, copy)) return toml::basic_string(*text);
  if (const auto* texts = field_of<std::vector<std::string>>(key, copy)) return config_value_text(*texts);
  if (const auto* number = field_of<double>(key, copy)) return float_text(*number);
  return fmt::format("{}", config_number(key, config).value_or(0));
}

std::string config_value_text(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted(texts.size());
  std::ranges::transform(texts, quoted.begin(), toml::basic_string);
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::optional<double> config_number(const ConfigKey& key, const Config& config) {
  Config copy = config;
  if (const auto* number = field_of<int>(key, copy)) return *number;
  if (const auto* number = field_of<double>(key, copy)) return *number;
  if (const auto* time = field_of<Config::Duration>(key, copy)) {
    return static_cast<double>(time->count()) * unit_per_ms(key);
  }
  return std::nullopt;
}

std::string config_expectation(const ConfigKey& key) {
  Config defaults;
  if (field_of<bool>(key, defaults) != nullptr) return "true or false";
  if (field_of<std::string>(key, defaults) != nullptr) {
    if (!key.choices.empty()) return fmt::format("one of {}", fmt::join(key.choices, ", "));
    return key.expects.empty() ? "a text in quotes" : std::string(key.expects);
  }
  if (field_of<std::vector<std::string>>(key, defaults) != nullptr)
    return fmt::format("a list of {} texts in quotes at most", kMostTexts);
  const bool whole = field_of<int>(key, defaults) != nullptr || key.name.ends_with("_ms");
  return fmt::format("a {}number from {} to {}", whole ? "whole " : "", key.least, key.most);
}

}  // namespace voicestand::service
