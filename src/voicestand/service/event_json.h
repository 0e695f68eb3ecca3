#pragma once

#include <optional>
#include <string>

#include "voicestand/pipeline/event.h"

namespace voicestand::service {

// Thread: any. Real-time: no. The event as one line of JSON without the newline; nothing for events that are not part
// of the stream (Level). Unknown values are null.
[[nodiscard]] std::optional<std::string> to_json(const pipeline::Event& event);

}  // namespace voicestand::service
