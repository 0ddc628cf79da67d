#include "sim/engine/schedule_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <sstream>

#include "kernel/network.h"
#include "sim/engine/text.h"

namespace ipclab::engine {

namespace {

constexpr std::string_view kTso = "tso";
constexpr std::array<std::string_view, 3> kStreamNames{"terminal", "pipe", "file"};
constexpr std::array kStreamKinds{kernel::StreamKind::terminal, kernel::StreamKind::pipe,
                                  kernel::StreamKind::file};

std::string_view name_of(kernel::StreamKind kind) {
    const auto at = std::find(kStreamKinds.begin(), kStreamKinds.end(), kind);
    return kStreamNames[static_cast<std::size_t>(at - kStreamKinds.begin())];
}

std::string to_hex(std::string_view bytes) {
    std::string text;
    for (const char each : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(each));
    return text;
}

bool from_hex(std::string_view text, std::string& bytes) {
    const auto digit = [](char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    if (text.size() % 2 != 0) return false;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        if (digit(text[i]) < 0 || digit(text[i + 1]) < 0) return false;
        bytes += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
    }
    return true;
}

/// "NAME=VALUE"
bool read_limit(std::string_view text, ScheduleFile& file) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const kernel::LimitSpec* spec = kernel::limit_named(text.substr(0, equals));
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text.data() + std::min(equals + 1, text.size()), text.data() + text.size(), value);
    if (!spec || error != std::errc{} || end != text.data() + text.size()) return false;
    if (value < spec->smallest || value > spec->largest) return false;
    file.limits.emplace_back(spec, value);
    return true;
}

/// "OBJECT BEGIN BYTES"
bool read_place(std::istream& words, vm::SharedPlaces& places) {
    vm::Place place;
    if (!(words >> place.object >> place.begin >> place.bytes) || place.object == 0 ||
        place.bytes > UINT64_MAX - place.begin)
        return false;
    places.add(place);
    return true;
}

bool read_streams(std::istream& words, ScheduleFile& file) {
    file.streams.emplace();
    for (kernel::StreamKind& kind : *file.streams) {
        std::string word;
        words >> word;
        const auto at = std::find(kStreamNames.begin(), kStreamNames.end(), word);
        if (at == kStreamNames.end()) return false;
        kind = kStreamKinds[static_cast<std::size_t>(at - kStreamNames.begin())];
    }
    return true;
}

}  // namespace

void ScheduleFile::set_up(kernel::BootOptions& boot) const {
    if (streams) boot.standard_streams = *streams;
    boot.standard_streams[0] = kernel::StreamKind::file;
    for (const auto& [spec, value] : limits) spec->set(boot.limits, value);
    if (!hosts.empty()) boot.hosts = hosts;
    boot.input = input;
    boot.costs = kernel::Costs::none();
}

std::optional<ScheduleFile> schedule_file_from(std::string_view text, std::string& error) {
    ScheduleFile file;
    std::optional<vm::SharedPlaces> buffered;
    std::istringstream lines{std::string(text)};
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        std::string name, word;
        words >> name;
        if (name == "schedule") {
            const std::string rest(std::istreambuf_iterator<char>(lines), {});
            auto stretches = stretches_from(rest, error, number + 1);
            if (!stretches) return std::nullopt;
            file.schedule = std::move(*stretches);
            if (buffered) file.buffered = std::make_shared<const vm::SharedPlaces>(std::move(*buffered));
            return file;
        }
        const bool is_good = name == "streams" ? read_streams(words, file)
                             : name == "limit" ? words >> word && read_limit(word, file)
                             : name == "host"  ? words >> word && kernel::add_host(file.hosts, word).empty()
                             : name == "input" ? words >> word && from_hex(word, file.input)
                             : name == "memory"
                                 ? words >> word && word == kTso && buffered.emplace() == vm::SharedPlaces{}
                             : name == "buffered" ? buffered && read_place(words, *buffered)
                                                  : false;
        if (is_good) continue;
        error = fmt::format(
            "line {}: '{}' is no line of a schedule file; 'ipclab explore --save DIR' writes them", number,
            shortened(printable(line), kMostShown));
        return std::nullopt;
    }
    error = "there is no schedule in it";
    return std::nullopt;
}

std::string schedule_file_text(const kernel::BootOptions& boot, const std::vector<std::string>& limits,
                               const vm::SharedPlaces* buffered, const Stretches& schedule) {
    std::string text = "streams";
    for (const kernel::StreamKind kind : boot.standard_streams) text += fmt::format(" {}", name_of(kind));
    text += '\n';
    for (const std::string& each : limits) text += fmt::format("limit {}\n", each);
    for (const kernel::Host& each : boot.hosts)
        text += fmt::format("host {}={}\n", each.name, kernel::address_text(each.address));
    if (!boot.input.empty()) text += fmt::format("input {}\n", to_hex(boot.input));
    if (buffered) {
        text += fmt::format("memory {}\n", kTso);
        for (const vm::Place& each : buffered->all())
            text += fmt::format("buffered {} {} {}\n", each.object, each.begin, each.bytes);
    }
    text += "schedule\n";
    for (const Stretch& each : schedule) text += to_text({each}) + '\n';
    return text;
}

}  // namespace ipclab::engine
