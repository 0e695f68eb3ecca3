#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "voicestand/lib/toml/document.h"
#include "voicestand/service/config.h"
#include "voicestand/service/config_keys.h"
#include "voicestand/service/config_tables.h"

namespace voicestand::service {
namespace {

// What each key is for. Apart from the keys, so that a program that shows no settings has none of it.
struct Doc {
  std::string_view name;
  std::string_view text;
};
constexpr std::array kDocs{
    Doc{"recognition.model", "The model that turns speech into text; `voicestand models list` shows them."},
    Doc{"recognition.engine", "What runs the model; auto is the model's own first choice."},
    Doc{"recognition.threads",
        "Processor cores for recognition, of which the native engine uses two at most; 0 leaves it to VoiceStand."},
    Doc{"recognition.governor",
        "Do less while the machine is hot or has too much to do: rarer partials, then nothing is heard a "
        "second time, then finals alone (auto); or never (off)."},
    Doc{"partials.enabled", "Show text while one is still speaking."},
    Doc{"partials.interval_ms", "The shortest time between two of them; a slow machine takes longer by itself."},
    Doc{"segmentation.onset_probability", "How sure voice detection must be that speech begins."},
    Doc{"segmentation.hangover_probability", "Below this, speech that has begun has stopped."},
    Doc{"segmentation.gate_dbfs", "Sound quieter than this is never speech."},
    Doc{"segmentation.pre_roll_ms", "Audio kept before speech begins."},
    Doc{"segmentation.min_speech_ms", "Shorter sounds are not taken for speech."},
    Doc{"segmentation.short_pause_ms", "A pause after which the text is worked out in advance."},
    Doc{"segmentation.endpoint_pause_ms", "A pause that ends what is being said."},
    Doc{"segmentation.post_roll_ms", "Audio kept after speech ends."},
    Doc{"segmentation.max_segment_s", "Longer speech is cut at its best pause."},
    Doc{"segmentation.soft_segment_s",
        "Live speech: from this length on a pause of soft_pause_ms is enough to cut, so that finals come "
        "soon; 0 is never."},
    Doc{"segmentation.soft_pause_ms", "See soft_segment_s."},
    Doc{"transcribe.pre_roll_ms", "As segmentation.pre_roll_ms, for files."},
    Doc{"transcribe.endpoint_pause_ms", "As segmentation.endpoint_pause_ms, for files."},
    Doc{"transcribe.post_roll_ms", "As segmentation.post_roll_ms, for files."},
    Doc{"transcribe.max_segment_s", "As segmentation.max_segment_s, for files."},
    Doc{"audio.input", "Where sound comes from; auto is PipeWire, else ALSA."},
    Doc{"audio.device", "The microphone's name; empty is the default one, followed when it changes."},
    Doc{"dictate.key",
        "The key that one talks by, or a mouse button; `voicestand keys` shows their names. Empty: none."},
    Doc{"dictate.cancel_key", "While dictating, gives up what has been said. Empty: none."},
    Doc{"dictate.mode",
        "How the key works: hold it to talk, toggle with one press and the next, auto for both (a tap toggles), or "
        "continuous: toggled, and each thing said is typed at its pause."},
    Doc{"dictate.tap_ms", "In mode auto, the key held for less than this is a tap."},
    Doc{"dictate.max_duration_s", "A dictation ends by itself after this; 0 is never."},
    Doc{"dictate.sounds", "Let it be heard when a dictation begins, ends, is cancelled, or something went wrong."},
    Doc{"microphone.policy",
        "When the microphone is open: always, so that words said just before the key press are heard too; warm, "
        "for a while after each dictation; on-press, only while dictating."},
    Doc{"microphone.warm_s", "How long a warm microphone stays open."},
    Doc{"microphone.pre_roll_ms", "How much of what was said before the key press belongs to the dictation."},
    Doc{"microphone.tail_ms", "A key released in the middle of a word waits for its end, so long at most."},
    Doc{"type.backend", "How text gets into the window; auto is the best that the session has."},
    Doc{"type.layout",
        "What the keys write where the kernel has them (uinput), as in us or de(nodeadkeys). Empty: found out."},
    Doc{"type.live",
        "What is typed while one still speaks: nothing (off), each thing said once it is final, or words as "
        "soon as they will not change any more (stable)."},
    Doc{"type.terminal_newlines",
        "Let line ends be typed into terminals too, where they may run a command; else a space is typed."},
    Doc{"text.commands",
        "Do what is said to VoiceStand between two pauses, instead of writing it: new line, question mark, "
        "scratch that (docs/speaking.md). Not with type.live = stable."},
    Doc{"text.fillers", "Leave out um, uh and the like."},
    Doc{"text.numbers", "Write spoken numbers in digits: \"twenty five percent\" is 25%."},
    Doc{"text.command", "A program that rewrites what was said (docs/speaking.md), with its arguments; empty: none."},
    Doc{"text.command_timeout_ms", "How long it may take; then what was said is typed as it is."},
    Doc{"history.enabled",
        "Keep what is said on the disk until it has been typed, so that a crash does not cost it, and its "
        "text for `voicestand history`. `voicestand purge` forgets all of it."},
    Doc{"history.audio", "Keep the sound too once its text is known."},
    Doc{"history.days", "What is older is forgotten."},
    Doc{"history.megabytes", "What it may take on the disk; the oldest is forgotten first."},
    Doc{"watch.http",
        "Where the daemon can be looked at with a browser, and its metrics be read, as in 127.0.0.1:9464; "
        "empty: nowhere. 'listen' has --http for it."},
    Doc{"watch.token",
        "Who looks must know it; it takes one where other machines than this one can reach the address."},
    Doc{"models.mirror",
        "Takes the place of https://HOST in the addresses of models, as in https://mirror.example/voice."},
    Doc{"vocabulary.words", "Names and rare words that you use: they are heard more readily."},
};
constexpr std::string_view kAppsDoc = "The applications, as `voicestand history --json` names them.";
constexpr std::string_view kApplicationDoc = "Further words, for this application.";

std::string_view doc_of(const ConfigKey& key) {
  const auto* const found = std::ranges::find(kDocs, key.name, &Doc::name);
  return found == kDocs.end() ? std::string_view() : found->text;
}

// For a comment: one line, whatever the name holds.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }, '?');
  return toml::first_line_not_utf8(text) == 0 ? text : "config.toml";
}

std::string shown(const text::Rewriting::Table& table, const std::string& section) {
  std::string text;
  for (const auto& [heard, written] : table)
    text += fmt::format("{}{} = {}\n", section, toml::basic_string(heard), toml::basic_string(written));
  return text;
}

std::string shown(const std::string& name, const Config::Profile& profile) {
  std::string text = fmt::format("\n[profiles.{}]\n# {} Takes {}.\napps = {}\n", toml::basic_string(name), kAppsDoc,
                                 config_expectation(profile_apps_key()), config_value_text(profile.apps));
  for (const Config::Profile::Setting& setting : profile.settings) {
    Config its;
    (void)take_setting(setting, its);
    if (const auto* const table = table_of(setting.parts, its)) {
      text += shown(*table, setting.parts[0] + "." + setting.parts[1] + ".");
    } else {
      const auto keys = config_keys();
      const ConfigKey& key = *std::ranges::find(keys, setting.parts[0] + "." + setting.parts[1], &ConfigKey::name);
      text += fmt::format("{} = {}\n", key.name, config_value_text(key, its));
    }
  }
  return text;
}

}  // namespace

std::string show_config(const LoadedConfig& config) {
  const std::string file = one_line(config.file.string());
  std::string text = fmt::format("# {}{}\n", file, config.file_exists ? "" : " (not there: all defaults)");
  std::string_view section;
  const auto keys = config_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const ConfigKey& key = keys[i];
    if (key.section() != section) {
      section = key.section();
      text += fmt::format("\n[{}]\n", section);
    }
    const std::size_t line = i < config.lines.size() ? config.lines[i] : 0;
    text += fmt::format("# {} Takes {}.\n{} = {}  # {}\n", doc_of(key), config_expectation(key), key.leaf(),
                        config_value_text(key, config.values),
                        line == 0 ? std::string("default") : fmt::format("line {}", line));
  }
  const Config::Text& own_text = config.values.text;
  if (!own_text.phrases.empty()) text += "\n[text.phrases]\n" + shown(own_text.phrases, {});
  if (!own_text.replace.empty()) text += "\n[text.replace]\n" + shown(own_text.replace, {});
  for (const auto& [name, profile] : config.values.profiles) text += shown(name, profile);
  const ConfigKey& own = application_words_key();
  for (const auto& [id, words] : config.values.vocabulary.applications) {
    const auto line = config.application_lines.find(id);
    text += fmt::format("\n[vocabulary.applications.{}]\n# {} Takes {}.\nwords = {}  # {}\n", toml::basic_string(id),
                        kApplicationDoc, config_expectation(own), config_value_text(words),
                        line == config.application_lines.end() ? "default" : fmt::format("line {}", line->second));
  }
  return text;
}

}  // namespace voicestand::service
