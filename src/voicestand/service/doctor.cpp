#include "voicestand/service/doctor.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "voicestand/base/clock.h"
#include "voicestand/desktop/input_devices.h"
#include "voicestand/desktop/uinput_keyboard.h"
#include "voicestand/lib/alsa/capture_pcm.h"
#include "voicestand/lib/curl/download.h"
#include "voicestand/lib/dbus/realtime_broker.h"
#include "voicestand/lib/openssl/sha256.h"
#include "voicestand/lib/pipewire/connection.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/websockets/server.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/xkb/keymap.h"
#include "voicestand/platform/machine.h"
#include "voicestand/platform/memory_locking.h"
#include "voicestand/platform/realtime_scheduling.h"
#include "voicestand/service/composition.h"
#include "voicestand/simd/kernels.h"
#include "voicestand/text/json_writer.h"

namespace voicestand::service {
namespace {

using State = Finding::State;

constexpr double kMebibyte = 1024.0 * 1024.0;

Finding machine(const std::string& sysroot) {
  const auto found = platform::read_machine(sysroot);
  if (!found) return {"machine", State::kMissing, found.error().message(), found.error().remedy};
  return {"machine", State::kGood,
          fmt::format("{} usable core{}, {:.0f} MiB of memory, {:.0f} MiB available", found->usable_cores,
                      found->usable_cores == 1 ? "" : "s", static_cast<double>(found->total_memory_bytes) / kMebibyte,
                      static_cast<double>(found->available_memory_bytes) / kMebibyte),
          std::nullopt};
}

Finding instruction_sets() {
  std::string available;
  for (const simd::Isa isa : simd::available_isas()) {
    if (!available.empty()) available += ", ";
    available += simd::name_of(isa);
  }
  const simd::Isa used = simd::kernels().isa;
  Finding finding{"instruction_sets", State::kGood,
                  fmt::format("{} in use; the machine has {}", simd::name_of(used), available), std::nullopt};
  if (used != simd::available_isas().back()) {
    finding.state = State::kNotice;
    finding.remedy = "unset VOICESTAND_FORCE_ISA";
  } else if (used == simd::Isa::kScalar) {
    finding.state = State::kNotice;
    finding.remedy = "use a processor with AVX2: recognition will be slow on this one";
  }
  return finding;
}

Finding realtime_scheduling() {
  Finding finding{"realtime_scheduling", State::kGood, {}, std::nullopt};
  std::jthread([&] {
    const auto brokers = realtime_brokers();
    const platform::RaisedThread raised(brokers);
    const auto granted_by = raised.granted_by();
    finding.found = std::string(platform::name_of(raised.scheduling()));
    if (granted_by) finding.found += fmt::format(", granted by {}", *granted_by);
    if (raised.scheduling() == platform::Scheduling::kRealtime) return;
    finding.state = State::kNotice;
    if (raised.refusal()) finding.remedy = raised.refusal()->remedy;
  }).join();
  return finding;
}

Finding memory_locking() {
  const auto locked = platform::lock_memory();
  if (locked) return {"memory_locking", State::kGood, "permitted", std::nullopt};
  return {"memory_locking", State::kNotice, locked.error().message(), locked.error().remedy};
}

// Those that are opened when they are needed: the program starts without them.
Finding libraries() {
  struct Library {
    Result<void> (*check)();
    std::string_view need;
  };
  constexpr std::array kLibraries{
      Library{pipewire::check_library, "microphones by PipeWire"},
      Library{alsa::check_library, "microphones by ALSA"},
      Library{sndfile::check_library, "sound files other than WAV"},
      Library{dbus::check_library, "real-time rank from the desktop portal or RealtimeKit"},
      Library{curl::check_library, "downloading models"},
      Library{openssl::check_library, "checking models"},
      Library{wayland::check_library, "typing under Wayland"},
      Library{x11::check_library, "typing and hot-keys under X11"},
      Library{xkb::check_library, "typing by keys"},
      Library{websockets::check_library, "being looked at with a browser (--http)"},
  };
  Finding finding{"libraries", State::kGood, {}, std::nullopt};
  for (const Library& library : kLibraries) {
    const auto there = library.check();
    if (there) continue;
    finding.state = State::kNotice;
    if (!finding.found.empty()) finding.found += "; ";
    finding.found += fmt::format("{}, {}, for {}", there.error().where, there.error().what, library.need);
    finding.remedy = (finding.remedy ? *finding.remedy + "; " : std::string()) + there.error().remedy;
  }
  if (finding.state == State::kGood) finding.found = "all are installed";
  return finding;
}

// What serves where the session lends neither a keyboard nor keys.
Finding own_keyboard() {
  const auto there = desktop::UinputKeyboard::check();
  if (there) return {"uinput", State::kGood, "text can be typed in every session", std::nullopt};
  return {"uinput", State::kNotice, there.error().where + ": " + there.error().what, there.error().remedy};
}

Finding input_devices() {
  const SteadyClock clock;
  const auto devices = desktop::InputDevices::open(clock);
  if (devices) return {"input_devices", State::kGood, "hot-keys work in every session", std::nullopt};
  return {"input_devices", State::kNotice, devices.error().where + ": " + devices.error().what, devices.error().remedy};
}

}  // namespace

std::string_view name_of(State state) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"good", "notice", "missing"};
  return kNames[std::min(static_cast<std::size_t>(state), kNames.size() - 1)];
}

std::vector<Finding> examine(const std::string& sysroot) {
  std::vector<Finding> findings{machine(sysroot)};
  if (!sysroot.empty()) return findings;
  findings.push_back(instruction_sets());
  findings.push_back(realtime_scheduling());
  findings.push_back(memory_locking());
  findings.push_back(libraries());
  findings.push_back(own_keyboard());
  findings.push_back(input_devices());
  return findings;
}

std::string findings_json(const std::vector<Finding>& findings) {
  text::JsonWriter json;
  json.begin_object();
  json.member("good", std::ranges::none_of(findings, [](const Finding& f) { return f.state == State::kMissing; }));
  json.begin_array("findings");
  for (const Finding& finding : findings) {
    json.begin_object();
    json.member("name", finding.name);
    json.member("state", name_of(finding.state));
    json.member("found", finding.found);
    json.member("remedy", finding.remedy);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.finish();
}

}  // namespace voicestand::service
