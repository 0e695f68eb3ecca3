#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/speech/recognizer.h"

// What the live path tells the world, in the order in which it happens. The names and units are those of the JSON
// events; a value that is not known is nullopt.
namespace voicestand::pipeline {

struct Ready {
  std::optional<speech::RecognizerInfo> recognizer;  // nullopt: voice detection alone
  std::string input;                                 // for people
};

struct SpeechStarted {
  std::uint64_t utterance = 0;
  double at_s = 0;
};

struct Partial {
  std::uint64_t utterance = 0;
  std::string text;
  std::size_t stable_chars = 0;  // code points at the front of `text` that later partials keep
  double audio_s = 0;            // length of the utterance's audio behind the hypothesis
  double lag_ms = 0;             // delivery of the last sample in the hypothesis -> this event
};

// Where the time went, in the order in which it did. Of the first speech sample nothing is known where speech was cut
// in its middle and the utterance begins there. Decoding mostly happens before the endpoint: they do not add up.
struct FinalLatency {
  std::optional<double> capture_ms;              // the longest that a sample of the first speech sample's block waits
                                                 // for its delivery, and in the resampler; live inputs alone
  std::optional<double> conditioning_ms;         // delivery of the first speech sample -> readable by detection
  std::optional<double> detection_ms;            // delivery of the first speech sample -> detected as such
  std::optional<double> first_partial_ms;        // delivery of the first speech sample -> the first partial event
  std::optional<double> decode_ms;               // engine time of the hypothesis that became the final
  std::optional<double> endpoint_ms;             // delivery of the last speech sample -> endpoint decided
  std::optional<double> speech_end_to_final_ms;  // delivery of the last speech sample -> this event
  std::optional<double> release_to_final_ms;     // key release -> this event; push-to-talk alone
  std::optional<double> text_ms;                 // end of speech decided and its text known -> given to the sink
  std::optional<double> injection_ms;            // given to the sink -> typed; where it is
};

struct Final {
  std::uint64_t utterance = 0;
  std::string text;
  double start_s = 0;
  double end_s = 0;
  std::optional<float> confidence;
  std::optional<std::vector<speech::Word>> words;  // times from the start of the stream
  FinalLatency latency;
  std::optional<Clock::TimePoint> settled_at{};  // when its end was decided and its text known; not told
};

// Something went wrong and the live path goes on. Codes: "overrun", "device_lost", "device_restored",
// "worker_restarted".
struct Warning {
  std::string code;
  std::string message;
};

// Something was lost or ended the live path.
struct Failure {
  Error error;
};

// For level meters, some 20 times a second; not part of the JSON events.
struct Level {
  float peak_dbfs = -120;
  bool speech = false;
};

struct LatencyQuantiles {
  double p50 = 0;
  double p99 = 0;
  double p99_9 = 0;
  double max = 0;
};

// What a thread has come to among the others, and by what it was raised (platform/realtime_scheduling.h).
struct ThreadScheduling {
  std::string_view state;
  std::optional<std::string_view> granted_by;
};

// What one of the live path's threads has used.
struct ThreadLoad {
  std::string name;
  double cpu_s = 0;
  std::uint64_t involuntary_switches = 0;
  std::optional<std::uint64_t> allocations{};  // operator new; nullopt where this build does not count them
};

// What one of the rings between the threads has been through.
struct RingLoad {
  std::string_view name;
  std::size_t capacity = 0;     // of its values: samples, 16 kHz frames, pieces of speech
  double fill_ratio = 0;        // now
  double high_water_ratio = 0;  // the most there has been
  std::uint64_t overruns = 0;
  std::uint64_t dropped_frames = 0;  // captured frames
};

// The pool's blocks of one size.
struct PoolLoad {
  std::size_t block_bytes = 0;
  std::uint32_t blocks = 0;
  std::uint32_t in_use = 0;
  std::uint32_t high_water = 0;
  std::uint64_t exhausted = 0;  // how often one came from the heap for want of another
};

// How often each stage failed at something, and the live path went on or ended with an error.
struct Failures {
  std::uint64_t capture = 0;
  std::uint64_t conditioning = 0;
  std::uint64_t detection = 0;
  std::uint64_t recognition = 0;
};

// What the process has in memory now, and what of it the live path knows to be its own.
struct MemoryLoad {
  std::optional<std::uint64_t> rss_bytes;
  std::optional<std::uint64_t> private_bytes;
  std::uint64_t pool_bytes = 0;
  std::uint64_t telemetry_bytes = 0;
};

// How much of its time a core of the machine was busy, whoever kept it so.
struct CoreLoad {
  int core = 0;
  std::string_view kind;  // platform/core_usage.h
  double utilisation = 0;
};

struct Summary {
  double audio_s = 0;
  double cpu_s = 0;                  // this process and its children
  std::uint64_t peak_rss_bytes = 0;  // likewise
  std::uint64_t utterances = 0;
  std::uint64_t overruns = 0;
  std::uint64_t captured_frames = 0;   // at the source's rate: delivered, or known to be lost by the device
  std::uint64_t processed_frames = 0;  // of them, those that reached detection
  std::uint64_t dropped_frames = 0;    // the others
  std::optional<std::uint64_t> realtime_allocations;     // nullopt where this build does not count them
  std::optional<LatencyQuantiles> front_end_latency_ms;  // nullopt where the input is not in real time
  std::optional<ThreadScheduling> scheduling;            // of the conditioning thread; nullopt likewise
  std::vector<ThreadLoad> threads;                       // in the order in which audio and text pass them
  std::vector<RingLoad> rings;                           // likewise
  std::vector<PoolLoad> pool;
  Failures failures;
  MemoryLoad memory;
  std::vector<CoreLoad> cores;  // empty where that is not known
};

using Event = std::variant<Ready, SpeechStarted, Partial, Final, Warning, Failure, Level, Summary>;

// Takes the events. Calls come one at a time, from different threads; they may block, at the cost of captions alone.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
};

}  // namespace voicestand::pipeline
