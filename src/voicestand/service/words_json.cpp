#include "voicestand/service/words_json.h"

#include <cmath>

namespace voicestand::service {

using Json = nlohmann::ordered_json;

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

Json words_json(const std::optional<std::vector<speech::Word>>& words) {
  if (!words) return nullptr;
  Json list = Json::array();
  for (const speech::Word& word : *words) {
    list.push_back(
        {{"word", word.text},
         {"start_s", rounded(word.start_s)},
         {"end_s", rounded(word.end_s)},
         {"confidence", word.confidence ? Json(rounded(static_cast<double>(*word.confidence))) : Json(nullptr)}});
  }
  return list;
}

}  // namespace voicestand::service
