#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "voicestand/lib/x11/library.h"
#include "voicestand/lib/x11/selection.h"

namespace voicestand::x11 {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSilence{500};  // of the owner, until it is asked for nothing more
constexpr std::chrono::milliseconds kWhole{2'000};
constexpr std::size_t kMostBytes = 64U << 20U;  // of all formats
constexpr std::size_t kMostFormats = 64;
constexpr std::uint8_t kSentByClient = 0x80;
// What is asked of the owner of any content, and no content; and what is not asked but ordered.
constexpr std::array<std::string_view, 7> kNoContent{"TARGETS", "TIMESTAMP",        "MULTIPLE",       "SAVE_TARGETS",
                                                     "DELETE",  "INSERT_SELECTION", "INSERT_PROPERTY"};

struct Value {
  Atom type = 0;
  std::uint8_t unit_bits = 0;
  std::string bytes;
};

// On a connection of its own: what an owner still sends after one has given it up goes nowhere.
class Reading {
 public:
  [[nodiscard]] static Result<Reading> begin(const std::string& name);
  [[nodiscard]] Result<SelectionContent> all();

 private:
  explicit Reading(Connection connection) : connection_(std::move(connection)) {}
  [[nodiscard]] std::optional<Value> ask(Atom target);
  [[nodiscard]] std::optional<Value> pieces();
  [[nodiscard]] std::optional<Value> take();
  [[nodiscard]] Reply<xcb_generic_event_t> next(std::uint8_t type);
  [[nodiscard]] std::vector<std::string> names_of(const std::vector<Atom>& atoms);

  Connection connection_;
  WindowId window_ = 0;
  Atom selection_ = 0;
  Atom targets_ = 0;
  Atom pieces_ = 0;
  Atom property_ = 0;
  Clock::time_point deadline_ = Clock::now() + kWhole;
  std::size_t room_bytes_ = kMostBytes;
  bool given_up_ = false;
};

Result<Reading> Reading::begin(const std::string& name) {
  auto connection = Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  Reading reading(std::move(*connection));
  const auto selection = reading.connection_.atom(name);
  const auto targets = reading.connection_.atom("TARGETS");
  const auto pieces = reading.connection_.atom("INCR");
  const auto property = reading.connection_.atom("VOICESTAND_SELECTION");
  if (!selection || !targets || !pieces || !property) return std::unexpected(Connection::gone());
  reading.selection_ = *selection;
  reading.targets_ = *targets;
  reading.pieces_ = *pieces;
  reading.property_ = *property;
  reading.window_ = reading.connection_.make_hidden_window();
  return reading;
}

Result<SelectionContent> Reading::all() {
  SelectionContent content;
  const auto told = ask(targets_);
  std::vector<Atom> targets;
  if (told && told->unit_bits == 32) {
    for (std::size_t at = 0; at + sizeof(Atom) <= told->bytes.size(); at += sizeof(Atom)) {
      Atom target = 0;
      std::memcpy(&target, told->bytes.data() + at, sizeof target);
      if (targets.size() < kMostFormats && std::ranges::find(targets, target) == targets.end())
        targets.push_back(target);
    }
  }
  const std::vector<std::string> names = names_of(targets);
  for (std::size_t at = 0; at < targets.size() && !given_up_; ++at) {
    if (names[at].empty() || std::ranges::find(kNoContent, names[at]) != kNoContent.end()) continue;
    auto value = ask(targets[at]);
    if (!value) continue;
    const std::string type = value->type == targets[at] ? names[at] : names_of({value->type}).front();
    if (!type.empty())
      content.push_back(
          {.name = names[at], .type = type, .unit_bits = value->unit_bits, .bytes = std::move(value->bytes)});
  }
  if (connection_.lost()) return std::unexpected(Connection::gone());
  return content;
}

// Nothing where it is refused, or where the owner is not to be waited for any longer.
std::optional<Value> Reading::ask(Atom target) {
  const Library& x11 = connection_.library();
  x11.xcb_convert_selection(connection_.get(), window_, selection_, target, property_, XCB_CURRENT_TIME);
  connection_.flush();
  for (;;) {
    const auto event = next(XCB_SELECTION_NOTIFY);
    if (!event) return std::nullopt;
    const auto* const answer = reinterpret_cast<const xcb_selection_notify_event_t*>(event.get());
    if (answer->target != target || answer->selection != selection_) continue;
    if (answer->property == XCB_NONE) return std::nullopt;
    break;
  }
  auto value = take();
  return value && value->type == pieces_ ? pieces() : value;
}

std::optional<Value> Reading::pieces() {
  Value whole;
  for (;;) {
    const auto event = next(XCB_PROPERTY_NOTIFY);
    if (!event) return std::nullopt;
    const auto* const changed = reinterpret_cast<const xcb_property_notify_event_t*>(event.get());
    if (changed->atom != property_ || changed->state != XCB_PROPERTY_NEW_VALUE) continue;
    const auto piece = take();
    if (!piece) {
      if (given_up_) return std::nullopt;
      continue;
    }
    whole.type = piece->type;
    whole.unit_bits = piece->unit_bits;
    whole.bytes += piece->bytes;
    if (piece->bytes.empty()) return whole;
  }
}

// What lies in our property, and tells the owner that it has been taken.
std::optional<Value> Reading::take() {
  const Library& x11 = connection_.library();
  const Reply<xcb_get_property_reply_t> answer(x11.xcb_get_property_reply(
      connection_.get(),
      x11.xcb_get_property(connection_.get(), 1, window_, property_, XCB_GET_PROPERTY_TYPE_ANY, 0,
                           static_cast<std::uint32_t>(room_bytes_ / 4)),
      nullptr));
  if (!answer || answer->bytes_after != 0) given_up_ = true;
  if (given_up_ || answer->type == XCB_NONE) return std::nullopt;
  const auto* const value = static_cast<const char*>(x11.xcb_get_property_value(answer.get()));
  const auto size = static_cast<std::size_t>(x11.xcb_get_property_value_length(answer.get()));
  room_bytes_ -= std::min(room_bytes_, size);
  return Value{.type = answer->type, .unit_bits = answer->format, .bytes = std::string(value, size)};
}

Reply<xcb_generic_event_t> Reading::next(std::uint8_t type) {
  const auto until = std::min(deadline_, Clock::now() + kSilence);
  for (;;) {
    while (Reply<xcb_generic_event_t> event{connection_.library().xcb_poll_for_event(connection_.get())})
      if ((event->response_type & ~kSentByClient) == type) return event;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (connection_.lost() || left.count() <= 0) {
      given_up_ = true;
      return nullptr;
    }
    connection_.wait(left);
  }
}

// Empty where there is no such atom: an owner may tell what it likes.
std::vector<std::string> Reading::names_of(const std::vector<Atom>& atoms) {
  const Library& x11 = connection_.library();
  std::vector<xcb_get_atom_name_cookie_t> asked;
  for (const Atom atom : atoms) asked.push_back(x11.xcb_get_atom_name(connection_.get(), atom));
  std::vector<std::string> names;
  for (const xcb_get_atom_name_cookie_t cookie : asked) {
    const Reply<xcb_get_atom_name_reply_t> answer(x11.xcb_get_atom_name_reply(connection_.get(), cookie, nullptr));
    names.emplace_back();
    if (answer) names.back().assign(x11.xcb_get_atom_name_name(answer.get()), answer->name_len);
  }
  return names;
}

}  // namespace

Result<SelectionContent> read_selection(const std::string& name) {
  auto reading = Reading::begin(name);
  if (!reading) return std::unexpected(std::move(reading.error()));
  return reading->all();
}

}  // namespace voicestand::x11
