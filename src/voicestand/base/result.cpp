#include "voicestand/base/result.h"

namespace voicestand {

std::unexpected<Error> fail(Errc code, std::string_view what, std::string_view where, std::string_view remedy) {
  return std::unexpected(
      Error{.code = code, .what = std::string(what), .where = std::string(where), .remedy = std::string(remedy)});
}

std::string Error::message() const {
  std::string text;
  for (const std::string* part : {&where, &what, &remedy}) {
    if (part->empty()) continue;
    if (!text.empty()) text += ": ";
    text += *part;
  }
  return text;
}

}  // namespace voicestand
