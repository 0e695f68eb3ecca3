#include "setup_verbs.h"

#include <memory>
#include <optional>

namespace voicestand::app {
namespace {

struct Verb {
  const char* name;
  const char* does;
  std::optional<Command::Need> argument;  // nothing: it takes none
};

void add_models(Command& program, const SetupVerbs& verbs) {
  using enum Command::Need;
  Command& models = program.add_command("models", "the models on disk");
  for (const Verb& verb : {Verb{"list", "what there is; * marks the one in use", {}},
                           Verb{"pull", "download a model, going on where an earlier attempt ended", kRequired},
                           Verb{"verify", "hold the files against their SHA-256", kOptional},
                           Verb{"remove", "delete a model from the user's folder", kRequired},
                           Verb{"recommend", "the model that suits this machine", {}},
                           Verb{"use", "make a model the one that recognises", kRequired}}) {
    const auto id = std::make_shared<std::string>();
    Command& command = models.add_command(verb.name, verb.does);
    if (verb.argument) command.add_argument("ID", *verb.argument, into(*id), "the model");
    command.set_work([work = verbs.models, name = verb.name, id] { return work(name, *id); });
  }
}

void add_doctor(Command& program, const SetupVerbs& verbs) {
  struct Options {
    bool json = false;
    std::string sysroot;
  };
  const auto options = std::make_shared<Options>();
  Command& command = program.add_command("doctor", "what this machine can do, what is missing, and what would mend it");
  command.add_flag("--json", options->json, "as one JSON object");
  command.add_option("--sysroot", "DIR", into(options->sysroot),
                     "look at the machine whose /proc and /sys lie under this folder");
  command.set_work([work = verbs.doctor, options] { return work(options->json, options->sysroot); });
}

void add_config(Command& program, const SetupVerbs& verbs) {
  Command& config = program.add_command("config", "the settings");
  const auto file = std::make_shared<std::string>();
  Command& check = config.add_command("check", "say what is wrong with the configuration file");
  check.add_argument("FILE", Command::Need::kOptional, into(*file), "another file than the one in use");
  check.set_work([work = verbs.config, file] { return work("check", *file); });
  for (const Verb& verb : {Verb{"show", "print the settings in force, with their explanations, as TOML", {}},
                           Verb{"path", "print where the configuration file is", {}}})
    config.add_command(verb.name, verb.does).set_work([work = verbs.config, name = verb.name] {
      return work(name, {});
    });
}

}  // namespace

void add_setup_verbs(Command& program, const SetupVerbs& verbs) {
  add_models(program, verbs);
  add_doctor(program, verbs);
  add_config(program, verbs);
}

}  // namespace voicestand::app
