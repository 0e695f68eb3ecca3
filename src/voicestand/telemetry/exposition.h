#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voicestand::telemetry {

// How figures are handed to Prometheus: its text format 0.0.4, or OpenMetrics 1.0.
enum class ExpositionFormat : std::uint8_t { kPrometheus, kOpenMetrics };

// What a scraper's Accept header asks for. Thread: any. Real-time: no.
[[nodiscard]] ExpositionFormat format_for(std::string_view accept);
[[nodiscard]] std::string_view content_type_of(ExpositionFormat format);

// One observation by name, as OpenMetrics lets a bucket carry it.
struct Exemplar {
  std::string label;  // `utterance="12"`
  double value = 0;
  double unix_time_s = 0;
};

struct HistogramBucket {
  double bound = 0;         // seconds
  std::uint64_t count = 0;  // of what was no more than that
  std::optional<Exemplar> exemplar{};
};

// Writes metric families one after the other. Thread: one at a time. Real-time: no.
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  explicit Exposition(ExpositionFormat format) : format_(format) {}

  // Begins a family; `name` is that of its samples, so a counter's ends in _total. `unit`: the last word of the name
  // before that, or empty.
  void counter(std::string_view name, std::string_view unit, std::string_view help);
  void gauge(std::string_view name, std::string_view unit, std::string_view help);
  // A gauge that is 1, and says what it has to say in its labels; `name` ends in _info.
  void info(std::string_view name, std::string_view help, const Labels& labels);
  // All of a histogram; `buckets` without the last, which has no bound.
  void histogram(std::string_view name, std::string_view help, std::span<const HistogramBucket> buckets,
                 std::uint64_t count, double sum, const std::optional<Exemplar>& beyond);

  // One sample of the family.
  void sample(double value, const Labels& labels = {});
  void sample(std::uint64_t value, const Labels& labels = {});

  // Nothing is added after this.
  [[nodiscard]] std::string finish();

 private:
  void begin(std::string_view name, std::string_view type, std::string_view unit, std::string_view help);
  void line(std::string_view suffix, const Labels& labels, std::string_view value);
  void add(const std::optional<Exemplar>& exemplar);

  const ExpositionFormat format_;
  std::string name_;
  std::string text_;
};

}  // namespace voicestand::telemetry
