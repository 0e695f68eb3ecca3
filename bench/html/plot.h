#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/html/scale.h"
#include "bench/statistics.h"

namespace voicestand::bench::html {

struct Point {
  double x = 0;
  double y = 0;
};

// What stands around the curves; all of it any text.
struct PlotText {
  std::string kind;         // one word: what the plot is, for those who count plots
  std::string title;        // read out by a screen reader instead of the picture
  std::string description;  // likewise
  std::string x_label;
  std::string y_label;  // none: the axis has no numbers either
};

// One picture of curves and dots over two axes, as an <svg> element. Colours come from the page's style: a mark's
// `style` is the name of a class there. Later marks lie above earlier ones.
class Plot {
 public:
  // `number`: another for each plot of a page.
  Plot(int number, PlotText text, Scale x, Scale y);

  void line(std::span<const Point> points, std::string_view style);
  // Between the curve and the lower edge.
  void area(std::span<const Point> points, std::string_view style);
  void polygon(std::span<const Point> points, std::string_view style);
  void dots(std::span<const Point> points, std::string_view style);
  // From the lower edge to the upper one.
  void upright(double x, std::string_view style);
  void band(const Interval& x, std::string_view style);
  // From the left edge to the right one.
  void level(double y, std::string_view style);
  // A row of a table of boxes, `y` its middle: the box, a line through it, a stroke across.
  void box(double y, const Interval& whole, const Interval& middle, double stroke, std::string_view style);
  // At the left edge, above `y`.
  void label(double y, std::string_view text, std::string_view style);
  // An entry of the legend, in the order of the calls, at the top.
  void legend(std::string_view text, std::string_view style);

  // Thread: any.
  [[nodiscard]] std::string svg() const;

 private:
  [[nodiscard]] double left_of(double x) const noexcept;
  [[nodiscard]] double top_of(double y) const noexcept;
  [[nodiscard]] std::string path_through(std::span<const Point> points) const;
  [[nodiscard]] std::string axes() const;

  int number_;
  PlotText text_;
  Scale x_;
  Scale y_;
  std::string marks_;
  std::string legend_;
  double legend_width_ = 0;
};

}  // namespace voicestand::bench::html
