#pragma once

#include <string>
#include <vector>

namespace voicestand::bench::html {

// Values along an axis, and where they lie on the paper.
class Scale {
 public:
  struct Tick {
    double value;
    std::string text;
  };

  // Thread: any. From `low` to `high` and a little further, in even steps. Where both are the same it makes room.
  [[nodiscard]] static Scale linear(double low, double high);
  // Thread: any. Exactly from 0 on.
  [[nodiscard]] static Scale from_zero(double high);
  // Thread: any. By their logarithms where the high end is many times the low one and both are above 0; else evenly.
  [[nodiscard]] static Scale spanning(double low, double high);

  [[nodiscard]] double low() const noexcept { return low_; }
  [[nodiscard]] double high() const noexcept { return high_; }
  // 0 at the low end, 1 at the high one; what lies beyond is drawn at the end.
  [[nodiscard]] double share_of(double value) const noexcept;
  // Round values within, some three to eight of them.
  [[nodiscard]] std::vector<Tick> ticks() const;

 private:
  Scale(double low, double high, bool logarithmic) : low_(low), high_(high), logarithmic_(logarithmic) {}

  double low_;
  double high_;
  bool logarithmic_;
};

}  // namespace voicestand::bench::html
