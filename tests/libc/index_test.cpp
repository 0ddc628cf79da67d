// The embedded headers and sources, and the index of symbols.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string>

#include "kernel/syscalls.h"
#include "sim/libc/embedded.h"

using namespace ipclab::libc;

namespace {

std::string_view home_of(std::string_view symbol) {
    for (const SymbolHome& home : symbol_index())
        if (home.symbol == symbol) return home.source;
    return {};
}

}  // namespace

TEST_CASE("headers, sources and symbols are sorted by name") {
    CHECK(std::ranges::is_sorted(headers(), {}, &EmbeddedFile::name));
    CHECK(std::ranges::is_sorted(sources(), {}, &EmbeddedFile::name));
    CHECK(std::ranges::is_sorted(symbol_index(), {}, &SymbolHome::symbol));
}

TEST_CASE(
    "the index finds functions, variables and function pointers, and no private or merely declared name") {
    CHECK(home_of("printf") == "stdio/printf.c");
    CHECK(home_of("exit") == "crt/exit.c");
    CHECK(home_of("_start") == "crt/start.c");
    CHECK(home_of("environ") == "crt/start.c");
    CHECK(home_of("stderr") == "stdio/std.c");
    CHECK(home_of("__exit_streams") == "crt/exit.c");
    CHECK(home_of("signal") == "signal/sigaction.c");
    CHECK(home_of("standard_output").empty());
    CHECK(home_of("handlers").empty());
    CHECK(home_of("main").empty());
    CHECK(home_of("argument").empty());
}

TEST_CASE("every header guards itself and every source says what it is") {
    for (const EmbeddedFile& header : headers()) {
        CAPTURE(header.name);
        CHECK(header.text.find("#ifndef _") != std::string_view::npos);
    }
    for (const EmbeddedFile& source : sources()) {
        CAPTURE(source.name);
        CHECK(source.text.find("static_assert") == std::string_view::npos);
        CHECK(source.text.find("__asm__") == std::string_view::npos);
    }
}

TEST_CASE("every function that a header declares is defined in the library") {
    // a declaration starts at the beginning of a line: a type, the name, "("
    const std::regex prototype(R"(^(?:_Noreturn )?[A-Za-z_][\w ]*[ *]+\**(\w+)\([^*(][^;{]*\)[^;{]*;)",
                               std::regex::multiline);
    for (const EmbeddedFile& header : headers()) {
        const std::string text(header.text);
        for (auto match = std::sregex_iterator(text.begin(), text.end(), prototype);
             match != std::sregex_iterator(); ++match) {
            const std::string name = (*match)[1];
            if (match->str().starts_with("typedef")) continue;
            CAPTURE(header.name);
            CAPTURE(name);
            // A system call that is not modelled is declared, so that the linker can refuse it by name.
            const bool is_refused =
                ipclab::kernel::is_linux_syscall(name) && ipclab::kernel::syscall_spec(name) == nullptr;
            CHECK((!home_of(name).empty() || is_refused));
        }
    }
}

TEST_CASE("the library makes only system calls that the simulated kernel has") {
    const std::regex number(R"(\bSYS_(\w+))");
    for (const EmbeddedFile& source : sources()) {
        const std::string text(source.text);
        for (auto match = std::sregex_iterator(text.begin(), text.end(), number);
             match != std::sregex_iterator(); ++match) {
            const std::string name = (*match)[1];
            CAPTURE(source.name);
            CAPTURE(name);
            CHECK(ipclab::kernel::syscall_spec(name) != nullptr);
        }
    }
}
