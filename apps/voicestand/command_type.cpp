#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "choice.h"
#include "command.h"
#include "console.h"
#include "voicestand/desktop/typed_text.h"
#include "voicestand/service/composition.h"
#include "voicestand/service/typing_ways.h"

namespace voicestand::app {
namespace {

struct Options {
  std::string text;
  std::string backend = "auto";
};

ExitCode type(const Options& options) {
  const auto text = desktop::TypedText::from(options.text);
  if (!text) return complain(text.error());
  auto sink = service::make_text_sink(options.backend);
  if (!sink) return complain(sink.error());
  const auto typed = (*sink)->type(*text, std::nullopt);
  return typed ? ExitCode::kDone : complain(typed.error());
}

}  // namespace

void add_type(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("type", "type a text into the window that has the focus");
  command->add_option("TEXT", options->text, "what to type; a newline is the Return key, a tab the Tab key")
      ->required();
  add_choice(*command, "--backend", {service::kTypingChoices.begin(), service::kTypingChoices.end()},
             fmt::format("how: one of {}", fmt::join(service::kTypingChoices, ", ")),
             [options](std::size_t which) { options->backend = service::kTypingChoices.at(which); })
      ->type_name("WAY");
  command->callback([&action, options] { action = [options] { return type(*options); }; });
}

}  // namespace voicestand::app
