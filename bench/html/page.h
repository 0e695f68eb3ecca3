#pragma once

#include <string>
#include <string_view>

namespace voicestand::bench::html {

// Thread: any. A page that needs nothing besides itself: its policy forbids the browser every request and every script.
// `title` is text, and its first heading; `body`, what follows it, is markup. "#top" is its beginning.
[[nodiscard]] std::string page_of(std::string_view title, std::string_view body);

}  // namespace voicestand::bench::html
