#include "voicestand/service/config_tables.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "voicestand/base/ascii.h"
#include "voicestand/service/config_keys.h"
#include "voicestand/service/config_values.h"

namespace voicestand::service {
namespace {

// What is typed may have lines and tabs in it.
bool can_be_typed(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return (static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t') || c == '\x7F'; });
}

Result<void> take_into_table(const std::vector<std::string>& parts, const toml::Value& value,
                             text::Rewriting::Table& table) {
  constexpr std::size_t kMostHeardBytes = 200;
  constexpr std::size_t kMostWrittenBytes = 4'000;
  const std::string name = parts[0] + "." + parts[1];
  if (parts.size() == 2 && value == toml::Value(toml::OtherKind{"table"})) return {};
  const auto* const written = std::get_if<std::string>(&value);
  if (parts.size() != 3 || written == nullptr)
    return fail(Errc::kBadConfig, name + " holds something else than texts", "",
                "write [" + name + R"(], and "what is said" = "what is written" below it)");
  const std::string& heard = parts[2];
  if (heard.size() > kMostHeardBytes || written->size() > kMostWrittenBytes || table.size() >= kMostTexts)
    return fail(Errc::kBadConfig, name + " has too much in it", "",
                "200 bytes said, 4000 written and 1000 of them are the most");
  if (heard.find_first_not_of(' ') == std::string::npos || !can_be_typed(heard) || !can_be_typed(*written))
    return fail(Errc::kBadConfig, kind_of(heard) + " = " + kind_of(*written) + " is nothing that can be said and typed",
                "", "write what is said, and what is typed for it");
  const auto tried = text::Rewriting::create({.replaced = {{heard, *written}}});
  if (!tried) return fail(Errc::kBadConfig, tried.error().what, "", tried.error().remedy);
  table[heard] = *written;
  return {};
}

// Whether the entry is one of vocabulary.applications, whose keys are the user's own: then it is taken over, or what is
// wrong with it said.
std::optional<Result<void>> take_application(const toml::Entry& entry, LoadedConfig& config) {
  const auto& parts = entry.parts;
  if (parts.size() < 2 || parts[0] != "vocabulary" || parts[1] != "applications") return std::nullopt;
  if (entry.value == toml::Value(toml::OtherKind{"table"}) && parts.size() <= 3) return Result<void>();
  if (parts.size() != 4 || parts[3] != "words") {
    return fail(Errc::kBadConfig, fmt::format("unknown key {}", entry.key), "",
                "write [vocabulary.applications.\"APP-ID\"], and words = [\"…\"] below it");
  }
  ConfigKey key = application_words_key();
  key.name = entry.key;
  std::vector<std::string> words;
  auto taken = assign(key, entry.value, &words);
  if (!taken) return taken;
  config.values.vocabulary.applications[parts[2]] = std::move(words);
  config.application_lines[parts[2]] = entry.line;
  return taken;
}

bool same_name(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ascii_lower, ascii_lower);
}

}  // namespace

text::Rewriting::Table* table_of(const std::vector<std::string>& parts, Config& config) {
  if (parts.size() < 2 || parts[0] != "text") return nullptr;
  if (parts[1] == "phrases") return &config.text.phrases;
  return parts[1] == "replace" ? &config.text.replace : nullptr;
}

Result<void> take_setting(const Config::Profile::Setting& setting, Config& config) {
  if (auto* const table = table_of(setting.parts, config)) return take_into_table(setting.parts, setting.value, *table);
  constexpr std::array<std::string_view, 7> kSettable{
      "type.live",    "type.terminal_newlines", "text.commands",          "text.fillers",
      "text.numbers", "text.command",           "text.command_timeout_ms"};
  std::string name;
  for (const std::string& part : setting.parts) name += (name.empty() ? "" : ".") + part;
  if (std::ranges::find(kSettable, name) == kSettable.end())
    return fail(Errc::kBadConfig, "a profile cannot set " + name, "",
                fmt::format("set {}, text.phrases or text.replace", fmt::join(kSettable, ", ")));
  const auto keys = config_keys();
  const ConfigKey& key = *std::ranges::find(keys, name, &ConfigKey::name);
  return assign(key, setting.value, key.field(config));
}

std::optional<Result<void>> take_own(const toml::Entry& entry, LoadedConfig& config) {
  const auto& parts = entry.parts;
  if (auto* const table = table_of(parts, config.values)) return take_into_table(parts, entry.value, *table);
  if (parts[0] != "profiles") return take_application(entry, config);
  const bool empty = entry.value == toml::Value(toml::OtherKind{"table"});
  if (parts.size() < 3 && empty) return Result<void>();
  if (parts.size() < 3)
    return fail(Errc::kBadConfig, fmt::format("unknown key {}", entry.key), "",
                "write [profiles.NAME], and apps = [\"…\"] below it");
  Config::Profile& profile = config.values.profiles[parts[1]];
  if (parts.size() == 3 && parts[2] == "apps") {
    ConfigKey key = profile_apps_key();
    key.name = entry.key;
    return assign(key, entry.value, &profile.apps);
  }
  if (parts.size() == 3 && empty) return Result<void>();
  Config::Profile::Setting setting{.parts = {parts.begin() + 2, parts.end()}, .value = entry.value};
  Config probe;
  if (auto taken = take_setting(setting, probe); !taken) return taken;
  profile.settings.push_back(std::move(setting));
  return Result<void>();
}

Config config_for(const Config& config, std::string_view app_id) {
  Config its = config;
  for (const auto& [name, profile] : config.profiles) {
    if (std::ranges::none_of(profile.apps, [&](const std::string& app) { return same_name(app, app_id); })) continue;
    for (const auto& setting : profile.settings) (void)take_setting(setting, its);
    break;
  }
  return its;
}

}  // namespace voicestand::service
