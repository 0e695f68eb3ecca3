#pragma once

#include <string>

#include "voicestand/base/result.h"

namespace voicestand::sherpa {

// Says whether a file can be an ONNX model: readable, of a sensible size, and at its top level a protobuf message of
// ModelProto's fields, with a graph, that ends exactly where the file does. A truncated or foreign file is found
// without handing it to a library that ends the process; damage within the graph is not looked for.
// Thread: any. Real-time: no. Errors: kModelMissing where there is no such file, kBadModel.
[[nodiscard]] Result<void> check_onnx_file(const std::string& path);

}  // namespace voicestand::sherpa
