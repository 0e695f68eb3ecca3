#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/websockets/server.h"
#include "voicestand/pipeline/session_observer.h"
#include "voicestand/service/alert_book.h"
#include "voicestand/service/ledger.h"
#include "voicestand/service/metrics.h"
#include "voicestand/service/recent_speech.h"
#include "voicestand/service/usage_sampler.h"

namespace voicestand::service {

// Thread: any. The page for browsers (web/), each file compressed by gzip: index.html, app.js, app.css.
[[nodiscard]] std::span<const std::string_view> embedded_page() noexcept;

// Lets people and Prometheus look at a program while it works: metrics, and a page that shows speech becoming text.
// Figures are kept from the first session on; whoever wants to see them asks serve() for it.
class Watch final : public pipeline::SessionObserver {
 public:
  // Thread: the owner. `clock` outlives it.
  Watch(ProgramInfo program, const Clock& clock);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() override;

  // Thread: the owner. Real-time: no. `address`: "127.0.0.1:9464"; `token` is asked for where there is one. Errors: see
  // websockets::Server::start().
  [[nodiscard]] Result<void> serve(const std::string& address, const std::string& token);
  void stop_serving() { server_.reset(); }
  // Where; nothing while it is not served.
  [[nodiscard]] std::optional<std::string> url() const;

  // Thread: the owner. From now on it is looked every other second whether all is well. `told` hears, on a thread of
  // its own, of each alert that begins to fire or is resolved.
  void keep_watch(std::function<void(const Alert&)> told);

  // Thread: the owner. Shows what it does; it outlives this, or the next one that is given. None: nothing is governed.
  void show(const Regulator* regulator);

  // Thread: any. What the program is doing.
  enum class State : std::uint8_t { kIdle, kListening, kFinishing, kEnded };
  void set_state(State state) { state_.store(state, std::memory_order_relaxed); }
  // What became of the text that was said last: "typed", "window_changed", "secret", "failed".
  void typed(std::string_view outcome, std::optional<double> injection_ms, std::optional<double> release_to_text_ms);

  void session_began(const pipeline::LiveSession& session) override;
  void session_ends() override;
  void session_told(const pipeline::Event& event) override;

  // Thread: any. Real-time: no. All that a page shows, as JSON; `viewers`: how many look on.
  [[nodiscard]] std::string state_text(std::size_t viewers);
  // The same for a terminal.
  [[nodiscard]] std::string report();

 private:
  [[nodiscard]] websockets::Answer answer(const websockets::Request& request);
  [[nodiscard]] std::string metrics(telemetry::ExpositionFormat format);
  [[nodiscard]] std::string observe(std::size_t windows, const std::function<std::string(const Observation&)>& told);
  // What state_text() tells, for those who look on all the time: the figures, whose reading is most of the work, are a
  // moment older.
  [[nodiscard]] std::string picture(std::size_t viewers);
  [[nodiscard]] std::string tell(const Ledger::Reading& figures,
                                 const std::function<std::string(const Observation&)>& told);
  [[nodiscard]] std::string_view state_name() const;
  [[nodiscard]] std::vector<Alert> look_for_trouble();

  const ProgramInfo program_;
  Ledger ledger_;
  RecentSpeech recent_;
  std::atomic<State> state_{State::kIdle};  // relaxed: a word for people
  const Clock& clock_;
  std::mutex looking_;  // protects the following
  UsageSampler sampler_;
  AlertBook book_;
  const Regulator* regulator_ = nullptr;
  struct Figures {
    std::unique_ptr<Ledger::Reading> reading;
    std::string latencies;
    Clock::TimePoint read_at;
  };
  std::optional<Figures> shown_;  // in pictures
  std::unique_ptr<websockets::Server> server_;
  std::jthread watchman_;
};

}  // namespace voicestand::service
