# voicestand_web_page(OUT)
#
# Bundles web/ by esbuild and compresses what comes of it: OUT is the list of files, in the order "/", "/app.js",
# "/app.css".
function(voicestand_web_page out)
  set(tools ${PROJECT_SOURCE_DIR}/.deps/web)
  if(NOT EXISTS ${tools}/esbuild)
    message(FATAL_ERROR "esbuild is missing: run tools/fetch_deps.py (there is one for x86_64 and aarch64)")
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(built ${PROJECT_BINARY_DIR}/web)
  file(GLOB sources CONFIGURE_DEPENDS ${web}/src/*.ts)
  set(files ${built}/index.html.gz ${built}/app.js.gz ${built}/app.css.gz)
  add_custom_command(
    OUTPUT ${files}
    COMMAND ${CMAKE_COMMAND} -E env NODE_PATH=${tools}/node_modules ${tools}/esbuild ${web}/src/main.ts ${web}/style.css
            --bundle --minify --legal-comments=eof --target=chrome111,firefox115,safari16.4 --entry-names=app --outdir=${built}
            --log-level=warning
    COMMAND ${CMAKE_COMMAND} -E copy ${web}/index.html ${built}/index.html
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/compress.py ${built}/index.html ${built}/app.js ${built}/app.css
    DEPENDS ${sources} ${web}/index.html ${web}/style.css ${web}/tsconfig.json ${PROJECT_SOURCE_DIR}/tools/compress.py
    VERBATIM)
  set(${out} ${files} PARENT_SCOPE)
endfunction()
