#include "voicestand/service/paths.h"

#include <cstdlib>
#include <vector>

#include <pwd.h>
#include <unistd.h>

namespace voicestand::service {
namespace {

constexpr std::size_t kAccountBufferBytes = 16'384;

std::string home_of_account() {
  std::vector<char> buffer(kAccountBufferBytes);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return found->pw_dir != nullptr ? found->pw_dir : "";
}

}  // namespace

Environment Environment::of_process() {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): see the header
            if (value == nullptr) return std::nullopt;
            return value;
          },
          .account_home = home_of_account()};
}

Result<Paths> Paths::from(const Environment& environment) {
  const auto absolute = [&](const std::string& name) -> std::filesystem::path {
    std::filesystem::path value = environment.variable(name).value_or("");
    return value.is_absolute() ? value : std::filesystem::path();
  };
  std::filesystem::path home = absolute("HOME");
  if (home.empty()) home = environment.account_home;

  Paths paths;
  struct Folder {
    const char* variable;
    const char* below_home;
    std::filesystem::path& path;
  };
  for (const auto& [variable, below_home, path] :
       {Folder{"XDG_CONFIG_HOME", ".config", paths.config}, Folder{"XDG_DATA_HOME", ".local/share", paths.data},
        Folder{"XDG_CACHE_HOME", ".cache", paths.cache}, Folder{"XDG_STATE_HOME", ".local/state", paths.state}}) {
    std::filesystem::path base = absolute(variable);
    if (base.empty() && home.is_absolute()) base = home / below_home;
    if (base.empty()) {
      return fail(Errc::kServiceMissing, "this user has no home folder", "", "set HOME, or " + std::string(variable));
    }
    path = base / "voicestand";
  }
  return paths;
}

}  // namespace voicestand::service
