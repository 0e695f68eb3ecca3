#include "voicestand/lib/x11/selection.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <poll.h>

#include "voicestand/lib/x11/library.h"

namespace voicestand::x11 {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPieceBytes = 128U << 10U;  // below what each server takes in one request
constexpr std::size_t kMostTransfers = 16;        // of programs that ask and then do not read
constexpr std::chrono::seconds kTransferLimit{10};
constexpr std::chrono::seconds kTimeLimit{1};
constexpr std::chrono::milliseconds kGlance{10};
constexpr std::uint32_t kMostPairs = 64;
constexpr std::uint8_t kSentByClient = 0x80;

}  // namespace

Result<Selection> Selection::open(std::string name) {
  auto connection = Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  Selection selection(std::move(*connection), std::move(name));
  if (auto ready = selection.set_up(); !ready) return std::unexpected(std::move(ready.error()));
  return selection;
}

Result<void> Selection::set_up() {
  const std::array<std::pair<const char*, Atom*>, 6> wanted{{{name_.c_str(), &atoms_.selection},
                                                             {"TARGETS", &atoms_.targets},
                                                             {"TIMESTAMP", &atoms_.timestamp},
                                                             {"MULTIPLE", &atoms_.multiple},
                                                             {"ATOM_PAIR", &atoms_.pair},
                                                             {"INCR", &atoms_.pieces}}};
  for (const auto& [name, atom] : wanted) {
    const auto number = connection_.atom(name);
    if (!number) return std::unexpected(number.error());
    *atom = *number;
  }
  window_ = connection_.make_hidden_window();
  return connection_.sync();
}

Result<void> Selection::put(std::shared_ptr<const SelectionContent> content) {
  return take(std::move(content), 0);
}

Result<void> Selection::put_instead_of(const Selection& other, std::shared_ptr<const SelectionContent> content) {
  return take(std::move(content), other.window_);
}

Result<void> Selection::take(std::shared_ptr<const SelectionContent> content, WindowId only_from) {
  const Library& x11 = connection_.library();
  std::vector<Atom> names;
  std::vector<Atom> types;
  for (const SelectionFormat& format : *content) {
    const auto name = connection_.atom(format.name);
    const auto type = connection_.atom(format.type);
    if (!name || !type) return std::unexpected(Connection::gone());
    names.push_back(*name);
    types.push_back(*type);
  }
  const auto now = time_now();
  if (!now) return std::unexpected(now.error());
  connection_.hold_others();  // nobody takes it between the question and the taking
  const Reply<xcb_get_selection_owner_reply_t> owner(x11.xcb_get_selection_owner_reply(
      connection_.get(), x11.xcb_get_selection_owner(connection_.get(), atoms_.selection), nullptr));
  const bool take_it = owner && (only_from == 0 || owner->owner == only_from);
  const WindowId next = content->empty() ? XCB_NONE : window_;
  if (take_it) x11.xcb_set_selection_owner(connection_.get(), next, atoms_.selection, *now);
  connection_.release_others();
  if (!owner) return std::unexpected(Connection::gone());
  if (!take_it) return {};
  owned_since_ms_ = *now;
  names_ = std::move(names);
  types_ = std::move(types);
  content_ = content->empty() ? nullptr : std::move(content);
  return connection_.sync();
}

// The server tells the time of a change, also of one that adds nothing.
Result<std::uint32_t> Selection::time_now() {
  time_told_ = false;
  connection_.library().xcb_change_property(connection_.get(), XCB_PROP_MODE_APPEND, window_, atoms_.timestamp,
                                            XCB_ATOM_INTEGER, 32, 0, nullptr);
  connection_.flush();
  const auto deadline = Clock::now() + kTimeLimit;
  for (answer_all(); !time_told_; answer_all()) {
    if (connection_.lost() || Clock::now() > deadline) return std::unexpected(Connection::gone());
    connection_.wait(kGlance);
  }
  return time_ms_;
}

Result<bool> Selection::serve_until(Clock::time_point deadline, int also) {
  answer_all();
  connection_.flush();
  if (connection_.lost()) return std::unexpected(Connection::gone());
  std::array<pollfd, 2> waits{pollfd{.fd = connection_.fd(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = also, .events = POLLIN, .revents = 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  ::poll(waits.data(), waits.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  answer_all();
  connection_.flush();
  return waits[1].revents != 0;
}

void Selection::answer_all() {
  for (;;) {
    const Reply<xcb_generic_event_t> event(connection_.library().xcb_poll_for_event(connection_.get()));
    if (!event) return;
    switch (event->response_type & ~kSentByClient) {
      case XCB_SELECTION_REQUEST: {
        const auto* const asked = reinterpret_cast<const xcb_selection_request_event_t*>(event.get());
        // Programs of old do not say where to.
        answer({.from = asked->requestor,
                .selection = asked->selection,
                .target = asked->target,
                .property = asked->property == XCB_NONE ? asked->target : asked->property,
                .time_ms = asked->time});
        break;
      }
      case XCB_SELECTION_CLEAR: {
        // One of an earlier time is known of: it has been put there again since.
        const auto* const clear = reinterpret_cast<const xcb_selection_clear_event_t*>(event.get());
        if (static_cast<std::int32_t>(clear->time - owned_since_ms_) >= 0) content_.reset();
        break;
      }
      case XCB_PROPERTY_NOTIFY: {
        const auto* const changed = reinterpret_cast<const xcb_property_notify_event_t*>(event.get());
        if (changed->window == window_) {
          time_ms_ = changed->time;
          time_told_ = true;
        } else if (changed->state == XCB_PROPERTY_DELETE) {
          go_on(changed->window, changed->atom);
        }
        break;
      }
      case XCB_DESTROY_NOTIFY: {
        const auto* const gone = reinterpret_cast<const xcb_destroy_notify_event_t*>(event.get());
        std::erase_if(transfers_, [&](const Transfer& transfer) { return transfer.to == gone->window; });
        break;
      }
      default:
        break;
    }
  }
}

void Selection::answer(const Request& request) {
  const bool given = content_ && request.selection == atoms_.selection &&
                     (request.target == atoms_.multiple ? give_several(request.from, request.property)
                                                        : give(request.from, request.target, request.property));
  xcb_selection_notify_event_t told{};
  told.response_type = XCB_SELECTION_NOTIFY;
  told.time = request.time_ms;
  told.requestor = request.from;
  told.selection = request.selection;
  told.target = request.target;
  told.property = given ? request.property : Atom{XCB_NONE};
  std::array<char, 32> message{};  // of every event
  std::ranges::copy(std::span(reinterpret_cast<const char*>(&told), sizeof told), message.begin());
  connection_.library().xcb_send_event(connection_.get(), 0, request.from, XCB_EVENT_MASK_NO_EVENT, message.data());
}

bool Selection::give(WindowId to, Atom target, Atom property) {
  if (target == atoms_.targets) {
    std::vector<Atom> targets{atoms_.targets, atoms_.timestamp, atoms_.multiple};
    targets.insert(targets.end(), names_.begin(), names_.end());
    change(to, property, XCB_ATOM_ATOM, 32, targets.data(), targets.size() * sizeof(Atom));
    return true;
  }
  if (target == atoms_.timestamp) {
    change(to, property, XCB_ATOM_INTEGER, 32, &owned_since_ms_, sizeof owned_since_ms_);
    return true;
  }
  const auto format = std::ranges::find(names_, target);
  return format != names_.end() && give_format(to, static_cast<std::size_t>(format - names_.begin()), property);
}

// Pairs of what is wanted and where to; what is refused is struck out.
bool Selection::give_several(WindowId to, Atom property) {
  const Library& x11 = connection_.library();
  const Reply<xcb_get_property_reply_t> asked(x11.xcb_get_property_reply(
      connection_.get(),
      x11.xcb_get_property(connection_.get(), 0, to, property, XCB_GET_PROPERTY_TYPE_ANY, 0, 2 * kMostPairs), nullptr));
  if (!asked || asked->format != 32) return false;
  const auto* const values = static_cast<const Atom*>(x11.xcb_get_property_value(asked.get()));
  std::vector<Atom> pairs(values, values + asked->value_len);
  for (std::size_t at = 0; at + 1 < pairs.size(); at += 2)
    if (pairs[at + 1] == XCB_NONE || !give(to, pairs[at], pairs[at + 1])) pairs[at + 1] = XCB_NONE;
  change(to, property, atoms_.pair, 32, pairs.data(), pairs.size() * sizeof(Atom));
  return true;
}

bool Selection::give_format(WindowId to, std::size_t format, Atom property) {
  const SelectionFormat& its = (*content_)[format];
  if (its.bytes.size() <= kPieceBytes) {
    change(to, property, types_[format], its.unit_bits, its.bytes.data(), its.bytes.size());
    ++given_;
    return true;
  }
  const auto now = Clock::now();
  std::erase_if(transfers_, [&](const Transfer& transfer) { return transfer.give_up_at < now; });
  if (transfers_.size() >= kMostTransfers) return false;
  watch(to, true);
  transfers_.push_back({.to = to,
                        .property = property,
                        .type = types_[format],
                        .content = content_,
                        .format = format,
                        .give_up_at = now + kTransferLimit});
  const auto at_least = static_cast<std::uint32_t>(its.bytes.size());
  change(to, property, atoms_.pieces, 32, &at_least, sizeof at_least);
  return true;
}

void Selection::go_on(WindowId to, Atom property) {
  const auto transfer = std::ranges::find_if(
      transfers_, [&](const Transfer& each) { return each.to == to && each.property == property; });
  if (transfer == transfers_.end()) return;
  const SelectionFormat& format = (*transfer->content)[transfer->format];
  // One piece of nothing is the end.
  const std::string_view piece = std::string_view(format.bytes).substr(transfer->sent_bytes, kPieceBytes);
  change(transfer->to, transfer->property, transfer->type, format.unit_bits, piece.data(), piece.size());
  transfer->sent_bytes += piece.size();
  transfer->give_up_at = Clock::now() + kTransferLimit;
  if (!piece.empty()) return;
  transfers_.erase(transfer);
  ++given_;
  if (std::ranges::find(transfers_, to, &Transfer::to) == transfers_.end()) watch(to, false);
}

void Selection::watch(WindowId window, bool on) {
  const std::uint32_t mask =
      on ? XCB_EVENT_MASK_PROPERTY_CHANGE | XCB_EVENT_MASK_STRUCTURE_NOTIFY : XCB_EVENT_MASK_NO_EVENT;
  connection_.library().xcb_change_window_attributes(connection_.get(), window, XCB_CW_EVENT_MASK, &mask);
}

void Selection::change(WindowId window, Atom property, Atom type, std::uint8_t unit_bits, const void* data,
                       std::size_t bytes) {
  connection_.library().xcb_change_property(connection_.get(), XCB_PROP_MODE_REPLACE, window, property, type, unit_bits,
                                            static_cast<std::uint32_t>(bytes / (unit_bits / 8U)), data);
}

}  // namespace voicestand::x11
