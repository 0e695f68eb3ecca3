#pragma once

// The one way to include toml++: compiled in, errors as values. Its assertions are off, as some of 3.3 are wrong: they
// fire on texts such as "[!" that the parser itself goes on to refuse.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ASSERT(expression) static_assert(true)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <toml++/impl/preprocessor.h>
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expression) static_assert(true)
#include <toml++/toml.h>
#pragma GCC diagnostic pop
