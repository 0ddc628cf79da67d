// Holds the tree to the direction of includes that the design lays down: the kernel knows nobody, and nobody
// below the window knows the window. Also keeps the host's clock, threads and files out of what must be
// deterministic.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Include {
    std::string file;  ///< relative to the root
    int line = 0;
    std::string header;
    bool is_system = false;  ///< in angle brackets
};

/// A part of the tree and which parts it may include.
struct Part {
    std::string_view folder;
    std::vector<std::string_view> may_include;
};

/// The longest matching folder counts. kernel <- vm <- cc <- engine <- visualizer/model <- views <- app;
/// trace sees only the kernel's vocabulary, host only trace and that vocabulary, lesson comes after engine.
const std::vector<Part>& parts() {
    static const std::vector<Part> all = {
        {"kernel", {"kernel"}},
        {"sim/vm", {"kernel", "sim/vm"}},
        {"sim/libc", {"sim/libc"}},
        {"sim/cc", {"kernel", "sim/vm", "sim/libc", "sim/cc"}},
        {"sim/trace", {"kernel", "sim/trace"}},
        {"sim/engine", {"kernel", "sim/vm", "sim/libc", "sim/cc", "sim/trace", "sim/engine"}},
        {"sim/explore", {"kernel", "sim/vm", "sim/libc", "sim/cc", "sim/trace", "sim/engine", "sim/explore"}},
        {"sim/host", {"kernel", "sim/trace", "sim/host"}},
        {"sim/lesson", {"kernel", "sim/vm", "sim/cc", "sim/trace", "sim/engine", "sim/lesson"}},
        {"sim", {"kernel", "sim"}},
        {"visualizer/model",
         {"kernel", "sim/vm", "sim/cc", "sim/trace", "sim/engine", "sim/explore", "sim/lesson",
          "visualizer/model"}},
        {"visualizer/views",
         {"kernel", "sim/vm", "sim/cc", "sim/trace", "sim/engine", "sim/explore", "sim/lesson",
          "visualizer/model", "visualizer/views"}},
        {"visualizer", {"kernel", "sim", "visualizer"}},
    };
    return all;
}

/// What trace and host may see of the kernel: its vocabulary, not its state.
constexpr std::string_view kVocabulary[] = {"kernel/event.h",
                                            "kernel/syscalls.h",
                                            "kernel/syscalls.def",
                                            "kernel/result.h",
                                            "kernel/signal_state.h",
                                            "kernel/types.h",
                                            "kernel/limits.h",
                                            "kernel/capture.h",
                                            "kernel/assert.h",
                                            "kernel/errno.def",
                                            "kernel/linux_syscalls.def",
                                            "kernel/utf8.h",
                                            "kernel/terminal_requests.h",
                                            "kernel/network.h"};

/// Folders in which the same program and schedule must give the same bytes.
constexpr std::string_view kDeterministic[] = {"kernel", "sim/vm", "sim/cc", "sim/engine", "sim/explore"};

/// Headers of the host's operating system, clocks, threads and chance.
bool is_host_header(std::string_view header) {
    constexpr std::string_view kFolders[] = {"sys/",  "linux/", "asm/",     "netinet/",
                                             "arpa/", "net/",   "elfutils/"};
    constexpr std::string_view kNames[] = {"unistd.h",
                                           "fcntl.h",
                                           "signal.h",
                                           "csignal",
                                           "pthread.h",
                                           "time.h",
                                           "ctime",
                                           "chrono",
                                           "random",
                                           "thread",
                                           "mutex",
                                           "future",
                                           "condition_variable",
                                           "poll.h",
                                           "dirent.h",
                                           "termios.h",
                                           "sched.h",
                                           "semaphore.h",
                                           "mqueue.h",
                                           "spawn.h",
                                           "dlfcn.h",
                                           "netdb.h",
                                           "pwd.h",
                                           "grp.h",
                                           "libelf.h",
                                           "seccomp.h",
                                           "filesystem",
                                           "fstream"};
    return std::any_of(std::begin(kFolders), std::end(kFolders),
                       [&](std::string_view folder) { return header.starts_with(folder); }) ||
           std::find(std::begin(kNames), std::end(kNames), header) != std::end(kNames);
}

/// The explorer searches with several threads; what they find does not depend on who was first.
bool is_for_threads(std::string_view header) {
    constexpr std::string_view kNames[] = {"thread", "mutex", "condition_variable", "chrono"};
    return std::find(std::begin(kNames), std::end(kNames), header) != std::end(kNames);
}

/// The explorer asks for memory in large pages: that changes nothing but its speed.
bool is_for_memory(const Include& include) {
    return include.file == "sim/explore/huge_pages.h" && include.header == "sys/mman.h";
}

bool is_window_header(std::string_view header) {
    return header.starts_with("SDL") || header.starts_with("imgui") || header.starts_with("GL/") ||
           header.starts_with("GLES");
}

bool is_inside(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_inside_any(std::string_view path, const std::vector<std::string_view>& folders) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](std::string_view folder) { return is_inside(path, folder); });
}

const Part* part_of(std::string_view path) {
    const Part* best = nullptr;
    for (const Part& part : parts())
        if (is_inside(path, part.folder) && (!best || part.folder.size() > best->folder.size())) best = &part;
    return best;
}

/// The header that a line includes; empty: the line is not an include.
Include parse(std::string_view text) {
    auto skip = [&] {
        const std::size_t at = text.find_first_not_of(" \t");
        text.remove_prefix(at == std::string_view::npos ? text.size() : at);
    };
    skip();
    if (!text.starts_with("#")) return {};
    text.remove_prefix(1);
    skip();
    if (!text.starts_with("include")) return {};
    text.remove_prefix(7);
    skip();
    if (text.empty() || (text[0] != '"' && text[0] != '<')) return {};
    const bool is_system = text[0] == '<';
    const std::size_t end = text.find(is_system ? '>' : '"', 1);
    return end == std::string_view::npos ? Include{}
                                         : Include{"", 0, std::string(text.substr(1, end - 1)), is_system};
}

/// Whether this include goes against the rules: why, or empty.
std::string broken_rule(const Include& include) {
    const Part* part = part_of(include.file);
    if (!part) return {};
    const std::string_view header = include.header;
    const bool may_see_window =
        is_inside(include.file, "visualizer") && !is_inside(include.file, "visualizer/model");
    if (is_window_header(header) && !may_see_window)
        return "only the window includes SDL, OpenGL and Dear ImGui";
    for (std::string_view folder : kDeterministic)
        if (is_inside(include.file, folder) && is_host_header(header) &&
            !(folder == "sim/explore" && is_for_threads(header)) && !is_for_memory(include))
            return std::string(folder) + " must not depend on the host";
    if (include.is_system) return {};
    if (!part_of(header)) {
        // Headers beside the file are named from the root too; generated ones have no folder of ours.
        return header.find('/') == std::string_view::npos && !include.file.starts_with("visualizer")
                   ? "includes are named from the root of the tree"
                   : std::string();
    }
    if (!is_inside_any(header, part->may_include))
        return std::string(part->folder) + " must not include " + std::string(part_of(header)->folder);
    const bool vocabulary_only = part->folder == "sim/trace" || part->folder == "sim/host";
    if (vocabulary_only && is_inside(header, "kernel") &&
        std::find(std::begin(kVocabulary), std::end(kVocabulary), header) == std::end(kVocabulary))
        return std::string(part->folder) + " sees only the kernel's vocabulary, not its state";
    return {};
}

/// Every include of our C++ files. The headers and sources of the toy programs' C library are data.
std::vector<Include> includes_of_the_tree() {
    const fs::path root = IPCLAB_SOURCE_DIR;
    std::vector<std::string> files;
    for (const char* folder : {"kernel", "sim", "visualizer"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string path = fs::relative(entry.path(), root).generic_string();
            const std::string extension = entry.path().extension();
            const bool is_ours = extension == ".cpp" || extension == ".h";
            const bool is_toy =
                is_inside(path, "sim/libc") && path != "sim/libc/embedded.h" && extension != ".cpp";
            if (entry.is_regular_file() && is_ours && !is_toy) files.push_back(path);
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<Include> found;
    for (const std::string& file : files) {
        std::ifstream in(root / file);
        std::string line;
        for (int number = 1; std::getline(in, line); ++number) {
            Include include = parse(line);
            if (include.header.empty()) continue;
            include.file = file;
            include.line = number;
            found.push_back(include);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("no include of the tree goes against the direction of the design") {
    const auto includes = includes_of_the_tree();
    CHECK(includes.size() > 100);
    for (const Include& include : includes) {
        const std::string rule = broken_rule(include);
        CHECK_MESSAGE(rule.empty(), include.file, ":", include.line, ": #include of ", include.header, ": ",
                      rule);
    }
}

TEST_CASE("the check itself tells allowed includes from forbidden ones") {
    struct Row {
        const char* file;
        const char* line;
        bool is_allowed;
    };
    const Row rows[] = {
        {"kernel/pipe.cpp", "#include \"kernel/pipe.h\"", true},
        {"kernel/pipe.cpp", "#include <vector>", true},
        {"kernel/pipe.cpp", "#include \"sim/vm/program.h\"", false},
        {"kernel/pipe.cpp", "#include <unistd.h>", false},
        {"kernel/pipe.cpp", "  #  include <sys/wait.h>", false},
        {"kernel/pipe.cpp", "#include \"pipe.h\"", false},
        {"sim/vm/interpreter.cpp", "#include \"kernel/address_space.h\"", true},
        {"sim/vm/interpreter.cpp", "#include \"sim/cc/cc.h\"", false},
        {"sim/cc/lexer.cpp", "#include \"sim/vm/program.h\"", true},
        {"sim/cc/lexer.cpp", "#include \"sim/engine/machine.h\"", false},
        {"sim/engine/machine.cpp", "#include \"sim/trace/format.h\"", true},
        {"sim/engine/machine.cpp", "#include <chrono>", false},
        {"sim/explore/crew.h", "#include <mutex>", true},
        {"sim/explore/crew.h", "#include <unistd.h>", false},
        {"sim/engine/machine.cpp", "#include \"sim/host/tracer.h\"", false},
        {"sim/trace/format.cpp", "#include \"kernel/event.h\"", true},
        {"sim/trace/format.cpp", "#include \"kernel/kernel.h\"", false},
        {"sim/trace/format.cpp", "#include \"sim/vm/program.h\"", false},
        {"sim/host/tracer.cpp", "#include <sys/ptrace.h>", true},
        {"sim/host/tracer.cpp", "#include \"sim/trace/format.h\"", true},
        {"sim/host/tracer.cpp", "#include \"sim/engine/machine.h\"", false},
        {"sim/host/tracer.cpp", "#include \"kernel/task.h\"", false},
        {"sim/lesson/lesson.cpp", "#include \"sim/engine/machine.h\"", true},
        {"sim/engine/machine.cpp", "#include \"sim/lesson/lesson.h\"", false},
        {"sim/main.cpp", "#include \"sim/host/tracer.h\"", true},
        {"sim/main.cpp", "#include <SDL.h>", false},
        {"sim/main.cpp", "#include \"visualizer/app.h\"", false},
        {"visualizer/model/stage.cpp", "#include \"sim/engine/timeline.h\"", true},
        {"visualizer/model/stage.cpp", "#include <imgui.h>", false},
        {"visualizer/model/stage.cpp", "#include \"visualizer/views/stage.h\"", false},
        {"visualizer/views/stage.cpp", "#include <imgui.h>", true},
        {"visualizer/views/stage.cpp", "#include \"visualizer/app.h\"", false},
        {"visualizer/app.cpp", "#include \"visualizer/views/stage.h\"", true},
        {"visualizer/app.cpp", "#include <SDL.h>", true},
    };
    for (const Row& row : rows) {
        Include include = parse(row.line);
        REQUIRE_FALSE(include.header.empty());
        include.file = row.file;
        CHECK_MESSAGE(broken_rule(include).empty() == row.is_allowed, row.file, ": ", row.line);
    }
    CHECK(parse("// #include <unistd.h>").header.empty());
    CHECK(parse("#define include <unistd.h>").header.empty());
}
