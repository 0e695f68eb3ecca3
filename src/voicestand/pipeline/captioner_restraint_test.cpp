#include <array>

#include <gtest/gtest.h>

#include "voicestand/pipeline/captioner.h"
#include "voicestand/pipeline/captioner_test_conversation.h"

// What is forgone while the machine is hot, and what is not.
namespace voicestand::pipeline {
namespace {

class RestraintTest : public CaptionerTest {
 protected:
  RestraintTest() { config_.restraint = &restraint_; }

  struct Said {
    std::size_t partials;
    int careful;
    std::string text;
  };
  // Eight seconds of speech and a pause, while restraint is of this level.
  Said say(int level) {
    restraint_.set(level);
    const std::size_t before = sink_.all<Partial>().size();
    int careful = 0;
    const auto decode_all = [&] {
      while (const auto job = captioner().next_job(now())) {
        if (job->careful) ++careful;
        decode("it was", 1ms);
      }
    };
    clock_.advance(1s);
    begin(++utterances_);
    for (auto heard = 0ms; heard < 8s; heard += 32ms) {
      hear(32ms);
      decode_all();
    }
    pause();
    for (int window = 0; window < 16; ++window) {
      hear(32ms);
      decode_all();
    }
    end();
    decode_all();
    return {
        .partials = sink_.all<Partial>().size() - before, .careful = careful, .text = sink_.all<Final>().back().text};
  }

  Restraint restraint_;
  std::uint64_t utterances_ = 0;
};

TEST_F(RestraintTest, PartialsBecomeRarerLevelByLevelAndTheFinalIsThere) {
  std::array<Said, 5> said;
  for (int level = 0; level <= 4; ++level) said.at(static_cast<std::size_t>(level)) = say(level);
  for (std::size_t level = 1; level < 4; ++level) {
    EXPECT_LT(said.at(level).partials, said.at(level - 1).partials * 3 / 4) << level;
    EXPECT_GT(said.at(level).partials, 0U);
  }
  EXPECT_EQ(said[4].partials, 0U);
  for (std::size_t level = 0; level < 5; ++level) {
    EXPECT_EQ(said.at(level).text, "it was");
    EXPECT_EQ(said.at(level).careful > 0, level < 3) << level;
  }
  EXPECT_EQ(say(0).partials, said[0].partials) << "and all is as it was";
}

TEST_F(RestraintTest, ASlowMachineTooIsRestrained) {
  const auto partials_at = [&](int level) {
    restraint_.set(level);
    const std::size_t before = sink_.all<Partial>().size();
    begin(++utterances_);
    for (auto heard = 0ms; heard < 10s; heard += 32ms) {
      hear(32ms);
      decode("it was", 320ms);
    }
    pause();
    end();
    while (decode("it was")) {
    }
    return sink_.all<Partial>().size() - before;
  };
  const std::size_t usual = partials_at(0);
  EXPECT_LT(partials_at(1), usual * 3 / 4);
}

TEST_F(RestraintTest, AnEndedUtteranceIsSaidThoughCareIsForgoneMeanwhile) {
  restraint_.set(0);
  begin();
  hear(640ms);
  pause();
  hear(128ms);
  decode("it was");
  end();
  restraint_.set(4);
  ASSERT_TRUE(decode("it was")) << "nothing else would bring it about";
  EXPECT_EQ(sink_.all<Final>().size(), 1U);
}

TEST_F(RestraintTest, OfALevelThatChangesMeanwhileNothingIsLost) {
  for (int level = 0; level <= 4; ++level) {
    begin(static_cast<std::uint64_t>(level) + 1);
    hear(1s);
    restraint_.set(level);
    decode("it");
    restraint_.set(4 - level);
    pause();
    hear(512ms);
    decode("it was");
    restraint_.set(level);
    end();
    while (decode("it was")) {
    }
    EXPECT_EQ(sink_.all<Final>().size(), static_cast<std::size_t>(level) + 1);
    EXPECT_TRUE(captioner().idle());
  }
}

}  // namespace
}  // namespace voicestand::pipeline
