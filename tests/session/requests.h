// Requests for the tests that run programs on both kernels.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "sim/host/real.h"
#include "sim/session/request.h"
#include "tests/support/native.h"

namespace ipclab::session {

inline constexpr std::array kPipes{kernel::StreamKind::pipe, kernel::StreamKind::pipe, kernel::StreamKind::pipe};

/// Says once why nothing can be compared here.
inline bool is_possible() {
    static const std::string missing = host::check_availability().summary();
    if (!missing.empty()) MESSAGE("skipped: " << missing);
    return missing.empty();
}

/// One C file, or all those of a folder.
inline Request request_for(const std::filesystem::path& program) {
    Request request{{{program.stem().string(), {}}}, {}, "", {}, {}};
    if (!std::filesystem::is_directory(program)) {
        request.programs[0].files = {program};
        return request;
    }
    for (const auto& entry : std::filesystem::directory_iterator(program))
        if (entry.path().extension() == ".c") request.programs[0].files.push_back(entry.path());
    std::sort(request.programs[0].files.begin(), request.programs[0].files.end());
    return request;
}

/// A program of this text, on disk for as long as this lives.
struct Written {
    explicit Written(const std::string& text) {
        directory.write("prog.c", text);
        request = request_for(directory.path() + "/prog.c");
    }
    testing::TemporaryDirectory directory;
    Request request;
};

}  // namespace ipclab::session
