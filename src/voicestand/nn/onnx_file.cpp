#include "voicestand/nn/onnx_file.h"

#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "voicestand/nn/protobuf_reader.h"

namespace voicestand::nn {
namespace {

using Field = ProtobufReader::Field;
using Wire = ProtobufReader::Wire;
using Bytes = std::span<const std::byte>;

constexpr int kMaxGraphDepth = 4;
constexpr std::size_t kMaxItems = 250'000;  // names, numbers, nodes, tensors; the largest model we ship has 25,000

std::optional<std::size_t> size_of(DataType type) noexcept {
  switch (type) {
    case DataType::kUint8:
    case DataType::kInt8:
    case DataType::kBool:
      return 1;
    case DataType::kFloat32:
    case DataType::kInt32:
      return 4;
    case DataType::kInt64:
      return 8;
  }
  return std::nullopt;
}

// Reads the messages of the format, each into what it stands for. The first thing that is wrong ends it: from then on
// every function returns false. Field numbers are those of the format's published schema.
class Parser {
 public:
  explicit Parser(Bytes model) noexcept : model_(model) {}

  [[nodiscard]] bool model(Graph& graph) {
    bool found = false;
    const bool read = each(model_, [&](const Field& field) {
      if (field.number != 7 || field.wire != Wire::kBytes) return true;
      if (std::exchange(found, true)) return refuse("has two graphs", field.bytes.data());
      return this->graph(field.bytes, graph, 0);
    });
    return read && (found || refuse("holds no graph", model_.data()));
  }

  [[nodiscard]] std::string problem() const { return std::string(what_) + " at byte " + std::to_string(at_); }

 private:
  [[nodiscard]] bool refuse(const char* what, const std::byte* at) noexcept {
    what_ = what;
    at_ = at == nullptr ? 0 : static_cast<std::size_t>(at - model_.data());
    return false;
  }

  [[nodiscard]] bool room(const std::byte* at) noexcept {
    return ++items_ <= kMaxItems || refuse("has more parts than any model that runs here", at);
  }

  // Calls take(field) for each field of a message until it returns false.
  template <typename Take>
  [[nodiscard]] bool each(Bytes message, Take take) {
    ProtobufReader reader(message);
    Field field;
    while (reader.next(field))
      if (!take(field)) return false;
    return !reader.damaged() || refuse("is damaged", reader.at());
  }

  // A repeated number, packed or not. Calls add(value).
  template <typename Add>
  [[nodiscard]] bool numbers(const Field& field, Add add) {
    if (field.wire == Wire::kVarint) {
      if (!room(nullptr)) return false;
      add(field.value);
      return true;
    }
    if (field.wire != Wire::kBytes) return refuse("spells a number in an unknown way", field.bytes.data());
    ProtobufReader reader(field.bytes);
    std::uint64_t value = 0;
    while (reader.next_varint(value)) {
      if (!room(reader.at())) return false;
      add(value);
    }
    return !reader.damaged() || refuse("is damaged", reader.at());
  }

  [[nodiscard]] bool text(const Field& field, std::string_view& text) {
    if (field.wire != Wire::kBytes) return refuse("has a name that is no text", model_.data());
    text = field.text();
    return room(field.bytes.data());
  }

  template <typename T>
  static void append(std::vector<std::byte>& bytes, T value) {
    const auto* begin = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof(T));
  }

  [[nodiscard]] bool tensor(Bytes message, Tensor& tensor) {
    if (!room(message.data())) return false;
    bool spelled_out = false;
    std::uint64_t type = 0;
    std::vector<std::int64_t> integers;  // of the types that share one list of numbers
    const bool read = each(message, [&](const Field& field) {
      switch (field.number) {
        case 1:
          return numbers(field, [&](std::uint64_t value) { tensor.shape.push_back(static_cast<std::int64_t>(value)); });
        case 2:
          type = field.value;
          return true;
        case 4:  // f32, packed or one by one
          spelled_out = true;
          if (field.wire == Wire::kBytes) {
            tensor.decoded.insert(tensor.decoded.end(), field.bytes.begin(), field.bytes.end());
            return true;
          }
          append(tensor.decoded, static_cast<std::uint32_t>(field.value));
          return room(message.data());
        case 5:
        case 7:
          spelled_out = true;
          return numbers(field, [&](std::uint64_t value) { integers.push_back(static_cast<std::int64_t>(value)); });
        case 8:
          return text(field, tensor.name);
        case 9:
          tensor.bytes = field.bytes;
          return true;
        case 13:
        case 14:
          return (field.number == 14 && field.value == 0) ||
                 refuse("keeps its weights in another file", message.data());
        default:
          return true;
      }
    });
    if (!read) return false;
    tensor.type = type <= 255 ? static_cast<DataType>(type) : DataType{};
    const auto element = size_of(tensor.type);
    if (!element) return refuse("holds numbers of a type that is not used here", message.data());
    for (const auto value : integers) {
      if (*element == 1) append(tensor.decoded, static_cast<std::uint8_t>(value));
      if (*element == 4) append(tensor.decoded, static_cast<std::uint32_t>(value));
      if (*element == 8) append(tensor.decoded, value);
    }
    if (spelled_out && !tensor.bytes.empty()) return refuse("gives a tensor twice", message.data());
    if (spelled_out) tensor.bytes = tensor.decoded;
    return sized(tensor, *element, message);
  }

  [[nodiscard]] bool sized(const Tensor& tensor, std::size_t element, Bytes message) {
    std::uint64_t size = element;
    for (const auto dimension : tensor.shape) {
      if (dimension < 0 || dimension > std::numeric_limits<std::int32_t>::max())
        return refuse("has a tensor of impossible shape", message.data());
      if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(dimension), &size))
        return refuse("has a tensor of impossible shape", message.data());
    }
    return size == tensor.bytes.size() || refuse("has a tensor whose size is not that of its shape", message.data());
  }

  [[nodiscard]] bool attribute(Bytes message, Attribute& attribute, const Graph& around, int depth) {
    if (!room(message.data())) return false;
    return each(message, [&](const Field& field) {
      const bool is_message = field.wire == Wire::kBytes;
      switch (field.number) {
        case 1:
          return text(field, attribute.name);
        case 2:
          if (field.wire == Wire::kFixed32)
            attribute.number = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
          return true;
        case 3:
          attribute.integer = field.integer();
          return true;
        case 4:
          return text(field, attribute.text);
        case 5:
          if (!is_message || attribute.tensor) return refuse("has a damaged attribute", message.data());
          attribute.tensor = std::make_unique<Tensor>();
          return tensor(field.bytes, *attribute.tensor);
        case 6:
          if (!is_message || attribute.graph) return refuse("has a damaged attribute", message.data());
          attribute.graph = std::make_unique<Graph>();
          attribute.graph->outer = &around;
          return graph(field.bytes, *attribute.graph, depth + 1);
        case 8:
          return numbers(field,
                         [&](std::uint64_t value) { attribute.integers.push_back(static_cast<std::int64_t>(value)); });
        default:
          return true;
      }
    });
  }

  [[nodiscard]] bool node(Bytes message, Node& node, const Graph& around, int depth) {
    if (!room(message.data())) return false;
    return each(message, [&](const Field& field) {
      switch (field.number) {
        case 1:
          return text(field, node.inputs.emplace_back());
        case 2:
          return text(field, node.outputs.emplace_back());
        case 3:
          return text(field, node.name);
        case 4:
          return text(field, node.op_type);
        case 5:
          if (field.wire != Wire::kBytes) return refuse("has a damaged node", message.data());
          return attribute(field.bytes, node.attributes.emplace_back(), around, depth);
        default:
          return true;
      }
    });
  }

  // Of a value's description: its name and, through three nested messages, its shape.
  [[nodiscard]] bool value(Bytes message, GraphInput& input, int level = 0) {
    constexpr std::uint32_t kPath[] = {2, 1, 2, 1};  // type, tensor_type, shape, dim
    return each(message, [&](const Field& field) {
      if (level == 0 && field.number == 1) return text(field, input.name);
      if (level == 4) {
        if (field.number == 1 && field.wire == Wire::kVarint) input.shape.back() = field.integer();
        return true;
      }
      if (field.number != kPath[level] || field.wire != Wire::kBytes) return true;
      if (level == 3) {
        input.shape.push_back(-1);
        if (!room(field.bytes.data())) return false;
      }
      return value(field.bytes, input, level + 1);
    });
  }

  [[nodiscard]] bool graph(Bytes message, Graph& graph, int depth) {
    if (depth >= kMaxGraphDepth) return refuse("nests its graphs too deeply", message.data());
    const bool read = each(message, [&](const Field& field) {
      if (field.wire != Wire::kBytes) return true;
      switch (field.number) {
        case 1:
          return node(field.bytes, graph.nodes.emplace_back(), graph, depth);
        case 5:
          return tensor(field.bytes, graph.initializers.emplace_back());
        case 11:
          return room(field.bytes.data()) && value(field.bytes, graph.inputs.emplace_back());
        case 12: {
          GraphInput output;
          if (!room(field.bytes.data()) || !value(field.bytes, output)) return false;
          graph.outputs.push_back(output.name);
          return true;
        }
        default:
          return true;
      }
    });
    return read && (graph.index() || refuse("gives two things one name", message.data()));
  }

  Bytes model_;
  std::size_t items_ = 0;
  const char* what_ = "";
  std::size_t at_ = 0;
};

}  // namespace

Result<std::unique_ptr<Graph>> parse_onnx(std::span<const std::byte> model, const std::string& where) {
  auto graph = std::make_unique<Graph>();
  Parser parser(model);
  if (!parser.model(*graph)) return fail(Errc::kBadModel, parser.problem(), where, "fetch the model again");
  return graph;
}

Result<OnnxFile> OnnxFile::open(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file) return std::unexpected(file.error());
  auto graph = parse_onnx(file->bytes(), path);
  if (!graph) return std::unexpected(graph.error());
  return OnnxFile(std::move(*file), path, std::move(*graph));
}

}  // namespace voicestand::nn
