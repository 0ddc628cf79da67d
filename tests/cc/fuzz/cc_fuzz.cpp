// Any bytes as a C source: compiled and, where that is a program, run for a while (libFuzzer).
//   cmake --preset clang -B build/fuzz -D IPCLAB_FUZZ=ON && ninja -C build/fuzz fuzz_cc
//   mkdir -p corpus && build/fuzz/fuzz_cc -max_len=20000 corpus tests/cc/fuzz/corpus tests/cc/programs lessons/bin
//   build/fuzz/fuzz_cc -merge=1 -max_len=4000 tests/cc/fuzz/corpus corpus      keeps the smallest that reach everything
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/cc/bounded_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ipclab::cc::Options options;
    options.warnings = ipclab::cc::WarningLevel::extra;
    ipclab::testing::compile_and_run("fuzz.c", std::string(reinterpret_cast<const char*>(data), size), options);
    return 0;
}
