#include "voicestand/lib/curl/download.h"

#include <array>
#include <memory>

#include "voicestand/lib/curl/address.h"
#include "voicestand/lib/curl/content_range.h"
#include "voicestand/lib/curl/library.h"

namespace voicestand::curl {
namespace {

constexpr long kMaxRedirects = 5;
constexpr long kFirstErrorStatus = 400;

struct Transfer {
  const Receiver& receiver;
  const std::stop_token& stop;
  const Library& curl;
  CURL* handle;
  Response response;
  bool begun = false;
  std::optional<Error> refusal;  // the receiver's
};

// The last answer's head is complete with the first byte of its body, or with its end where it has none.
bool begin(Transfer& transfer) {
  if (transfer.begun) return true;
  transfer.begun = true;
  curl_off_t length = -1;
  transfer.curl.curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &transfer.response.status);
  transfer.curl.curl_easy_getinfo(transfer.handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length >= 0) transfer.response.body_bytes = static_cast<std::uint64_t>(length);
  if (transfer.response.status >= kFirstErrorStatus) return false;
  auto accepted = transfer.receiver.begin(transfer.response);
  if (!accepted) transfer.refusal = std::move(accepted.error());
  return accepted.has_value();
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) transfer.response = {};  // a further answer: after a redirect
  if (const auto range = parse_content_range(line)) {
    transfer.response.first_byte = range->first_byte;
    transfer.response.whole_bytes = range->whole_bytes;
  }
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!begin(transfer)) return CURL_WRITEFUNC_ERROR;
  auto taken = transfer.receiver.body(std::as_bytes(std::span(data, size)));
  if (taken) return size;
  transfer.refusal = std::move(taken.error());
  return CURL_WRITEFUNC_ERROR;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stop.stop_requested() ? 1 : 0;
}

bool passing(long status) {
  return status >= 500 || status == 408 || status == 425 || status == 429;
}

Failure refused_by_server(long status, const std::string& address) {
  const bool gone = status == 404 || status == 410;
  return {.error = {Errc::kNetwork,
                    "the server answers " + std::to_string(status) + (gone ? ", the file is not there" : ""), address,
                    passing(status) ? "try again later" : "try another mirror or a newer version of voicestand"},
          .passing = passing(status),
          .status = status};
}

bool passing(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_OUT_OF_MEMORY:
      return false;
    default:
      return true;
  }
}

std::string remedy_for(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "check the clock and the installed certificates (package ca-certificates)";
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "the server does not answer as it should: try another mirror";
    default:
      return "check the connection and try again";
  }
}

}  // namespace

std::expected<Response, Failure> download(const Request& request, const Receiver& receiver,
                                          const std::stop_token& stop) {
  const auto& curl = Library::get();
  if (!curl) return std::unexpected(Failure{.error = curl.error()});
  static const CURLcode initialised = curl->curl_global_init(CURL_GLOBAL_DEFAULT);
  const auto parsed = Address::parse(request.address);
  if (!parsed) return std::unexpected(Failure{.error = parsed.error()});
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(initialised == CURLE_OK ? curl->curl_easy_init() : nullptr,
                                                      curl->curl_easy_cleanup);
  if (!handle) {
    return std::unexpected(Failure{.error = {Errc::kServiceMissing, "the curl library does not start", "", ""}});
  }
  if (stop.stop_requested()) {
    return std::unexpected(Failure{.error = {Errc::kInterrupted, "interrupted", request.address, ""}});
  }

  Transfer transfer{
      .receiver = receiver, .stop = stop, .curl = *curl, .handle = handle.get(), .response = {}, .refusal = {}};
  std::array<char, CURL_ERROR_SIZE> detail{};
  const std::string range = std::to_string(request.from_byte) + "-";
  bool ready = true;
  const auto set = [&](CURLoption option, auto value) {
    ready = curl->curl_easy_setopt(handle.get(), option, value) == CURLE_OK && ready;
  };
  set(CURLOPT_URL, request.address.c_str());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "voicestand");
  set(CURLOPT_PROTOCOLS_STR, parsed->loopback_http() ? "http,https" : "https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, parsed->loopback_http() ? "http,https" : "https");
  if (parsed->loopback_http()) set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(kStallBytesPerSecond));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_timeout.count()));
  if (request.from_byte > 0) set(CURLOPT_RANGE, range.c_str());
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_ERRORBUFFER, detail.data());
  if (!ready) {
    return std::unexpected(
        Failure{.error = {Errc::kServiceMissing, "the curl library lacks https", "", "install libcurl 7.85 or newer"}});
  }

  const CURLcode code = curl->curl_easy_perform(handle.get());
  if (code == CURLE_OK) static_cast<void>(begin(transfer));  // an answer without a body
  if (transfer.refusal) return std::unexpected(Failure{.error = *transfer.refusal});
  if (stop.stop_requested() && code != CURLE_OK) {
    return std::unexpected(Failure{.error = {Errc::kInterrupted, "interrupted", request.address, ""}});
  }
  if (transfer.begun && transfer.response.status >= kFirstErrorStatus) {
    return std::unexpected(refused_by_server(transfer.response.status, request.address));
  }
  if (code == CURLE_OK) return transfer.response;
  const std::string what = detail[0] != '\0' ? detail.data() : curl->curl_easy_strerror(code);
  return std::unexpected(
      Failure{.error = {Errc::kNetwork, what, request.address, remedy_for(code)}, .passing = passing(code)});
}

}  // namespace voicestand::curl
