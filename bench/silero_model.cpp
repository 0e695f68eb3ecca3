#include "bench/silero_model.h"

#include <unistd.h>

namespace voicestand::bench {

Result<std::string> silero_model() {
  std::string path = VOICESTAND_BUNDLE_DIR "/models/silero-vad/silero_vad_openvino_16k.onnx";
  if (::access(path.c_str(), R_OK) == 0) return path;
  return fail(Errc::kModelMissing, "the voice detection model is not there", path, "run tools/fetch_deps.py");
}

}  // namespace voicestand::bench
