#include "bench/validate/target.h"

namespace voicestand::bench {

void Target::judge(double value, bool quiet, const std::string& method) {
  measured = value;
  how = method;
  if (promise.bar.reached(value)) {
    pass = true;
  } else if (quiet) {
    pass = false;
  } else {
    pass = std::nullopt;
    how += "; not judged: other work took the cores meanwhile";
  }
}

}  // namespace voicestand::bench
