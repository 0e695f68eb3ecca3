#pragma once

namespace voicestand::sherpa {

// Holds down the memory of ONNX Runtime, which sherpa-onnx gives no way to configure. Two parts belong together:
// - every session is created without the runtime's own arena (it only grows, by doubling, and once for each session)
//   and without a memory pattern for each length of audio. This program answers OrtGetApiBase() in place of the
//   runtime and sets the two options, and spinning of idle threads off, on all session options that sherpa-onnx makes;
// - the C library then keeps the freed blocks, so that the 54 MB that each decoder step asks for are the same pages
//   again instead of a fresh mapping to be zeroed.
// Moonshine base, 20 s of speech: peak 266 MB instead of 394 MB at the same speed (docs/adr/0002).

// Call first thing in main(). Thread: the only one. Real-time: no.
void keep_freed_memory() noexcept;

// Gives back to the system what no decoding uses now. Thread: any. Real-time: no, some milliseconds.
void release_free_memory() noexcept;

// How many session options have been given those settings. Thread: any. Real-time: yes.
[[nodiscard]] int tuned_session_options() noexcept;

}  // namespace voicestand::sherpa
