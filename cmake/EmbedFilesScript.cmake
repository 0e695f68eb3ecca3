# Run by voicestand_embed_files: OUTPUT, NAMESPACE, FUNCTION, and FILES separated by "|".
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(views "")
set(index 0)
foreach(file IN LISTS files)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char kFile${index}[] = {${bytes}};\n")
  string(APPEND views "    std::string_view(kFile${index}, sizeof(kFile${index})),\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include <array>
#include <span>
#include <string_view>

namespace ${NAMESPACE} {
namespace {

${arrays}
constexpr std::array<std::string_view, ${index}> kFiles{
${views}};

}  // namespace

std::span<const std::string_view> ${FUNCTION}() noexcept { return kFiles; }

}  // namespace ${NAMESPACE}
")
