#pragma once

#include <string>

#include "voicestand/pipeline/transcription.h"
#include "voicestand/speech/recognizer.h"

namespace voicestand::app {

enum class TranscriptFormat : int { kText, kJson, kSrt, kVtt, kTsv };

// Thread: any. The whole content of the output, with its last newline. JSON is one line.
[[nodiscard]] std::string format_transcript(TranscriptFormat format, const std::string& file,
                                            const pipeline::Transcript& transcript,
                                            const speech::RecognizerInfo& engine);

// "txt", "json", "srt", "vtt", "tsv": the ending of a file of that format.
[[nodiscard]] std::string ending_of(TranscriptFormat format);

}  // namespace voicestand::app
