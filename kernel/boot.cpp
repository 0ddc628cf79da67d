// Switching the machine on: the first files, init, and the first toy process.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/filesystem_calls.h"
#include "kernel/processes.h"

#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

namespace {

InodeId add_inode(Kernel& kernel, InodeId directory, std::string_view name, Inode inode) {
    const InodeId id = new_inode(kernel, std::move(inode));
    add_entry(kernel, directory, name, id);
    return id;
}

InodeId add_directory(Kernel& kernel, InodeId parent, std::string_view name, std::uint32_t mode,
                      std::uint32_t owner) {
    Inode inode;
    inode.kind = InodeKind::directory;
    inode.mode = mode;
    inode.owner = owner;
    inode.parent = parent;
    return add_inode(kernel, parent, name, std::move(inode));
}

void add_device(Kernel& kernel, InodeId directory, std::string_view name, InodeKind kind) {
    Inode inode;
    inode.kind = kind;
    inode.mode = 0666;
    add_inode(kernel, directory, name, std::move(inode));
}

void add_link(Kernel& kernel, InodeId directory, std::string_view name, std::string_view target) {
    Inode link;
    link.kind = InodeKind::symlink;
    link.mode = 0777;
    link.target = target;
    add_inode(kernel, directory, name, std::move(link));
}

MemoryId add_memory(Kernel& kernel, std::string_view content) {
    const MemoryId id{++kernel.last_id};
    MemoryObject object;
    object.write(0, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    kernel.memory.insert(id, std::move(object));
    return id;
}

/// As in the sandbox of real runs, so that a program finds the same on both.
constexpr std::pair<std::string_view, std::string_view> kSystemFiles[] = {
    {"/etc/passwd",
     "root:x:0:0:root:/:/bin/sh\nstudent:x:1000:1000:student:/home/student:/bin/sh\n"
     "nobody:x:65534:65534:nobody:/:/bin/false\n"},
    {"/etc/group", "root:x:0:\nstudent:x:1000:\nnogroup:x:65534:\n"},
    {"/etc/ld.so.cache", ""},
    {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
};

/// Directories on the way are made.
void add_file(Kernel& kernel, std::string_view path, std::string_view content, std::uint32_t owner) {
    InodeId directory = kernel.root;
    while (!path.empty()) {
        const std::size_t begin = path.find_first_not_of('/');
        if (begin == path.npos) return;
        path.remove_prefix(begin);
        const std::size_t end = path.find('/');
        const std::string_view name = path.substr(0, end);
        const InodeId found = find_entry(kernel, directory, name);
        if (end == path.npos) {
            if (found) return;
            Inode inode;
            inode.owner = owner;
            inode.memory = add_memory(kernel, content);
            add_inode(kernel, directory, name, std::move(inode));
            return;
        }
        directory = found ? found : add_directory(kernel, directory, name, 0755, owner);
        if (kernel.inodes[directory].kind != InodeKind::directory) return;
        path.remove_prefix(end);
    }
}

/// As in the sandbox of real runs: lines and their ends, but no byte is changed and none is echoed, since the terminal
/// that ipclab itself runs on, if any, has done that already.
Termios settings_of_standard_terminal() {
    Termios settings;
    settings.input = settings.output = 0;
    settings.local = local_flag::kIcanon;
    for (const auto which : {kVIntr, kVQuit, kVErase, kVKill, kVEol, kVEol2, kVSusp, kVStart, kVStop,
                             kVReprint, kVWerase, kVLnext})
        settings.characters[which] = 0;
    return settings;
}

/// One terminal, on whatever descriptors: its keyboard is the first of them.
TerminalId standard_terminal(Kernel& kernel, StreamId stream) {
    const TerminalId id{1};
    if (kernel.terminals.contains(id)) return id;
    Terminal terminal;
    terminal.stream = stream;
    terminal.settings = settings_of_standard_terminal();
    terminal.size = {.rows = 24, .columns = 80};
    terminal.session = kInit;
    terminal.foreground_group = kFirst;
    terminal.is_locked = false;
    kernel.terminals.insert(id, std::move(terminal));
    kernel.last_terminal = id.value;
    return id;
}

void add_streams(Kernel& kernel, const std::array<StreamKind, 3>& kinds, std::string_view input) {
    for (int descriptor = 0; descriptor < 3; ++descriptor) {
        Stream stream;
        stream.kind = kinds[static_cast<std::size_t>(descriptor)];
        stream.output_number = descriptor == 2 ? 2 : 1;
        stream.output = add_memory(kernel, "");
        if (stream.kind == StreamKind::terminal)
            stream.terminal = standard_terminal(kernel, standard_stream(descriptor));
        if (stream.kind == StreamKind::file) {
            Inode inode;
            inode.owner = kUser;
            inode.memory = descriptor == 0 ? add_memory(kernel, input) : stream.output;
            stream.file = new_inode(kernel, std::move(inode));
        }
        kernel.streams.insert(standard_stream(descriptor), std::move(stream));
    }
}

void add_init(Kernel& kernel) {
    Process init;
    init.pid = init.group = init.session = kInit;
    init.name = "init";
    init.working_directory = kernel.root;
    kernel.processes.insert(kInit, std::move(init));
    kernel.last_pid = kInit.value;
}

}  // namespace

StreamId standard_stream(int descriptor) {
    return StreamId{descriptor + 1};
}

Kernel boot(const BootOptions& options) {
    Kernel kernel;
    kernel.limits = options.limits;
    kernel.costs = options.costs;
    kernel.scheduler.policy = options.policy;
    kernel.scheduler.quantum_ns = rules(options.policy).quantum_ns;
    kernel.scheduler.cpus.resize(static_cast<std::size_t>(std::clamp(options.limits.cpus, 1, 8)));
    kernel.last_id = 3;  // the streams

    Inode root;
    root.kind = InodeKind::directory;
    root.mode = 0755;
    kernel.root = new_inode(kernel, std::move(root));
    kernel.inodes.write(kernel.root).parent = kernel.root;
    kernel.inodes.write(kernel.root).links = 2;

    const InodeId bin = add_directory(kernel, kernel.root, "bin", 0755, 0);
    for (const Executable& executable : options.executables) {
        Inode inode;
        inode.mode = 0755;
        inode.program = executable.program;
        inode.memory = add_memory(kernel, "");
        if (!find_entry(kernel, bin, executable.name))
            add_inode(kernel, bin, executable.name, std::move(inode));
    }
    const InodeId usr = add_directory(kernel, kernel.root, "usr", 0755, 0);
    add_link(kernel, usr, "bin", "/bin");

    const InodeId dev = add_directory(kernel, kernel.root, "dev", 0755, 0);
    add_device(kernel, dev, "null", InodeKind::null_device);
    add_device(kernel, dev, "zero", InodeKind::zero_device);
    add_device(kernel, dev, "full", InodeKind::full_device);
    add_device(kernel, dev, "tty", InodeKind::terminal);
    const InodeId pts = add_directory(kernel, dev, "pts", 0755, 0);
    add_device(kernel, pts, "ptmx", InodeKind::multiplexer);
    add_link(kernel, dev, "ptmx", "pts/ptmx");
    add_directory(kernel, dev, "shm", 01777, 0);
    add_directory(kernel, kernel.root, "tmp", 01777, 0);
    const InodeId home = add_directory(kernel, kernel.root, "home", 0755, 0);
    add_directory(kernel, home, "student", 0755, kUser);
    for (const auto& [path, content] : options.files) add_file(kernel, path, content, kUser);
    for (const auto& [path, content] : kSystemFiles) add_file(kernel, path, content, 0);
    add_file(kernel, "/etc/hosts", hosts_file(options.hosts), 0);
    if (!options.hosts.empty()) kernel.network.write().hosts = options.hosts;

    add_streams(kernel, options.standard_streams, options.input);
    add_init(kernel);
    return kernel;
}

Tid spawn_first(Kernel& kernel, std::string_view name, ProgramId program, Trace* trace) {
    const Pid pid = next_pid(kernel);
    Process process;
    process.pid = process.group = pid;
    process.parent = process.session = kInit;
    process.name = name.substr(0, kNameMax);
    process.program = program;
    if (kernel.terminals.contains(TerminalId{1})) process.terminal = TerminalId{1};
    process.space = SpaceId{++kernel.last_id};
    process.has_executed = true;
    const InodeId home = find_entry(kernel, kernel.root, "home");
    process.working_directory = find_entry(kernel, home, "student");
    for (int fd = 0; fd < 3; ++fd) {
        File file;
        file.kind = FileKind::stream;
        file.number = standard_stream(fd).value;
        const StreamKind kind = kernel.streams[file.stream()].kind;
        if (kind == StreamKind::file) {
            file.kind = FileKind::regular;
            file.inode = kernel.streams[file.stream()].file;
            file.number = 0;
        }
        // A shell's terminal is open for both on all three descriptors; a pipe has its direction.
        file.flags = kind == StreamKind::terminal ? kORdWr : fd == 0 ? kORdOnly : kOWrOnly;
        const FileId id{++kernel.last_id};
        kernel.files.insert(id, file);
        process.fds.write().set(fd, {id, false, {}});
    }
    kernel.spaces.insert(process.space, AddressSpace(kernel.limits));
    process.resource_limits.write() = ResourceLimits(kernel.limits);
    kernel.processes.insert(pid, std::move(process));
    Task task;
    task.tid = Tid{pid.value};
    task.process = pid;
    make_ready(kernel, kernel.tasks.insert(Tid{pid.value}, std::move(task)));
    if (trace) {
        Event event = event_now(kernel, EventKind::executed, Tid{pid.value});
        trace->add(event);
        trace->add_payload(0, "/bin/" + std::string(name));
    }
    return Tid{pid.value};
}

}  // namespace ipclab::kernel
