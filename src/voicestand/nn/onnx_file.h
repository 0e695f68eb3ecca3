#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/nn/mapped_file.h"
#include "voicestand/nn/onnx_graph.h"

namespace voicestand::nn {

// An ONNX model file, mapped into memory and read without any library. The file is untrusted: every offset, length,
// shape and name in it has been checked before open() returns, and its structure costs at most some tens of megabytes.
// Thread: any may read. Real-time: no.
class OnnxFile {
 public:
  // Errors: kBadModel with the file and the byte where reading stopped; kModelMissing, kIo as MappedFile.
  [[nodiscard]] static Result<OnnxFile> open(const std::string& path);

  // Stays where it is when this object is moved.
  [[nodiscard]] const Graph& graph() const noexcept { return *graph_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Gives up the graph: what tensors of the mapping point to stays as long as what is returned.
  [[nodiscard]] MappedFile take_mapping() && noexcept { return std::move(file_); }

 private:
  OnnxFile(MappedFile file, std::string path, std::unique_ptr<Graph> graph) noexcept
      : file_(std::move(file)), path_(std::move(path)), graph_(std::move(graph)) {}

  MappedFile file_;
  std::string path_;
  std::unique_ptr<Graph> graph_;
};

// The same from memory, which must outlive the graph; `where` goes into errors. For readers of other containers.
[[nodiscard]] Result<std::unique_ptr<Graph>> parse_onnx(std::span<const std::byte> model, const std::string& where);

}  // namespace voicestand::nn
