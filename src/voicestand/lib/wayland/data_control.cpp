#include "voicestand/lib/wayland/data_control.h"

#include <algorithm>
#include <utility>

#include <wayland-util.h>

#include "voicestand/lib/wayland/protocol.h"

namespace voicestand::wayland {
namespace {

namespace data_control = protocol::data_control;

wl_proxy* proxy_of(const wl_argument& argument) {
  return reinterpret_cast<wl_proxy*>(argument.o);
}

wl_object* object_of(const Proxy& proxy) {
  return reinterpret_cast<wl_object*>(proxy.get());
}

}  // namespace

Result<std::unique_ptr<DataControl>> DataControl::bind(Connection& connection, const Seat& seat) {
  for (const data_control::Family* const family : {&data_control::kExt, &data_control::kWlr}) {
    Proxy manager = connection.bind(*family->manager, data_control::manager::kDestroy);
    if (!manager) continue;
    std::unique_ptr<DataControl> control(new DataControl(*family, std::move(manager)));
    control->device_ =
        control->manager_.make(data_control::manager::kGetDevice, *family->device,
                               {{.n = 0}, {.o = object_of(seat.proxy())}}, data_control::device::kDestroy);
    control->device_.listen(*control);
    if (auto settled = connection.settle(); !settled) return std::unexpected(std::move(settled.error()));
    return control;
  }
  return fail(Errc::kServiceMissing, "the compositor does not give the clipboard to programs without a window",
              "ext-data-control-v1", "choose another way");
}

const std::vector<std::string>& DataControl::formats() const noexcept {
  static const std::vector<std::string> kNone;
  const auto offer = std::ranges::find_if(offers_, [&](const Offer& known) { return known.proxy.get() == selection_; });
  return selection_ == nullptr || offer == offers_.end() ? kNone : offer->formats;
}

void DataControl::receive(const std::string& format, int fd) const {
  const auto offer = std::ranges::find_if(offers_, [&](const Offer& known) { return known.proxy.get() == selection_; });
  if (selection_ != nullptr && offer != offers_.end())
    offer->proxy.request(data_control::offer::kReceive, {{.s = format.c_str()}, {.h = fd}});
}

void DataControl::offer(std::span<const std::string> formats, Source& source) {
  Proxy made =
      manager_.make(data_control::manager::kCreateSource, *family_->source, {{.n = 0}}, data_control::source::kDestroy);
  made.listen(*this);
  for (const std::string& format : formats) made.request(data_control::source::kOffer, {{.s = format.c_str()}});
  device_.request(data_control::device::kSetSelection, {{.o = object_of(made)}});
  source_proxy_ = std::move(made);  // the one before, which move assignment leaves in `made`, ends here
  source_ = &source;
}

void DataControl::clear() {
  device_.request(data_control::device::kSetSelection, {{.o = nullptr}});
  source_proxy_.reset();
  source_ = nullptr;
}

void DataControl::on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) {
  if (from == device_.get()) {
    on_device_event(event, arguments);
    return;
  }
  if (from == source_proxy_.get()) {
    if (event == data_control::source::kSend) {
      posix::UniqueFd to(arguments[1].h);
      source_->write(arguments[0].s, std::move(to));
    } else {
      source_proxy_.reset();
      std::exchange(source_, nullptr)->replaced();
    }
    return;
  }
  const auto offer = std::ranges::find_if(offers_, [&](const Offer& known) { return known.proxy.get() == from; });
  if (offer != offers_.end()) offer->formats.emplace_back(arguments[0].s);
}

// An offer comes first, then its formats, then what it is for: each that is neither the clipboard nor yet to be
// assigned is done with.
void DataControl::on_device_event(std::uint32_t event, const wl_argument* arguments) {
  if (event == data_control::device::kDataOffer) {
    Proxy proxy(proxy_of(arguments[0]), data_control::offer::kDestroy);
    proxy.listen(*this);
    offers_.push_back({.proxy = std::move(proxy), .formats = {}});
  } else if (event == data_control::device::kSelection) {
    selection_ = proxy_of(arguments[0]);
    std::erase_if(offers_, [&](const Offer& offer) { return offer.proxy.get() != selection_; });
  } else if (event == data_control::device::kPrimarySelection) {
    std::erase_if(offers_, [&](const Offer& offer) {
      return offer.proxy.get() == proxy_of(arguments[0]) && offer.proxy.get() != selection_;
    });
  }
}

}  // namespace voicestand::wayland
