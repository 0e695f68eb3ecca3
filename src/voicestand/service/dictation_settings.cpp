#include "voicestand/service/dictation_settings.h"

namespace voicestand::service {
namespace {

MicrophonePolicy policy_of(const Config& config) {
  if (config.microphone.policy == "warm") return MicrophonePolicy::kWarm;
  return config.microphone.policy == "on-press" ? MicrophonePolicy::kOnPress : MicrophonePolicy::kAlways;
}

LiveText live_text_of(const Config& config) {
  if (config.type.live == "off") return LiveText::kOff;
  return config.type.live == "stable" ? LiveText::kStable : LiveText::kFinal;
}

Dictation::Manner manner_of(const Config& config) {
  return {.live = live_text_of(config),
          .terminal_newlines = config.type.terminal_newlines,
          .rules = {.fillers = config.text.fillers,
                    .commands = config.text.commands,
                    .numbers = config.text.numbers,
                    .phrases = config.text.phrases,
                    .replaced = config.text.replace},
          .hook = {.argv = config.text.command, .timeout = config.text.command_timeout}};
}

}  // namespace

desktop::Mode mode_of(const Config& config) {
  if (config.dictate.mode == "hold") return desktop::Mode::kHold;
  if (config.dictate.mode == "toggle") return desktop::Mode::kToggle;
  return config.dictate.mode == "continuous" ? desktop::Mode::kContinuous : desktop::Mode::kAutomatic;
}

Dictation::Config dictation_config(const Config& config) {
  return {.policy = policy_of(config),
          .warm = config.microphone.warm,
          .pre_roll = config.microphone.pre_roll,
          .tail = config.microphone.tail,
          .manner = manner_of(config),
          .manner_for = [config](const std::string& app) { return manner_of(config_for(config, app)); },
          .segmenter = segmenter_config(config),
          .captions = captions_config(config, false)};
}

RecognizerChoice recognizer_choice(const Config& config) {
  RecognizerChoice choice;
  choice.max_audio = longest_audio(segmenter_config(config));
  return choice;
}

desktop::Activation::Config activation_config(const Config& config) {
  return {.mode = mode_of(config), .tap = config.dictate.tap};
}

}  // namespace voicestand::service
