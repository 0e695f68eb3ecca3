#pragma once

#include <cmath>
#include <fstream>
#include <numbers>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/nn/tokenizer.h"

namespace voicestand::nn {

// What tools/moonshine_reference.py makes of a clip, as tools/make_moonshine_golden.py writes it down.
struct MoonshineGolden {
  std::string model;
  std::string clip;
  std::vector<float> stem;
  std::vector<std::vector<float>> layers;  // the last norm behind one layer, two, …
  std::vector<Token> said;
  std::vector<float> log_probabilities;
};

inline std::vector<MoonshineGolden> read_moonshine_golden(const std::string& path) {
  std::vector<MoonshineGolden> clips;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string kind;
    fields >> kind;
    if (kind == "clip") {
      clips.emplace_back();
      fields >> clips.back().model >> clips.back().clip;
    } else if (kind == "said") {
      fields >> clips.back().said.emplace_back() >> clips.back().log_probabilities.emplace_back();
    } else {
      std::size_t layer = 0;
      if (kind == "layers") fields >> layer;
      auto& values = kind == "stem" ? clips.back().stem : clips.back().layers.emplace_back();
      for (float value = 0; fields >> value;) values.push_back(value);
    }
  }
  return clips;
}

// Evenly spaced numbers out of all, from the first to the last.
inline std::vector<float> spaced(std::span<const float> all, std::size_t count) {
  std::vector<float> some(count);
  for (std::size_t i = 0; i < count; ++i) some[i] = all[i * (all.size() - 1) / (count - 1)];
  return some;
}

// The root of the mean square of the differences, relative to that of what is right.
inline double relative_error(std::span<const float> values, std::span<const float> right) {
  double wrong = 0;
  double all = 0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    const auto should = static_cast<double>(right[i]);
    wrong += std::pow(static_cast<double>(values[i]) - should, 2);
    all += should * should;
  }
  return std::sqrt(wrong / all);
}

// As siren() in tools/make_moonshine_golden.py.
inline std::vector<float> siren() {
  std::vector<float> samples(32'000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double time = static_cast<double>(i) / 16'000;
    const double turn = 2 * std::numbers::pi;
    const double phase = turn * (160 * time + 12 * std::sin(turn * 1.5 * time));
    const double loudness = 0.25 * (1 + std::sin(turn * 3 * time));
    samples[i] = static_cast<float>(loudness *
                                    (std::sin(phase) + 0.5 * std::sin(3 * phase) + 0.25 * std::sin(7 * phase)) / 1.75);
  }
  return samples;
}

// Nothing where `folder` has no such sample.
inline std::optional<std::vector<float>> moonshine_clip(const std::string& folder, const std::string& name) {
  if (name == "siren") return siren();
  const std::string path = folder + "/" + name + ".wav";
  posix::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  auto reader = sndfile::Reader::open(std::move(file));
  if (!reader || reader->sample_rate_hz() != 16'000 || reader->channels() != 1) return std::nullopt;
  std::vector<float> samples(reader->frames());
  samples.resize(reader->read(samples));
  return samples;
}

}  // namespace voicestand::nn
