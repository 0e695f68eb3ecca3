#include "voicestand/service/history.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "voicestand/text/json_writer.h"

namespace voicestand::service {
namespace {

// systemd makes a folder for the daemon where the home is read-only.
std::filesystem::path folder_of(const Paths& paths) {
  const auto given = Environment::of_process().variable("STATE_DIRECTORY");
  return (given && !given->empty() ? std::filesystem::path(*given) : paths.state) / "journal";
}

std::string utc_of(journal::WallTime at) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(at);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     milliseconds.time_since_epoch().count() % 1000);
}

std::string local_of(journal::WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min);
}

}  // namespace

History::History(const Config::History& choice, const Paths& paths, const Clock& clock,
                 const Scribe::Trouble& trouble) {
  if (!choice.enabled) {
    absent_ = Error{Errc::kUsage, "there is no history", "history.enabled", "switch it on in config.toml"};
    return;
  }
  auto scribe = Scribe::open(folder_of(paths),
                             {.max_bytes = static_cast<std::uint64_t>(choice.megabytes) << 20U,
                              .max_age = std::chrono::hours(24) * choice.days,
                              .keep_audio = choice.audio},
                             clock, trouble);
  if (scribe) {
    scribe_ = std::move(*scribe);
  } else {
    absent_ = std::move(scribe.error());
    trouble(*absent_);
  }
}

Result<std::vector<journal::Utterance>> History::newest_first() {
  if (!scribe_) return std::unexpected(*absent_);
  auto utterances = scribe_->history();
  if (utterances) std::ranges::reverse(*utterances);
  return utterances;
}

Result<std::string> History::json() {
  const auto utterances = newest_first();
  if (!utterances) return std::unexpected(utterances.error());
  std::string lines;
  std::uint64_t n = 0;
  for (const journal::Utterance& each : *utterances) {
    text::JsonWriter line;
    line.begin_object();
    line.member("n", ++n);
    line.member("at", utc_of(each.started_at));
    line.member("app", each.app);
    line.member("text", each.text);
    line.member("outcome", each.delivered);
    line.member("audio", each.has_audio);
    line.end_object();
    lines += line.finish() + "\n";
  }
  return lines;
}

std::string History::text() {
  const auto utterances = newest_first();
  if (!utterances) return utterances.error().message() + "\n";
  std::string lines;
  std::uint64_t n = 0;
  for (const journal::Utterance& each : *utterances) {
    ++n;
    lines += fmt::format("{:>4}  {}  {:<9}  {}\n", n, local_of(each.started_at), each.delivered.value_or("not typed"),
                         each.text.value_or("(sound without words: 'voicestand retry " + std::to_string(n) + "')"));
  }
  return lines;
}

Result<journal::Utterance> History::nth(std::uint64_t n) {
  auto utterances = newest_first();
  if (!utterances) return std::unexpected(utterances.error());
  if (n < 1 || n > utterances->size())
    return fail(Errc::kNotFound, "the history has no number " + std::to_string(n), {}, "see 'voicestand history'");
  return std::move(utterances->at(n - 1));
}

Result<void> History::purge() {
  if (!scribe_) return std::unexpected(*absent_);
  return scribe_->purge();
}

}  // namespace voicestand::service
