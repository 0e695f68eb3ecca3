# Every outside library, found once; modules under lib/ link them by these names.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)

include(VoicestandOpenedLibrary)
voicestand_opened_library(alsa alsa)
voicestand_opened_library(crypto libcrypto)
voicestand_opened_library(curl libcurl)
voicestand_opened_library(pipewire libpipewire-0.3)
voicestand_opened_library(sndfile sndfile)
voicestand_opened_library(systemd libsystemd)
voicestand_opened_library(wayland wayland-client)
voicestand_opened_library(websockets libwebsockets)
voicestand_opened_library(xcb xcb)
voicestand_opened_library(xcb_xinput xcb-xinput)
voicestand_opened_library(xcb_xkb xcb-xkb)
voicestand_opened_library(xcb_xtest xcb-xtest)
voicestand_opened_library(xkbcommon xkbcommon)
voicestand_opened_library(xkbcommon_x11 xkbcommon-x11)

# sherpa-onnx comes as a wheel laid out under the bundle folder (tools/fetch_deps.py).
add_library(sherpa_onnx_c_api SHARED IMPORTED)
set_target_properties(sherpa_onnx_c_api PROPERTIES
  IMPORTED_LOCATION ${CMAKE_SOURCE_DIR}/.deps/sherpa-onnx/lib/libsherpa-onnx-c-api.so
  INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_SOURCE_DIR}/.deps/sherpa-onnx/include)

if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
  find_path(RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
  add_library(rapidcheck UNKNOWN IMPORTED)
  set_target_properties(rapidcheck PROPERTIES IMPORTED_LOCATION ${RAPIDCHECK_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${RAPIDCHECK_INCLUDE})
endif()
