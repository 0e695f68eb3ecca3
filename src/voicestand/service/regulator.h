#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/restraint.h"
#include "voicestand/service/governor.h"

namespace voicestand::service {

// Looks at the machine's heat and load every other second while something is heard, and restrains recognition. A thread
// of its own, which sleeps while nothing is heard.
class Regulator {
 public:
  struct Reading {
    int level = 0;
    std::string reason;  // empty at level 0
  };

  // Thread: any. Real-time: no. `told` hears, on the thread of its own, of each change of the level. `clock` outlives
  // it; `sysroot` stands before /sys and /proc (tests).
  Regulator(const Clock& clock, std::function<void(const Reading&)> told, std::string sysroot = {});
  Regulator(const Regulator&) = delete;
  Regulator& operator=(const Regulator&) = delete;

  // Thread: any. What recognition is to look at.
  [[nodiscard]] const pipeline::Restraint& restraint() const noexcept { return restraint_; }
  // Thread: any. Whether something is heard.
  void set_hearing(bool hearing);
  // Thread: any. Real-time: no.
  [[nodiscard]] Reading read() const;

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] bool look();

  const Clock& clock_;
  const std::function<void(const Reading&)> told_;
  const std::string sysroot_;
  pipeline::Restraint restraint_;
  Governor governor_;  // its thread's

  mutable std::mutex mutex_;  // protects the following
  std::condition_variable_any changed_;
  bool hearing_ = false;
  Reading reading_;

  std::jthread thread_;
};

// For people.
[[nodiscard]] std::string text_of(const Regulator::Reading& reading);

}  // namespace voicestand::service
