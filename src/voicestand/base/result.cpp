#include "voicestand/base/result.h"

namespace voicestand {

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
