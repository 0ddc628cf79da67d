#include "sim/engine/object_state.h"

#include <doctest/doctest.h>

#include "tests/kernel/fixture.h"

using namespace ipclab;
using engine::object_state;
using kernel::Fixture;
using kernel::ObjectKind;
using kernel::Sys;
using kernel::Tid;

TEST_CASE_FIXTURE(Fixture, "a pipe's state: its bytes, its slots, and who has which end") {
    REQUIRE(call(first, Sys::pipe, kBuffer) == 0);
    const kernel::ObjectRef pipe = ref(kernel.files[kernel.processes[pid(first)].fds->find(3)->file].pipe());
    CHECK(object_state(kernel, pipe) == "empty; read end: fd 3 of test (2); write end: fd 4 of test (2)");
    put(first, "hello", kBuffer);
    REQUIRE(call(first, Sys::write, 4, kBuffer, 5) == 5);
    fork(first);
    REQUIRE(call(first, Sys::close, 4) == 0);
    CHECK(object_state(kernel, pipe) ==
          "5 bytes in 1 of 16 slots; read end: fd 3 of test (2), fd 3 of test (3); write end: fd 4 of test "
          "(3)");
}

TEST_CASE_FIXTURE(Fixture, "an object that is gone has no state, nor has one that keeps nothing") {
    CHECK(object_state(kernel, {ObjectKind::pipe, 999}).empty());
    CHECK(object_state(kernel, {ObjectKind::message_queue, 999}).empty());
    CHECK(object_state(kernel, {ObjectKind::none, 0}).empty());
    CHECK(object_state(kernel, {ObjectKind::clock, 0}).empty());
}

TEST_CASE_FIXTURE(Fixture, "a set of semaphores tells its values, the first eight of many") {
    const std::int64_t set = call(first, Sys::semget, 0, 2, 0600);
    REQUIRE(set >= 0);
    CHECK(object_state(kernel, {ObjectKind::semaphore_set, static_cast<std::int32_t>(set)}) ==
          "2 semaphores: 0, 0");
    const std::int64_t many = call(first, Sys::semget, 0, 20, 0600);
    CHECK(object_state(kernel, {ObjectKind::semaphore_set, static_cast<std::int32_t>(many)}) ==
          "20 semaphores: 0, 0, 0, 0, 0, 0, 0, 0 ...");
}
