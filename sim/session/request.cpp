#include "sim/session/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace ipclab::session {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargestFile = 16 << 20;

/// The words of a text: what could be the name of a program that somebody executes.
std::set<std::string> words(const std::string& text) {
    std::set<std::string> found;
    std::string word;
    for (const char c : text + ' ') {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
            word += c;
        } else if (!word.empty()) {
            found.insert(std::move(word));
            word.clear();
        }
    }
    return found;
}

bool has_program(const std::vector<ProgramSpec>& specs, const std::string& name) {
    return std::any_of(specs.begin(), specs.end(),
                       [&](const ProgramSpec& spec) { return spec.name == name; });
}

}  // namespace

std::vector<ProgramSpec> toy_programs() {
    std::vector<ProgramSpec> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(lessons_directory() / "bin", ignored))
        if (entry.path().extension() == ".c") found.push_back({entry.path().stem().string(), {entry.path()}});
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

std::optional<std::string> read_file(const fs::path& file, std::string& error) {
    std::error_code code;
    const auto status = fs::status(file, code);
    if (!fs::exists(status)) {
        error = fmt::format("{}: no such file", file.string());
        return std::nullopt;
    }
    if (fs::is_directory(status)) {
        error = fmt::format("{}: this is a folder; name a C file", file.string());
        return std::nullopt;
    }
    if (fs::is_regular_file(status) && fs::file_size(file, code) > kLargestFile) {
        error = fmt::format("{}: larger than 16 MB; this is not a C source file", file.string());
        return std::nullopt;
    }
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
    if (in.bad() || (in.fail() && !in.eof())) {
        error = fmt::format("{}: cannot be read", file.string());
        return std::nullopt;
    }
    return text.str();
}

ParsedRequest parse_request(const std::vector<std::string>& files, const std::vector<std::string>& arguments,
                            const std::vector<std::string>& programs, const std::string& shell_line) {
    ParsedRequest parsed;
    Request& request = parsed.request;
    request.shell_line = shell_line;
    ProgramSpec own;
    for (const std::string& word : files) {
        const bool is_source = fs::path(word).extension() == ".c";
        if (is_source && request.arguments.empty())
            own.files.emplace_back(word);
        else if (own.files.empty())
            return {{}, fmt::format("{}: a C file is expected first; its name ends in .c", word)};
        else
            request.arguments.push_back(word);
    }
    request.arguments.insert(request.arguments.end(), arguments.begin(), arguments.end());
    if (!own.files.empty()) {
        own.name = own.files.front().stem().string();
        request.programs.push_back(own);
    }
    for (const std::string& text : programs) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
            return {{}, fmt::format("--program {}: write NAME=FILE.c or NAME=FILE.c,FILE2.c", text)};
        ProgramSpec spec{text.substr(0, equals), {}};
        if (spec.name.find('/') != std::string::npos)
            return {{}, fmt::format("--program {}: a program's name has no slash", text)};
        std::stringstream list(text.substr(equals + 1));
        for (std::string file; std::getline(list, file, ',');) spec.files.emplace_back(file);
        if (has_program(request.programs, spec.name))
            return {{}, fmt::format("two programs are called {}: rename one", spec.name)};
        request.programs.push_back(std::move(spec));
    }
    if (request.programs.empty() && shell_line.empty())
        return {{}, "nothing to run: name a C file, or use --program NAME=FILE.c and --sh LINE"};
    return parsed;
}

fs::path lessons_directory() {
    if (const char* named = std::getenv("IPCLAB_LESSONS")) return named;
    std::error_code code;
    const fs::path executable = fs::read_symlink("/proc/self/exe", code);
    for (fs::path folder = executable.parent_path(); folder != folder.root_path();
         folder = folder.parent_path())
        if (fs::is_directory(folder / "lessons" / "bin", code)) return folder / "lessons";
    return {};
}

std::vector<ProgramSpec> needed_toy_programs(const Request& request) {
    std::set<std::string> mentioned = words(request.shell_line);
    for (const std::string& argument : request.arguments) mentioned.merge(words(argument));
    if (!request.shell_line.empty()) mentioned.insert("sh");
    for (const ProgramSpec& spec : request.programs)
        for (const fs::path& file : spec.files) {
            std::string ignored;
            mentioned.merge(words(read_file(file, ignored).value_or("")));
        }
    // system() and popen() run the shell without naming it; a shell that reads a script may run anything.
    if (mentioned.contains("system") || mentioned.contains("popen")) mentioned.insert("sh");
    const bool runs_anything = request.shell_line.empty() && request.programs.front().name == "sh";
    std::vector<ProgramSpec> needed;
    for (ProgramSpec& toy : toy_programs())
        if ((runs_anything || mentioned.contains(toy.name)) && !has_program(request.programs, toy.name))
            needed.push_back(std::move(toy));
    return needed;
}

}  // namespace ipclab::session
