#pragma once

#include <optional>
#include <string>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::bench {

// What a child process writes, line by line as it comes. Thread: one.
class ChildLines {
 public:
  // Errors: kIo.
  [[nodiscard]] static Result<ChildLines> open();

  // What the child is to write to; close it once the child has it.
  [[nodiscard]] int child_end() const noexcept { return write_.get(); }
  void close_child_end() noexcept { write_.reset(); }

  // Blocks until there is one. Nothing at the end of the output, or when a minute has passed without any.
  [[nodiscard]] std::optional<std::string> next();

 private:
  ChildLines(posix::UniqueFd read, posix::UniqueFd write) noexcept : read_(std::move(read)), write_(std::move(write)) {}

  posix::UniqueFd read_;
  posix::UniqueFd write_;
  std::string pending_;
};

}  // namespace voicestand::bench
