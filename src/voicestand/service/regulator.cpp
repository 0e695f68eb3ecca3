#include "voicestand/service/regulator.h"

#include <chrono>
#include <utility>

#include "voicestand/platform/pressure.h"
#include "voicestand/platform/thermal_zones.h"
#include "voicestand/platform/thread_name.h"

namespace voicestand::service {
namespace {

constexpr std::chrono::seconds kBetweenLooks{2};

}  // namespace

std::string text_of(const Regulator::Reading& reading) {
  return reading.level == 0 ? "the machine is cool and free: recognition is as always"
                            : "recognition does less (level " + std::to_string(reading.level) + "): " + reading.reason;
}

Regulator::Regulator(const Clock& clock, std::function<void(const Reading&)> told, std::string sysroot)
    : clock_(clock),
      told_(std::move(told)),
      sysroot_(std::move(sysroot)),
      governor_(platform::thermal_limits(sysroot_)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Regulator::set_hearing(bool hearing) {
  const std::scoped_lock lock(mutex_);
  hearing_ = hearing;
  changed_.notify_all();
}

Regulator::Reading Regulator::read() const {
  const std::scoped_lock lock(mutex_);
  return reading_;
}

void Regulator::run(const std::stop_token& stop) {
  platform::name_this_thread("vs-regulate");
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return hearing_; }) && !stop.stop_requested()) {
    lock.unlock();
    if (look()) told_(read());
    lock.lock();
    changed_.wait_for(lock, stop, kBetweenLooks, [this] { return !hearing_; });
  }
}

bool Regulator::look() {
  if (!governor_.look(platform::thermal_zones(sysroot_), platform::cpu_pressure(sysroot_), clock_.now())) return false;
  restraint_.set(governor_.level());
  const std::scoped_lock lock(mutex_);
  reading_ = {.level = governor_.level(), .reason = governor_.reason()};
  return true;
}

}  // namespace voicestand::service
