#pragma once

#include <string>
#include <string_view>

namespace voicestand::text {

// An English utterance with its spoken numbers in digits, as newspapers write them and one would have typed them:
//
//   numbers      from 10 on, with commas from 10,000 on: "123", "25,000", "2.5 million", "-10", "nine hundred" ->
//   "900";
//                three or more digits said one after the other: "55512"; years and decades: "1984", "the 1980s"
//   ordinals     from 10th on: "the 21st century"; dates: "the 3rd of May", but "May third" -> "May 3"
//   with a unit  from zero on: "5%", "$3.50", "€5", "3:30 PM", "5 o'clock", "5 kilometres"; "£5" only where there is
//                talk of money or pence, as pounds are a weight too
//   ranges       alike on both sides, and the unit stays a word: "5 or 10 dollars"
//
// What may be meant otherwise stays words: lone numbers below ten, "a hundred", fractions, "ten to three", "a thirty
// second delay", names ("Ocean's Eleven"), idioms, number words in a row that are no one number, what does not fit into
// 64 bits. All bytes that are no number stay as they are, well-formed or not. Doing it twice changes nothing more.
// Thread: any. Real-time: no.
[[nodiscard]] std::string with_numerals(std::string_view text);

}  // namespace voicestand::text
