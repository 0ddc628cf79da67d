#include "sim/session/mechanisms.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "kernel/syscalls.h"

namespace ipclab::session {

namespace fs = std::filesystem;

TEST_CASE(
    "every system call of the simulated kernel belongs to a mechanism, and each that is named there exists") {
    std::set<std::string_view> named;
    for (const Mechanism& each : mechanisms())
        for (std::string_view call : words(each.calls)) {
            CHECK_MESSAGE(kernel::syscall_spec(call) != nullptr, call);
            named.insert(call);
        }
    for (const kernel::SyscallSpec& spec : kernel::syscall_table())
        CHECK_MESSAGE(named.contains(spec.name), spec.name);
}

TEST_CASE("the tests and lessons of every mechanism are there, and every lesson belongs to one") {
    std::set<std::string> lessons, named;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/lessons")) {
        const std::string name = entry.path().filename().string();
        if (entry.is_directory() && name != "bin") lessons.insert(name.substr(name.find('-') + 1));
    }
    for (const Mechanism& each : mechanisms()) {
        CAPTURE(each.name);
        CHECK_FALSE(words(each.tests).empty());
        for (std::string_view test : words(each.tests))
            CHECK_MESSAGE(fs::exists(IPCLAB_SOURCE_DIR "/tests/" + std::string(test)), test);
        for (std::string_view lesson : words(each.lessons)) {
            CHECK_MESSAGE(lessons.contains(std::string(lesson)), lesson);
            named.insert(std::string(lesson));
        }
    }
    // What compares mechanisms belongs to all of them.
    named.insert("message-passing");
    CHECK(named == lessons);
}

TEST_CASE("the page is a table with a row for each mechanism") {
    const std::string page = mechanisms_page();
    CHECK(static_cast<std::size_t>(std::count(page.begin(), page.end(), '\n')) == mechanisms().size() + 2);
    CHECK(page.find("| FIFOs | fifo(7) | mknod, ") != page.npos);
}

}  // namespace ipclab::session
