#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <limits>

#include "kernel/signal_state.h"
#include "tests/vm/assemble.h"

using namespace ipclab;
using namespace ipclab::vm;

namespace {

/// What `op` makes of two values.
std::uint64_t compute(Opcode op, std::uint64_t x, std::uint64_t y) {
    Program made = program({function(
        "f", 4, {ai(Opcode::lk, 1, 0), ai(Opcode::lk, 2, 1), abc(op, 3, 1, 2), abc(Opcode::ret, 3)})});
    made.constants = {x, y};
    Process process(std::move(made));
    const Stop stop = process.run();
    REQUIRE(stop.why == StopReason::finished);
    return stop.result;
}

std::uint64_t u(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

constexpr std::int64_t kIntMin = std::numeric_limits<std::int32_t>::min();

}  // namespace

TEST_CASE("arithmetic on int wraps at 32 bits and stays sign-extended") {
    struct Row {
        Opcode op;
        std::int64_t x, y, expected;
    };
    const Row rows[] = {
        {Opcode::addw, 2147483647, 1, kIntMin},
        {Opcode::subw, kIntMin, 1, 2147483647},
        {Opcode::mulw, 65536, 65536, 0},
        {Opcode::divsw, -7, 2, -3},
        {Opcode::remsw, -7, 2, -1},
        {Opcode::shlw, 1, 31, kIntMin},
        {Opcode::shrsw, -8, 1, -4},
        {Opcode::adduw, 0xffffffff, 1, 0},
        {Opcode::subuw, 0, 1, 0xffffffff},
        {Opcode::shruw, 0x80000000, 31, 1},
        {Opcode::divuw, 0xfffffff9, 2, 0x7ffffffc},
        {Opcode::add, -1, 1, 0},
        {Opcode::divs, -7, 2, -3},
        {Opcode::shru, -1, 63, 1},
        {Opcode::shrs, -1, 63, -1},
        {Opcode::slts, -1, 0, 1},
        {Opcode::sltu, -1, 0, 0},
        {Opcode::sles, 3, 3, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(static_cast<int>(row.op));
        CHECK(compute(row.op, u(row.x), u(row.y)) == u(row.expected));
    }
}

TEST_CASE("an immediate operand means the same as a register") {
    Process process(program({function("f", 3,
                                      {ai(Opcode::li, 1, 50), abc(Opcode::addwi, 1, 1, -8),
                                       abc(Opcode::remswi, 2, 1, 5), abc(Opcode::ret, 2)})}));
    CHECK(process.run().result == 2);
}

TEST_CASE("a division by zero is SIGFPE, and so is the smallest int divided by -1") {
    for (const auto& [x, y] : {std::pair{1, 0}, std::pair{std::numeric_limits<std::int32_t>::min(), -1}}) {
        Process process(program(
            {function("f", 4, {ai(Opcode::li, 1, x), ai(Opcode::li, 2, y), abc(Opcode::divsw, 3, 1, 2)})}));
        const Stop stop = process.run();
        REQUIRE(stop.why == StopReason::fault);
        CHECK(stop.fault->signal == kernel::kSigFpe);
        CHECK(process.context.frames.back().pc == 2);
    }
}

TEST_CASE("a budget stops between two instructions, and the parts add up to the whole") {
    const Program loop = program({function("f", 4,
                                           {ai(Opcode::li, 1, 0),
                                            ai(Opcode::li, 2, 0),
                                            abc(Opcode::add, 2, 2, 1),
                                            abc(Opcode::addwi, 1, 1, 1),
                                            {Opcode::jltsi, 1, 100, static_cast<std::uint16_t>(-3)},
                                            abc(Opcode::ret, 2)})});
    Process whole(loop);
    const Stop all = whole.run();
    CHECK(all.result == 4950);

    Process parts(loop);
    std::uint64_t executed = 0;
    Stop stop;
    do {
        stop = parts.run(7);
        executed += stop.instructions;
    } while (stop.why == StopReason::budget);
    CHECK(stop.result == all.result);
    CHECK(executed == all.instructions);
}

TEST_CASE("stores and loads of every width meet in memory, across a page boundary too") {
    Process process(program({function("f", 4,
                                      {ai(Opcode::li, 1, kWritable), ai(Opcode::li, 2, -2),
                                       abc(Opcode::st32, 2, 1, 4094 - 4096), abc(Opcode::ret, 2)})}));
    Stop stop = process.run();
    CHECK(stop.why == StopReason::fault);  // the page below is read-only

    Process stack(program({function(
        "f", 4,
        {ai(Opcode::li, 2, -2), abc(Opcode::st32, 2, 0, 6), abc(Opcode::ld16u, 3, 0, 8), abc(Opcode::ret, 3)},
        8192)}));
    stack.context.registers[0] = (stack.context.registers[0] & ~4095ull) + 4096 - 8;  // bytes 6..9 straddle
    stop = stack.run();
    REQUIRE(stop.why == StopReason::finished);
    CHECK(stop.result == 0xffff);
}

TEST_CASE("a null pointer is SIGSEGV, and the explanation says that it is NULL") {
    Process process(program({function("f", 3, {ai(Opcode::li, 1, 0), abc(Opcode::ld32s, 2, 1, 8)})}));
    const Stop stop = process.run();
    REQUIRE(stop.why == StopReason::fault);
    CHECK(stop.fault->signal == kernel::kSigSegv);
    CHECK(stop.fault->address == 8);
    CHECK(stop.fault->explanation.find("the pointer is NULL") != std::string::npos);
}

TEST_CASE("a write to a string literal is SIGSEGV with the reason in words") {
    Process process(program({function("f", 3, {ai(Opcode::li, 1, kReadOnly), abc(Opcode::st8, 1, 1, 0)})}));
    const Stop stop = process.run();
    REQUIRE(stop.why == StopReason::fault);
    CHECK(stop.fault->code == 2);  // SEGV_ACCERR
    CHECK(stop.fault->explanation.find("string literal") != std::string::npos);
}

TEST_CASE("an endless recursion ends in a stack overflow, at the call") {
    Process process(program({function("f", 3, {abc(Opcode::call, 1, 0, 0), abc(Opcode::retv)})}));
    const Stop stop = process.run(100'000'000);
    REQUIRE(stop.why == StopReason::fault);
    CHECK(stop.fault->signal == kernel::kSigSegv);
    CHECK(stop.fault->explanation.find("stack overflow") != std::string::npos);
    CHECK(process.context.frames.back().pc == 0);
}

TEST_CASE("a call passes arguments in the window and returns the result where the window began") {
    Process process(program({function("main", 6,
                                      {ai(Opcode::li, 3, 30), ai(Opcode::li, 4, 12),
                                       abc(Opcode::call, 2, 1, 2), abc(Opcode::ret, 2)}),
                             function("add", 3, {abc(Opcode::addw, 1, 1, 2), abc(Opcode::ret, 1)})}));
    CHECK(process.run().result == 42);
}

TEST_CASE("a call through a pointer that is no function is SIGSEGV") {
    Process process(program({function("f", 4, {ai(Opcode::li, 1, 12345), abc(Opcode::callr, 2, 1, 0)})}));
    const Stop stop = process.run();
    REQUIRE(stop.why == StopReason::fault);
    CHECK(stop.fault->signal == kernel::kSigSegv);
    CHECK(stop.fault->address == 12345);
}

TEST_CASE("a system call stops at its instruction and goes on behind it with the result") {
    Process process(program({function(
        "f", 9,
        {ai(Opcode::li, 1, 39), ai(Opcode::li, 2, 7), abc(Opcode::syscall, 1, 1), abc(Opcode::ret, 1)})}));
    Stop stop = process.run();
    REQUIRE(stop.why == StopReason::syscall);
    CHECK(stop.number == 39);
    CHECK(stop.args[0] == 7);
    complete_syscall(process.context, process.program, -11);
    stop = process.run();
    CHECK(stop.result == u(-11));
}

TEST_CASE("a signal handler runs above the interrupted frame and gives it back untouched") {
    Process process(
        program({function("f", 3, {ai(Opcode::li, 1, 5), abc(Opcode::addwi, 1, 1, 1), abc(Opcode::ret, 1)}),
                 function("handler", 4, {ai(Opcode::li, 2, 9), abc(Opcode::ret, 1)})}));
    process.run(1);
    const Context before = process.context;
    REQUIRE(push_signal_handler(process.program, process.context, process.memory(), kCodeBase + kCodeStride,
                                10, {}, 0x55, {}));
    Stop stop = process.run();
    REQUIRE(stop.why == StopReason::handler_returned);
    CHECK(stop.signal == 10);
    CHECK(stop.saved_mask == 0x55);
    CHECK(process.context == before);
    CHECK(process.run().result == 6);
}

TEST_CASE("longjmp goes back to where setjmp was called; a buffer that setjmp did not fill is a fault") {
    const auto set = static_cast<int>(Intrinsic::setjmp), jump = static_cast<int>(Intrinsic::longjmp);
    Process process(program(
        {function("main", 4,
                  {ai(Opcode::li, 1, kWritable), abc(Opcode::intrinsic, 1, set), ai(Opcode::jnz, 1, 2),
                   abc(Opcode::call, 2, 1, 0), abc(Opcode::retv), abc(Opcode::ret, 1)}),
         function("deep", 4,
                  {ai(Opcode::li, 1, kWritable), ai(Opcode::li, 2, 7), abc(Opcode::intrinsic, 1, jump)})}));
    CHECK(process.run().result == 7);

    Process wild(program({function(
        "deep", 4, {ai(Opcode::li, 1, kWritable), ai(Opcode::li, 2, 7), abc(Opcode::intrinsic, 1, jump)})}));
    CHECK(wild.run().why == StopReason::fault);
}

TEST_CASE(
    "a watched run stops before the accesses that its watch asks for, and goes on with one of them where it "
    "resumes") {
    struct Stores final : Watch {
        std::vector<kernel::MemoryAccess> seen;
        bool stops_before(std::span<const kernel::MemoryAccess> accesses) override {
            seen.insert(seen.end(), accesses.begin(), accesses.end());
            return accesses.front().writes;
        }
        bool stops_before_call(std::uint64_t, const std::array<std::uint64_t, 6>&) override { return false; }
        void kernel_accesses(const kernel::MemoryAccess&) override {}
    } watch;
    Process process(
        program({function("f", 3,
                          {abc(Opcode::li, 1, 0), ai(Opcode::li, 1, kWritable), abc(Opcode::st32, 1, 1, 0),
                           abc(Opcode::ld32s, 2, 1, 0), abc(Opcode::ret, 2)})}));
    const auto run = [&] {
        return vm::run(process.program, process.context, process.memory(), 100, StopAt::watched, &watch);
    };
    CHECK(run().instructions == 2);
    CHECK(run().instructions == 0);
    watch.resumes = true;
    const Stop stop = run();
    CHECK(stop.why == StopReason::finished);
    CHECK(stop.instructions == 3);
    CHECK(watch.seen.back() == kernel::MemoryAccess{kWritable, 4, false, false});
    CHECK(watch.seen.size() == 4);

    Process again(process.program);
    watch.seen.clear();
    watch.ignore_page(kWritable);
    CHECK(vm::run(again.program, again.context, again.memory(), 100, StopAt::watched, &watch).why ==
          StopReason::finished);
    CHECK(watch.seen.empty());
}

TEST_CASE("a run that stops at other lines passes over the library and over code without a line") {
    Program made = program({function("main", 4,
                                     {ai(Opcode::li, 1, 0), abc(Opcode::call, 1, 1, 0), ai(Opcode::li, 1, 1),
                                      ai(Opcode::li, 2, 2), ai(Opcode::li, 3, 3), abc(Opcode::ret, 3)}),
                            function("library", 2, {ai(Opcode::li, 1, 4), abc(Opcode::ret, 1)})});
    made.functions[1].is_library = true;
    made.functions[0].spans = {{0, 1, 2, 10}, {0, 1, 2, 10}, {0, 1, 2, 11},
                               {0, 1, 2, 11}, {0, 0, 0, 0},  {1, 1, 2, 11}};
    made.functions[1].spans = {{5, 1, 2, 1}, {5, 1, 2, 2}};
    Process process(made);
    const Stop first = process.run(100, StopAt::other_line);
    CHECK(first.why == StopReason::budget);
    CHECK(first.instructions == 4);  // two of main, two of the library
    CHECK(process.run(2, StopAt::other_line).instructions == 2);
    CHECK(process.run(100, StopAt::other_line).instructions == 1);  // the same line, of another file
    CHECK(process.run(100, StopAt::other_line).why == StopReason::finished);
}

TEST_CASE("arguments and environment lie on the stack as execve leaves them") {
    Process process(program({function("f", 4, {abc(Opcode::retv)})}), {"prog", "one"}, {"HOME=/"});
    CHECK(process.context.registers[1] == 2);
    const std::uint64_t argv = process.context.registers[2], envp = process.context.registers[3];
    CHECK(envp == argv + 3 * 8);
    const auto memory = process.memory();
    CHECK(*memory.read_string(*memory.read_object<std::uint64_t>(argv + 8), 100) == "one");
    CHECK(*memory.read_string(*memory.read_object<std::uint64_t>(envp), 100) == "HOME=/");
    CHECK(*memory.read_object<std::uint64_t>(argv + 16) == 0);
}

TEST_CASE("intrinsics work on memory across pages and report what they cannot reach") {
    const auto length = static_cast<int>(Intrinsic::strlen);
    Process process(program({function(
        "f", 3, {ai(Opcode::li, 1, kWritable), abc(Opcode::intrinsic, 1, length), abc(Opcode::ret, 1)})}));
    const std::string text(30, 'x');
    REQUIRE(process.memory()
                .write(kWritable, {reinterpret_cast<const std::uint8_t*>(text.c_str()), text.size()})
                .ok());
    CHECK(process.run().result == 30);

    Process wild(program({function("f", 3, {ai(Opcode::li, 1, 64), abc(Opcode::intrinsic, 1, length)})}));
    CHECK(wild.run().why == StopReason::fault);
}

TEST_CASE("doubles are formatted and parsed to the nearest value") {
    const auto format = static_cast<int>(Intrinsic::format_double),
               parse = static_cast<int>(Intrinsic::parse_double);
    Program made = program({function(
        "f", 8,
        {ai(Opcode::li, 1, kWritable), ai(Opcode::li, 2, 40), ai(Opcode::li, 3, 'f'), ai(Opcode::li, 4, 3),
         ai(Opcode::lk, 5, 0), abc(Opcode::intrinsic, 1, format), ai(Opcode::li, 1, kWritable),
         ai(Opcode::li, 2, 0), abc(Opcode::intrinsic, 1, parse), abc(Opcode::ret, 1)})});
    made.constants = {std::bit_cast<std::uint64_t>(2.0005)};
    Process process(std::move(made));
    const Stop stop = process.run();
    REQUIRE(stop.why == StopReason::finished);
    CHECK(*process.memory().read_string(kWritable, 100) == "2.001");
    CHECK(std::bit_cast<double>(stop.result) == 2.001);
}
