#include "voicestand/text/json_writer.h"

#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "voicestand/base/utf8.h"

namespace voicestand::text {
namespace {

using nlohmann::json;

TEST(JsonWriter, PutsEverythingWhereItBelongs) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("text", "a \"b\"\\\n\t");
  writer.member("yes", true);
  writer.member("count", std::uint64_t{18'446'744'073'709'551'615U});
  writer.member("less", -3);
  writer.member("whole", 2.0);
  writer.member("small", 1e-300);
  writer.member("nothing", std::optional<double>());
  writer.member("something", std::optional(0.5));
  writer.begin_array("list");
  writer.value(1);
  writer.begin_object();
  writer.end_object();
  writer.begin_array();
  writer.end_array();
  writer.null();
  writer.end_array();
  writer.null_member("last");
  writer.end_object();
  EXPECT_EQ(
      writer.finish(),
      R"({"text":"a \"b\"\\\n\u0009","yes":true,"count":18446744073709551615,"less":-3,"whole":2.0,"small":1e-300,)"
      R"("nothing":null,"something":0.5,"list":[1,{},[],null],"last":null})");
}

TEST(JsonWriter, WhatIsNoNumberIsNull) {
  JsonWriter writer;
  writer.begin_array();
  for (const double number : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()})
    writer.value(number);
  writer.end_array();
  EXPECT_EQ(writer.finish(), "[null,null,null]");
}

RC_GTEST_PROP(JsonWriter, AnyTextReadsBackAsItsUtf8, (const std::string& text)) {
  JsonWriter writer;
  writer.begin_object();
  writer.member(text, text);
  writer.end_object();
  const json read = json::parse(writer.finish());
  RC_ASSERT(read.size() == 1U);
  RC_ASSERT(read.begin().key() == valid_utf8(text));
  RC_ASSERT(read.begin().value() == valid_utf8(text));
}

RC_GTEST_PROP(JsonWriter, AnyNumberReadsBackTheSame, (std::uint64_t bits, std::int64_t whole)) {
  const auto number = std::bit_cast<double>(bits);
  JsonWriter writer;
  writer.begin_array();
  writer.value(number);
  writer.value(whole);
  writer.value(bits);
  writer.end_array();
  const json read = json::parse(writer.finish());
  RC_ASSERT((std::isfinite(number) ? read[0].is_number_float() && read[0] == number : read[0].is_null()));
  RC_ASSERT(read[1] == whole);
  RC_ASSERT(read[2] == bits);
}

void write(JsonWriter& writer, const json& tree) {
  if (tree.is_object()) {
    writer.begin_object();
    for (const auto& [name, its] : tree.items()) {
      writer.key(name);
      write(writer, its);
    }
    writer.end_object();
  } else if (tree.is_array()) {
    writer.begin_array();
    for (const json& each : tree) write(writer, each);
    writer.end_array();
  } else if (tree.is_string()) {
    writer.value(tree.get<std::string>());
  } else {
    writer.value(tree.get<int>());
  }
}

json any_tree(int depth) {
  const int kind = *rc::gen::inRange(0, depth == 0 ? 2 : 4);
  if (kind == 0) return *rc::gen::arbitrary<int>();
  if (kind == 1) return valid_utf8(*rc::gen::arbitrary<std::string>());
  json tree = kind == 2 ? json::array() : json::object();
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) {
    if (kind == 2) {
      tree.push_back(any_tree(depth - 1));
    } else {
      tree[std::to_string(i)] = any_tree(depth - 1);
    }
  }
  return tree;
}

RC_GTEST_PROP(JsonWriter, AnyTreeReadsBackTheSame, ()) {
  const json tree = any_tree(4);
  JsonWriter writer;
  write(writer, tree);
  RC_ASSERT(json::parse(writer.finish()) == tree);
}

}  // namespace
}  // namespace voicestand::text
