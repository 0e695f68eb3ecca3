#include "bench/html/plot.h"

#include <utility>

#include <fmt/format.h>

#include "bench/html/escape.h"

namespace voicestand::bench::html {
namespace {

constexpr double kWidth = 560;
constexpr double kHeight = 280;
constexpr double kLeft = 66;
constexpr double kRight = kWidth - 18;
constexpr double kTop = 30;
constexpr double kBottom = kHeight - 46;
constexpr double kBoxHalf = 7;
constexpr double kLetter = 6.6;  // wide, about

}  // namespace

Plot::Plot(int number, PlotText text, Scale x, Scale y) : number_(number), text_(std::move(text)), x_(x), y_(y) {}

double Plot::left_of(double x) const noexcept {
  return kLeft + x_.share_of(x) * (kRight - kLeft);
}

double Plot::top_of(double y) const noexcept {
  return kBottom - y_.share_of(y) * (kBottom - kTop);
}

std::string Plot::path_through(std::span<const Point> points) const {
  std::string path;
  for (const Point& point : points)
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', left_of(point.x), top_of(point.y));
  return path;
}

void Plot::line(std::span<const Point> points, std::string_view style) {
  marks_ += fmt::format(R"(<path class="line {}" d="{}"/>)", style, path_through(points));
}

void Plot::area(std::span<const Point> points, std::string_view style) {
  if (points.empty()) return;
  marks_ += fmt::format(R"(<path class="area {}" d="{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z"/>)", style, path_through(points),
                        left_of(points.back().x), kBottom, left_of(points.front().x), kBottom);
}

void Plot::polygon(std::span<const Point> points, std::string_view style) {
  marks_ += fmt::format(R"(<path class="area {}" d="{}Z"/>)", style, path_through(points));
}

// Strokes of no length with a cap: many of them in little text.
void Plot::dots(std::span<const Point> points, std::string_view style) {
  if (points.empty()) return;
  std::string path;
  for (const Point& point : points) path += fmt::format("M{:.1f} {:.1f}h0", left_of(point.x), top_of(point.y));
  marks_ += fmt::format(R"(<path class="dots {}" d="{}"/>)", style, path);
}

void Plot::upright(double x, std::string_view style) {
  marks_ += fmt::format(R"(<path class="line {0}" d="M{1:.1f} {2}V{3}"/>)", style, left_of(x), kBottom, kTop);
}

void Plot::band(const Interval& x, std::string_view style) {
  marks_ += fmt::format(R"(<path class="area {0}" d="M{1:.1f} {3}V{4}H{2:.1f}V{3}Z"/>)", style, left_of(x.low),
                        left_of(x.high), kBottom, kTop);
}

void Plot::level(double y, std::string_view style) {
  marks_ += fmt::format(R"(<path class="line {}" d="M{} {:.1f}H{}"/>)", style, kLeft, top_of(y), kRight);
}

void Plot::box(double y, const Interval& whole, const Interval& middle, double stroke, std::string_view style) {
  const double at = top_of(y);
  marks_ += fmt::format(R"(<path class="line {0}" d="M{1:.1f} {3:.1f}H{2:.1f}"/>)"
                        R"(<path class="area box {0}" d="M{4:.1f} {6:.1f}H{5:.1f}V{7:.1f}H{4:.1f}Z"/>)"
                        R"(<path class="line strong {0}" d="M{8:.1f} {6:.1f}V{7:.1f}"/>)",
                        style, left_of(whole.low), left_of(whole.high), at, left_of(middle.low), left_of(middle.high),
                        at - kBoxHalf, at + kBoxHalf, left_of(stroke));
}

void Plot::label(double y, std::string_view text, std::string_view style) {
  marks_ += fmt::format(R"(<text class="row {}" x="{}" y="{:.1f}">{}</text>)", style, kLeft + 4,
                        top_of(y) - kBoxHalf - 4, escaped(text));
}

void Plot::legend(std::string_view text, std::string_view style) {
  legend_ +=
      fmt::format(R"(<path class="dots key {0}" d="M{1:.1f} 14h0"/><text class="key" x="{2:.1f}" y="18">{3}</text>)",
                  style, kLeft + legend_width_ + 5, kLeft + legend_width_ + 13, escaped(text));
  legend_width_ += 28 + kLetter * static_cast<double>(text.size());
}

std::string Plot::axes() const {
  std::string axes;
  for (const Scale::Tick& tick : x_.ticks()) {
    axes += fmt::format(R"(<path class="grid" d="M{0:.1f} {1}V{2}"/><text class="x" x="{0:.1f}" y="{3}">{4}</text>)",
                        left_of(tick.value), kBottom, kTop, kBottom + 16, tick.text);
  }
  if (!text_.y_label.empty()) {
    for (const Scale::Tick& tick : y_.ticks()) {
      axes += fmt::format(R"(<path class="grid" d="M{1} {0:.1f}H{2}"/><text class="y" x="{3}" y="{4:.1f}">{5}</text>)",
                          top_of(tick.value), kLeft, kRight, kLeft - 6, top_of(tick.value) + 4, tick.text);
    }
    axes += fmt::format(R"svg(<text class="name" transform="translate(13 {}) rotate(-90)">{}</text>)svg",
                        (kTop + kBottom) / 2, escaped(text_.y_label));
  }
  axes += fmt::format(R"(<path class="axis" d="M{} {}V{}H{}"/><text class="name" x="{}" y="{}">{}</text>)", kLeft, kTop,
                      kBottom, kRight, (kLeft + kRight) / 2, kHeight - 8, escaped(text_.x_label));
  return axes;
}

std::string Plot::svg() const {
  return fmt::format(
      R"(<svg class="plot" data-plot="{1}" viewBox="0 0 {2} {3}" role="img" aria-labelledby="t{0} d{0}">)"
      R"(<title id="t{0}">{4}</title><desc id="d{0}">{5}</desc>{6}{7}{8}</svg>)",
      number_, escaped(text_.kind), kWidth, kHeight, escaped(text_.title), escaped(text_.description), axes(), marks_,
      legend_);
}

}  // namespace voicestand::bench::html
