#include "voicestand/service/paths.h"

#include <map>

#include <gtest/gtest.h>

namespace voicestand::service {
namespace {

Environment environment(std::map<std::string, std::string> variables, std::string account_home = "") {
  return {.variable = [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            if (found == variables.end()) return std::nullopt;
            return found->second;
          },
          .account_home = std::move(account_home)};
}

TEST(Paths, AreBelowHomeByDefault) {
  const auto paths = Paths::from(environment({{"HOME", "/home/me"}}));
  ASSERT_TRUE(paths);
  EXPECT_EQ(paths->config_file(), "/home/me/.config/voicestand/config.toml");
  EXPECT_EQ(paths->models(), "/home/me/.local/share/voicestand/models");
  EXPECT_EQ(paths->cache, "/home/me/.cache/voicestand");
  EXPECT_EQ(paths->state, "/home/me/.local/state/voicestand");
}

TEST(Paths, FollowTheXdgVariables) {
  const auto paths = Paths::from(environment(
      {{"XDG_CONFIG_HOME", "/a"}, {"XDG_DATA_HOME", "/b"}, {"XDG_CACHE_HOME", "/c"}, {"XDG_STATE_HOME", "/d"}}));
  ASSERT_TRUE(paths);
  EXPECT_EQ(paths->config, "/a/voicestand");
  EXPECT_EQ(paths->data, "/b/voicestand");
  EXPECT_EQ(paths->cache, "/c/voicestand");
  EXPECT_EQ(paths->state, "/d/voicestand");
}

TEST(Paths, IgnoreRelativeAndEmptyValues) {
  const auto paths =
      Paths::from(environment({{"HOME", "/home/me"}, {"XDG_CONFIG_HOME", "conf"}, {"XDG_DATA_HOME", ""}}));
  ASSERT_TRUE(paths);
  EXPECT_EQ(paths->config, "/home/me/.config/voicestand");
  EXPECT_EQ(paths->data, "/home/me/.local/share/voicestand");
}

TEST(Paths, FallBackOnTheAccountsHome) {
  EXPECT_EQ(Paths::from(environment({}, "/var/lib/me"))->config, "/var/lib/me/.config/voicestand");
  EXPECT_EQ(Paths::from(environment({{"HOME", "relative"}}, "/var/lib/me"))->config, "/var/lib/me/.config/voicestand");
}

TEST(Paths, SayWhenThereIsNoHome) {
  const auto paths = Paths::from(environment({{"XDG_CONFIG_HOME", "/a"}}));
  ASSERT_FALSE(paths);
  EXPECT_EQ(paths.error().code, Errc::kServiceMissing);
  EXPECT_NE(paths.error().remedy.find("HOME"), std::string::npos);
}

TEST(Paths, OfThisProcessExist) {
  EXPECT_TRUE(Paths::from(Environment::of_process()));
}

}  // namespace
}  // namespace voicestand::service
