#include "voicestand/platform/process_turns.h"

#include <string>
#include <utility>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {

Result<ProcessTurns> process_turns(pid_t process) {
  const std::string path = "/proc/" + std::to_string(process) + "/status";
  const auto status = internal::read_small_file(path);
  if (!status) return std::unexpected(status.error());
  const auto state = internal::value_of(*status, "State:");
  auto voluntary = internal::value_of(*status, "voluntary_ctxt_switches:");
  auto forced = internal::value_of(*status, "nonvoluntary_ctxt_switches:");
  if (!state || !voluntary || !forced) return fail(Errc::kBadData, "not as proc(5) says", path);
  const auto voluntary_turns = internal::take_number(*voluntary);
  const auto forced_turns = internal::take_number(*forced);
  if (!voluntary_turns || !forced_turns) return fail(Errc::kBadData, "not as proc(5) says", path);
  return ProcessTurns{.waits = state->starts_with('S'), .turns = *voluntary_turns + *forced_turns};
}

}  // namespace voicestand::platform
