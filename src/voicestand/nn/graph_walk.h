#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/nn/onnx_graph.h"

namespace voicestand::nn {

// Walks a graph from a value back through the operations that made it, and finds out whether they are those that are
// expected. What does not fit is remembered, the first time; from then on every step leads to nothing, so a reader need
// not look after each of them. Names of values are empty where there is none. Thread: one at a time. Real-time: no.
class GraphWalk {
 public:
  explicit GraphWalk(const Graph& graph) noexcept : graph_(graph) {}

  [[nodiscard]] const Graph& graph() const noexcept { return graph_; }

  // What is being read, for problem(): "layer 3".
  void enter(std::string part) { part_ = std::move(part); }
  // "layer 3 <has no ><query weights><after>". Returns nothing: what a step that has failed leads to.
  std::string_view refuse(std::string_view what, std::string_view name = {}, std::string_view after = {});
  // "layer 3 computes its query in another way"
  std::string_view refuse_computation(std::string_view name);
  [[nodiscard]] bool failed() const noexcept { return !problem_.empty(); }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  // The operation that makes the value. Another one is refused, and stands for one without inputs. `name`: what the
  // value is for messages, "query".
  [[nodiscard]] const Node& step(std::string_view value, std::string_view op_type, std::string_view name);
  [[nodiscard]] bool is(std::string_view value, std::string_view op_type) const noexcept;
  // Over operations that only move numbers about, to one of this type.
  [[nodiscard]] const Node& behind(std::string_view value, std::string_view op_type, std::string_view name);

  [[nodiscard]] bool is_constant(std::string_view value) const noexcept { return graph_.constant(value) != nullptr; }
  // One number; not a number where there is none.
  [[nodiscard]] float number(std::string_view value) const;
  [[nodiscard]] bool is_number(std::string_view value, float expected) const;
  // One integer, or `otherwise`.
  [[nodiscard]] std::int64_t integer(std::string_view value, std::int64_t otherwise) const;
  // `count` finite numbers in any shape; refuses others and returns nothing.
  [[nodiscard]] std::vector<float> floats(std::string_view value, std::size_t count, std::string_view name);

 private:
  const Graph& graph_;
  std::string part_;
  std::string problem_;
};

[[nodiscard]] bool has_integers(const Node& node, std::string_view attribute, std::span<const std::int64_t> expected);
[[nodiscard]] bool has_integer(const Node& node, std::string_view attribute, std::int64_t expected);

}  // namespace voicestand::nn
