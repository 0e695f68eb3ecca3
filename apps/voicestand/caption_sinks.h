#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "voicestand/base/result.h"
#include "voicestand/pipeline/event.h"

namespace voicestand::app {

// Where a command's output goes, and what becomes of it when nobody reads it any more. Thread: any.
class OutputStream {
 public:
  // After the first failed write nothing more is written, and `on_failure` is called once: the command should stop.
  void on_failure(std::function<void()> callback);
  void write(std::string_view text);
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  mutable std::mutex mutex_;  // protects the members below
  std::function<void()> on_failure_;
  std::optional<Error> failure_;
};

// Events of CONTRACT.md, one a line. `output` outlives it.
[[nodiscard]] std::unique_ptr<pipeline::EventSink> make_json_sink(OutputStream& output);
// Finals one a line on standard output; warnings on standard error.
[[nodiscard]] std::unique_ptr<pipeline::EventSink> make_line_sink(OutputStream& output);
// A live view where standard output is a terminal.
[[nodiscard]] std::unique_ptr<pipeline::EventSink> make_terminal_sink(OutputStream& output);

}  // namespace voicestand::app
