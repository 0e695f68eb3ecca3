#pragma once

namespace voicestand::platform {

// Thread: any, once all that the program will do over and over has been done. Real-time: no. Takes the program's and
// its libraries' code and symbol tables out of its memory, locked or not: what starting alone needed is gone, and what
// is used comes back from the page cache, 64 KiB at once and as locked as before, when it is used next.
void release_code_pages() noexcept;

}  // namespace voicestand::platform
