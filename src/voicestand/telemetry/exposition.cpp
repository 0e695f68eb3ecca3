#include "voicestand/telemetry/exposition.h"

#include <array>
#include <charconv>
#include <cmath>

namespace voicestand::telemetry {
namespace {

constexpr std::string_view kTotal = "_total";
constexpr std::string_view kInfo = "_info";

// As short as it can be and still be read as the same number.
std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 384> digits{};  // the longest there is has 309 before the point
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  return {digits.data(), written.ptr};
}

std::string escaped(std::string_view text, bool quotes) {
  std::string safe;
  for (const char c : text) {
    if (c == '\n') {
      safe += "\\n";
    } else {
      if (c == '\\' || (quotes && c == '"')) safe += '\\';
      safe += c;
    }
  }
  return safe;
}

std::string_view without(std::string_view name, std::string_view suffix) {
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

}  // namespace

ExpositionFormat format_for(std::string_view accept) {
  return accept.find("application/openmetrics-text") != std::string_view::npos ? ExpositionFormat::kOpenMetrics
                                                                               : ExpositionFormat::kPrometheus;
}

std::string_view content_type_of(ExpositionFormat format) {
  return format == ExpositionFormat::kOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                  : "text/plain; version=0.0.4; charset=utf-8";
}

// OpenMetrics names a family without the endings that its samples have.
void Exposition::begin(std::string_view name, std::string_view type, std::string_view unit, std::string_view help) {
  name_ = name;
  std::string_view family = name;
  std::string_view shown_type = type;
  if (format_ == ExpositionFormat::kOpenMetrics) {
    if (type == "counter") family = without(name, kTotal);
    if (type == "info") family = without(name, kInfo);
  } else if (type == "info") {
    shown_type = "gauge";
  }
  const auto add_line = [&](std::string_view what, const std::string& said) {
    ((((((text_ += "# ") += what) += ' ') += family) += ' ') += said) += '\n';
  };
  add_line("HELP", escaped(help, format_ == ExpositionFormat::kOpenMetrics));
  add_line("TYPE", std::string(shown_type));
  if (format_ == ExpositionFormat::kOpenMetrics && !unit.empty()) add_line("UNIT", std::string(unit));
}

void Exposition::counter(std::string_view name, std::string_view unit, std::string_view help) {
  begin(name, "counter", unit, help);
}

void Exposition::gauge(std::string_view name, std::string_view unit, std::string_view help) {
  begin(name, "gauge", unit, help);
}

void Exposition::info(std::string_view name, std::string_view help, const Labels& labels) {
  begin(name, "info", {}, help);
  sample(std::uint64_t{1}, labels);
}

void Exposition::histogram(std::string_view name, std::string_view help, std::span<const HistogramBucket> buckets,
                           std::uint64_t count, double sum, const std::optional<Exemplar>& beyond) {
  begin(name, "histogram", "seconds", help);
  for (const HistogramBucket& bucket : buckets) {
    line("_bucket", {{"le", number(bucket.bound)}}, std::to_string(bucket.count));
    add(bucket.exemplar);
  }
  line("_bucket", {{"le", "+Inf"}}, std::to_string(count));
  add(beyond);
  line("_sum", {}, number(sum));
  line("_count", {}, std::to_string(count));
}

// To the line before.
void Exposition::add(const std::optional<Exemplar>& exemplar) {
  if (!exemplar || format_ != ExpositionFormat::kOpenMetrics) return;
  text_.pop_back();
  text_ += " # {" + exemplar->label + "} " + number(exemplar->value) + " " + number(exemplar->unix_time_s) + "\n";
}

void Exposition::sample(double value, const Labels& labels) {
  line({}, labels, number(value));
}

void Exposition::sample(std::uint64_t value, const Labels& labels) {
  line({}, labels, std::to_string(value));
}

void Exposition::line(std::string_view suffix, const Labels& labels, std::string_view value) {
  (text_ += name_) += suffix;
  char before = '{';
  for (const auto& [label, said] : labels) {
    (text_ += before) += label;
    text_ += "=\"" + escaped(said, true) + "\"";
    before = ',';
  }
  if (!labels.empty()) text_ += '}';
  ((text_ += ' ') += value) += '\n';
}

std::string Exposition::finish() {
  if (format_ == ExpositionFormat::kOpenMetrics) text_ += "# EOF\n";
  return std::move(text_);
}

}  // namespace voicestand::telemetry
