#pragma once

#include "voicestand/lib/posix/packet_socket.h"
#include "voicestand/lib/posix/shared_memory.h"
#include "voicestand/lib/sherpa/sherpa_engine.h"

namespace voicestand {

// Answers the parent's requests until it closes its end. Thread: main. Errors: kBadData for a request that makes no
// sense, kWorkerFailed where the engine has failed, kIo. After an error the process has nothing left to do: the parent
// takes its end for a death, with stderr for the reason.
[[nodiscard]] Result<void> serve(const posix::PacketSocket& parent, const posix::SharedMemory& audio,
                                 sherpa::SherpaEngine& engine);

}  // namespace voicestand
