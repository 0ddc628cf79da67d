// Names for addresses: the program's variables, and what they point to.
#include "sim/engine/address_names.h"

#include <doctest/doctest.h>

#include "sim/cc/cc.h"
#include "sim/engine/timeline.h"

using namespace ipclab;
using namespace ipclab::engine;

namespace {

/// What the address that main() keeps in its variable `wanted` is called, where the program waits for ever.
std::string called(const std::string& declarations, const std::string& statements) {
    const cc::Result result = cc::compile("program", {{"program.c", R"(
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
struct pair { int first, second; };
static unsigned long wanted;
)" + declarations + "int main(void) {\n" + statements + "    for (;;) pause();\n}\n"}});
    CAPTURE(cc::format(result.diagnostics));
    REQUIRE(result.program);
    Timeline timeline(make_machine({result.program}, 0, {}, nullptr), TimedPolicy{}, {});
    timeline.run_to_end();
    const Machine& machine = timeline.machine();
    const auto wanted = std::ranges::find(result.program->globals, "wanted", &vm::Variable::name);
    std::uint64_t address = 0;
    REQUIRE(machine.kernel.spaces.begin()->second->peek(
        wanted->location, {reinterpret_cast<std::uint8_t*>(&address), sizeof address},
        machine.kernel.memory));
    return name_of_address(machine, kernel::Pid{2}, address);
}

}  // namespace

TEST_CASE("an address in a variable has its name, with member and index") {
    CHECK(called("static struct pair pairs[3];\n", "wanted = (unsigned long)&pairs[2].second;") ==
          "'pairs[2].second' (global)");
    CHECK(called("", "int sums[4]; wanted = (unsigned long)&sums[1];") == "'sums[1]' (in main)");
}

TEST_CASE("an address that a pointer holds is called by the pointer") {
    CHECK(called("", "int *sum = malloc(sizeof *sum); wanted = (unsigned long)sum;") == "'*sum' (in main)");
    CHECK(called("static struct pair *box;\n", "box = malloc(sizeof *box); wanted = (unsigned long)&box->second;") ==
          "'box->second' (global)");
    CHECK(called("", "struct pair *all = calloc(5, sizeof *all); wanted = (unsigned long)&all[3].first;") ==
          "'all[3].first' (in main)");
    CHECK(called("", R"(
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    wanted = (unsigned long)&shared[7];)") == "'shared[7]' (in main)");
}

TEST_CASE("what lies there goes before what points there") {
    CHECK(called("static int sum;\n", "int *also = &sum; wanted = (unsigned long)also;") == "'sum' (global)");
}

TEST_CASE("a pointer gives no name to another block of the heap behind its own") {
    CHECK(called("", "char *one = malloc(16); static char *unused; unused = one; wanted = (unsigned long)malloc(16);")
              .find("one[") == std::string::npos);
}

TEST_CASE("an address that no variable knows has no name") {
    CHECK(called("", "wanted = (unsigned long)0x10000;") == "");
}
