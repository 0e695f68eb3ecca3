#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "voicestand/base/result.h"
#include "voicestand/lib/x11/connection.h"

// What windows tell of themselves. Thread: the connection's. Real-time: no, some journeys to the server.
namespace voicestand::x11 {

// The window of a program that `window` is, or is in: the one that the window manager has taken charge of. 0: it is in
// none, or has just been closed.
[[nodiscard]] WindowId program_window(Connection& connection, WindowId window);

// The class of its program, "XTerm" for one; empty where it tells none.
[[nodiscard]] std::string class_of(Connection& connection, WindowId window);

// Whether it answers a ping (connection.h). Errors: kIo.
[[nodiscard]] Result<bool> takes_pings(Connection& connection, WindowId window);

// The process that shows it; nothing where it does not tell, or where it runs on another machine.
[[nodiscard]] std::optional<pid_t> process_of(Connection& connection, WindowId window);

}  // namespace voicestand::x11
