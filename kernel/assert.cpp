#include "kernel/assert.h"

#include <cstdio>
#include <cstdlib>

namespace ipclab::kernel {

namespace {
thread_local void (*reporter)(void*) = nullptr;
thread_local void* reporter_context = nullptr;
}  // namespace

void set_assertion_reporter(void (*report)(void*), void* context) {
    reporter = report;
    reporter_context = context;
}

void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "ipclab: internal fault at %s:%d: %s\n", file, line, condition);
    if (auto report = reporter) {
        reporter = nullptr;  // a fault inside the report must not recurse
        report(reporter_context);
    }
    std::abort();
}

}  // namespace ipclab::kernel
