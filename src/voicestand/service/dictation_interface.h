#pragma once

// The daemon on the session's message bus, as packaging/dbus/org.voicestand.Dictation1.xml describes it.
namespace voicestand::service {

inline constexpr const char* kDictationName = "org.voicestand.Dictation1";
inline constexpr const char* kDictationPath = "/org/voicestand/Dictation1";
inline constexpr const char* kDictationInterface = kDictationName;

}  // namespace voicestand::service
