#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"
#include "voicestand/lib/websockets/admission.h"

namespace voicestand::websockets {

// Thread: any. Real-time: no. Whether libwebsockets is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

struct Request {
  std::string_view path;    // "/metrics"
  std::string_view accept;  // the header of that name; empty: none
  std::size_t viewers = 0;  // as look() is told
};

struct Answer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  bool gzipped = false;  // the body is
};

// Answers GET by a function, and sends each one who looks on ("/ws", a WebSocket) what there is to see, again and
// again: the newest, and to a slow one not all. A thread of its own does it all. It takes a bounded number of
// connections, and closes those that do not go on.
class Server {
 public:
  struct Config {
    Address address;
    std::string token;                      // asked for as ?token= or as a bearer token; empty: none
    std::chrono::milliseconds period{100};  // of `look`
  };
  // Called by the server's thread.
  struct Content {
    std::function<void()> begin;                            // before anything else
    std::function<bool(std::string_view path)> is_for_all;  // of what is no secret: whoever asks may have it
    std::function<Answer(const Request&)> get;
    std::function<std::string(std::size_t viewers)> look;  // asked while somebody looks on; how many do
  };

  // Thread: the owner. Real-time: no. Listens from now on. Errors: kServiceMissing, kUsage (see Admission), kIo where
  // nobody may listen at the address.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const Config& config, Content content);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Thread: the owner. All connections end.
  virtual ~Server() = default;

  // Thread: any. The address with the port that it has come to.
  [[nodiscard]] virtual const Address& address() const noexcept = 0;

 protected:
  Server() = default;
};

}  // namespace voicestand::websockets
