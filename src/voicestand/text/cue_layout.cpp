#include "voicestand/text/cue_layout.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "voicestand/text/cue_times.h"
#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

// A word, or a part of one that is longer than a line.
struct Piece {
  std::string_view text;
  std::size_t chars;
  bool glued;  // continues the piece before it
  double start_s;
  double end_s;
};

std::vector<Piece> pieces_of(const Segment& segment, std::size_t line_chars) {
  const std::vector<std::string_view> words = split_words(segment.text);
  const bool timed = segment.words.size() == words.size();
  std::size_t total_chars = 0;
  for (const std::string_view word : words) total_chars += count_characters(word);
  const double start_s = bounded_s(segment.start_s);
  const double end_s = std::max(bounded_s(segment.end_s), start_s);
  const double per_char_s = (end_s - start_s) / static_cast<double>(std::max<std::size_t>(total_chars, 1));

  std::vector<Piece> pieces;
  std::size_t chars_before = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view rest = words[i];
    const std::size_t word_chars = count_characters(rest);
    double at_s = start_s + per_char_s * static_cast<double>(chars_before);
    double share_s = per_char_s;
    if (timed) {
      at_s = std::clamp(bounded_s(segment.words[i].start_s), start_s, end_s);
      const double until_s = std::clamp(bounded_s(segment.words[i].end_s), at_s, end_s);
      share_s = (until_s - at_s) / static_cast<double>(std::max<std::size_t>(word_chars, 1));
    }
    for (bool first = true; !rest.empty(); first = false) {
      const std::size_t bytes = bytes_of_characters(rest, line_chars);
      const std::string_view part = rest.substr(0, bytes);
      const std::size_t chars = count_characters(part);
      const double until_s = at_s + share_s * static_cast<double>(chars);
      pieces.push_back({part, chars, !first, at_s, until_s});
      at_s = until_s;
      rest.remove_prefix(bytes);
    }
    chars_before += word_chars;
  }
  return pieces;
}

std::size_t width_with(std::size_t width, const Piece& piece) noexcept {
  return width == 0 ? piece.chars : width + (piece.glued ? 0 : 1) + piece.chars;
}

// The lines that `pieces` take when each is filled to `line_chars`.
std::size_t lines_taken(std::span<const Piece> pieces, std::size_t line_chars) noexcept {
  std::size_t lines = 1;
  std::size_t width = 0;
  for (const Piece& piece : pieces) {
    const std::size_t wider = width_with(width, piece);
    const bool fits = width == 0 || wider <= line_chars;
    lines += fits ? 0 : 1;
    width = fits ? wider : piece.chars;
  }
  return lines;
}

std::vector<std::string> wrapped(std::span<const Piece> pieces, const CueLayout& layout) {
  // The narrowest width that takes no more lines than the full one: lines of about equal length.
  const std::size_t lines = lines_taken(pieces, layout.line_chars);
  std::size_t narrow = 1;
  for (std::size_t wide = layout.line_chars; narrow < wide;) {
    const std::size_t middle = (narrow + wide) / 2;
    const bool widest_fits =
        std::all_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return p.chars <= middle; });
    if (widest_fits && lines_taken(pieces, middle) <= lines) {
      wide = middle;
    } else {
      narrow = middle + 1;
    }
  }
  std::vector<std::string> made(1);
  std::size_t width = 0;
  for (const Piece& piece : pieces) {
    const std::size_t wider = width_with(width, piece);
    const bool fits = width == 0 || wider <= narrow;
    if (!fits) made.emplace_back();
    if (fits && width > 0 && !piece.glued) made.back() += ' ';
    made.back() += piece.text;
    width = fits ? wider : piece.chars;
  }
  return made;
}

// What it costs the reader when a cue ends behind `last`: least after a sentence.
double cost_of_end(const Piece& last) noexcept {
  constexpr std::string_view kSentence = ".!?";
  constexpr std::string_view kClause = ",;:";
  if (kSentence.find(last.text.back()) != std::string_view::npos) return 0;
  return kClause.find(last.text.back()) != std::string_view::npos ? 0.2 : 0.4;
}

// Where each cue ends (one past its last piece), at the least cost: one for each cue, more for uneven filling and for
// ends in the middle of a clause.
std::vector<std::size_t> cue_ends(std::span<const Piece> pieces, const CueLayout& layout) {
  const double room = static_cast<double>(layout.line_chars * layout.lines);
  std::vector<double> cost(pieces.size() + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> from(pieces.size() + 1, 0);
  cost[0] = 0;
  for (std::size_t begin = 0; begin < pieces.size(); ++begin) {
    std::size_t width = 0;
    for (std::size_t end = begin + 1; end <= pieces.size(); ++end) {
      width = width_with(width, pieces[end - 1]);
      if (end > begin + 1 && lines_taken(pieces.subspan(begin, end - begin), layout.line_chars) > layout.lines) break;
      const double empty = std::max(0.0, 1 - static_cast<double>(width) / room);
      const double total = cost[begin] + 1 + empty * empty + cost_of_end(pieces[end - 1]);
      if (total < cost[end]) {
        cost[end] = total;
        from[end] = begin;
      }
    }
  }
  std::vector<std::size_t> ends;
  for (std::size_t end = pieces.size(); end > 0; end = from[end]) ends.push_back(end);
  std::reverse(ends.begin(), ends.end());
  return ends;
}

}  // namespace

std::vector<Cue> lay_out_cues(std::span<const Segment> segments, CueLayout layout) {
  layout.line_chars = std::max<std::size_t>(layout.line_chars, 1);
  layout.lines = std::max<std::size_t>(layout.lines, 1);
  std::vector<Cue> cues;
  CueTimes times;
  for (const Segment& segment : segments) {
    const std::vector<Piece> all = pieces_of(segment, layout.line_chars);
    std::size_t begin = 0;
    for (const std::size_t end : cue_ends(all, layout)) {
      const std::span<const Piece> pieces = std::span(all).subspan(begin, end - begin);
      const double start_s = begin == 0 ? segment.start_s : pieces.front().start_s;
      const double end_s = end == all.size() ? segment.end_s : pieces.back().end_s;
      const auto [start, end_at] = times.next(start_s, end_s);
      cues.push_back({start, end_at, wrapped(pieces, layout)});
      begin = end;
    }
  }
  return cues;
}

}  // namespace voicestand::text
