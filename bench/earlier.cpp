#include "bench/earlier.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "bench/json.h"

namespace voicestand::bench {
namespace {

constexpr std::size_t kMostBytes = 64U << 20U;
constexpr std::size_t kMostValues = 100'000;

std::unexpected<Error> refused(const std::string& path, std::string_view what) {
  return fail(Errc::kBadData, what, path, "name a file that 'voicestand bench --json' has written");
}

std::optional<double> number_of(const Json* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto number = value->get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::vector<double>> values_of(const Json* list) {
  if (list == nullptr || list->is_null()) return std::vector<double>{};
  if (!list->is_array() || list->size() > kMostValues) return std::nullopt;
  std::vector<double> values;
  for (const Json& entry : *list) {
    const auto value = number_of(&entry);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<EarlierResult> result_of(const Json& entry) {
  auto name = text_of(entry, "name");
  auto unit = text_of(entry, "unit");
  const auto p50 = number_of(member(entry, "p50"));
  auto values = values_of(member(entry, "values"));
  if (!name || !unit || !p50 || !values) return std::nullopt;
  EarlierResult result{.name = std::move(*name), .unit = std::move(*unit), .summary = {}};
  result.summary.count = values->size();
  result.summary.p50 = *p50;
  result.summary.values = std::move(*values);
  return result;
}

Machine machine_of(const Json& entry) {
  return {.cpu = text_of(entry, "cpu").value_or("unknown"),
          .cores = static_cast<int>(std::clamp(number_of(member(entry, "cores")).value_or(0), 0.0, 1e6)),
          .isa = text_of(entry, "isa").value_or("unknown"),
          .kernel = text_of(entry, "kernel").value_or("unknown"),
          .governor = text_of(entry, "governor")};
}

}  // namespace

const EarlierResult* Earlier::find(std::string_view name, std::string_view unit) const noexcept {
  const auto found =
      std::ranges::find_if(results, [&](const EarlierResult& it) { return it.name == name && it.unit == unit; });
  return found == results.end() ? nullptr : &*found;
}

bool Earlier::on(const Machine& now) const noexcept {
  return machine.cpu == now.cpu && machine.cores == now.cores && machine.isa == now.isa;
}

Result<Earlier> parse_earlier(std::string_view text, const std::string& path) {
  const Json document = Json::parse(text, nullptr, false);
  const Json* machine = member(document, "machine");
  const Json* results = member(document, "results");
  if (number_of(member(document, "schema")) != 1.0 || machine == nullptr || results == nullptr || !results->is_array())
    return refused(path, "these are no figures of a benchmark");
  Earlier earlier{.path = path,
                  .commit = text_of(document, "commit").value_or("unknown"),
                  .machine = machine_of(*machine),
                  .results = {}};
  for (const Json& entry : *results) {
    auto result = result_of(entry);
    if (!result) return refused(path, "a result lacks its name, its unit, its median or a number among its values");
    earlier.results.push_back(std::move(*result));
  }
  return earlier;
}

Result<Earlier> read_earlier(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(errno == ENOENT ? Errc::kNotFound : Errc::kIo, std::strerror(errno), path, "name another baseline");
  std::string text;
  for (std::istreambuf_iterator<char> next(file), end; next != end; ++next) {
    if (text.size() == kMostBytes) return refused(path, "implausibly large");
    text.push_back(*next);
  }
  return parse_earlier(text, path);
}

}  // namespace voicestand::bench
