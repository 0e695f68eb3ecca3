#pragma once

#include <cstddef>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {

// What a child process says on its stderr, kept in a little memory file instead of a pipe: the child can neither block
// on it nor fill more than its fixed size (its writes fail from there on), and what it said outlives it. Parent and
// child share the file's position, which is how much has been said since the child last called rewind_stderr().
class StderrCapture {
 public:
  // Thread: any. Real-time: no. Errors: kIo.
  [[nodiscard]] static Result<StderrCapture> create();

  // To be the child's descriptor 2.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  // Thread: one at a time, of the parent. Real-time: no. The last lines of what was said, at most about `max_bytes`,
  // joined by blanks; control characters and escape sequences are taken out.
  [[nodiscard]] std::string last_words(std::size_t max_bytes) const;

 private:
  explicit StderrCapture(UniqueFd fd) noexcept : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

// For the child, whose stderr is such a file; both do nothing where it is something else.
// Thread: one at a time. Real-time: no. Forgets what was said so far.
void rewind_stderr() noexcept;
// Thread: one at a time. Real-time: no. Whether something was said since.
[[nodiscard]] bool stderr_was_used() noexcept;

}  // namespace voicestand::posix
