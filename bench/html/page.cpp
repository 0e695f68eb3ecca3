#include "bench/html/page.h"

#include <fmt/format.h>

#include "bench/html/escape.h"
#include "bench/html/style.h"

namespace voicestand::bench::html {

std::string page_of(std::string_view title, std::string_view body) {
  const std::string heading = escaped(title);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\">\n"
      "<title>{}</title><style>{}</style></head>\n<body id=\"top\"><main>\n<h1>{}</h1>\n{}</main></body></html>\n",
      heading, kStyle, heading, body);
}

}  // namespace voicestand::bench::html
