// The interpreter: runs the bytecode of one task until something outside it is needed.
//
// A Context is a task's registers and frames, a plain value; memory is the kernel's AddressSpace. Nothing is
// kept between runs but what is in these two.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/address_space.h"
#include "kernel/event.h"
#include "kernel/result.h"
#include "kernel/task.h"
#include "sim/vm/program.h"
#include "sim/vm/registers.h"
#include "sim/vm/store_buffer.h"

namespace ipclab::vm {

struct Frame {
    std::uint32_t function = 0;
    std::uint32_t pc = 0;             ///< index of the instruction to run next
    std::uint32_t register_base = 0;  ///< R[0] is registers[register_base]
    std::uint64_t stack_pointer = 0;  ///< lowest address in use: fp less what salloc took
    enum class Kind : std::uint8_t { normal, signal_handler } kind = Kind::normal;
    std::uint64_t saved_mask = 0;  ///< signal_handler: the mask to restore on return
    std::int32_t signal = 0;       ///< signal_handler: which
    bool operator==(const Frame&) const = default;
};

/// What a program can ask for and not get, by the number that __ipclab_fails() has.
enum class Request : std::uint8_t {
    memory,  ///< malloc(): ENOMEM
    task,    ///< fork(), pthread_create(): EAGAIN
};

/// A task's execution state.
struct Context {
    Registers registers;        ///< windows of all frames; exactly as long as the innermost frame needs
    std::vector<Frame> frames;  ///< outermost first
    /// Mistakes that have been reported: MistakeKind << 56 | function << 32 | pc of the program's own code, sorted.
    std::vector<std::uint64_t> reported;
    std::uint64_t thread_pointer =
        0;  ///< what the fs register holds on x86-64: the thread's own data; 0: none yet
    std::uint64_t stack_begin = kStackTop - kStackBytes, stack_end = kStackTop;  ///< what its stack may use
    StoreBuffer stores;       ///< that have not reached memory yet
    bool next_fails = false;  ///< the next Request that the task makes
    /// sigaltstack(2): what a handler may use that was called there last; empty: none was.
    std::uint64_t alternate_begin = 0, alternate_end = 0;
    /// Whether frames of a function that begin at `pointer` pass the end of the stack that `from` is on.
    bool overflows(std::uint64_t from, std::uint64_t pointer) const {
        if (from >= stack_begin && from <= stack_end) return pointer < stack_begin;
        return from > alternate_begin && from <= alternate_end && pointer < alternate_begin;
    }
    bool operator==(const Context&) const = default;
};

enum class StopReason : std::uint8_t {
    budget,   ///< the instruction budget is used up
    syscall,  ///< at a syscall instruction: see Stop::number and args; complete_syscall() goes on behind it
    handler_returned,  ///< a signal handler's frame returned and is popped; Stop::signal, Stop::saved_mask
    fault,             ///< see Stop::fault; pc is at the faulting instruction
    finished,          ///< the outermost function returned (a thread's start function)
};

/// A fault in the toy process: which signal it means, and a sentence for the learner.
struct FaultReport {
    int signal = 0;  ///< SIGSEGV, SIGBUS, SIGFPE, SIGILL
    int code = 0;    ///< siginfo's si_code: SEGV_MAPERR ...
    std::uint64_t address = 0;
    std::string explanation;  ///< "read of address 0x0 through a null pointer: 'p' is NULL"
};

/// A mistake that Linux would let pass: the run goes on.
struct Mistake {
    SourceSpan place;  ///< in the program's own code
    std::string explanation;
};

struct Stop {
    StopReason why = StopReason::budget;
    std::uint64_t instructions = 0;  ///< executed in this run
    std::uint64_t work = 0;  ///< what copying and the like were worth, in further instructions: for time only
    std::uint64_t pages_touched = 0;  ///< pages that were touched for the first time (page faults)
    std::uint64_t number = 0;         ///< syscall
    std::array<std::uint64_t, 6> args{};
    std::uint64_t saved_mask = 0;  ///< handler_returned
    std::int32_t signal = 0;       ///< handler_returned
    std::uint64_t result = 0;      ///< finished: what the function returned
    std::optional<FaultReport> fault;
    std::vector<Mistake> mistakes;  ///< in the order in which they were made
};

/// Where the run should stop besides running out of budget.
enum class StopAt : std::uint8_t {
    nothing,
    watched,     ///< before each access to memory and each system call for which the Watch asks for it
    other_line,  ///< where the task comes to another line of its own code (the library's is passed over)
    mistake,     ///< behind the instruction that makes a mistake which is told in Stop::mistakes
};

/// Looks at each access to memory and each system call of a run before it happens, and may have the run stop there.
class Watch : public kernel::AccessWatcher {
  public:
    static constexpr std::size_t kPages = 64;
    static constexpr std::uint64_t kNone = ~0ull;

    /// Whether the run is to stop before these accesses, which one instruction makes.
    virtual bool stops_before(std::span<const kernel::MemoryAccess> accesses) = 0;
    virtual bool stops_before_call(std::uint64_t number, const std::array<std::uint64_t, 6>& args) = 0;
    /// Whether it is to stop before an instruction or a call that waits until the task's stores have reached memory, of
    /// which there are some.
    virtual bool stops_before_drain() { return false; }
    /// Whether it is to stop before the task asks for this.
    virtual bool stops_before_request(Request) { return false; }

    /// Pages of which nobody wants to know, by their address / 4096 % kPages: accesses are made without asking.
    std::array<std::uint64_t, kPages> ignored_pages{};
    /// The first instruction of the next run is carried out whatever the answer: somebody chose it.
    bool resumes = false;
    /// Where not 0: becomes 0 when no more frames than these are left, the frame that has this index gone.
    std::size_t frames_to_leave = 0;

    void ignore_page(std::uint64_t address) {
        ignored_pages[address / kernel::kPageSize % kPages] = address / kernel::kPageSize;
    }
    void ignore_nothing() { ignored_pages.fill(kNone); }
    void leave_frames(std::size_t left) {
        if (left <= frames_to_leave) frames_to_leave = 0;
    }
    bool is_ignored(std::uint64_t address, std::uint64_t bytes) const {
        const std::uint64_t page = address / kernel::kPageSize;
        return ignored_pages[page % kPages] == page &&
               bytes <= kernel::kPageSize - address % kernel::kPageSize;
    }

  protected:
    Watch() { ignore_nothing(); }
    ~Watch() = default;
};

/// Runs at most `budget` instructions (at least 1). StopAt::watched needs a watch; the run may then stop before its first
/// instruction. `order`: where stores may wait in the context's buffer; null: each reaches memory at once.
Stop run(const Program& program, Context& context, kernel::UserMemory memory, std::uint64_t budget,
         StopAt stop_at = StopAt::nothing, Watch* watch = nullptr, const StoreOrder* order = nullptr);

/// Mistakes of one place in the code that are told apart; wrong accesses further by kernel::Shade and direction.
enum class MistakeKind : std::uint8_t { access, arithmetic = 64, unset_register, bad_free, descriptor };
/// Whether no such mistake was reported where the program's own code stands; remembers that one is now.
bool is_first_report(const Program& program, Context& context, MistakeKind kind);
MistakeKind kind_of(const kernel::BadAccess& bad);
/// A wrong access in words, seen from where the context stands: what was touched, what lives there, who made it.
std::string explain_bad_access(const Program& program, const Context& context,
                               const kernel::AddressSpace& space, const kernel::MemoryObjects& objects,
                               const kernel::BadAccess& bad);
/// Blocks of the heap that are in use, by the line that allocated them: at the process's end, leaks.
struct Leak {
    kernel::SourceLine place;
    std::uint64_t blocks = 0, bytes = 0;
};
std::vector<Leak> blocks_in_use(const kernel::AddressSpace& space, const kernel::MemoryObjects& objects);
/// "server.c:12"; empty where the line is 0.
std::string place_text(const Program& program, std::uint64_t file, std::uint64_t line);

/// Ends the system call that the context stands at: result into its register, pc behind it.
void complete_syscall(Context& context, const Program& program, std::int64_t result);

/// Maps the program into an empty address space (code, data, heap, stack), puts arguments and environment
/// onto the stack as Linux does, and returns the context that starts _start. E2BIG where they do not fit,
/// ENOMEM.
kernel::Result<Context> load(const Program& program, kernel::UserMemory memory,
                             const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment);

/// clone(2) with a stack: the context that calls the function whose address is the stack's first word, with the second
/// word as its argument. EFAULT where there is no memory, EINVAL where that is not a function.
kernel::Result<Context> start_thread(const Program& program, kernel::UserMemory memory, std::uint64_t stack);

/// Pushes a frame that runs handler(signal) or handler(signal, siginfo*, ucontext*), with a siginfo_t of
/// Linux's layout on the stack. `siginfo` is that structure's 128 bytes; empty: one-argument handler. Below
/// the red zone of the interrupted frame, or at the end of `alternate` where there is one and it is not in use already.
/// False where the stack has no room or the handler is not a function: the caller raises SIGSEGV.
bool push_signal_handler(const Program& program, Context& context, kernel::UserMemory memory,
                         std::uint64_t handler, int signal, const std::vector<std::uint8_t>& siginfo,
                         std::uint64_t saved_mask, const kernel::AlternateStack& alternate);

/// What the context stands before asking for, if that is the next instruction.
std::optional<Request> request_at(const Program& program, const Context& context);

/// The place in the source where the task is: innermost frame, or innermost frame outside the library.
SourceSpan current_span(const Program& program, const Context& context, bool skip_library);
/// Depth of the innermost frame that is not the library's (index into frames), -1 where there is none.
int user_frame(const Program& program, const Context& context);

/// Where a variable is: in memory at `address`, or in a register that holds `value` (kUnset: nothing yet).
struct VariablePlace {
    const Variable* variable = nullptr;
    bool is_in_register = false;
    std::uint64_t address = 0, value = 0;
};
/// Of the variables in scope in frame `depth` (index into frames), innermost declarations last.
std::vector<VariablePlace> variable_places(const Program& program, const Context& context, std::size_t depth);

/// A variable as a debugger shows it.
struct VariableValue {
    std::string name, type, value;  ///< value: "42", "0x404010 \"hello\"", "{x = 1, y = 2}", "'a'"
    bool is_parameter = false;
};
/// The variables in scope in frame `depth` (index into frames), innermost declarations last.
std::vector<VariableValue> variables(const Program& program, const Context& context,
                                     const kernel::AddressSpace& space, const kernel::MemoryObjects& objects,
                                     std::size_t depth);
/// The program's own global variables.
std::vector<VariableValue> globals(const Program& program, const kernel::AddressSpace& space,
                                   const kernel::MemoryObjects& objects);
/// One variable by name, looked up from frame `depth` outwards to the globals; nothing where there is none.
std::optional<VariableValue> variable(const Program& program, const Context& context,
                                      const kernel::AddressSpace& space, const kernel::MemoryObjects& objects,
                                      std::size_t depth, std::string_view name);

}  // namespace ipclab::vm
