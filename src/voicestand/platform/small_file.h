#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::platform::internal {

// Thread: any. Real-time: no. The whole of a file of /proc or /sys. Errors: kNotFound, kIo, kBadData for one that is
// larger than any of these is.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path);

// What stands after `key` on the line that begins with it, blanks around it taken off.
[[nodiscard]] std::optional<std::string_view> value_of(std::string_view text, std::string_view key) noexcept;

// The decimal number that the text begins with, taken off the text; nothing where there is none or it does not fit.
[[nodiscard]] std::optional<std::uint64_t> take_number(std::string_view& text) noexcept;

// What stands from the field of this number on, as proc_pid_stat(5) counts them, from 3; nothing where it ends before.
[[nodiscard]] std::optional<std::string_view> stat_from_field(std::string_view stat, int field) noexcept;

// "1234 kB" in bytes.
[[nodiscard]] std::optional<std::uint64_t> kibibytes(std::string_view text) noexcept;

}  // namespace voicestand::platform::internal
