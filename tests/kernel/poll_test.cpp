#include "kernel/poll.h"

#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {
struct Pollfd {
    std::int32_t fd = 0;
    std::uint16_t events = 0, revents = 0;
};
constexpr std::int32_t kForEver = -1;
}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "a poll that sleeps is woken by each of its descriptors, and every poll by one write") {
    const auto [read_end, write_end] = pipe(first);
    const Tid other = fork(first), writer = fork(first);
    for (const Tid waiting : {first, other}) {
        store(waiting, Pollfd{read_end, kPollIn}, kBuffer);
        CHECK(call(waiting, Sys::poll, kBuffer, 1, kForEver) == kSleeps);
    }
    CHECK(call(writer, Sys::write, write_end, put(writer, "x"), 1) == 1);
    for (const Tid waiting : {first, other}) {
        CHECK(state(waiting) == TaskState::ready);
        CHECK(resume(waiting) == 1);
        CHECK(load<Pollfd>(waiting, kBuffer).revents == kPollIn);
    }
}

TEST_CASE_FIXTURE(Fixture, "a poll that asks for nothing still hears that the other end was closed") {
    const auto [read_end, write_end] = pipe(first);
    const Tid other = fork(first);
    close(other, write_end);
    store(other, Pollfd{read_end, 0}, kBuffer);
    CHECK(call(other, Sys::poll, kBuffer, 1, kForEver) == kSleeps);
    CHECK(write(first, write_end, "x") == 1);
    CHECK(state(other) == TaskState::blocked);
    close(first, write_end);
    CHECK(resume(other) == 1);
    CHECK(load<Pollfd>(other, kBuffer).revents == kPollHup);
}

TEST_CASE_FIXTURE(Fixture, "poll and select sleep until their time is up, on nothing but time as well") {
    CHECK(call(first, Sys::poll, 0, 0, 5) == kSleeps);
    CHECK(next_deadline(kernel) == kernel.now_ns + 5 * kMillisecond);
    pass_time(5 * kMillisecond);
    CHECK(resume(first) == 0);
    store(first, std::array<std::int64_t, 2>{1, 500'000}, kScratch);
    CHECK(call(first, Sys::select, 0, 0, 0, 0, kScratch) == kSleeps);
    pass_time(kSecond + 500 * kMillisecond);
    CHECK(resume(first) == 0);
    CHECK(load<std::array<std::int64_t, 2>>(first, kScratch) == std::array<std::int64_t, 2>{0, 0});
}

TEST_CASE_FIXTURE(Fixture, "what ends a select is what the sets say, and the time that is left") {
    const auto [read_end, write_end] = pipe(first);
    const Tid other = fork(first);
    store(first, std::uint64_t{1} << read_end, kBuffer);
    store(first, std::array<std::int64_t, 2>{10, 0}, kScratch);
    CHECK(call(first, Sys::select, read_end + 1, kBuffer, 0, 0, kScratch) == kSleeps);
    pass_time(4 * kSecond);
    CHECK(write(other, write_end, "x") == 1);
    CHECK(resume(first) == 1);
    CHECK(load<std::uint64_t>(first, kBuffer) == std::uint64_t{1} << read_end);
    CHECK(load<std::array<std::int64_t, 2>>(first, kScratch) == std::array<std::int64_t, 2>{6, 0});
}

TEST_CASE_FIXTURE(Fixture, "readiness of a pipe is one predicate") {
    const auto [read_end, write_end] = pipe(first);
    const auto ready = [&](Fd fd) {
        return ready_events(kernel, kernel.files[*process(first).fds->get(fd)]);
    };
    CHECK(ready(read_end) == 0);
    CHECK(ready(write_end) == (kPollOut | kPollWrNorm));
    write(first, write_end, "x");
    CHECK(ready(read_end) == (kPollIn | kPollRdNorm));
    close(first, write_end);
    CHECK(ready(read_end) == (kPollIn | kPollRdNorm | kPollHup));
    read(first, read_end, 1);
    CHECK(ready(read_end) == kPollHup);
    CHECK(is_readable(kernel, kernel.files[*process(first).fds->get(read_end)]));
}

TEST_CASE_FIXTURE(Fixture,
                  "poll and select that sleep are not woken by close(): they find out when they look again") {
    const auto [read_end, write_end] = pipe(first);
    const Tid polling = thread(first), selecting = thread(first);
    store(polling, Pollfd{read_end, kPollIn}, kBuffer);
    store(selecting, std::uint64_t{1} << read_end, kBuffer + 64);
    CHECK(call(polling, Sys::poll, kBuffer, 1, kForEver) == kSleeps);
    CHECK(call(selecting, Sys::select, read_end + 1, kBuffer + 64, 0, 0, 0) == kSleeps);
    CHECK(close(first, read_end) == 0);
    CHECK(state(polling) == TaskState::blocked);
    CHECK(state(selecting) == TaskState::blocked);
    CHECK(call(first, Sys::write, write_end, kBuffer + 128, 1) == 1);  // they still have the reading end
    CHECK(resume(polling) == 1);
    CHECK(load<Pollfd>(polling, kBuffer).revents == kPollNval);
    CHECK(resume(selecting) == 1);
    CHECK(load<std::uint64_t>(selecting, kBuffer + 64) == std::uint64_t{1} << read_end);
    CHECK(set_handler(first, kSigPipe, kSigIgn) == 0);
    CHECK(call(first, Sys::write, write_end, kBuffer + 128, 1) == error(Errno::epipe));
}

}  // namespace ipclab::kernel
