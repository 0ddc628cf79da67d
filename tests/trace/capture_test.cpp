#include "kernel/capture.h"

#include <doctest/doctest.h>

#include <string>

#include "kernel/result.h"
#include "tests/trace/fake_memory.h"

using namespace ipclab::kernel;
using ipclab::trace::testing::FakeMemory;

namespace {

constexpr std::uint64_t kAt = FakeMemory::kBegin;

/// A trace of one call whose arguments of this phase were captured.
Trace captured(Sys number, std::array<std::uint64_t, 6> args, std::int64_t result, CapturePhase phase,
               FakeMemory& memory) {
    const SyscallSpec* spec = syscall_spec(static_cast<std::uint64_t>(number));
    REQUIRE(spec != nullptr);
    Trace trace;
    Event event;
    event.number = spec->number;
    event.args = args;
    event.result = result;
    trace.add(event);
    capture_arguments(*spec, args, result, phase, memory, trace);
    return trace;
}

std::string text(const Trace& trace, std::uint8_t argument) {
    return std::string(trace.item(trace.events[0], argument).text());
}

std::uint64_t u64(std::span<const std::uint8_t> bytes, std::size_t index = 0) {
    std::uint64_t value = 0;
    REQUIRE(bytes.size() >= (index + 1) * 8);
    std::memcpy(&value, bytes.data() + index * 8, 8);
    return value;
}

}  // namespace

TEST_CASE("what write() is given is captured with the length of its next argument") {
    FakeMemory memory;
    memory.put(kAt, "hello, world");
    Trace trace = captured(Sys::write, {1, kAt, 5}, 5, CapturePhase::inputs, memory);
    CHECK(text(trace, 1) == "hello");
    CHECK(trace.item(trace.events[0], 1).full_bytes == 5);
    CHECK(captured(Sys::write, {1, kAt, 5}, 5, CapturePhase::outputs, memory).payload.empty());
}

TEST_CASE("what read() got is as long as its result, and nothing where it failed") {
    FakeMemory memory;
    memory.put(kAt, "hello, world");
    Trace trace = captured(Sys::read, {0, kAt, 100}, 3, CapturePhase::outputs, memory);
    CHECK(text(trace, 1) == "hel");
    CHECK(captured(Sys::read, {0, kAt, 100}, 3, CapturePhase::inputs, memory).payload.empty());
    CHECK(captured(Sys::read, {0, kAt, 100}, -11, CapturePhase::outputs, memory).payload.empty());
    Trace end_of_file = captured(Sys::read, {0, kAt, 100}, 0, CapturePhase::outputs, memory);
    REQUIRE(end_of_file.items(end_of_file.events[0]).size() == 1);
    CHECK(end_of_file.item(end_of_file.events[0], 1).full_bytes == 0);
}

TEST_CASE("long data are cut, and their full length is kept") {
    FakeMemory memory;
    Trace trace = captured(Sys::write, {1, kAt, 10'000}, 10'000, CapturePhase::inputs, memory);
    CHECK(trace.item(trace.events[0], 1).bytes.size() == kCaptureBytes);
    CHECK(trace.item(trace.events[0], 1).full_bytes == 10'000);
}

TEST_CASE("data that run into a hole are captured up to the hole; a null or wild pointer gives no item") {
    FakeMemory memory;
    Trace trace = captured(Sys::write, {1, memory.end() - 7, 4000}, -14, CapturePhase::inputs, memory);
    CHECK(trace.item(trace.events[0], 1).bytes.size() == 7);
    CHECK(trace.item(trace.events[0], 1).full_bytes == 4000);
    CHECK(captured(Sys::write, {1, 0, 5}, -14, CapturePhase::inputs, memory).payload.empty());
    CHECK(captured(Sys::write, {1, 0x30, 5}, -14, CapturePhase::inputs, memory).payload.empty());
    CHECK(captured(Sys::write, {1, ~0ull - 3, 4000}, -14, CapturePhase::inputs, memory).payload.empty());
}

TEST_CASE("a path ends at its NUL, also at the very end of memory") {
    FakeMemory memory;
    memory.put(memory.end() - 9, std::string_view("/tmp/log", 9));
    Trace trace = captured(Sys::openat, {~0ull - 99, memory.end() - 9, 0}, 3, CapturePhase::inputs, memory);
    CHECK(text(trace, 1) == "/tmp/log");
    CHECK(trace.item(trace.events[0], 1).full_bytes == 8);

    memory.put(memory.end() - 9, "no NUL at");
    CHECK(captured(Sys::openat, {~0ull - 99, memory.end() - 9, 0}, -14, CapturePhase::inputs, memory)
              .payload.empty());
}

TEST_CASE("a path that goes over a page border is read whole") {
    FakeMemory memory;
    const std::string path(300, 'x');
    memory.put(kAt + kPageSize - 40, path);
    Trace trace = captured(Sys::unlink, {kAt + kPageSize - 40}, 0, CapturePhase::inputs, memory);
    CHECK(text(trace, 0) == path);
}

TEST_CASE("an argument list keeps its texts with their NULs, and its number of texts") {
    FakeMemory memory;
    memory.put(kAt, std::string_view("ls\0-l\0\0", 7));
    memory.put_u64(kAt + 64, kAt);
    memory.put_u64(kAt + 72, kAt + 3);
    memory.put_u64(kAt + 80, kAt + 6);
    Trace trace = captured(Sys::execve, {kAt, kAt + 64, 0}, 0, CapturePhase::inputs, memory);
    CHECK(text(trace, 0) == "ls");
    CHECK(text(trace, 1) == std::string("ls\0-l\0\0", 7));
    CHECK(u64(trace.item(trace.events[0], 1 | kCaptureListBit).bytes) == 3);
    CHECK(trace.item(trace.events[0], 2).bytes.empty());
}

TEST_CASE("an argument list without an end stops at the end of memory, and a huge one is cut") {
    FakeMemory memory(64);
    memory.put(kAt, std::string_view("word", 5));
    for (std::uint64_t at = kAt + 8; at < memory.end(); at += 8) memory.put_u64(at, kAt);
    CHECK(captured(Sys::execve, {0, kAt + 8, 0}, -14, CapturePhase::inputs, memory).payload.empty());
    memory.put_u64(memory.end() - 8, 0);
    Trace trace = captured(Sys::execve, {0, kAt + 8, 0}, -7, CapturePhase::inputs, memory);
    CHECK(trace.item(trace.events[0], 1).bytes.size() <= kCaptureBytes);
    CHECK(u64(trace.item(trace.events[0], 1 | kCaptureListBit).bytes) == (memory.end() - kAt - 16) / 8);
}

TEST_CASE("the parts of writev() are joined, and their lengths kept") {
    FakeMemory memory;
    memory.put(kAt, "hello, world");
    memory.put_u64(kAt + 64, kAt);
    memory.put_u64(kAt + 72, 5);
    memory.put_u64(kAt + 80, kAt + 7);
    memory.put_u64(kAt + 88, 5);
    Trace trace = captured(Sys::writev, {1, kAt + 64, 2}, 10, CapturePhase::inputs, memory);
    CHECK(text(trace, 1) == "helloworld");
    PayloadItem lengths = trace.item(trace.events[0], 1 | kCaptureListBit);
    CHECK(u64(lengths.bytes, 0) == 5);
    CHECK(u64(lengths.bytes, 1) == 5);
    CHECK(captured(Sys::writev, {1, kAt + 64, ~0ull}, -22, CapturePhase::inputs, memory).payload.empty());

    Trace got = captured(Sys::readv, {1, kAt + 64, 2}, 7, CapturePhase::outputs, memory);
    CHECK(text(got, 1) == "hellowo");
    CHECK(got.item(got.events[0], 1).full_bytes == 7);
}

TEST_CASE("the status of wait4() is captured only where a child was found") {
    FakeMemory memory;
    memory.put_u64(kAt, 0x100);
    CHECK(text(captured(Sys::wait4, {~0ull, kAt, 0, 0}, 3, CapturePhase::outputs, memory), 1).size() == 4);
    CHECK(captured(Sys::wait4, {~0ull, kAt, 1, 0}, 0, CapturePhase::outputs, memory).payload.empty());
    CHECK(captured(Sys::wait4, {~0ull, kAt, 0, 0}, -10, CapturePhase::outputs, memory).payload.empty());
}

TEST_CASE("the remaining time of nanosleep() is captured only where a signal interrupted it") {
    FakeMemory memory;
    memory.put_u64(kAt, 2);
    const auto eintr = -static_cast<std::int64_t>(Errno::eintr);
    CHECK(captured(Sys::nanosleep, {kAt, kAt}, 0, CapturePhase::outputs, memory).payload.empty());
    Trace trace = captured(Sys::nanosleep, {kAt, kAt}, eintr, CapturePhase::outputs, memory);
    CHECK(trace.item(trace.events[0], 1).bytes.size() == kAbiTimespecBytes);
    CHECK(captured(Sys::clock_gettime, {0, kAt}, 0, CapturePhase::outputs, memory).payload.size() > 16);
}

TEST_CASE("inputs that the call overwrites can wait for their event") {
    CHECK(may_overwrite_inputs(*syscall_spec("nanosleep")));
    CHECK(may_overwrite_inputs(*syscall_spec("execve")));
    CHECK(may_overwrite_inputs(*syscall_spec("rt_sigprocmask")));
    CHECK_FALSE(may_overwrite_inputs(*syscall_spec("write")));
    CHECK_FALSE(may_overwrite_inputs(*syscall_spec("read")));
    CHECK_FALSE(may_overwrite_inputs(*syscall_spec("close")));

    FakeMemory memory;
    const SyscallSpec& spec = *syscall_spec("nanosleep");
    const std::array<std::uint64_t, 6> args{kAt, kAt};
    memory.put_u64(kAt, 5);
    CapturedArguments waiting;
    capture_arguments(spec, args, 0, CapturePhase::inputs, memory, waiting);
    CHECK_FALSE(waiting.empty());
    memory.put_u64(kAt, 3);
    Trace trace;
    trace.add(Event{});
    waiting.move_to(trace);
    CHECK(waiting.empty());
    capture_arguments(spec, args, -4, CapturePhase::outputs, memory, trace);
    CHECK(u64(trace.item(trace.events[0], 0).bytes) == 5);
    CHECK(u64(trace.item(trace.events[0], 1).bytes) == 3);
}

TEST_CASE("any arguments of any call can be captured from any memory") {
    FakeMemory memory(8);
    for (std::uint64_t at = kAt; at < memory.end(); at += 8) memory.put_u64(at, (at * 2654435761u) ^ kAt);
    const std::uint64_t values[] = {0, 1, kAt, kAt + 3, memory.end() - 9, memory.end(), ~0ull, 1ull << 63};
    std::uint64_t turn = 0;
    for (const SyscallSpec& spec : syscall_table())
        for (int round = 0; round < 200; ++round) {
            std::array<std::uint64_t, 6> args;
            for (auto& arg : args)
                arg = values[(turn = turn * 6364136223846793005u + 1442695040888963407u) >> 61];
            const auto result = static_cast<std::int64_t>(values[turn >> 40 & 7]);
            Trace trace;
            trace.add(Event{});
            capture_arguments(spec, args, result, CapturePhase::inputs, memory, trace);
            capture_arguments(spec, args, result, CapturePhase::outputs, memory, trace);
            for (const PayloadItem& item : trace.items(trace.events[0])) CHECK(item.bytes.size() <= 16384);
        }
}
