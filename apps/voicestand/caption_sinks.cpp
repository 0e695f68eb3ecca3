#include "caption_sinks.h"

#include <string>
#include <utility>
#include <variant>

#include <sys/ioctl.h>
#include <unistd.h>

#include "console.h"
#include "terminal_view.h"
#include "voicestand/service/event_json.h"

namespace voicestand::app {
namespace {

class JsonSink final : public pipeline::EventSink {
 public:
  explicit JsonSink(OutputStream& output) : output_(output) {}
  void on_event(const pipeline::Event& event) override {
    if (const auto line = service::to_json(event)) output_.write(*line + "\n");
  }

 private:
  OutputStream& output_;
};

class LineSink final : public pipeline::EventSink {
 public:
  explicit LineSink(OutputStream& output) : output_(output) {}
  void on_event(const pipeline::Event& event) override {
    if (const auto* final = std::get_if<pipeline::Final>(&event)) {
      if (!final->text.empty()) output_.write(final->text + "\n");
    } else if (const auto* warning = std::get_if<pipeline::Warning>(&event)) {
      remark(warning->message);
    } else if (const auto* failure = std::get_if<pipeline::Failure>(&event)) {
      complain(failure->error);
    }
  }

 private:
  OutputStream& output_;
};

int terminal_columns() {
  constexpr int kFallback = 80;
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kFallback;
}

}  // namespace

void OutputStream::on_failure(std::function<void()> callback) {
  const std::scoped_lock lock(mutex_);
  on_failure_ = std::move(callback);
}

void OutputStream::write(std::string_view text) {
  std::function<void()> tell;
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) return;
    auto written = write_out(text);
    if (written) return;
    failure_ = std::move(written.error());
    tell = on_failure_;
  }
  if (tell) tell();
}

std::optional<Error> OutputStream::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

std::unique_ptr<pipeline::EventSink> make_json_sink(OutputStream& output) {
  return std::make_unique<JsonSink>(output);
}

std::unique_ptr<pipeline::EventSink> make_line_sink(OutputStream& output) {
  return std::make_unique<LineSink>(output);
}

std::unique_ptr<pipeline::EventSink> make_terminal_sink(OutputStream& output) {
  return std::make_unique<TerminalView>(terminal_columns, [&output](const std::string& text) { output.write(text); });
}

}  // namespace voicestand::app
