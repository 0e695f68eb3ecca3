#include "bench/report_html.h"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "bench/html/escape.h"
#include "bench/html/page.h"
#include "bench/html/result_section.h"
#include "bench/table.h"

namespace voicestand::bench {
namespace {

using html::escaped;

std::string_view style_of(const Bar& bar, const Interval& figure, bool judged) {
  if (!judged) return "open";
  switch (bar.judge(figure)) {
    case Bar::Verdict::kMet:
      return "good";
    case Bar::Verdict::kMissed:
      return "bad";
    case Bar::Verdict::kOpen:
      break;
  }
  return "open";
}

std::string_view style_of(const Change& change, bool judged) {
  if (judged && change.verdict == Change::Verdict::kImproved) return "good";
  if (judged && change.verdict == Change::Verdict::kRegressed) return "bad";
  return "faint";
}

std::string marked(std::string_view style, std::string_view text) {
  return fmt::format("<span class=\"{}\">{}</span>", style, escaped(text));
}

std::string bar_cell(const std::optional<Bar>& bar, const Interval& figure, bool judged) {
  return bar ? marked(style_of(*bar, figure, judged), verdict(*bar, figure, judged)) : std::string();
}

std::string ratios_of(const Report& report, const Figure& figure) {
  std::string items;
  for (const Ratio& ratio : report.ratios) {
    if (ratio.name != figure.name) continue;
    const std::string change =
        ratio.change ? "<br>" + marked(style_of(*ratio.change, ratio.judged),
                                       "since the baseline " + change_in_words(*ratio.change, ratio.judged))
                     : std::string();
    items += fmt::format("<li>{} to {} {} {}{}</li>", number(ratio.value), escaped(ratio.to), interval(ratio.ci95),
                         bar_cell(ratio.bar, ratio.ci95, ratio.judged), change);
  }
  return items.empty() ? items : "<ul>" + items + "</ul>";
}

std::string index_row(const Report& report, std::size_t place) {
  const Figure& figure = report.results[place];
  const Summary& it = figure.summary;
  return fmt::format(
      "<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th><td>{} {}<br><span class=\"faint\">{}</span></td>"
      "<td>{}</td><td>{}</td><td>{}</td></tr>\n",
      html::anchor_of(place), escaped(figure.name), number(it.p50), escaped(figure.unit), interval(it.ci95),
      figure.judged ? bar_cell(figure.bar, it.ci95, true) : marked("open", "not judged"),
      figure.change ? marked(style_of(*figure.change, figure.judged), change_in_words(*figure.change, figure.judged))
                    : "",
      ratios_of(report, figure));
}

std::string index_of(const Report& report) {
  std::string table =
      "<div class=\"wide\"><table id=\"index\"><thead><tr><th scope=\"col\">Result</th>"
      "<th scope=\"col\">Median and its 95 % interval</th><th scope=\"col\">Bar</th>"
      "<th scope=\"col\">Since the baseline</th><th scope=\"col\">Times better than</th></tr></thead>\n";
  std::string suite;
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    if (i == 0 || report.results[i].suite != suite) {
      table += i == 0 ? "" : "</tbody>\n";
      suite = report.results[i].suite;
      table += fmt::format("<tbody><tr><th colspan=\"5\" scope=\"rowgroup\">{}</th></tr>\n", escaped(suite));
    }
    table += index_row(report, i);
  }
  return table + (report.results.empty() ? "" : "</tbody>") + "</table></div>\n";
}

std::string about(const Report& report) {
  const Machine& machine = report.machine;
  std::string text =
      fmt::format("<p id=\"machine\">{}, commit {}.</p>\n", escaped(line_of(machine)), escaped(report.commit));
  if (!machine.governor)
    text += "<p class=\"faint\">The system does not tell what chooses the cores' frequency (no cpufreq).</p>\n";
  if (report.earlier)
    text += fmt::format("<p id=\"baseline\">This run is {}.</p>\n", escaped(line_of(*report.earlier, machine)));
  text += fmt::format(
      "<p class=\"faint\">Intervals: 95 %, by bootstrap. A bar is met where the whole interval lies beyond it. A "
      "change is one "
      "where chance alone does as much in fewer than 1 of 100 runs, and is told where its whole interval lies beyond "
      "{:.0f} %. "
      "What was disturbed too much, however often it was made again, is not judged.</p>\n",
      kNoiseThreshold * 100);
  return text;
}

}  // namespace

std::string to_html(const Report& report) {
  std::string body = about(report) + index_of(report);
  int plots = 0;
  std::string suite;
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    if (i == 0 || report.results[i].suite != suite) {
      suite = report.results[i].suite;
      body += fmt::format("<h2>{}</h2>\n", escaped(suite));
    }
    body += html::section_of(report, i, plots);
  }
  return html::page_of("VoiceStand bench", body);
}

}  // namespace voicestand::bench
