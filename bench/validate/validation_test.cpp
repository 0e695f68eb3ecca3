#include "bench/validate/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace voicestand::bench {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

Target latency() {
  return {.promise = promises::kAudioLatency};
}
Target efficiency() {
  return {.promise = promises::kCpuEfficiency};
}

TEST(Target, IsKeptUpToItsLimit) {
  Target target = latency();
  target.judge(5, true, "so");
  EXPECT_EQ(target.pass, true);
  target.judge(5.01, true, "so");
  EXPECT_EQ(target.pass, false);
  target = efficiency();
  target.judge(10, true, "so");
  EXPECT_EQ(target.pass, true);
  target.judge(9.99, true, "so");
  EXPECT_EQ(target.pass, false);
}

TEST(Target, IsNotJudgedByWhatOtherWorkSpoiled) {
  Target target = latency();
  target.judge(7, false, "so");
  EXPECT_EQ(target.pass, std::nullopt);
  EXPECT_EQ(target.measured, 7);
  EXPECT_THAT(target.how, HasSubstr("not judged"));
  target.judge(4, false, "so");
  EXPECT_EQ(target.pass, true) << "what is reached beside other work is reached";
  EXPECT_EQ(target.how, "so");
}

TEST(Validation, WhatWasNotMeasuredIsNeitherKeptNorBroken) {
  Validation validation{.machine = {}, .commit = "abc", .targets = {latency(), efficiency()}, .hardware = {}};
  validation.targets[0].judge(1, true, "so");
  validation.targets[1].leave_open("no model");
  EXPECT_FALSE(validation.pass());
  EXPECT_FALSE(validation.missed());
  const Json document = Json::parse(json_of(validation));
  EXPECT_EQ(document["pass"], false);
  EXPECT_EQ(document["targets"][0]["pass"], true);
  EXPECT_TRUE(document["targets"][1]["pass"].is_null());
  EXPECT_TRUE(document["targets"][1]["measured"].is_null());
  EXPECT_THAT(document["targets"][1]["how"].get<std::string>(), HasSubstr("no model"));
  validation.targets[1].judge(20, true, "so");
  EXPECT_TRUE(validation.pass());
  validation.targets[1].judge(2, true, "so");
  EXPECT_TRUE(validation.missed());
}

TEST(Validation, ThePageHoldsTextAsText) {
  Validation validation{.machine = {.cpu = "<script>alert(1)</script>", .cores = 2, .isa = "avx2", .kernel = "6"},
                        .commit = "abc",
                        .targets = {latency()},
                        .hardware = {{.name = "npu", .state = "absent", .found = "\"none\" & <b>"}}};
  validation.targets[0].judge(3.25, true, "a < b");
  const std::string page = html_of(validation);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&quot;none&quot; &amp; &lt;b&gt;"));
  EXPECT_THAT(page, HasSubstr("a &lt; b"));
  EXPECT_THAT(page, HasSubstr("3.25 ms"));
  EXPECT_THAT(page, HasSubstr("&lt;= 5 ms"));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
}

}  // namespace
}  // namespace voicestand::bench
