#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "voicestand/service/config.h"

namespace voicestand::service {

// Where a setting lives. A duration's key says its unit by its ending: `_ms` takes whole numbers, `_s` any.
using ConfigField = std::variant<bool*, int*, double*, std::string*, Config::Duration*, std::vector<std::string>*>;

// One key of config.toml: the table behind checking, showing and defaults. What it is for stands in config_show.cpp.
struct ConfigKey {
  std::string_view name;  // "segmentation.pre_roll_ms"
  ConfigField (*field)(Config&);
  double least = std::numeric_limits<double>::lowest();  // numbers alone, in the key's unit
  double most = std::numeric_limits<double>::max();
  std::span<const std::string_view> choices = {};       // texts alone; empty: any
  Result<void> (*check)(const std::string&) = nullptr;  // texts alone, and each of a list
  std::string_view expects = {};                        // what a checked text is, for people

  [[nodiscard]] std::string_view section() const { return name.substr(0, name.find('.')); }
  [[nodiscard]] std::string_view leaf() const { return name.substr(name.find('.') + 1); }
};

// All keys, section by section. Thread: any. Real-time: no.
[[nodiscard]] std::span<const ConfigKey> config_keys();

// Of the words of vocabulary.applications."APP-ID", whose keys have names of their own: all but the field is the same.
[[nodiscard]] const ConfigKey& application_words_key();
// That of each profile.
[[nodiscard]] const ConfigKey& profile_apps_key();
// How many texts a list has at most.
inline constexpr std::size_t kMostTexts = 1'000;

// A rule between two settings: the first must not be above the second. Keys have the same unit.
struct ConfigOrder {
  std::string_view lesser;
  std::string_view greater;
};
[[nodiscard]] std::span<const ConfigOrder> config_orders();

// As it is written in TOML: "0.35", "300", "\"auto\"". Thread: any. Real-time: no.
[[nodiscard]] std::string config_value_text(const ConfigKey& key, const Config& config);
[[nodiscard]] std::string config_value_text(const std::vector<std::string>& texts);

// A number of the key's unit; nothing for texts and switches.
[[nodiscard]] std::optional<double> config_number(const ConfigKey& key, const Config& config);

// What the key takes, for people: "a whole number from 0 to 64", "one of auto, native, sherpa".
[[nodiscard]] std::string config_expectation(const ConfigKey& key);

}  // namespace voicestand::service
