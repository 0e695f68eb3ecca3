#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace voicestand::pipewire {

// Something that PipeWire can capture from: a microphone, or what a sink plays.
struct Device {
  std::uint32_t id = 0;     // of the running server
  std::string node_name;    // of the microphone or the sink
  std::string description;  // for people
  bool monitor = false;     // of a sink

  // What names it in messages and on the command line: "alsa_input.pci…", "vs.monitor".
  [[nodiscard]] std::string name() const { return monitor ? node_name + ".monitor" : node_name; }
};

// By name(), else by description, else by id; null where there is none. Thread: any. Real-time: no.
[[nodiscard]] const Device* find_device(std::span<const Device> devices, std::string_view wanted) noexcept;

}  // namespace voicestand::pipewire
