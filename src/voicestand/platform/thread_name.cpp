#include "voicestand/platform/thread_name.h"

#include <array>

#include <sys/prctl.h>

namespace voicestand::platform {

void name_this_thread(std::string_view name) noexcept {
  std::array<char, 16> text{};  // TASK_COMM_LEN, the closing zero included
  name.copy(text.data(), text.size() - 1);
  ::prctl(PR_SET_NAME, text.data());
}

}  // namespace voicestand::platform
