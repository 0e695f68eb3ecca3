#include "voicestand/lib/websockets/server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "voicestand/lib/websockets/library.h"

namespace voicestand::websockets {
namespace {

// Fifty who look on, and room for a browser's other connections; who else comes waits in the kernel.
constexpr unsigned kMaxConnections = 256;
constexpr unsigned short kMaxHeaderBytes = 4'096;
constexpr unsigned kMaxRequestsAtOnce = 32;  // that have not been read to the end
constexpr unsigned kRequestSeconds = 5;      // that one may take to be read, or an answer to be taken
constexpr int kIdleSeconds = 15;             // between two requests on one connection
constexpr std::size_t kChunkBytes = 16'384;
constexpr unsigned kPieceBytes = 32'768;  // that libwebsockets sends at once: all of a picture

// A connection that is idle is asked whether there is anybody, so that those who vanished do not count.
constexpr lws_retry_bo_t kHalfOpen{.retry_ms_table = nullptr,
                                   .retry_ms_table_count = 0,
                                   .conceal_count = 0,
                                   .secs_since_valid_ping = 10,
                                   .secs_since_valid_hangup = 20,
                                   .jitter_percent = 0};

// What a page may do: show itself, and speak to where it came from.
constexpr std::array<std::pair<const char*, std::string_view>, 6> kHeaders{{
    {"content-security-policy:",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
     "'self'; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"x-content-type-options:", "nosniff"},
    {"referrer-policy:", "no-referrer"},
    {"cross-origin-resource-policy:", "same-origin"},
    {"cross-origin-opener-policy:", "same-origin"},
    {"cache-control:", "no-store"},
}};

// libwebsockets wants room in front of what it writes.
class Padded {
 public:
  explicit Padded(std::string_view text) : bytes_(LWS_PRE + text.size()) {
    if (!text.empty()) std::memcpy(data(), text.data(), text.size());
  }
  [[nodiscard]] unsigned char* data() noexcept { return bytes_.data() + LWS_PRE; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - LWS_PRE; }

 private:
  std::vector<unsigned char> bytes_;
};

// What a connection is about; libwebsockets gives it zeroed memory and no constructor.
struct Connection {
  Padded* answer;       // owned: being sent
  std::size_t sent;     // bytes of it
  std::uint64_t shown;  // the last look that it was sent; 0: none
};

class LibraryServer final : public Server {
 public:
  LibraryServer(const Library& library, const Config& config, Content content, Admission admission)
      : library_(library),
        address_(config.address),
        period_(config.period),
        admission_(std::move(admission)),
        content_(std::move(content)) {}
  LibraryServer(const LibraryServer&) = delete;
  LibraryServer& operator=(const LibraryServer&) = delete;
  ~LibraryServer() override {
    if (context_ == nullptr) return;
    stopping_.store(true, std::memory_order_relaxed);  // the cancelled wait orders it
    library_.lws_cancel_service(context_);
    if (thread_.joinable()) thread_.join();
    library_.lws_context_destroy(context_);
  }

  Result<void> listen() {
    lws_context_creation_info info{};
    info.iface = address_.host.c_str();
    info.port = address_.port;
    info.protocols = kProtocols.data();
    info.vhost_name = kName;
    info.user = this;
    info.gid = static_cast<decltype(info.gid)>(-1);
    info.uid = static_cast<decltype(info.uid)>(-1);
    info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
    if (address_.host.find(':') == std::string::npos) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    info.fd_limit_per_thread = kMaxConnections;
    info.max_http_header_data = kMaxHeaderBytes;
    info.max_http_header_pool = kMaxRequestsAtOnce;
    info.pt_serv_buf_size = kPieceBytes;
    info.timeout_secs = kRequestSeconds;
    info.timeout_secs_ah_idle = kRequestSeconds;
    info.keepalive_timeout = kIdleSeconds;
    info.retry_and_idle_policy = &kHalfOpen;
    context_ = library_.lws_create_context(&info);
    lws_vhost* const host = context_ == nullptr ? nullptr : library_.lws_get_vhost_by_name(context_, kName);
    if (host == nullptr) {
      return fail(Errc::kIo, "cannot listen here", address_.text(),
                  "another program may have the port: choose another one, or 0 for any that is free");
    }
    address_.port = library_.lws_get_vhost_listen_port(host);
    thread_ = std::thread([this] { serve(); });
    return {};
  }

  [[nodiscard]] const Address& address() const noexcept override { return address_; }

 private:
  static constexpr const char* kName = "voicestand";
  static const std::array<lws_protocols, 2> kProtocols;

  // A tick for the timer to find its server by.
  struct Tick {
    lws_sorted_usec_list_t timer;  // first: what libwebsockets hands back is a pointer to it
    LibraryServer* server;
  };

  static LibraryServer& of(lws* connection) {
    const Library& library = *Library::get();
    return *static_cast<LibraryServer*>(library.lws_context_user(library.lws_get_context(connection)));
  }

  void serve() {
    content_.begin();
    while (!stopping_.load(std::memory_order_relaxed)) {
      if (library_.lws_service(context_, 0) < 0) break;
    }
  }

  // One protocol for both: who opens a WebSocket need not name any.
  static int on_event(lws* connection, lws_callback_reasons reason, void* user, void* in, std::size_t length) {
    auto* const state = static_cast<Connection*>(user);
    switch (reason) {
      case LWS_CALLBACK_HTTP:
        return of(connection).answer(connection, *state, {static_cast<const char*>(in), length});
      case LWS_CALLBACK_HTTP_WRITEABLE:
        return of(connection).go_on(connection, *state);
      case LWS_CALLBACK_HTTP_BODY:
        return -1;  // nobody is asked for one
      case LWS_CALLBACK_CLOSED_HTTP:
        if (state != nullptr) forget_answer(*state);
        return 0;

      case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return of(connection).lets_look_on(connection) ? 0 : -1;
      case LWS_CALLBACK_ESTABLISHED:
        of(connection).join(connection, *state);
        return 0;
      case LWS_CALLBACK_SERVER_WRITEABLE:
        return of(connection).show(connection, *state);
      case LWS_CALLBACK_RECEIVE:
        of(connection).library_.lws_close_reason(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION, nullptr, 0);
        return -1;  // there is nothing to say here
      case LWS_CALLBACK_CLOSED:
        of(connection).leave(connection);
        return 0;
      default:
        return 0;
    }
  }

  [[nodiscard]] std::string header(lws* connection, lws_token_indexes which) const {
    std::array<char, kMaxHeaderBytes> text{};
    const int length = library_.lws_hdr_copy(connection, text.data(), static_cast<int>(text.size()), which);
    return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string();
  }

  [[nodiscard]] std::string token(lws* connection) const {
    constexpr std::string_view kBearer = "Bearer ";
    const std::string authorization = header(connection, WSI_TOKEN_HTTP_AUTHORIZATION);
    if (authorization.starts_with(kBearer)) return authorization.substr(kBearer.size());
    std::array<char, 256> text{};
    const char* const given =
        library_.lws_get_urlarg_by_name(connection, "token=", text.data(), static_cast<int>(text.size()));
    return given == nullptr ? std::string() : std::string(given);
  }

  [[nodiscard]] bool lets_in(lws* connection) const {
    const std::string host = header(connection, WSI_TOKEN_HOST);
    const std::string origin = header(connection, WSI_TOKEN_ORIGIN);
    return admission_.admits({.host = host, .origin = origin, .token = token(connection)});
  }

  [[nodiscard]] bool lets_look_on(lws* connection) const {
    if (header(connection, WSI_TOKEN_GET_URI) != "/ws") {
      (void)library_.lws_return_http_status(connection, 404, nullptr);
    } else if (!lets_in(connection)) {
      (void)library_.lws_return_http_status(connection, 403, nullptr);
    } else {
      return true;
    }
    return false;
  }

  // GET without the body.
  [[nodiscard]] bool asks_for_head(lws* connection) const {
    return library_.lws_hdr_total_length(connection, WSI_TOKEN_HEAD_URI) > 0;
  }

  int answer(lws* connection, Connection& state, std::string_view path) {
    forget_answer(state);
    if (library_.lws_hdr_total_length(connection, WSI_TOKEN_GET_URI) == 0 && !asks_for_head(connection))
      return send(connection, state, {.status = 405, .body = "nothing but GET is answered\n"});
    if (!content_.is_for_all(path) && !lets_in(connection)) {
      return send(connection, state,
                  {.status = 403, .body = "this is not for you: it takes the token, or this machine's own name\n"});
    }
    const std::string accept = header(connection, WSI_TOKEN_HTTP_ACCEPT);
    return send(connection, state, content_.get({.path = path, .accept = accept, .viewers = looking_on_.size()}));
  }

  int send(lws* connection, Connection& state, const Answer& answer) {
    std::array<unsigned char, LWS_PRE + 2'048> head{};
    unsigned char* const start = head.data() + LWS_PRE;
    unsigned char* const end = head.data() + head.size();
    unsigned char* at = start;
    const auto status = static_cast<unsigned>(answer.status) | LWSAHH_FLAG_NO_SERVER_NAME;
    if (library_.lws_add_http_common_headers(connection, status, answer.type.c_str(), answer.body.size(), &at, end) !=
        0)
      return -1;
    for (const auto& [name, value] : kHeaders)
      if (!add_header(connection, name, value, at, end)) return -1;
    if (answer.gzipped && !add_header(connection, "content-encoding:", "gzip", at, end)) return -1;
    if (library_.lws_finalize_write_http_header(connection, start, &at, end) != 0) return -1;
    if (asks_for_head(connection)) return library_.lws_http_transaction_completed(connection) != 0 ? -1 : 0;
    state.answer = new (std::nothrow) Padded(answer.body);
    state.sent = 0;
    if (state.answer == nullptr) return -1;
    return go_on(connection, state);
  }

  [[nodiscard]] bool add_header(lws* connection, const char* name, std::string_view value, unsigned char*& at,
                                unsigned char* end) const {
    return library_.lws_add_http_header_by_name(connection, reinterpret_cast<const unsigned char*>(name),
                                                reinterpret_cast<const unsigned char*>(value.data()),
                                                static_cast<int>(value.size()), &at, end) == 0;
  }

  // A piece each time that there is room for one.
  int go_on(lws* connection, Connection& state) {
    if (state.answer == nullptr) return 0;
    const std::size_t count = std::min(kChunkBytes, state.answer->size() - state.sent);
    const bool last = state.sent + count == state.answer->size();
    // What stands before a later piece has been sent already, and may be written over.
    if (library_.lws_write(connection, state.answer->data() + state.sent, count,
                           last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
      return -1;
    state.sent += count;
    if (!last) return library_.lws_callback_on_writable(connection) < 0 ? -1 : 0;
    forget_answer(state);
    return library_.lws_http_transaction_completed(connection) != 0 ? -1 : 0;
  }

  static void forget_answer(Connection& state) noexcept { delete std::exchange(state.answer, nullptr); }

  void join(lws* connection, Connection& state) {
    state.shown = 0;
    looking_on_.push_back(connection);
    if (looking_on_.size() == 1) {
      look_around();
    } else {
      library_.lws_callback_on_writable(connection);
    }
  }

  void leave(lws* connection) { std::erase(looking_on_, connection); }

  // While anybody looks on.
  void look_around() {
    if (looking_on_.empty()) return;
    newest_ = std::make_unique<Padded>(content_.look(looking_on_.size()));
    ++looks_;
    for (lws* const viewer : looking_on_) library_.lws_callback_on_writable(viewer);
    const auto period = std::chrono::duration_cast<std::chrono::microseconds>(period_).count();
    library_.lws_sul_schedule(context_, 0, &tick_.timer, on_tick, period);
  }

  static void on_tick(lws_sorted_usec_list_t* timer) { reinterpret_cast<Tick*>(timer)->server->look_around(); }

  // libwebsockets keeps what the kernel does not take, and does not come back here before that has gone.
  int show(lws* connection, Connection& state) {
    if (!newest_ || state.shown == looks_) return 0;
    state.shown = looks_;
    return library_.lws_write(connection, newest_->data(), newest_->size(), LWS_WRITE_TEXT) < 0 ? -1 : 0;
  }

  const Library& library_;
  Address address_;
  const std::chrono::milliseconds period_;
  const Admission admission_;
  const Content content_;
  lws_context* context_ = nullptr;
  std::atomic<bool> stopping_{false};

  // The server's thread.
  std::vector<lws*> looking_on_;
  std::unique_ptr<Padded> newest_;
  std::uint64_t looks_ = 0;
  Tick tick_{.timer = {}, .server = this};

  std::thread thread_;
};

const std::array<lws_protocols, 2> LibraryServer::kProtocols{{{.name = LibraryServer::kName,
                                                               .callback = LibraryServer::on_event,
                                                               .per_session_data_size = sizeof(Connection),
                                                               .rx_buffer_size = 512,
                                                               .id = 0,
                                                               .user = nullptr,
                                                               .tx_packet_size = kPieceBytes},
                                                              {}}};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Config& config, Content content) {
  auto admission = Admission::create(config.address, config.token);
  if (!admission) return std::unexpected(std::move(admission.error()));
  const Result<Library>& library = Library::get();
  if (!library) return std::unexpected(library.error());
  auto server = std::make_unique<LibraryServer>(*library, config, std::move(content), std::move(*admission));
  if (auto listening = server->listen(); !listening) return std::unexpected(std::move(listening.error()));
  return server;
}

}  // namespace voicestand::websockets
