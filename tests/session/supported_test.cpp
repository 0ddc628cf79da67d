// The manual's page of what is supported is what the command prints.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "sim/session/commands.h"

using namespace ipclab;

TEST_CASE("docs/SUPPORTED.md is what 'ipclab supported' prints; else: ipclab supported > docs/SUPPORTED.md") {
    std::ifstream in(IPCLAB_SOURCE_DIR "/docs/SUPPORTED.md");
    std::ostringstream text;
    text << in.rdbuf();
    const bool is_up_to_date = text.str() == session::supported_page();
    CHECK(is_up_to_date);
}

TEST_CASE("the page lists the language's words, the warnings, the library's functions and the system calls") {
    const std::string page = session::supported_page();
    for (const char* part : {"`_Generic`", "- computed goto\n", "`__builtin_expect`", "`packed`",
                             "| `-Wsign-compare` | `-Wextra` |", "| `<stdio.h>` | ", "`printf`", "`pipe2`"})
        CHECK_MESSAGE(page.find(part) != std::string::npos, part);
}
