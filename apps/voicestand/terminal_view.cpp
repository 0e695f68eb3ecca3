#include "terminal_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

#include <fmt/format.h>

namespace voicestand::app {
namespace {

constexpr const char* kClearLine = "\r\x1b[2K";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kBold = "\x1b[1m";
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kRed = "\x1b[31m";
constexpr const char* kReset = "\x1b[0m";

constexpr int kMeterCells = 12;
constexpr float kMeterFloorDbfs = -60;

// Byte offset of the given code point, or the end.
std::size_t offset_of(const std::string& text, std::size_t code_points) {
  std::size_t at = 0;
  while (at < text.size() && code_points > 0) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    --code_points;
  }
  return at;
}

std::size_t code_points_in(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string meter(float peak_dbfs) {
  static constexpr std::array<const char*, 9> kEighths{" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
  const float fill = std::clamp((peak_dbfs - kMeterFloorDbfs) / -kMeterFloorDbfs, 0.0F, 1.0F);
  const int eighths = static_cast<int>(std::lround(fill * kMeterCells * 8));
  std::string bar;
  for (int cell = 0; cell < kMeterCells; ++cell)
    bar += kEighths[static_cast<std::size_t>(std::clamp(eighths - cell * 8, 0, 8))];
  return bar;
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(seconds);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

}  // namespace

void TerminalView::on_event(const pipeline::Event& event) {
  if (const auto* ready = std::get_if<pipeline::Ready>(&event)) {
    const std::string engine = ready->recognizer ? ready->recognizer->model : "voice detection alone";
    print_line(fmt::format("{}{} · {} · Ctrl-C ends{}", kDim, ready->input, engine, kReset));
    listening_ = true;
  } else if (const auto* partial = std::get_if<pipeline::Partial>(&event)) {
    partial_ = partial->text;
    partial_stable_ = partial->stable_chars;
  } else if (const auto* final = std::get_if<pipeline::Final>(&event)) {
    partial_.clear();
    partial_stable_ = 0;
    if (!final->text.empty())
      print_line(fmt::format("{}{}{}  {}", kDim, clock_time(final->start_s), kReset, final->text));
  } else if (const auto* warning = std::get_if<pipeline::Warning>(&event)) {
    print_line(fmt::format("{}{}{}", kYellow, warning->message, kReset));
  } else if (const auto* failure = std::get_if<pipeline::Failure>(&event)) {
    print_line(fmt::format("{}{}{}", kRed, failure->error.message(), kReset));
  } else if (const auto* level = std::get_if<pipeline::Level>(&event)) {
    level_ = *level;
  } else if (const auto* summary = std::get_if<pipeline::Summary>(&event)) {
    listening_ = false;
    print_line(fmt::format("{}{} of audio · {} utterances · {:.1f} s of CPU · {:.0f} MB{}", kDim,
                           clock_time(summary->audio_s), summary->utterances, summary->cpu_s,
                           static_cast<double>(summary->peak_rss_bytes) / 1e6, kReset));
  }
  draw_status();
}

void TerminalView::print_line(const std::string& line) {
  write_(kClearLine + line + "\n");
}

void TerminalView::draw_status() {
  if (!listening_) return;
  constexpr int kMargin = 5;
  const auto room = static_cast<std::size_t>(std::max(columns_() - kMeterCells - kMargin, 8));
  std::string text = partial_;
  std::size_t stable = partial_stable_;
  // The newest words matter: what does not fit goes at the front.
  if (const std::size_t length = code_points_in(text); length > room) {
    const std::size_t hidden = length - room + 1;
    text = "…" + text.substr(offset_of(text, hidden));
    stable = stable > hidden ? stable - hidden + 1 : 0;
  }
  const std::size_t split = offset_of(text, stable);
  write_(fmt::format("{}{}{}{} {} {}{}{}{}{}{}", kClearLine, level_.speech ? kGreen : kDim, meter(level_.peak_dbfs),
                     kReset, level_.speech ? "●" : "○", kBold, text.substr(0, split), kReset, kDim, text.substr(split),
                     kReset));
}

}  // namespace voicestand::app
