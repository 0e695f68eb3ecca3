#pragma once

#include <optional>
#include <vector>

#include "voicestand/pipeline/event.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/text/json_writer.h"

// Parts of what is told as JSON: of a session's events and its end, of a transcript, and of a program to those who look
// on. Each writes one member of an object. Thread: any. Real-time: no.
namespace voicestand::service {

// To a thousandth: what the wire carries of times and probabilities.
[[nodiscard]] double rounded(double value);
[[nodiscard]] std::optional<double> rounded(const std::optional<double>& value);
[[nodiscard]] std::optional<double> rounded(const std::optional<float>& value);

// "words": [{"word","start_s","end_s","confidence"}], or null where the engine knows no words.
void write_words(const std::optional<std::vector<speech::Word>>& words, text::JsonWriter& json);
void write_latency(const pipeline::FinalLatency& latency, text::JsonWriter& json);
void write_failures(const pipeline::Failures& failures, text::JsonWriter& json);
void write_memory(const pipeline::MemoryLoad& memory, text::JsonWriter& json);
// The members of one thread.
void write_thread(const pipeline::ThreadLoad& load, text::JsonWriter& json);
void write_rings(const std::vector<pipeline::RingLoad>& loads, text::JsonWriter& json);
void write_pool(const std::vector<pipeline::PoolLoad>& loads, text::JsonWriter& json);
void write_cores(const std::vector<pipeline::CoreLoad>& loads, text::JsonWriter& json);

}  // namespace voicestand::service
