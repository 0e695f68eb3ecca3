#pragma once

#include <functional>
#include <string>

#include "voicestand/pipeline/event.h"

namespace voicestand::app {

// Live captions for people: finals scroll, and below them one line shows the level and what is being said. Draws with
// plain ANSI sequences. Thread: as EventSink.
class TerminalView final : public pipeline::EventSink {
 public:
  // `columns` is asked before each drawing, for terminals change size; `write` takes bytes for the terminal.
  TerminalView(std::function<int()> columns, std::function<void(const std::string&)> write)
      : columns_(std::move(columns)), write_(std::move(write)) {}

  void on_event(const pipeline::Event& event) override;

 private:
  void print_line(const std::string& line);
  void draw_status();

  std::function<int()> columns_;
  std::function<void(const std::string&)> write_;
  pipeline::Level level_;
  std::string partial_;
  std::size_t partial_stable_ = 0;
  bool listening_ = false;
};

}  // namespace voicestand::app
