#pragma once

#include <filesystem>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::service {

// Keeps other processes from changing a model while this one does: a lock on the file `.ID.lock` beside the model's
// folder, which is gone again with the object. A process that dies lets go of it. Thread: one at a time. Real-time: no.
class ModelLock {
 public:
  // Makes `models_folder`. Errors: kIo (also when another holds it), kNoSpace.
  [[nodiscard]] static Result<ModelLock> take(const std::filesystem::path& models_folder, const std::string& id);

  ModelLock(ModelLock&& other) noexcept = default;
  ModelLock& operator=(ModelLock&&) = delete;
  ~ModelLock();

 private:
  ModelLock(posix::UniqueFd descriptor, std::filesystem::path file)
      : descriptor_(std::move(descriptor)), file_(std::move(file)) {}
  posix::UniqueFd descriptor_;
  std::filesystem::path file_;
};

}  // namespace voicestand::service
