#include "voicestand/lib/alsa/capture_pcm.h"

#include <array>
#include <cerrno>
#include <mutex>
#include <optional>
#include <utility>

#include <poll.h>

#include "voicestand/lib/alsa/library.h"

namespace voicestand::alsa {
namespace {

constexpr unsigned kPeriods = 8;  // in the device's buffer: so late may the reader be

struct Layout {
  snd_pcm_format_t native;
  SampleLayout layout;
};
// The first that a device has is taken.
constexpr std::array kLayouts{
    Layout{SND_PCM_FORMAT_FLOAT_LE, SampleLayout::kF32}, Layout{SND_PCM_FORMAT_S32_LE, SampleLayout::kS32},
    Layout{SND_PCM_FORMAT_S24_LE, SampleLayout::kS24In32}, Layout{SND_PCM_FORMAT_S24_3LE, SampleLayout::kS24},
    Layout{SND_PCM_FORMAT_S16_LE, SampleLayout::kS16}};

// Takes the place of the library's own, which prints to stderr: each failure comes back as an error code too.
void ignore_message(const char*, int, const char*, int, const char*, ...) {}

void silence_library_once(const Library& alsa) {
  static std::once_flag once;
  std::call_once(once, [&] { alsa.snd_lib_error_set_handler(ignore_message); });
}

std::string capture_devices(const Library& alsa) {
  void** hints = nullptr;
  if (alsa.snd_device_name_hint(-1, "pcm", &hints) < 0) return "none";
  std::string names;
  for (void** hint = hints; *hint != nullptr; ++hint) {
    char* name = alsa.snd_device_name_get_hint(*hint, "NAME");
    char* direction = alsa.snd_device_name_get_hint(*hint, "IOID");  // null: both
    if (name != nullptr && (direction == nullptr || std::string(direction) == "Input")) {
      if (!names.empty()) names += ", ";
      names += name;
    }
    std::free(name);       // NOLINT(cppcoreguidelines-no-malloc): the library's own
    std::free(direction);  // NOLINT(cppcoreguidelines-no-malloc)
  }
  alsa.snd_device_name_free_hint(hints);
  return names.empty() ? "none" : names;
}

std::unexpected<Error> refuse_open(const Library& alsa, int error, const std::string& device) {
  if (error == -EBUSY || error == -EAGAIN) {
    return fail(Errc::kDeviceMissing, "another program holds the device", device,
                "end that program, or use `--input pipewire`");
  }
  if (error == -EACCES || error == -EPERM) {
    return fail(Errc::kDeviceMissing, "the device may not be opened", device,
                "join the group audio, then log in again");
  }
  return fail(Errc::kDeviceMissing, "there is no such ALSA capture device; there are: " + capture_devices(alsa), device,
              "name one of them");
}

// Sets up the device as near to `wanted` as it can; the negative errno of the step that failed.
int configure(const Library& alsa, snd_pcm_t* pcm, const CapturePcm::Wanted& wanted, CaptureFormat& format) {
  snd_pcm_hw_params_t* hardware = nullptr;
  if (const int error = alsa.snd_pcm_hw_params_malloc(&hardware); error < 0) return error;
  const std::unique_ptr<snd_pcm_hw_params_t, decltype(alsa.snd_pcm_hw_params_free)> hardware_owner(
      hardware, alsa.snd_pcm_hw_params_free);
  if (const int error = alsa.snd_pcm_hw_params_any(pcm, hardware); error < 0) return error;
  if (const int error = alsa.snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED); error < 0)
    return error;

  const Layout* chosen = nullptr;
  for (const Layout& layout : kLayouts) {
    if (alsa.snd_pcm_hw_params_set_format(pcm, hardware, layout.native) < 0) continue;
    chosen = &layout;
    break;
  }
  if (chosen == nullptr) return -ENOTSUP;

  unsigned channels = 1;  // voice needs one; a device that has more alone gives as many
  unsigned rate = static_cast<unsigned>(wanted.sample_rate_hz);
  snd_pcm_uframes_t period = static_cast<snd_pcm_uframes_t>(wanted.period_frames);
  unsigned periods = kPeriods;
  if (const int error = alsa.snd_pcm_hw_params_set_channels_near(pcm, hardware, &channels); error < 0) return error;
  if (channels > static_cast<unsigned>(wanted.max_channels)) return -ENOTSUP;
  if (const int error = alsa.snd_pcm_hw_params_set_rate_near(pcm, hardware, &rate, nullptr); error < 0) return error;
  if (const int error = alsa.snd_pcm_hw_params_set_period_size_near(pcm, hardware, &period, nullptr); error < 0)
    return error;
  if (const int error = alsa.snd_pcm_hw_params_set_periods_near(pcm, hardware, &periods, nullptr); error < 0)
    return error;
  if (const int error = alsa.snd_pcm_hw_params(pcm, hardware); error < 0) return error;

  format = {.sample_rate_hz = static_cast<int>(rate),
            .channels = static_cast<int>(channels),
            .layout = chosen->layout,
            .frame_bytes = static_cast<std::size_t>(alsa.snd_pcm_frames_to_bytes(pcm, 1)),
            .period_frames = period};

  snd_pcm_sw_params_t* software = nullptr;
  if (const int error = alsa.snd_pcm_sw_params_malloc(&software); error < 0) return error;
  const std::unique_ptr<snd_pcm_sw_params_t, decltype(alsa.snd_pcm_sw_params_free)> software_owner(
      software, alsa.snd_pcm_sw_params_free);
  if (const int error = alsa.snd_pcm_sw_params_current(pcm, software); error < 0) return error;
  if (const int error = alsa.snd_pcm_sw_params_set_avail_min(pcm, software, period); error < 0) return error;
  return alsa.snd_pcm_sw_params(pcm, software);
}

}  // namespace

void CapturePcm::Close::operator()(_snd_pcm* pcm) const noexcept {
  Library::get()->snd_pcm_close(pcm);
}

Result<CapturePcm> CapturePcm::open(const std::string& device, const Wanted& wanted) {
  const auto& library = Library::get();
  if (!library) return std::unexpected(library.error());
  const Library& alsa = *library;
  silence_library_once(alsa);
  snd_pcm_t* pcm = nullptr;
  if (const int error = alsa.snd_pcm_open(&pcm, device.c_str(), SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK); error < 0) {
    return refuse_open(alsa, error, device);
  }
  CapturePcm capture(alsa);
  capture.pcm_.reset(pcm);
  capture.name_ = device;
  if (const int error = configure(alsa, pcm, wanted, capture.format_); error < 0) {
    return fail(Errc::kIo, std::string("the device takes none of our formats: ") + alsa.snd_strerror(error), device,
                "put `plug:` before its name");
  }
  if (const int error = alsa.snd_pcm_start(pcm); error < 0) {
    return fail(Errc::kIo, std::string("the device does not start: ") + alsa.snd_strerror(error), device, "try again");
  }
  return capture;
}

CapturePcm::Ready CapturePcm::wait(int interrupt, std::chrono::milliseconds timeout) {
  const int count = alsa_->snd_pcm_poll_descriptors_count(pcm_.get());
  std::vector<pollfd> waits(static_cast<std::size_t>(count < 0 ? 0 : count) + 1);
  waits[0] = {.fd = interrupt, .events = POLLIN, .revents = 0};
  const auto device = std::span(waits).subspan(1);
  alsa_->snd_pcm_poll_descriptors(pcm_.get(), device.data(), static_cast<unsigned>(device.size()));
  const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(timeout.count()));
  if (ready == 0) return Ready::kTimeout;
  if (waits[0].revents != 0) return Ready::kInterrupted;
  unsigned short events = 0;  // of plugins, read() must come only after this call
  alsa_->snd_pcm_poll_descriptors_revents(pcm_.get(), device.data(), static_cast<unsigned>(device.size()), &events);
  return Ready::kFrames;
}

Result<CapturePcm::Read> CapturePcm::recover(int error) {
  if (error == -EAGAIN || error == -EINTR) return Read{};
  if (error != -EPIPE && error != -ESTRPIPE) {
    return fail(Errc::kDeviceMissing, alsa_->snd_strerror(error), name_, "plug it in again");
  }
  // After an overrun, and after the machine has slept: what was not read by then is lost.
  if (const int prepared = alsa_->snd_pcm_prepare(pcm_.get()); prepared < 0) {
    return fail(Errc::kDeviceMissing, alsa_->snd_strerror(prepared), name_, "plug it in again");
  }
  if (const int started = alsa_->snd_pcm_start(pcm_.get()); started < 0) {
    return fail(Errc::kDeviceMissing, alsa_->snd_strerror(started), name_, "plug it in again");
  }
  return Read{.frames = 0, .overrun = true};
}

Result<CapturePcm::Read> CapturePcm::read(std::span<std::byte> bytes) {
  const auto frames = static_cast<snd_pcm_uframes_t>(bytes.size() / format_.frame_bytes);
  const snd_pcm_sframes_t got = alsa_->snd_pcm_readi(pcm_.get(), bytes.data(), frames);
  if (got < 0) return recover(static_cast<int>(got));
  return Read{.frames = static_cast<std::size_t>(got), .overrun = false};
}

}  // namespace voicestand::alsa
