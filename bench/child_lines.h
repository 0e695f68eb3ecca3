#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/child_process.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::bench {

// A program that runs beside this one, and what it writes, line by line as it comes. It does not outlive the object.
// Thread: one.
class ChildLines {
 public:
  // `standard_input`: where it reads from; nothing to read unless named. Errors: ChildProcess's, kIo.
  [[nodiscard]] static Result<ChildLines> start(std::vector<std::string> argv,
                                                std::optional<int> standard_input = std::nullopt);

  // Blocks until there is one. Nothing at the end of the output, or when a minute has passed without any.
  [[nodiscard]] std::optional<std::string> next();

  [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }
  // Blocks until it has ended; whether all went well. Call once.
  [[nodiscard]] bool ended_well() noexcept { return child_.wait().clean(); }

 private:
  ChildLines(posix::ChildProcess child, posix::UniqueFd output) noexcept
      : output_(std::move(output)), child_(std::move(child)) {}

  posix::UniqueFd output_;
  std::string pending_;
  posix::ChildProcess child_;
};

}  // namespace voicestand::bench
