#include "voicestand/service/config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "voicestand/base/nearest.h"
#include "voicestand/lib/toml/document.h"
#include "voicestand/service/config_file.h"
#include "voicestand/service/config_keys.h"

namespace voicestand::service {
namespace {

constexpr double kMsPerSecond = 1000;

std::string kind_of(const toml::Value& value) {
  struct Name {
    std::string operator()(bool on) const { return on ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const {
      constexpr std::size_t kMostShownBytes = 60;
      return text.size() <= kMostShownBytes ? toml::basic_string(text) : "a long text";
    }
    std::string operator()(const std::vector<std::string>& texts) const {
      return fmt::format("a list of {} texts", texts.size());
    }
    std::string operator()(const toml::OtherKind& kind) const { return kind.name; }
  };
  return std::visit(Name{}, value);
}

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

// Takes the value over; says what is wrong with it otherwise.
class Assignment {
 public:
  Assignment(const ConfigKey& key, const toml::Value& value) : key_(key), value_(value) {}

  Result<void> operator()(bool* field) const {
    const auto* given = std::get_if<bool>(&value_);
    if (given == nullptr) return refuse();
    *field = *given;
    return {};
  }
  Result<void> operator()(int* field) const {
    const auto given = whole();
    if (!given) return refuse();
    *field = static_cast<int>(*given);
    return {};
  }
  Result<void> operator()(double* field) const {
    const auto given = number();
    if (!given) return refuse();
    *field = *given;
    return {};
  }
  Result<void> operator()(Config::Duration* field) const {
    if (key_.name.ends_with("_s")) {
      const auto seconds = number();
      if (!seconds) return refuse();
      *field = Config::Duration(std::llround(*seconds * kMsPerSecond));
      return {};
    }
    const auto given = whole();
    if (!given) return refuse();
    *field = Config::Duration(*given);
    return {};
  }
  Result<void> operator()(std::string* field) const {
    const auto* given = std::get_if<std::string>(&value_);
    if (given == nullptr) return refuse();
    if (!key_.choices.empty() && std::ranges::find(key_.choices, *given) == key_.choices.end()) {
      return fail(Errc::kBadConfig, is(), "",
                  fmt::format("use {}; did you mean {}?", config_expectation(key_), nearest(*given, key_.choices)));
    }
    if (key_.check != nullptr) {
      if (auto checked = key_.check(*given); !checked) {
        return fail(Errc::kBadConfig, fmt::format("{}, {}", is(), checked.error().what), "", checked.error().remedy);
      }
    }
    *field = *given;
    return {};
  }
  Result<void> operator()(std::vector<std::string>* field) const {
    const auto* given = std::get_if<std::vector<std::string>>(&value_);
    if (given == nullptr || given->size() > kMostTexts) return refuse();
    for (const std::string& text : *given) {
      if (auto checked = key_.check(text); !checked) {
        return fail(Errc::kBadConfig, fmt::format("{} has {}, {}", key_.name, kind_of(text), checked.error().what), "",
                    checked.error().remedy);
      }
    }
    *field = *given;
    return {};
  }

 private:
  [[nodiscard]] std::string is() const { return fmt::format("{} is {}", key_.name, kind_of(value_)); }
  [[nodiscard]] std::unexpected<Error> refuse() const {
    return fail(Errc::kBadConfig, is(), "", "use " + config_expectation(key_));
  }
  // In the key's range, which leaves NaN out.
  [[nodiscard]] std::optional<double> number() const {
    double given = 0;
    if (const auto* whole = std::get_if<std::int64_t>(&value_)) {
      given = static_cast<double>(*whole);
    } else if (const auto* real = std::get_if<double>(&value_)) {
      given = *real;
    } else {
      return std::nullopt;
    }
    if (!(given >= key_.least && given <= key_.most)) return std::nullopt;
    return given;
  }
  [[nodiscard]] std::optional<std::int64_t> whole() const {
    const auto* given = std::get_if<std::int64_t>(&value_);
    if (given == nullptr || !number()) return std::nullopt;
    return *given;
  }

  const ConfigKey& key_;
  const toml::Value& value_;
};

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
  auto taken = Assignment(key, entry.value)(&words);
  if (!taken) return taken;
  config.values.vocabulary.applications[parts[2]] = std::move(words);
  config.application_lines[parts[2]] = entry.line;
  return taken;
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

// For a comment: one line, whatever the name holds.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }, '?');
  return toml::first_line_not_utf8(text) == 0 ? text : "config.toml";
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
    if (auto taken = take_application(entry, config)) {
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
    auto taken = std::visit(Assignment(keys[index], entry.value), keys[index].field(config.values));
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

std::string show_config(const LoadedConfig& config) {
  const std::string file = one_line(config.file.string());
  std::string text = fmt::format("# {}{}\n", file, config.file_exists ? "" : " (not there: all defaults)");
  std::string_view section;
  const auto keys = config_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const ConfigKey& key = keys[i];
    if (key.section() != section) {
      section = key.section();
      text += fmt::format("\n[{}]\n", section);
    }
    const std::size_t line = i < config.lines.size() ? config.lines[i] : 0;
    text += fmt::format("# {} Takes {}.\n{} = {}  # {}\n", key.doc, config_expectation(key), key.leaf(),
                        config_value_text(key, config.values),
                        line == 0 ? std::string("default") : fmt::format("line {}", line));
  }
  const ConfigKey& own = application_words_key();
  for (const auto& [id, words] : config.values.vocabulary.applications) {
    const auto line = config.application_lines.find(id);
    text += fmt::format("\n[vocabulary.applications.{}]\n# {} Takes {}.\nwords = {}  # {}\n", toml::basic_string(id),
                        own.doc, config_expectation(own), config_value_text(words),
                        line == config.application_lines.end() ? "default" : fmt::format("line {}", line->second));
  }
  return text;
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
