#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace voicestand::platform::internal {

// Thread: any. Real-time: no. The numbers of "0-3,7", as Linux writes sets of cores; nothing for what is not such a
// list, or names more cores than Linux can count.
[[nodiscard]] std::optional<std::vector<int>> cores_in_list(std::string_view list);

}  // namespace voicestand::platform::internal
