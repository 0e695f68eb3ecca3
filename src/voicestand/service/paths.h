#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "voicestand/base/result.h"

namespace voicestand::service {

// What a process is given by its surroundings; tests give their own.
struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::string account_home;  // of the user's account, for when HOME is not set; may be empty

  // Thread: any, while nobody changes the environment. Real-time: no.
  [[nodiscard]] static Environment of_process();
};

// VoiceStand's folders by the XDG base directory specification. None need exist.
struct Paths {
  std::filesystem::path config;  // $XDG_CONFIG_HOME/voicestand
  std::filesystem::path data;    // $XDG_DATA_HOME/voicestand
  std::filesystem::path cache;   // $XDG_CACHE_HOME/voicestand
  std::filesystem::path state;   // $XDG_STATE_HOME/voicestand

  [[nodiscard]] std::filesystem::path config_file() const { return config / "config.toml"; }
  [[nodiscard]] std::filesystem::path models() const { return data / "models"; }

  // Relative values are ignored, as the specification says. Thread: any. Real-time: no. Errors: kServiceMissing where
  // neither HOME nor the account names a home folder and one is needed.
  [[nodiscard]] static Result<Paths> from(const Environment& environment);
};

}  // namespace voicestand::service
