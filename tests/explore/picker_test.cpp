// What a person is told who picks whoever goes next.
#include <doctest/doctest.h>

#include <string>

#include "sim/explore/picker.h"
#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;

TEST_CASE("who goes next is told with the function of the library that the program has called") {
    engine::Machine machine = machine_to_explore(R"(#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;
static void *add(void *unused) {
    total++;
    pthread_mutex_lock(&lock);
    write(1, "x", 1);
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    add(NULL);
    pthread_join(thread, NULL);
})");
    explore::Picker picker(machine);
    const auto next = [&] {
        for (const engine::Choice& each : picker.settle(machine).choices)
            engine::step(machine, each, nullptr);
        return picker.candidates(machine).front().what;
    };
    // The main thread, which comes first, reads and writes `total`, locks and writes.
    for (const char* told :
         {"reads 'total' (global), now 0", "writes 'total' (global), now 0",
          "pthread_mutex_lock: writes (atomically) 'lock' (global), now 0", "write(1, \"x\", 1)"}) {
        CHECK(next() == told);
        for (const engine::Choice& each : picker.move(machine, kernel::Tid{2}).choices)
            engine::step(machine, each, nullptr);
    }
}
