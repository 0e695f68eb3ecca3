#pragma once

#include <cstdint>

namespace voicestand::x11 {

// What a server tells without being asked, as far as it is of use here.
struct Event {
  enum class Kind : std::uint8_t {
    kOther,
    kKeymap,  // the keyboard's layouts, or the symbols of a key, are others
    kPong,    // a window has come to the ping of this `detail`
    // Of devices, whatever has the focus; a key that repeats is no press. Not while a key that this connection has
    // grabbed is down.
    kRawKeyPress,
    kRawKeyRelease,
    kRawButtonPress,
    kRawButtonRelease,
    // Of what this connection has grabbed.
    kKeyPress,
    kKeyRelease,
    kButtonPress,
    kButtonRelease,
  };
  Kind kind = Kind::kOther;
  std::uint16_t device = 0;         // of raw ones: which has made it
  std::uint32_t detail = 0;         // keycode, button, or a ping's number
  std::uint32_t modifiers = 0;      // of grabbed ones: held or locked before it
  std::uint32_t after_request = 0;  // of this connection, the last that the server had come to
  std::uint32_t time_ms = 0;        // by the server's clock, which wraps
};

}  // namespace voicestand::x11
