// The command as a person uses it, in a folder of its own, and a program that several of its tests are about.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/native.h"

namespace ipclab::testing {

/// Runs `ipclab WORDS...` in this folder, for at most so many seconds.
inline NativeResult command(const std::string& directory, std::vector<std::string> words,
                            const std::string& input = "", int seconds = 120) {
    words.insert(words.begin(),
                 (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ipclab").string());
    return run_native(words, directory, "/usr/bin:/bin", input, seconds);
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Parent and child add one to a number without a lock.
inline const std::string kLostUpdate = R"(
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        ++*counter;
        _exit(0);
    }
    ++*counter;
    wait(NULL);
    printf("%d\n", *counter);
    return 0;
}
)";

}  // namespace ipclab::testing
