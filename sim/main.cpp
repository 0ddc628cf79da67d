// The `ipclab` command: everything without a window.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "sim/session/commands.h"

using namespace ipclab::session;

namespace {

constexpr const char* kExitCodes =
    "Exit status:\n"
    "  real        the program's own; 128 + N where signal N killed it\n"
    "  any         121 the program does not compile, 123 stopped at a limit,\n"
    "              125 wrong use of ipclab, or a part that it needs is missing\n";

/// What all commands that run something share.
void add_request_options(CLI::App& command, CommonOptions& options) {
    command.add_option("files", options.files, "C files of one program; words that follow are its arguments")
        ->option_text("FILE.c... [-- ARGUMENT...]");
    command.add_option("--program", options.programs, "put an executable on the PATH; may be repeated")
        ->option_text("NAME=FILE.c[,FILE2.c]")
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("--sh", options.shell_line, "run this line in the toy shell")->option_text("LINE");
    command.add_option("-D", options.defines, "define a macro, as cc -D")
        ->option_text("NAME[=VALUE]")
        ->take_all()
        ->allow_extra_args(false);
}

void add_trace_options(CLI::App& command, CommonOptions& options) {
    command.add_option("--trace", options.trace, "print every event: text (as strace), json or perfetto")
        ->option_text("[=FORMAT]")
        ->expected(1)
        ->default_str("text")
        ->check(CLI::IsMember({"text", "json", "perfetto"}));
    command
        .add_option("-o,--output", options.trace_file,
                    "write the trace to this file instead of standard error")
        ->option_text("FILE");
}

}  // namespace

int main(int argc, char** argv) {
    // What stands behind `--` is the toy program's, whatever it looks like.
    std::vector<std::string> words(argv + 1, argv + argc);
    const auto dashes = std::find(words.begin(), words.end(), "--");
    CommonOptions options;
    if (dashes != words.end()) options.arguments.assign(dashes + 1, words.end());
    words.erase(dashes, words.end());
    // Its format stands behind `=` only, so that `--trace FILE.c` names a file.
    std::replace(words.begin(), words.end(), std::string("--trace"), std::string("--trace=text"));

    CLI::App app{"ipclab: one C program on two kernels, a simulated one and the real Linux", "ipclab"};
    app.set_version_flag("--version", "ipclab " IPCLAB_VERSION);
    app.require_subcommand(1);
    app.footer(kExitCodes);
    int status = 0;

    CLI::App* real =
        app.add_subcommand("real", "run it on real Linux, in a sandbox, traced in the same format");
    add_request_options(*real, options);
    add_trace_options(*real, options);
    real->callback([&] { status = real_command(options); });

    CLI::App* lessons = app.add_subcommand("lessons", "list the lessons");
    lessons->add_flag("--first", options.first, "print only the name of the first one");
    lessons->callback([&] { status = lessons_command(options); });

    try {
        std::reverse(words.begin(), words.end());
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitUsage;
    }
    return status;
}
