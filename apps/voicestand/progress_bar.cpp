#include "progress_bar.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace voicestand::app {
namespace {

constexpr std::chrono::milliseconds kRefresh{100};
constexpr int kCells = 24;

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void write_err(const std::string& text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ProgressBar::ProgressBar(std::string label, std::optional<double> total_s)
    : label_(std::move(label)),
      total_s_(total_s),
      terminal_(::isatty(STDERR_FILENO) == 1),
      started_at_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
  if (terminal_) write_err("\r\x1b[2K");
}

void ProgressBar::show(double done_s) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - shown_at_ < kRefresh) return;
  shown_at_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_at_).count();
  const double speed = elapsed > 0 ? done_s / elapsed : 0;
  if (total_s_ && *total_s_ > 0) {
    const int full = static_cast<int>(std::clamp(done_s / *total_s_, 0.0, 1.0) * kCells);
    std::string bar;
    for (int cell = 0; cell < kCells; ++cell) bar += cell < full ? "█" : "░";
    write_err(
        fmt::format("\r\x1b[2K{}  {} {} / {}  {:.0f}x", label_, bar, clock_time(done_s), clock_time(*total_s_), speed));
  } else {
    write_err(fmt::format("\r\x1b[2K{}  {}  {:.0f}x", label_, clock_time(done_s), speed));
  }
}

}  // namespace voicestand::app
