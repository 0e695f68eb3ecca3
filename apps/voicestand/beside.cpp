#include "beside.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "console.h"
#include "voicestand/lib/posix/sibling_program.h"

namespace voicestand::app {

ExitCode become(const std::string& program, std::vector<std::string> arguments, const std::string& command) {
  arguments.insert(arguments.begin(), posix::sibling_program(program));
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  ::execv(words.front(), words.data());
  return complain({Errc::kServiceMissing, program + " does not start: " + std::strerror(errno), arguments.front(),
                   "build it from a clone with './run " + command + "', or run './test'"});
}

}  // namespace voicestand::app
