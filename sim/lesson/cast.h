// Who is who in a run: which pid is the parent, the second child, `ls`; which object is pipe 1. Derived from
// the events alone, so that a lesson's names mean the same on both kernels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/event.h"
#include "sim/lesson/condition.h"

namespace ipclab::engine {
struct Machine;
}

namespace ipclab::lesson {

class Cast {
  public:
    struct Member {
        kernel::Pid pid{};
        kernel::Pid parent{};                     ///< who made it
        std::string program;                      ///< what it runs now, or ran last
        std::optional<std::int32_t> wait_status;  ///< once it has ended, as waitpid(2) reports it
    };

    /// `first` is the process that the run starts with (none: that of the first event), running `program`.
    explicit Cast(std::string program, kernel::Pid first = {});

    /// Who can be told from a machine alone: the first process, and the others as long as none of them is gone; objects and
    /// calls cannot.
    static Cast of(const engine::Machine& machine, std::string program);

    /// Takes in the first `count` events of the run's trace; starts anew where they are fewer than before.
    void follow(const kernel::Trace& trace, std::size_t count);
    /// Takes in the next event.
    void add(const kernel::Trace& trace, const kernel::Event& event);

    const std::vector<Member>& members() const { return members_; }  ///< in the order of their making
    /// The process that a name means at this point; nothing where there is none yet, or for "somebody".
    const Member* find(const ProcessName& name) const;
    const Member* find(kernel::Pid pid) const;
    /// Whether the name means this process; "somebody" means every one.
    bool matches(const ProcessName& name, kernel::Pid pid) const;
    /// The object that a name means; kind none where the run has not made it yet.
    kernel::ObjectRef find(const ObjectName& name) const;
    /// What a lesson calls a process: "parent", "child", "child 2"; a program's name where several run.
    std::string title(kernel::Pid pid) const;

    /// A text about the run with objects called as lessons call them: the kernel's "pipe 26" is "pipe 1".
    std::string familiar(const std::string& text) const;

    /// Whether the task is inside a call that has blocked and not yet returned.
    bool is_inside_call(kernel::Tid task) const;
    /// Calls with one of these numbers that the process has made: returned, or still inside.
    int calls_made(kernel::Pid process, const std::vector<std::uint16_t>& numbers) const;
    /// The result of the process's last call with one of these numbers that has returned.
    std::optional<std::int64_t> last_result(kernel::Pid process,
                                            const std::vector<std::uint16_t>& numbers) const;

  private:
    struct Calls {
        int made = 0;
        std::optional<std::int64_t> last_result;
        std::size_t last_order = 0;
    };
    void reset();
    void count_call(const kernel::Event& event);

    std::string first_program_;
    kernel::Pid first_{};
    std::size_t followed_ = 0;
    std::vector<Member> members_;
    std::map<kernel::ObjectKind, std::vector<kernel::ObjectRef>> objects_;  ///< in the order of their making
    std::map<std::pair<kernel::Pid, std::uint16_t>, Calls> calls_;
    std::map<kernel::Tid, std::uint16_t> inside_;
};

}  // namespace ipclab::lesson
