#include "voicestand/service/watch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <utility>

#include "voicestand/platform/thread_name.h"
#include "voicestand/service/report_text.h"
#include "voicestand/service/state_json.h"

namespace voicestand::service {
namespace {

constexpr std::array<std::string_view, 4> kStates{"idle", "listening", "finishing", "ended"};

constexpr std::chrono::seconds kBetweenLooks{2};
constexpr std::chrono::milliseconds kBetweenFigures{450};  // as often as the page shows them

// Ten seconds.
constexpr std::size_t kWindowsShown = 320;

struct PageFile {
  std::string_view path;
  const char* type;
};
// In the order of embedded_page().
constexpr std::array<PageFile, 3> kPageFiles{{{"/", "text/html; charset=utf-8"},
                                              {"/app.js", "text/javascript; charset=utf-8"},
                                              {"/app.css", "text/css; charset=utf-8"}}};

const PageFile* find_page_file(std::string_view path) {
  return std::ranges::find(kPageFiles, path, &PageFile::path);
}

double unix_now_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Watch::Watch(ProgramInfo program, const Clock& clock)
    : program_(std::move(program)), clock_(clock), sampler_(program_.data_folder, clock) {}

Watch::~Watch() = default;

Result<void> Watch::serve(const std::string& address, const std::string& token) {
  const auto where = websockets::Address::parse(address);
  if (!where) return std::unexpected(where.error());
  server_.reset();
  auto server = websockets::Server::start(
      {.address = *where, .token = token},
      {.begin = [] { platform::name_this_thread("vs-watch"); },
       .is_for_all = [](std::string_view path) { return find_page_file(path) != kPageFiles.end(); },
       .get = [this](const websockets::Request& request) { return answer(request); },
       .look = [this](std::size_t viewers) { return picture(viewers); }});
  if (!server) return std::unexpected(std::move(server.error()));
  server_ = std::move(*server);
  return {};
}

std::optional<std::string> Watch::url() const {
  if (!server_) return std::nullopt;
  return "http://" + server_->address().text() + "/";
}

void Watch::keep_watch(std::function<void(const Alert&)> told) {
  watchman_ = std::jthread([this, told = std::move(told)](const std::stop_token& stop) {
    platform::name_this_thread("vs-alerts");
    std::mutex mutex;
    std::condition_variable_any ended;
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, stop, kBetweenLooks, [] { return false; }) && !stop.stop_requested()) {
      for (const Alert& alert : look_for_trouble()) told(alert);
    }
  });
}

std::vector<Alert> Watch::look_for_trouble() {
  const std::scoped_lock lock(looking_);
  const auto figures = ledger_.read(0);
  const pipeline::Summary& summary = figures->summary;
  const UsageSampler::Reading& usage = sampler_.read(summary.threads);
  AlertFacts facts{.at = clock_.now(),
                   .listening = figures->running,
                   .captured_frames = summary.captured_frames,
                   .overruns = summary.overruns,
                   .recognition_failures = summary.failures.recognition,
                   .blocks = figures->latencies.capture_to_vad.count(),
                   .texts = figures->latencies.release_to_text.count(),
                   .free_disk_share = usage.free_disk_share};
  for (const auto& pool : summary.pool) facts.pool_exhausted += pool.exhausted;
  facts.prompt_blocks = counts_within(figures->latencies.capture_to_vad, std::array{kCaptureToVadMs}).front();
  facts.prompt_texts = counts_within(figures->latencies.release_to_text, std::array{kReleaseToTextMs}).front();
  for (const platform::ThermalZone& zone : usage.thermal)
    facts.celsius = std::max(facts.celsius.value_or(zone.celsius), zone.celsius);
  return book_.look(facts);
}

void Watch::typed(std::string_view outcome, std::optional<double> injection_ms,
                  std::optional<double> release_to_text_ms) {
  recent_.typed(outcome, injection_ms);
  ledger_.typed(injection_ms, release_to_text_ms);
}

void Watch::show(const Regulator* regulator) {
  const std::scoped_lock lock(looking_);
  regulator_ = regulator;
}

void Watch::session_began(const pipeline::LiveSession& session) {
  ledger_.begin(session);
}

void Watch::session_ends() {
  ledger_.end();
}

void Watch::session_told(const pipeline::Event& event) {
  recent_.take(event, unix_now_s());
}

websockets::Answer Watch::answer(const websockets::Request& request) {
  if (request.path == "/metrics") {
    const auto format = telemetry::format_for(request.accept);
    return {.type = std::string(telemetry::content_type_of(format)), .body = metrics(format)};
  }
  if (request.path == "/healthz") return {.body = "ok\n"};
  if (request.path == "/api/state") return {.type = "application/json", .body = state_text(request.viewers)};
  if (const auto* const file = find_page_file(request.path); file != kPageFiles.end()) {
    const auto place = static_cast<std::size_t>(file - kPageFiles.begin());
    return {.type = file->type, .body = std::string(embedded_page()[place]), .gzipped = true};
  }
  return {.status = 404, .body = "there is nothing here: see /, /metrics, /healthz and /api/state\n"};
}

std::string Watch::metrics(telemetry::ExpositionFormat format) {
  return observe(0, [&](const Observation& seen) { return metrics_text(seen, format); });
}

std::string Watch::state_text(std::size_t viewers) {
  return observe(kWindowsShown, [&](const Observation& seen) {
    return state_json(seen, state_name(), viewers, latencies_json(seen.figures.latencies));
  });
}

std::string Watch::report() {
  return observe(0, [&](const Observation& seen) { return report_text(seen, state_name()); });
}

std::string Watch::observe(std::size_t windows, const std::function<std::string(const Observation&)>& told) {
  const std::scoped_lock lock(looking_);
  return tell(*ledger_.read(windows), told);
}

std::string Watch::picture(std::size_t viewers) {
  const std::scoped_lock lock(looking_);
  const Clock::TimePoint now = clock_.now();
  if (!shown_ || now - shown_->read_at >= kBetweenFigures) {
    auto reading = ledger_.read(0);
    auto latencies = latencies_json(reading->latencies);
    shown_ = {.reading = std::move(reading), .latencies = std::move(latencies), .read_at = now};
  }
  ledger_.read_windows(*shown_->reading, kWindowsShown);
  return tell(*shown_->reading,
              [&](const Observation& seen) { return state_json(seen, state_name(), viewers, shown_->latencies); });
}

std::string Watch::tell(const Ledger::Reading& figures, const std::function<std::string(const Observation&)>& told) {
  const auto speech = recent_.read();
  return told({.unix_time_s = unix_now_s(),
               .program = program_,
               .figures = figures,
               .speech = speech,
               .usage = sampler_.read(figures.summary.threads),
               .alerts = book_.alerts(),
               .governor = regulator_ != nullptr ? std::optional(regulator_->read()) : std::nullopt,
               .now = clock_.now()});
}

std::string_view Watch::state_name() const {
  return kStates.at(static_cast<std::size_t>(state_.load(std::memory_order_relaxed)));
}

}  // namespace voicestand::service
