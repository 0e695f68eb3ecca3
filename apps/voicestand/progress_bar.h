#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace voicestand::app {

// How far a file is, on standard error where that is a terminal; nothing elsewhere. Thread: one.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::optional<double> total_s);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();  // clears the line

  void show(double done_s);

 private:
  std::string label_;
  std::optional<double> total_s_;
  bool terminal_;
  std::chrono::steady_clock::time_point started_at_;
  std::chrono::steady_clock::time_point shown_at_;
};

}  // namespace voicestand::app
