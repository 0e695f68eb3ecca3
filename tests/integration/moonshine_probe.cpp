// What the native recogniser makes of recordings, one line of JSON each on stdout:
//   moonshine_probe MODEL_FOLDER LIST.tsv [--text FILE] [--most-seconds S] [--repeat N] [--hidden FOLDER]
//     [--words FILE]
// LIST.tsv names a recording (`id`, `file`, relative to the list) a row, 16 kHz mono. Times are the best of N, in
// milliseconds of this thread's processor time, so that other programs disturb them less: of the encoder, of its keys
// and values for the decoder, of decoding step by step, and of decoding with the right text as a draft. --text: lines
// of an id, a tab, and another recogniser's tokens, separated by spaces: what this one would say after each of their
// beginnings is told as `next`. --hidden: the encoder's frames as raw f32. --words: lines of a word or phrase each, and
// decoding step by step that listens for them is timed as well, as `listen_ms`.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <time.h>

#include "voicestand/base/exit_code.h"
#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/nn/listed_words.h"
#include "voicestand/nn/moonshine_decoder.h"
#include "voicestand/nn/moonshine_encoder.h"
#include "voicestand/nn/moonshine_model.h"

namespace {

using namespace voicestand;
using nn::Token;

constexpr double kSampleRate = 16'000;

struct Options {
  std::string model;
  std::filesystem::path list;
  std::map<std::string, std::vector<Token>> texts;
  std::filesystem::path hidden;
  std::vector<std::string> words;
  double most_seconds = 24;
  int repeat = 1;
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
  return fields;
}

std::map<std::string, std::vector<Token>> read_texts(const std::string& path) {
  std::map<std::string, std::vector<Token>> texts;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto fields = split(line);
    std::istringstream numbers(fields.size() > 1 ? fields[1] : "");
    auto& text = texts[fields[0]];
    for (Token token = 0; numbers >> token;) text.push_back(token);
  }
  return texts;
}

std::vector<float> read_samples(const std::filesystem::path& path) {
  auto reader = sndfile::Reader::open(posix::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)));
  if (!reader || reader->sample_rate_hz() != static_cast<int>(kSampleRate) || reader->channels() != 1) return {};
  std::vector<float> samples(reader->frames());
  samples.resize(reader->read(samples));
  return samples;
}

double thread_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

double best_ms(int repeat, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < repeat; ++i) {
    const double begin = thread_ms();
    work();
    best = std::min(best, thread_ms() - begin);
  }
  return best;
}

std::vector<Token> copy(const std::optional<std::span<const Token>>& tokens) {
  return tokens ? std::vector<Token>(tokens->begin(), tokens->end()) : std::vector<Token>();
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

struct Recogniser {
  nn::MoonshineEncoder encoder;
  nn::MoonshineDecoder decoder;
  nn::TokenTrie listed;
};

nlohmann::json recognise(Recogniser& recogniser, const Options& options, const std::string& id,
                         const std::vector<float>& samples) {
  const std::atomic<bool> stop{false};
  const auto most = static_cast<std::size_t>(static_cast<double>(samples.size()) / kSampleRate * 6.5) + 8;
  auto& [encoder, decoder, listed] = recogniser;
  nn::Frames frames{};
  std::vector<Token> tokens;
  std::vector<Token> again;
  nlohmann::json line{{"id", id}, {"seconds", static_cast<double>(samples.size()) / kSampleRate}};
  line["encode_ms"] = best_ms(options.repeat, [&] { frames = encoder.encode(samples, stop).value(); });
  line["attend_ms"] = best_ms(options.repeat, [&] { (void)decoder.attend_to(frames, stop); });
  line["decode_ms"] = best_ms(options.repeat, [&] { tokens = copy(decoder.decode({}, most, stop)); });
  if (!listed.empty()) {
    line["listen_ms"] = best_ms(options.repeat, [&] { (void)decoder.decode({}, most, stop, &listed); });
    // The last of them is what is told about.
    tokens = copy(decoder.decode({}, most, stop));
  }
  line["log_probability"] = nlohmann::json::array();
  line["peak"] = nlohmann::json::array();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    line["log_probability"].push_back(decoder.log_probability(i));
    const auto attention = decoder.attention(i);
    line["peak"].push_back(std::max_element(attention.begin(), attention.end()) - attention.begin());
  }
  line["verify_ms"] = best_ms(options.repeat, [&] { again = copy(decoder.decode(tokens, most, stop)); });
  line["tokens"] = tokens;
  line["verified"] = again == tokens;
  if (const auto text = options.texts.find(id); text != options.texts.end()) {
    const std::span<const Token> all(text->second);
    std::vector<long> next;
    for (std::size_t i = 0; i <= all.size(); ++i) {
      const auto said = copy(decoder.decode(all.first(i), i + 1, stop));
      const bool follows =
          said.size() >= i && std::equal(all.begin(), all.begin() + static_cast<long>(i), said.begin());
      // -1: it would not have come this far.
      next.push_back(!follows ? -1 : said.size() > i ? static_cast<long>(said[i]) : 2);
    }
    line["next"] = next;
  }
  if (!options.hidden.empty()) {
    std::ofstream file(options.hidden / (id + ".f32"), std::ios::binary);
    file.write(reinterpret_cast<const char*>(frames.values.data()),
               static_cast<std::streamsize>(frames.values.size_bytes()));
  }
  return line;
}

int run(const Options& options) {
  const auto model = nn::MoonshineModel::load(options.model);
  if (!model) {
    std::cerr << model.error().message() << "\n";
    return static_cast<int>(exit_code_of(model.error().code));
  }
  const auto most_samples = static_cast<std::size_t>(options.most_seconds * kSampleRate);
  auto encoder = nn::MoonshineEncoder::create(model->encoder(), most_samples);
  if (!encoder) return static_cast<int>(exit_code_of(encoder.error().code));
  auto decoder = nn::MoonshineDecoder::create(
      model->decoder(),
      {.frames = encoder->frames_of(most_samples), .tokens = static_cast<std::size_t>(options.most_seconds * 6.5) + 8});
  if (!decoder) return static_cast<int>(exit_code_of(decoder.error().code));
  std::cerr << "encoder " << encoder->memory_bytes() << " bytes, decoder " << decoder->memory_bytes() << " bytes\n";
  const auto tokenizer = nn::Tokenizer::load(options.model + "/tokenizer.json");
  if (!tokenizer) return static_cast<int>(exit_code_of(tokenizer.error().code));
  auto listed = nn::trie_of(*tokenizer, options.words);
  if (!listed) return static_cast<int>(exit_code_of(listed.error().code));
  Recogniser recogniser{.encoder = std::move(*encoder), .decoder = std::move(*decoder), .listed = std::move(*listed)};

  std::ifstream list(options.list);
  std::string line;
  std::getline(list, line);
  const auto names = split(line);
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const std::size_t id = column("id");
  const std::size_t file = column("file");
  while (std::getline(list, line)) {
    const auto fields = split(line);
    if (fields.size() <= std::max(id, file)) continue;
    const auto samples = read_samples(options.list.parent_path() / fields[file]);
    if (samples.empty() || samples.size() > most_samples) continue;
    std::cout << recognise(recogniser, options, fields[id], samples).dump() << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (argc < 3) return static_cast<int>(ExitCode::kUsage);
  options.model = argv[1];
  options.list = argv[2];
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--text") options.texts = read_texts(value);
    if (name == "--most-seconds") options.most_seconds = std::stod(value);
    if (name == "--repeat") options.repeat = std::stoi(value);
    if (name == "--hidden") options.hidden = value;
    if (name == "--words") options.words = read_lines(value);
  }
  return run(options);
}
