#include "voicestand/service/usage_sampler.h"

#include <algorithm>
#include <utility>

#include "voicestand/platform/disk_space.h"

namespace voicestand::service {
namespace {

constexpr std::chrono::seconds kBetweenLooks{1};

}  // namespace

UsageSampler::UsageSampler(std::string data_folder, const Clock& clock)
    : data_folder_(std::move(data_folder)),
      clock_(clock),
      kinds_(platform::CoreKinds::read()),
      looked_at_(clock.now()) {
  reading_.process = platform::process_status();
  if (auto times = platform::core_times()) core_times_ = std::move(*times);
}

const UsageSampler::Reading& UsageSampler::read(const std::vector<pipeline::ThreadLoad>& threads) {
  const Clock::TimePoint now = clock_.now();
  if (!std::exchange(looked_, true) || now - looked_at_ >= kBetweenLooks) look(threads, now);
  return reading_;
}

void UsageSampler::look(const std::vector<pipeline::ThreadLoad>& threads, Clock::TimePoint now) {
  const double cpu_s_before = reading_.process.cpu_s;
  reading_.process = platform::process_status();
  if (auto memory = platform::process_memory()) reading_.memory = *memory;
  reading_.thermal = platform::thermal_zones();
  reading_.free_disk_share = platform::free_disk_share(data_folder_);

  if (auto times = platform::core_times()) {
    const std::vector<platform::CoreTimes> before = std::exchange(core_times_, std::move(*times));
    reading_.cores.clear();
    for (const platform::CoreUsage& core : platform::usage_between(before, core_times_))
      reading_.cores.push_back({.core = core.core, .kind = kinds_.of(core.core), .utilisation = core.utilisation});
  }

  std::map<std::string, double> thread_cpu_s;
  for (const pipeline::ThreadLoad& thread : threads) thread_cpu_s[thread.name] = thread.cpu_s;
  const auto before = std::exchange(thread_cpu_s_, std::move(thread_cpu_s));
  const double passed_s = std::chrono::duration<double>(now - std::exchange(looked_at_, now)).count();
  const auto share = [&](double used_s) { return passed_s > 0 ? std::max(0.0, used_s / passed_s) : 0.0; };
  reading_.utilisation = share(reading_.process.cpu_s - cpu_s_before);
  reading_.threads.clear();
  for (const auto& [name, cpu_s] : thread_cpu_s_) {
    const auto earlier = before.find(name);
    reading_.threads[name] = share(cpu_s - (earlier == before.end() ? 0 : earlier->second));
  }
}

}  // namespace voicestand::service
