#include "voicestand/rt/stack_prefault.h"

#include <array>

namespace voicestand::rt {

void prefault_stack() noexcept {
  constexpr std::size_t kSmallestPageBytes = 4'096;
  // Volatile: the compiler may not leave out what nobody reads.
  std::array<volatile char, kPrefaultedStackBytes> stack;
  for (std::size_t at = 0; at < stack.size(); at += kSmallestPageBytes) stack[at] = 0;
}

}  // namespace voicestand::rt
