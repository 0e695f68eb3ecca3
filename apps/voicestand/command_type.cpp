#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

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
  const auto setup = service::Setup::load();
  if (!setup) return complain(setup.error());
  service::Config::Type choice = setup->config.values.type;
  choice.backend = options.backend;
  auto sink = service::make_text_sink(choice);
  if (!sink) return complain(sink.error());
  const auto typed = (*sink)->type(*text, std::nullopt);
  return typed ? ExitCode::kDone : complain(typed.error());
}

}  // namespace

void add_type(Command& program) {
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("type", "type a text into the window that has the focus");
  command.add_argument("TEXT", Command::Need::kRequired, into(options->text),
                       "what to type; a newline is the Return key, a tab the Tab key");
  command.add_option("--backend", "WAY",
                     one_of({service::kTypingChoices.begin(), service::kTypingChoices.end()},
                            [options](std::size_t which) { options->backend = service::kTypingChoices.at(which); }),
                     fmt::format("how: one of {}", fmt::join(service::kTypingChoices, ", ")));
  command.set_work([options] { return type(*options); });
}

}  // namespace voicestand::app
