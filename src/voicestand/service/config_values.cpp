#include "voicestand/service/config_values.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "voicestand/base/nearest.h"

namespace voicestand::service {
namespace {

constexpr double kMsPerSecond = 1000;

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

}  // namespace

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

Result<void> assign(const ConfigKey& key, const toml::Value& value, const ConfigField& field) {
  return std::visit(Assignment(key, value), field);
}

}  // namespace voicestand::service
