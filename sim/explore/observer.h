// What the explorer looks at while a task runs: every access to memory and every system call, and whether it has to be a
// place where others may go first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/syscalls.h"
#include "sim/engine/machine.h"
#include "sim/explore/footprint.h"
#include "sim/explore/sections.h"
#include "sim/explore/sharing.h"

namespace ipclab::explore {

/// What a task stands before. none: it has just begun, or has to be looked at again: a call in progress, a signal.
struct Standing {
    enum class Before : std::uint8_t { none, memory, call, request } before = Before::none;
    struct Access {
        Place place;
        std::uint64_t address = 0;
        bool writes = false, is_atomic = false;
    };
    std::uint8_t count = 0;
    std::array<Access, 2> accesses{};  ///< memory: of the instruction
    bool may_come_now = false;         ///< memory: of a lock that is released, or a note of threads
    bool reads_alone = false;          ///< call: read(), from what nobody else reads from
    LocksHeld held;                    ///< of the task
    std::uint64_t number = 0;          ///< call
    std::array<std::uint64_t, 6> args{};
};

/// A process ends and leaves children that it never waited for.
struct Unwaited {
    kernel::Pid parent{}, child{};
    std::string parent_name, child_name;
};

class Observer final : public vm::Watch {
  public:
    /// `sees_all`: every access and every call is a place to stop.
    Observer(Sharing& sharing, bool sees_all) : sharing_(sharing), sees_all_(sees_all) {}

    /// Before a move of a task. `goes_on`: it does what it stands before, or goes on in a call.
    void begin_move(const engine::Machine& machine, kernel::Tid task, bool goes_on, const LocksHeld& held);
    /// After the last step of a move: the locks that the task holds now.
    LocksHeld end_move(bool sleeps);
    /// Before each step of it. `resumes`: it does what it stands before.
    void begin(const engine::Machine& machine, kernel::Tid task, bool resumes);
    const Standing& standing() const { return standing_; }
    /// Whether the task is inside a call of the library that is as good as one step, past its beginning.
    bool is_in_section() const { return frames_to_leave != 0; }
    /// The call that was made last, if any since begin().
    std::optional<kernel::Sys> last_call() const { return last_call_; }
    std::vector<Unwaited>& unwaited() { return unwaited_; }
    /// Somebody has called process_vm_readv() or process_vm_writev().
    bool reaches_into_others() const { return reaches_into_others_; }
    /// Of all steps since it was last cleared.
    Footprint& footprint() { return footprint_; }

    bool stops_before(std::span<const kernel::MemoryAccess> accesses) override;
    bool stops_before_call(std::uint64_t number, const std::array<std::uint64_t, 6>& args) override;
    bool stops_before_drain() override;
    bool stops_before_request(vm::Request request) override;
    void kernel_accesses(const kernel::MemoryAccess& access) override;

  private:
    /// Where the bytes are; object 0: nobody but this task can touch them.
    Place place_of(std::uint64_t address, std::uint64_t bytes) const;
    Sharing::Conflict touch(const Place& place, bool writes);
    Sections::Frame section() {
        return sections_.outermost(*machine_->programs, machine_->kernel.processes[process_].program,
                                   *machine_->contexts.find(task_));
    }
    std::uint64_t lock_of(const Sections::Frame& section) const;
    bool holds_mutex(const Sections::Frame& section);
    std::optional<std::int32_t> word_at(std::uint64_t address);
    void look_at_lock(const Sections::Frame& section);
    void take_lock();
    bool makes_own_accesses() const;
    bool is_visible(kernel::Sys call, const std::array<std::uint64_t, 6>& args);
    bool aborts(const std::array<std::uint64_t, 6>& args) const;
    const kernel::File* file_of(std::uint64_t fd) const;
    void touch_file(std::uint64_t fd, bool writes);
    /// To the footprint.
    enum class Use : std::uint8_t { reads, writes, both };
    void note(std::uint64_t address, std::uint64_t bytes, Use use);
    void note(std::span<const kernel::MemoryAccess> accesses, bool is_store);
    void note_call(kernel::Sys call, std::uint64_t first_argument);
    bool is_in_library() const;
    bool is_note_of_threads(const kernel::MemoryAccess& access);
    bool is_at_id(const kernel::MemoryAccess& access) const {
        return id_address_ != 0 && access.address < id_address_ + kBytesOfId &&
               id_address_ < access.address + access.bytes;
    }
    void look_for_unwaited();
    bool goes_on_in_section(bool is_shared) const {
        // Another thread could end the process in the middle, and what it leaves in shared memory would be seen.
        return frames_to_leave != 0 && !(is_shared && has_threads_);
    }

    Sharing& sharing_;
    Sections sections_;
    const bool sees_all_;
    const engine::Machine* machine_ = nullptr;
    const kernel::AddressSpace* space_ = nullptr;
    kernel::Tid task_{};
    kernel::Pid process_{};
    kernel::SpaceId space_id_{};
    static constexpr std::uint64_t kBytesOfId = 4;
    std::uint64_t id_address_ =
        0;  // where fork() has put the task's id, and it makes a difference who looks at it
    std::uint64_t actor_ = 0, others_ = 0, beside_ = 0;
    bool is_alone_ = false;     // nothing else can happen meanwhile
    bool has_threads_ = false;  // others run in the same address space
    bool shares_pipe_ = false, reaches_into_others_ = false;
    bool is_call_hidden_ = false;  // the call being made is none to stop at
    std::uint64_t hidden_call_ = 0;
    std::optional<kernel::Sys> last_call_;
    LocksHeld held_;
    std::uint64_t taking_ = 0;     // a lock that the task is about to have
    std::uint64_t taking_at_ = 0;  // its address
    std::uint64_t giving_ = 0;     // a lock that it is about to have no more, and nobody minds when
    bool is_taking_mutex_ = false;
    Standing standing_;
    std::vector<Unwaited> unwaited_;
    Footprint footprint_;
    bool is_resuming_ = false;  // the first thing to be asked about will be done, whatever the answer
};

}  // namespace ipclab::explore
