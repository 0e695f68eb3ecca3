# voicestand_embed_files(TARGET NAMESPACE NAME FUNCTION NAME FILES FILE…)
#
# Compiles the files' bytes into TARGET, which declares `std::span<const std::string_view> FUNCTION() noexcept` in
# NAMESPACE itself. The source is made in the build folder, again whenever a file changes.
function(voicestand_embed_files target)
  cmake_parse_arguments(EMBED "" "NAMESPACE;FUNCTION" "FILES" ${ARGN})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${EMBED_FUNCTION}.cpp)
  list(JOIN EMBED_FILES "|" files)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${source} -D NAMESPACE=${EMBED_NAMESPACE} -D FUNCTION=${EMBED_FUNCTION}
            -D "FILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFilesScript.cmake
    DEPENDS ${EMBED_FILES} ${PROJECT_SOURCE_DIR}/cmake/EmbedFilesScript.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
