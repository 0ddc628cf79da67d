#include "sim/session/request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>

#include "sim/cc/spell.h"
#include "sim/session/mentions.h"

namespace ipclab::session {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargestFile = 16 << 20;

bool has_program(const std::vector<ProgramSpec>& specs, const std::string& name) {
    return std::any_of(specs.begin(), specs.end(),
                       [&](const ProgramSpec& spec) { return spec.name == name; });
}

/// "; did you mean 'pipe.c'?" where the folder has a file of nearly that name.
std::string nearest_file(const fs::path& wanted) {
    const std::string wrong = wanted.filename().string();
    cc::Speller speller(wrong);
    std::error_code ignored;
    const fs::path folder = wanted.has_parent_path() ? wanted.parent_path() : fs::path(".");
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());  // the same suggestion on every machine
    for (const std::string& name : names) speller.offer(name);
    return speller.suggestion();
}

/// Why a word cannot be the C file that has to come first.
std::string not_a_source(const std::string& word) {
    std::error_code ignored;
    const fs::path path(word);
    const std::string extension = path.extension().string();
    if (fs::is_directory(path, ignored)) {
        if (fs::exists(path / "lesson.md", ignored))
            return fmt::format("{}: this is a lesson; play it with: ipclab lesson {}", word, word);
        return fmt::format("{}: this is a folder; name its C files, as {}/*.c", word,
                           word.ends_with('/') ? word.substr(0, word.size() - 1) : word);
    }
    if (extension == ".cpp" || extension == ".cc" || extension == ".cxx" || extension == ".C")
        return fmt::format("{}: this is C++; ipclab runs C programs, whose names end in .c", word);
    if (extension == ".h") return fmt::format("{}: this is a header; name the C file that includes it", word);
    if (fs::exists(word + ".c", ignored))
        return fmt::format("{}: no such C file; did you mean {}.c?", word, word);
    return fmt::format("{}: a C file is expected here; its name ends in .c", word);
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

std::optional<std::string> read_file(const fs::path& file, std::string& error, Content content) {
    const bool is_source = content == Content::c_source;
    const auto refused = [&](std::string_view why) {
        error = fmt::format("{}: {}", file.string(), why);
        return std::nullopt;
    };
    std::error_code code;
    const auto status = fs::status(file, code);
    if (!fs::exists(status))
        return refused(code && code != std::errc::no_such_file_or_directory
                           ? fmt::format("cannot be reached ({})", code.message())
                           : "no such file" + nearest_file(file));
    if (fs::is_directory(status))
        return refused(is_source ? "this is a folder; name a C file" : "this is a folder, not a file");
    // Only of bytes are pipes as good: `--input <(command)`.
    if (!fs::is_regular_file(status) && content != Content::bytes)
        return refused(is_source ? "this is not a file that holds C source" : "this is not a regular file");
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::string read;
    char bytes[65'536];
    while (read.size() <= kLargestFile && (in.read(bytes, sizeof bytes), in.gcount() > 0))
        read.append(bytes, static_cast<std::size_t>(in.gcount()));
    if (read.size() > kLargestFile)
        return refused(is_source ? "larger than 16 MB; this is not a C source file"
                                 : "larger than 16 MB, which is the most that is read");
    if (in.bad() || (in.fail() && !in.eof()))
        return refused(fmt::format("cannot be read ({})", std::generic_category().message(errno)));
    if (content != Content::bytes && read.find('\0') != std::string::npos)
        return refused(is_source ? "this is not C source but a binary file"
                                 : "this is not text but a binary file");
    return read;
}

std::string make_directory(const fs::path& directory) {
    std::error_code code;
    fs::create_directories(directory, code);
    if (!code && access(directory.c_str(), W_OK | X_OK) != 0) code = {errno, std::generic_category()};
    return code ? fmt::format("{}: no files can be put there ({})", directory.string(), code.message())
                : std::string{};
}

std::string write_file(const fs::path& file, const std::string& text) {
    std::error_code code;
    // Written beside and renamed: nobody finds a part of it. What is no file (/dev/stdout) cannot be renamed to.
    const bool is_file = !fs::exists(file, code) || fs::is_regular_file(file, code);
    fs::path part = file;
    if (is_file) part += ".part";
    errno = 0;
    std::ofstream out(part, std::ios::binary);
    out << text;
    out.close();
    code = out ? std::error_code{} : std::error_code(errno != 0 ? errno : EIO, std::generic_category());
    if (is_file && !code) fs::rename(part, file, code);
    if (!code) return {};
    std::error_code ignored;
    if (is_file) fs::remove(part, ignored);
    return fmt::format("{}: cannot be written ({})", file.string(), code.message());
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
            return {{}, not_a_source(word)};
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
        for (std::string file; std::getline(list, file, ',');)
            if (!file.empty()) spec.files.emplace_back(file);
        if (spec.files.empty())
            return {{}, fmt::format("--program {}: write NAME=FILE.c or NAME=FILE.c,FILE2.c", text)};
        if (has_program(request.programs, spec.name))
            return {{}, fmt::format("two programs are called {}: rename one", spec.name)};
        request.programs.push_back(std::move(spec));
    }
    if (request.programs.empty() && shell_line.empty())
        return {{}, "nothing to run: name a C file, or use --program NAME=FILE.c and --sh LINE"};
    if (!shell_line.empty() && !request.arguments.empty())
        return {
            {},
            fmt::format("{}: with --sh, arguments belong into the line itself", request.arguments.front())};
    return parsed;
}

Request request_of(const lesson::Lesson& lesson, const lesson::Setup& setup) {
    Request request;
    for (const lesson::LessonProgram& program : setup.programs) {
        ProgramSpec spec{program.name, {}};
        for (const std::string& file : program.files) spec.files.push_back(lesson.folder / file);
        request.programs.push_back(std::move(spec));
    }
    request.shell_line = setup.shell_line;
    request.tools = setup.tools;
    request.hosts = setup.boot.hosts;
    if (setup.run.empty()) return request;
    // The first program is the one that is started.
    const auto started = std::ranges::find(request.programs, setup.run.front(), &ProgramSpec::name);
    if (started != request.programs.end()) std::rotate(request.programs.begin(), started, started + 1);
    request.arguments.assign(setup.run.begin() + 1, setup.run.end());
    return request;
}

fs::path lessons_directory() {
    if (const char* named = std::getenv("IPCLAB_LESSONS")) return named;
    std::error_code code;
    const fs::path executable = fs::read_symlink("/proc/self/exe", code);
    for (fs::path folder = executable.parent_path(); folder != folder.root_path();
         folder = folder.parent_path())
        if (fs::is_directory(folder / "lessons" / "bin", code)) return folder / "lessons";
    if (fs::is_directory(IPCLAB_LESSONS_DIR, code)) return IPCLAB_LESSONS_DIR;
    return {};
}

std::vector<ProgramSpec> needed_toy_programs(const Request& request) {
    Mentions mentioned;
    mentioned.include_directories = request.include_directories;
    mentioned.add_words(request.shell_line);
    for (const std::string& argument : request.arguments) mentioned.add_words(argument);
    for (const std::string& define : request.defines) mentioned.add_words(define);
    for (const std::string& tool : request.tools) mentioned.words.insert(tool);
    if (!request.shell_line.empty()) mentioned.words.insert("sh");
    for (const ProgramSpec& spec : request.programs)
        for (const fs::path& file : spec.files) mentioned.add_source(file);
    std::vector<ProgramSpec> needed;
    for (ProgramSpec& toy : toy_programs())
        if ((mentioned.anything || mentioned.words.contains(toy.name)) &&
            !has_program(request.programs, toy.name))
            needed.push_back(std::move(toy));
    return needed;
}

std::string missing_shell(const Request& request) {
    if (request.shell_line.empty() || has_program(all_programs(request), "sh")) return {};
    return "the toy shell is missing: the folder lessons/bin was not found; set IPCLAB_LESSONS to the folder "
           "lessons";
}

std::vector<ProgramSpec> all_programs(const Request& request) {
    std::vector<ProgramSpec> all = request.programs;
    for (ProgramSpec& toy : needed_toy_programs(request)) all.push_back(std::move(toy));
    return all;
}

}  // namespace ipclab::session
