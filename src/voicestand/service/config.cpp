#include "voicestand/service/config.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "voicestand/base/nearest.h"
#include "voicestand/lib/toml/document.h"
#include "voicestand/service/config_file.h"
#include "voicestand/service/config_keys.h"
#include "voicestand/service/config_tables.h"
#include "voicestand/service/config_values.h"

namespace voicestand::service {
namespace {

// The key that was meant: one of the same name in another section, else the nearest; of a key outside any section, by
// its own name or the section's.
std::string unknown_key_remedy(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  const std::string_view leaf = dot == std::string_view::npos ? key : key.substr(dot + 1);
  std::vector<std::string_view> names;
  for (const ConfigKey& known : config_keys()) {
    if (known.leaf() == leaf) names.push_back(known.name);
  }
  if (names.empty() && dot == std::string_view::npos) {
    std::string_view meant;
    std::size_t least = std::string_view::npos;
    for (const ConfigKey& known : config_keys()) {
      const std::size_t distance = std::min(edit_distance(key, known.leaf()), edit_distance(key, known.section()));
      if (distance < least) meant = known.name;
      least = std::min(least, distance);
    }
    names.push_back(meant);
  }
  if (names.empty()) std::ranges::transform(config_keys(), std::back_inserter(names), &ConfigKey::name);
  return fmt::format("did you mean {}?", nearest(key, names));
}

bool is_section(std::string_view name) {
  return std::ranges::any_of(config_keys(), [&](const ConfigKey& key) { return key.section() == name; });
}

std::size_t index_of(std::string_view name) {
  const auto keys = config_keys();
  return static_cast<std::size_t>(std::ranges::find(keys, name, &ConfigKey::name) - keys.begin());
}

// Rules between two keys; the later of the two lines is the one to blame.
void check_orders(const LoadedConfig& config, const std::string& name, ConfigErrors& errors) {
  for (const auto& [lesser, greater] : config_orders()) {
    const std::size_t low = index_of(lesser);
    const std::size_t high = index_of(greater);
    const std::size_t line = std::max(config.lines[low], config.lines[high]);
    const auto& keys = config_keys();
    if (config_number(keys[low], config.values) <= config_number(keys[high], config.values)) continue;
    errors.push_back({Errc::kBadConfig,
                      fmt::format("{} ({}) is above {} ({})", lesser, config_value_text(keys[low], config.values),
                                  greater, config_value_text(keys[high], config.values)),
                      fmt::format("{}:{}", name, line), "change one of the two"});
  }
}

}  // namespace

std::vector<std::string> words_for(const Config& config, const std::string& app_id) {
  std::vector<std::string> words = config.vocabulary.words;
  const auto own = config.vocabulary.applications.find(app_id);
  if (own != config.vocabulary.applications.end()) words.insert(words.end(), own->second.begin(), own->second.end());
  std::set<std::string> seen;
  std::erase_if(words, [&](const std::string& word) { return !seen.insert(word).second; });
  return words;
}

std::expected<LoadedConfig, ConfigErrors> parse_config(std::string_view text, const std::filesystem::path& name) {
  const auto entries = toml::parse(text, name.string());
  if (!entries) return std::unexpected(ConfigErrors{entries.error()});
  const auto keys = config_keys();
  LoadedConfig config{.values = {}, .file = name, .file_exists = true, .lines = std::vector<std::size_t>(keys.size())};
  ConfigErrors errors;
  for (const auto& entry : *entries) {
    const std::string where = fmt::format("{}:{}", name.string(), entry.line);
    if (auto taken = take_own(entry, config)) {
      if (*taken) continue;
      errors.push_back(std::move(taken->error()));
      errors.back().where = where;
      continue;
    }
    const std::size_t index = index_of(entry.key);
    if (index == keys.size()) {
      if (entry.value == toml::Value(toml::OtherKind{"table"}) && is_section(entry.key)) continue;
      errors.push_back(
          {Errc::kBadConfig, fmt::format("unknown key {}", entry.key), where, unknown_key_remedy(entry.key)});
      continue;
    }
    config.lines[index] = entry.line;
    auto taken = assign(keys[index], entry.value, keys[index].field(config.values));
    if (taken) continue;
    errors.push_back(std::move(taken.error()));
    errors.back().where = where;
  }
  if (errors.empty()) check_orders(config, name.string(), errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return config;
}

std::expected<LoadedConfig, ConfigErrors> load_config(const std::filesystem::path& file) {
  const auto text = read_config_file(file);
  if (!text) return std::unexpected(ConfigErrors{text.error()});
  if (*text) return parse_config(**text, file);
  return LoadedConfig{
      .values = {}, .file = file, .file_exists = false, .lines = std::vector<std::size_t>(config_keys().size())};
}

Result<void> set_in_config(const std::filesystem::path& file, std::string_view key, const std::string& value) {
  const std::size_t index = index_of(key);
  Config probe;
  if (index == config_keys().size()) {
    return fail(Errc::kUsage, fmt::format("unknown key {}", key), "", unknown_key_remedy(key));
  }
  const ConfigKey& known = config_keys()[index];
  if (!std::holds_alternative<std::string*>(known.field(probe))) {
    return fail(Errc::kUsage, fmt::format("{} is not a text", key), "", "set it in " + file.string());
  }
  const auto before = read_config_file(file);
  if (!before) return std::unexpected(before.error());
  const auto edited = toml::with_string(before->value_or(""), file.string(), known.section(), known.leaf(), value);
  if (!edited) return std::unexpected(edited.error());
  if (const auto checked = parse_config(*edited, file); !checked) return std::unexpected(checked.error().front());
  return replace_config_file(file, *edited);
}

}  // namespace voicestand::service
