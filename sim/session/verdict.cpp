#include "sim/session/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace ipclab::session {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kNames{"pass", "fail", "undecided", "no program"};

std::string xml(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\n':
                result += "&#10;";
                break;
            default:  // XML has no other control characters
                result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
    return result;
}

std::string details(const CheckedPoint& point) {
    std::string text;
    for (const std::string& sentence : point.sentences) text += sentence + '\n';
    if (!point.replay.empty()) text += "replay: " + point.replay + '\n';
    return text;
}

/// Output of a toy program may be any bytes.
std::string dump(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string_view name(Verdict verdict) {
    return kNames[static_cast<std::size_t>(verdict)];
}

std::string to_text(const CheckReport& report) {
    std::string text = fmt::format("{}: {} ({})\n", report.program,
                                   report.verdict == Verdict::pass         ? "PASS"
                                   : report.verdict == Verdict::fail       ? "FAIL"
                                   : report.verdict == Verdict::no_program ? "DOES NOT COMPILE"
                                                                           : "UNDECIDED",
                                   report.title);
    if (!report.message.empty()) text += fmt::format("  {}\n", report.message);
    for (const CheckedPoint& point : report.points) {
        text += fmt::format("  {}  {}\n",
                            point.verdict == Verdict::pass   ? "ok  "
                            : point.verdict == Verdict::fail ? "FAIL"
                                                             : "?   ",
                            point.name);
        for (const std::string& sentence : point.sentences) text += fmt::format("          {}\n", sentence);
        if (!point.replay.empty()) text += fmt::format("          replay: {}\n", point.replay);
    }
    if (report.states > 0) text += fmt::format("  {} states, {:.2f} s\n", report.states, report.seconds);
    return text;
}

std::string to_json(const CheckReport& report) {
    Json points = Json::array();
    for (const CheckedPoint& point : report.points)
        points.push_back({{"name", point.name},
                          {"verdict", name(point.verdict)},
                          {"sentences", point.sentences},
                          {"schedule", point.schedule},
                          {"file", point.file},
                          {"replay", point.replay}});
    return dump({{"verdict", name(report.verdict)},
                 {"exercise", report.title},
                 {"program", report.program},
                 {"message", report.message},
                 {"points", std::move(points)},
                 {"states", report.states},
                 {"seconds", report.seconds}});
}

bool report_from_json(std::string_view text, CheckReport& report) {
    const auto verdict_of = [](const std::string& word) {
        const auto at = std::find(kNames.begin(), kNames.end(), word);
        return at == kNames.end() ? Verdict::undecided : static_cast<Verdict>(at - kNames.begin());
    };
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("verdict") || !json.contains("points")) return false;
    report.verdict = verdict_of(json.value("verdict", ""));
    report.title = json.value("exercise", "");
    report.program = json.value("program", "");
    report.message = json.value("message", "");
    report.states = json.value("states", std::uint64_t{0});
    report.seconds = json.value("seconds", 0.0);
    for (const Json& each : json["points"]) {
        CheckedPoint point;
        point.name = each.value("name", "");
        point.verdict = verdict_of(each.value("verdict", ""));
        point.sentences = each.value("sentences", std::vector<std::string>{});
        point.schedule = each.value("schedule", "");
        point.file = each.value("file", "");
        point.replay = each.value("replay", "");
        report.points.push_back(std::move(point));
    }
    return true;
}

std::string to_junit(const CheckReport& report) {
    std::vector<CheckedPoint> points = report.points;
    if (points.empty()) points.push_back({"the program", report.verdict, {report.message}, "", "", ""});
    const auto count = [&](Verdict verdict) {
        return std::ranges::count(points, verdict, &CheckedPoint::verdict);
    };
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    text += fmt::format(
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
        xml(report.title), points.size(), count(Verdict::fail), count(Verdict::no_program),
        count(Verdict::undecided), report.seconds);
    for (const CheckedPoint& point : points) {
        text += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", xml(report.program), xml(point.name));
        const std::string first = point.sentences.empty() ? "" : point.sentences.front();
        switch (point.verdict) {
            case Verdict::pass:
                text += "/>\n";
                continue;
            case Verdict::fail:
                text += fmt::format(">\n    <failure message=\"{}\">{}</failure>\n", xml(first),
                                    xml(details(point)));
                break;
            case Verdict::no_program:
                text += fmt::format(">\n    <error message=\"does not compile\">{}</error>\n",
                                    xml(details(point)));
                break;
            case Verdict::undecided:
                text += fmt::format(">\n    <skipped message=\"{}\"/>\n", xml(first));
                break;
        }
        text += "  </testcase>\n";
    }
    return text + "</testsuite>\n";
}

}  // namespace ipclab::session
