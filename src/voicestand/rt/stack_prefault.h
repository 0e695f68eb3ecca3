#pragma once

#include <cstddef>

namespace voicestand::rt {

// What an audio thread may need of its stack, with room to spare.
inline constexpr std::size_t kPrefaultedStackBytes = 64 * 1024;

// Thread: the one that is about to become real-time. Real-time: no. Touches the next kPrefaultedStackBytes of its
// stack, so that no call later on waits for the kernel to fill a page in.
void prefault_stack() noexcept;

}  // namespace voicestand::rt
