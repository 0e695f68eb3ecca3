#include "voicestand/text/number_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "voicestand/base/ascii.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

using Kind = NumberWord::Kind;

// A list of words for each of kFamilies.
constexpr std::string_view kFamilyWords =
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen|"
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth|"
    "twenty thirty forty fifty sixty seventy eighty ninety|"
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth|"
    "twenties thirties forties fifties sixties seventies eighties nineties|"
    "hundred thousand million billion trillion|"
    "hundredth thousandth millionth billionth trillionth|"
    "oh o|"
    "a|"
    "and|"
    "point";
struct Family {
  Kind kind;
  bool ordinal = false;
  std::uint8_t first = 0;  // value of the first word
  std::uint8_t step = 0;   // from one to the next
};
constexpr std::array kFamilies{
    Family{Kind::kOnes, false, 0, 1},
    Family{Kind::kOnes, true, 1, 1},
    Family{Kind::kTens, false, 20, 10},
    Family{Kind::kTens, true, 20, 10},
    Family{Kind::kDecade, false, 20, 10},
    Family{Kind::kMultiplier, false, 0, 1},
    Family{Kind::kMultiplier, true, 0, 1},
    Family{Kind::kOh},
    Family{Kind::kArticle, false, 1},
    Family{Kind::kAnd},
    Family{Kind::kPoint},
};
constexpr std::array<std::uint64_t, 5> kMultipliers{100, 1'000, 1'000'000, 1'000'000'000, 1'000'000'000'000};

// A list of words for each bit from kOr on.
constexpr std::string_view kCompany =
    "or|"
    "to|"
    "in|"
    "past|"
    "by plus minus times|"
    "minus|"
    "of|"
    "out|"
    "the|"
    "at|"
    "i|"
    "at until till by before after around|"
    "at in on is was and or to until till by from for with as when the we i he she they this today "
    "tomorrow tonight sharp|"
    "is was be at to of from by than and between about around reached it's|"
    "double triple point half foot feet dollar dollars euro euros pound pounds|"
    "odd something double triple half|"
    "half quarter quarters third thirds eighth eighths|"
    "quarter|"
    "a an one|"
    "half of such many|"
    "january february march april may june july august september october november december|"
    "may march|"
    "century|"
    "second seconds|"
    "percent|"
    "per|"
    "cent|"
    "cent cents pence|"
    "dollar dollars|"
    "euro euros|"
    "pound pounds|"
    "pay pays paid paying cost costs price priced spend spent spends charge charged owe owes owed earn "
    "earns earned worth buy buys bought sell sells sold fee fine rent salary bill|"
    "sterling|"
    "of heavier lighter|"
    "sign signs store stores|"
    "am|"
    "pm|"
    "a|"
    "p|"
    "m|"
    "a.m p.m|"
    "o'clock o’clock|"
    "from|"
    "part parts";
static_assert(std::ranges::count(kCompany, '|') == 43 && beside::kOr == beside::bit(8) &&
              beside::kParts == beside::bit(51));
constexpr std::string_view kPlurals = "people men women children percent";
constexpr std::string_view kNoPlurals = "is was has this his its as us";
constexpr std::string_view kPrefixes = "kilo centi milli micro nano mega giga tera";
constexpr std::string_view kMeasures = "metre meter gram litre liter byte hertz watt volt";

bool is_upper(char letter) noexcept {
  return ascii_lower(letter) != letter;
}
bool is_letter(char byte) noexcept {
  return ascii_lower(byte) >= 'a' && ascii_lower(byte) <= 'z';
}
bool is_numeral(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

// The place of a word in a list, or -1.
int place_in(std::string_view list, std::string_view word) noexcept {
  for (int place = 0; !list.empty(); ++place) {
    if (says(word, take(list, ' '))) return place;
  }
  return -1;
}

void count(NumberWord& word, std::string_view bytes) noexcept {
  std::string_view words = kFamilyWords;
  for (const Family& family : kFamilies) {
    const int place = place_in(take(words, '|'), bytes);
    if (place < 0) continue;
    word.kind = family.kind;
    word.ordinal = family.ordinal;
    const auto at = static_cast<std::size_t>(place);
    word.value = family.kind == Kind::kMultiplier ? kMultipliers.at(at) : family.first + at * family.step;
    return;
  }
}

// Units of measure are counted in digits from two on.
bool measures(std::string_view word) noexcept {
  std::string_view bases = kMeasures;
  for (std::string_view prefixes = kPrefixes; !prefixes.empty();) {
    const std::string_view prefix = take(prefixes, ' ');
    if (!says(word.substr(0, prefix.size()), prefix)) continue;
    word.remove_prefix(prefix.size());
    if (says(word, "second") || says(word, "seconds")) return true;
    break;
  }
  if (word.ends_with('s')) word.remove_suffix(1);
  return place_in(bases, word) >= 0;
}

void classify(NumberWord& word) noexcept {
  const std::string_view bytes = word.bytes;
  count(word, bytes);
  beside::Set roles = beside::kWord;
  std::string_view company = kCompany;
  for (beside::Set role = beside::kOr; !company.empty(); role <<= 1U) {
    if (place_in(take(company, '|'), bytes) >= 0) roles |= role;
  }
  if (is_upper(bytes.front())) {
    roles |= beside::kUpper;
    if (bytes.size() > 1 && !is_upper(bytes[1])) roles |= beside::kCapitalised;
  }
  if (is_numeral(bytes.front())) roles |= beside::kNumeralFirst;
  if (is_numeral(bytes.back())) roles |= beside::kNumeralLast;
  if (measures(bytes)) roles |= beside::kMeasure;
  if (place_in(kPlurals, bytes) >= 0) roles |= beside::kPlural;
  if (bytes.ends_with('s') && (roles & beside::kSecond) == 0) {
    if (place_in(kNoPlurals, bytes) < 0) roles |= beside::kPlural;
    NumberWord single;
    count(single, bytes.substr(0, bytes.size() - (bytes.ends_with("'s") ? 2 : 1)));
    if (single.kind != Kind::kNone && single.value > 0) roles |= beside::kManyOfNumber;
  }
  word.roles = roles;
}

// Bytes of the mark that a stretch begins or ends with, of those that may stand around a word.
std::size_t mark_at_front(std::string_view stretch) noexcept {
  if (stretch.starts_with("\xE2\x80")) return std::min<std::size_t>(stretch.size(), 3);
  return std::string_view("\"([{-").find(stretch.front()) == std::string_view::npos ? 0 : 1;
}
std::size_t mark_at_back(std::string_view stretch) noexcept {
  if (stretch.size() >= 3 && stretch.substr(stretch.size() - 3).starts_with("\xE2\x80")) return 3;
  return std::string_view(".,;:!?\")]}-").find(stretch.back()) == std::string_view::npos ? 0 : 1;
}

std::string_view without_marks(std::string_view stretch) noexcept {
  while (!stretch.empty() && mark_at_front(stretch) > 0) stretch.remove_prefix(mark_at_front(stretch));
  while (!stretch.empty() && mark_at_back(stretch) > 0) stretch.remove_suffix(mark_at_back(stretch));
  return stretch;
}

// Whether hyphens part words in it: "twenty-five", "mid-10", but not "ten-p.m".
bool hyphens_part(std::string_view stretch) noexcept {
  bool word = true;  // where we are, all has been letters
  bool begun = false;
  for (const char byte : stretch) {
    if (byte == '-') {
      word = true;
      begun = false;
      continue;
    }
    if (!is_letter(byte) && begun && word) return false;
    word = word && is_letter(byte);
    begun = true;
  }
  return true;
}

bool joins(std::string_view gap) noexcept {
  return gap == "-" || gap.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace

std::string_view take(std::string_view& list, char separator) noexcept {
  const std::string_view first = list.substr(0, list.find(separator));
  list.remove_prefix(std::min(first.size() + 1, list.size()));
  return first;
}

bool says(std::string_view word, std::string_view small) noexcept {
  return word.size() == small.size() && std::equal(word.begin(), word.end(), small.begin(),
                                                   [](char mine, char theirs) { return ascii_lower(mine) == theirs; });
}

std::vector<NumberWord> number_words(std::string_view text) {
  std::vector<NumberWord> words;
  std::size_t end = 0;  // of the word before
  for (const std::string_view stretch : split_words(text)) {
    std::string_view rest = without_marks(stretch);
    const bool parted = hyphens_part(rest);
    while (!rest.empty()) {
      const std::size_t size = parted ? std::min(rest.find('-'), rest.size()) : rest.size();
      if (size > 0) {
        const auto begin = static_cast<std::size_t>(rest.data() - text.data());
        NumberWord& word = words.emplace_back();
        word.bytes = rest.substr(0, size);
        word.joined = words.size() > 1 && joins(text.substr(end, begin - end));
        classify(word);
        end = begin + size;
      }
      rest.remove_prefix(std::min(size + 1, rest.size()));
    }
  }
  return words;
}

}  // namespace voicestand::text
